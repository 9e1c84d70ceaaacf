"""Text as the index has it: folded, and split into words.

A card and a query are split by the same rules. Letters, their marks and digits make words; what
stands between two of them without a space joins them to a compound if it is one of the
``JOINERS``, and separates them otherwise. Emoji and symbols are no words: ``C++`` is ``c``.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b
from itertools import pairwise

MAX_BYTES = 200
KEPT_BYTES = 120
JOINERS = r"-_./\@'‐"


def _ranges(codes: list[int]) -> str:
    """``codes``, which ascend, as the inside of a character class."""
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


_CATEGORIES = {code: unicodedata.category(chr(code)) for code in range(0x300, 0x1F000)}
_MARK_CODES = [code for code, category in _CATEGORIES.items() if category[0] == "M"]
# A class is fast up to U+FFFF; of what is above, each range is tried in turn.
_MARK = (
    f"(?:[{_ranges([code for code in _MARK_CODES if code < 0x10000])}]"
    f"|(?=[\U00010000-\U0001efff])[{_ranges([code for code in _MARK_CODES if code > 0xFFFF])}])"
)
# Characters that are read as others. First digits of all scripts.
_ALIKE: dict[int, str | None] = {
    code: str(unicodedata.decimal(chr(code)))
    for code, category in _CATEGORIES.items()
    if category == "Nd"
}
# Nobody sees them: soft hyphen, joiners, marks of direction and variation, the Arabic stretch.
for _first, _last in (
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
):
    _ALIKE.update(dict.fromkeys(range(_first, _last + 1)))
# What Unicode does not take apart, although people type it without: strokes, the dotless i,
# two ligatures. Small letters only, since the case of a letter is folded before.
_ALIKE |= dict(zip(map(ord, "ıøłđħŧæœ"), ["i", "o", "l", "d", "h", "t", "ae", "oe"], strict=True))
_ALIKE |= dict(zip(map(ord, "’‘ʼ\u200b"), "''' ", strict=True))
_HAS_ALIKE = re.compile(
    f"[{_ranges(sorted(code for code in _ALIKE if code < 0x10000))}\U00010000-\U000e0fff]"
)

# Letters of Latin, Greek and Cyrillic, without the signs and marks in their blocks.
_ACCENTED = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0373\u0376-\u0377\u037b-\u037d"
    "\u037f\u0386-\u0481\u048a-\u052f\u1c80-\u1c88\u1d00-\u1dbf\u1e00-\u1fff\u2c60-\u2c7f"
    "\ua640-\ua66e\ua680-\ua69d\ua722-\ua7ff\uab30-\uab6f"
)
# Not the iota below, which folds to a letter.
_ACCENT = f"[{_ranges([code for code in _MARK_CODES if code < 0x10000 and code != 0x345])}]"
_ACCENTS = re.compile(f"{_ACCENT}(?<=[{_ACCENTED}].){_ACCENT}*+")

# To sort a pile of n marks takes n * n steps; what is written in any language has fewer than 30.
_PILES = re.compile(f"((?:{_MARK}|[\uff9e\uff9f]){{30}})(?:{_MARK}|[\uff9e\uff9f])++")
_MAY_HAVE_PILES = re.compile(
    f"[{_ranges([code for code in _MARK_CODES if code < 0x10000])}"
    "\uff9e\uff9f\U00010000-\U0001efff]{31}"
)

# Han, kana and bopomofo, Thai, Lao, Myanmar and Khmer.
_UNSPACED = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
    "\u0e00-\u0eff\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f\u1780-\u17ff"
)
_HANGUL = "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff"
_RUN = rf"[^\W_{_UNSPACED}]++(?:[^\W_{_UNSPACED}]++|{_MARK}++)*+"
_COMPOUND = rf"{_RUN}(?:[{JOINERS}]+{_RUN})*+"
_UNIT = rf"(?=\w)[{_UNSPACED}]{_MARK}*+"
_TOKENS = re.compile(rf"({_COMPOUND})|((?:{_UNIT})++)")
_UNITS = re.compile(_UNIT)
# Korean writes its particles to the end of foreign words: API를.
_PIECES = re.compile(
    rf"\d++|(?:[{_HANGUL}]++{_MARK}*+)++|(?:[^\W\d_{_UNSPACED}{_HANGUL}]++{_MARK}*+)++"
)
_ASCII_COMPOUNDS = re.compile(rf"[0-9A-Za-z]++(?:[{JOINERS}]+[0-9A-Za-z]++)*+")
_ASCII_STEP = re.compile("[a-z][A-Z]|[A-Z][A-Z][a-z]")
# Over a text in which A stands for a capital, a for a small letter, x for one that is neither.
_CASE_STEPS = re.compile(r"(?:A\.*+)+(?![.a])|(?:A\.*+)?(?:a\.*+)++|(?:x\.*+)++")


def fold(text: str) -> str:
    """``text`` without what people leave out when they type: ``Łódź`` and ``LODZ`` are ``lodz``.

    Compatible forms become one (NFKC), case goes, and marks after letters of Latin, Greek and
    Cyrillic go; other scripts keep theirs, for データ without its marks is another word. Digits of
    all scripts become 0 to 9, apostrophes one, and what nobody sees goes. ``fold(fold(text))`` is
    ``fold(text)``.
    """
    # Case, marks and forms undo each other now and then; no text is known to take three rounds.
    for _ in range(4):
        if text.isascii():
            return text.lower()
        folded = _plain(_compatible(text).casefold())
        if folded == text:
            break
        text = folded
    return text


def words(text: str) -> list[str]:
    """The words by which a card with ``text`` is found, each once.

    Of a compound: its pieces, which end where letters meet digits, at joiners and (as written,
    not folded) at steps of case; each two neighbours joined; all joined. The same again for the
    compound without its steps of case. ``customerOrders_v2`` gives customer, orders, v, 2,
    customerorders, ordersv, v2, customerordersv and customerordersv2. Of scripts without spaces:
    each character, and each two neighbours.
    """
    found: dict[str, None] = {}
    folded = fold(text)
    if folded.isascii():
        for compound in _ASCII_COMPOUNDS.findall(folded):
            if len(compound) <= MAX_BYTES and compound.isalpha():
                found[compound] = None
            else:
                _add(found, _PIECES.findall(compound))
    else:
        for compound, unspaced in _TOKENS.findall(folded):
            if compound:
                _add(found, _PIECES.findall(compound))
            else:
                units = _UNITS.findall(unspaced)
                found.update(dict.fromkeys(map(_cut, units)))
                found.update(dict.fromkeys(map(_cut, map("".join, pairwise(units)))))
    if folded != text:
        _add_cased(found, text)
    return list(found)


def query_words(text: str) -> list[str]:
    """The words that a card must all have to be found by ``text``, in order and each once.

    The text is folded first, so its case means nothing. Of a compound: its only piece, or each
    two neighbours joined; ``customerOrders_v2`` needs customerordersv and v2, ``2026-11-20``
    needs 202611 and 1120. Of scripts without spaces: each two neighbours, or the only character.
    A card with this text has them all; so has one in which the text is a part of a compound. That
    they are neighbours there as well is for a look at the text to prove. The last one may be
    looked up as a prefix. A text without letters and digits needs nothing: the caller decides what
    that finds.
    """
    found: dict[str, None] = {}
    for compound, unspaced in _TOKENS.findall(fold(text)):
        pieces = (_PIECES if compound else _UNITS).findall(compound or unspaced)
        needed = pieces if len(pieces) == 1 else map("".join, pairwise(pieces))
        found.update(dict.fromkeys(map(_cut, needed)))
    return list(found)


def value_lexeme(text: str) -> str:
    """The whole folded ``text`` with single spaces, cut if it is over 200 bytes."""
    return _cut(" ".join(re.sub(r"[\0-\x1f\x7f-\x9f]", " ", fold(text)).split()))


def _plain(text: str) -> str:
    """``text`` in compatible form without accents, with the case that it has."""
    text = _compatible(text)
    if _HAS_ALIKE.search(text):
        text = text.translate(_ALIKE)
    text = _ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFKC", text)


def _compatible(text: str) -> str:
    if _MAY_HAVE_PILES.search(text):
        text = _PILES.sub(r"\1", text)
    return unicodedata.normalize("NFKC", text)


def _cut(word: str) -> str:
    if 4 * len(word) <= MAX_BYTES:
        return word
    encoded = word.encode(errors="surrogatepass")
    if len(encoded) <= MAX_BYTES:
        return word
    start = encoded[:KEPT_BYTES].decode(errors="ignore")
    return f"{start}#{blake2b(encoded, digest_size=12).hexdigest()}"


def _add(found: dict[str, None], pieces: list[str]) -> None:
    found.update(dict.fromkeys(map(_cut, pieces)))
    if len(pieces) > 1:
        found.update(dict.fromkeys(map(_cut, map("".join, pairwise(pieces)))))
    if len(pieces) > 2:
        found[_cut("".join(pieces))] = None


def _add_cased(found: dict[str, None], text: str) -> None:
    """Add what compounds with steps of case have, and are no longer seen to have when folded."""
    if text.isascii():
        if not _ASCII_STEP.search(text):
            return
        compounds = _ASCII_COMPOUNDS.findall(text)
    elif any(word[1:] != word[1:].lower() for word in text.split()):
        compounds = [compound for compound, _ in _TOKENS.findall(_plain(text)) if compound]
    else:
        return
    for compound in compounds:
        rest = compound[1:]
        if rest != rest.lower() and not compound.isupper():
            _add(found, fold("\n".join(_case_pieces(compound))).split("\n"))


def _case_pieces(compound: str) -> list[str]:
    """``getHTTPServer2`` as get, HTTP, Server and 2."""
    pieces: list[str] = []
    for piece in _PIECES.findall(compound):
        if piece.isdigit():
            pieces.append(piece)
            continue
        steps = _CASE_STEPS.finditer("".join(map(_shape, piece)))
        pieces += [piece[step.start() : step.end()] for step in steps]
    return pieces


def _shape(character: str) -> str:
    if character.isupper():
        return "A"
    if character.islower():
        return "a"
    return "x" if character.isalnum() else "."
