"""Which characters are read as others, and what makes a word in which script."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

#: What joins words to a compound, between two of them and without a space.
JOINERS = r"-_./\@'‐"
# Letters of Latin, Greek and Cyrillic, without the signs and marks in their blocks.
ACCENTED = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0373\u0376-\u0377\u037b-\u037d"
    "\u037f\u0386-\u0481\u048a-\u052f\u1c80-\u1c88\u1d00-\u1dbf\u1e00-\u1fff\u2c60-\u2c7f"
    "\ua640-\ua66e\ua680-\ua69d\ua722-\ua7ff\uab30-\uab6f"
)
# Han, kana and bopomofo, Thai, Lao, Myanmar and Khmer.
UNSPACED = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
    "\u0e00-\u0eff\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f\u1780-\u17ff"
)
HANGUL = "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff"
#: Nobody sees them: soft hyphen, joiners, marks of direction and variation, the Arabic stretch.
INVISIBLE = (
    (0xAD, 0xAD),
    (0x34F, 0x34F),
    (0x61C, 0x61C),
    (0x640, 0x640),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200C, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xE0000, 0xE0FFF),
)


class Characters(NamedTuple):
    """Tables of characters, and patterns that are made of them."""

    alike: dict[int, str | None]
    has_alike: re.Pattern[str]
    accents: re.Pattern[str]
    piles: re.Pattern[str]
    may_have_piles: re.Pattern[str]
    tokens: re.Pattern[str]
    units: re.Pattern[str]
    pieces: re.Pattern[str]


def _ranges(codes: list[int]) -> str:
    """``codes``, which ascend, as the inside of a character class."""
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


@cache
def characters() -> Characters:
    """The tables, made at first need: reading all of Unicode takes some 100 ms."""
    categories = {code: unicodedata.category(chr(code)) for code in range(0x300, 0x1F000)}
    marks = [code for code, category in categories.items() if category[0] == "M"]
    # A class is fast up to U+FFFF; of what is above, each range is tried in turn.
    mark = (
        f"(?:[{_ranges([code for code in marks if code < 0x10000])}]"
        f"|(?=[\U00010000-\U0001efff])[{_ranges([code for code in marks if code > 0xFFFF])}])"
    )
    # Characters that are read as others. First digits of all scripts.
    alike: dict[int, str | None] = {
        code: str(unicodedata.decimal(chr(code)))
        for code, category in categories.items()
        if category == "Nd"
    }
    for first, last in INVISIBLE:
        alike.update(dict.fromkeys(range(first, last + 1)))
    # What Unicode does not take apart, although people type it without: strokes, the dotless i,
    # two ligatures. Small letters only, since the case of a letter is folded before.
    alike |= dict(
        zip(map(ord, "ıøłđħŧæœ"), ["i", "o", "l", "d", "h", "t", "ae", "oe"], strict=True)
    )
    alike |= dict(zip(map(ord, "’‘ʼ\u200b"), "''' ", strict=True))
    has_alike = re.compile(
        f"[{_ranges(sorted(code for code in alike if code < 0x10000))}\U00010000-\U000e0fff]"
    )

    # Not the iota below, which folds to a letter.
    accent = f"[{_ranges([code for code in marks if code < 0x10000 and code != 0x345])}]"
    accents = re.compile(f"{accent}(?<=[{ACCENTED}].){accent}*+")

    # To sort a pile of n marks takes n * n steps; in any language there are fewer than 30.
    piles = re.compile(f"((?:{mark}|[\uff9e\uff9f]){{30}})(?:{mark}|[\uff9e\uff9f])++")
    may_have_piles = re.compile(
        f"[{_ranges([code for code in marks if code < 0x10000])}"
        "\uff9e\uff9f\U00010000-\U0001efff]{31}"
    )

    run = rf"[^\W_{UNSPACED}]++(?:[^\W_{UNSPACED}]++|{mark}++)*+"
    compound = rf"{run}(?:[{JOINERS}]+{run})*+"
    unit = rf"(?=\w)[{UNSPACED}]{mark}*+"
    tokens = re.compile(rf"({compound})|((?:{unit})++)")
    units = re.compile(unit)
    # Korean writes its particles to the end of foreign words: API를.
    pieces = re.compile(
        rf"\d++|(?:[{HANGUL}]++{mark}*+)++|(?:[^\W\d_{UNSPACED}{HANGUL}]++{mark}*+)++"
    )
    return Characters(alike, has_alike, accents, piles, may_have_piles, tokens, units, pieces)
