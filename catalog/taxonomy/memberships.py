"""The words that speak for membership designations, read from ``data/memberships.toml`` and checked."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from catalog.model.identifiers import IdentifierType
from catalog.model.membership import LONGEST, Lexicon, MembershipWords, Place
from catalog.model.words import split
from catalog.taxonomy import loader
from catalog.taxonomy.entries import DATA, build, malformed, toml

_ROWS = "rows"
_FILE = DATA / "memberships.toml"


@cache
def load() -> Lexicon:
    """The words this product ships."""
    return read(_FILE, loader.load().types)


def read(path: Path, types: Mapping[str, IdentifierType]) -> Lexicon:
    """Read and check a file of such words.

    Raises:
        SettingsError: naming the file, the code and the field that cannot be used: a type there is not, a phrase that
            is written otherwise than names are split, or one that stands there twice.
    """
    content = toml(path)
    words = []
    for code, entry in content.items():
        if code == _ROWS:
            continue
        if code not in types:
            raise malformed(path, code, "code", "there is no such type")
        words.append(build(MembershipWords, {"code": code, **entry}, path, code))
        for place in (Place.NAME, Place.SYSTEM):
            _check(path, code, words[-1].at(place))
    lexicon = build(Lexicon, {"words": tuple(words), **content.get(_ROWS, {})}, path, _ROWS)
    _check(path, _ROWS, (*lexicon.people, *lexicon.others))
    return lexicon


def _check(path: Path, code: str, phrases: tuple[str, ...]) -> None:
    for phrase in phrases:
        if " ".join(split(phrase)) != phrase:
            raise malformed(path, code, phrase, "write it in lower case, its words apart by single blanks")
        if len(split(phrase)) > LONGEST:
            raise malformed(path, code, phrase, f"it is longer than {LONGEST} words")
        if phrases.count(phrase) > 1:
            raise malformed(path, code, phrase, "it stands there twice")
