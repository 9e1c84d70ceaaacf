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

from catalog.search.characters import JOINERS, characters

MAX_BYTES = 200
KEPT_BYTES = 120


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
                _add(found, characters().pieces.findall(compound))
    else:
        for compound, unspaced in characters().tokens.findall(folded):
            if compound:
                _add(found, characters().pieces.findall(compound))
            else:
                units = characters().units.findall(unspaced)
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
    for compound, unspaced in characters().tokens.findall(fold(text)):
        pieces = (characters().pieces if compound else characters().units).findall(
            compound or unspaced
        )
        needed = pieces if len(pieces) == 1 else map("".join, pairwise(pieces))
        found.update(dict.fromkeys(map(_cut, needed)))
    return list(found)


def value_lexeme(text: str) -> str:
    """The whole folded ``text`` with single spaces, cut if it is over 200 bytes."""
    return _cut(" ".join(re.sub(r"[\0-\x1f\x7f-\x9f]", " ", fold(text)).split()))


def _plain(text: str) -> str:
    """``text`` in compatible form without accents, with the case that it has."""
    text = _compatible(text)
    if characters().has_alike.search(text):
        text = text.translate(characters().alike)
    text = characters().accents.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFKC", text)


def _compatible(text: str) -> str:
    if characters().may_have_piles.search(text):
        text = characters().piles.sub(r"\1", text)
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
        compounds = [
            compound for compound, _ in characters().tokens.findall(_plain(text)) if compound
        ]
    else:
        return
    for compound in compounds:
        rest = compound[1:]
        if rest != rest.lower() and not compound.isupper():
            _add(found, fold("\n".join(_case_pieces(compound))).split("\n"))


def _case_pieces(compound: str) -> list[str]:
    """``getHTTPServer2`` as get, HTTP, Server and 2."""
    pieces: list[str] = []
    for piece in characters().pieces.findall(compound):
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
