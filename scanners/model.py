"""The small trained model (docs/model_card.md): what a column's values look like taken together, where rules end.

It was trained on synthetic columns only (``python -m training``). It abstains unless it is sure, says nothing of
single values, and never decides against what a column's own name says clearly.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from catalog.model.evidence import Evidence, EvidenceKind
from scanners.looks import Look, Sort
from scanners.spreads import of_days, of_numbers
from scanners.traits import FEW, LONGEST, Traits, of_words

Numbers = NDArray[np.float32]

#: How loud the pieces of words speak beside the general traits, while a reader learns.
PIECES_WEIGH = 10.0
_GENERAL_WEIGHS = 0.3
_FARTHEST = 4.0
_FEWEST = 8
#: What stands in cells that hold several things, or a long number beside words.
_SEVERAL = re.compile(r"[;|=@\t\n{]|(?:\d\D{0,2}){7}")
_KNOWN = 0.2
_SHORTEST = 2.5


@dataclass(frozen=True, slots=True)
class Reader:
    """One hidden layer over the traits of columns of one sort, as arrays; ``heat`` calibrates what it says."""

    kinds: tuple[str, ...]
    pieces: Numbers
    general: Numbers
    hidden: Numbers
    out: Numbers
    last: Numbers
    mean: Numbers
    scale: Numbers
    heat: float

    def shares(self, traits: Traits) -> dict[str, float]:
        """How likely the column is of each kind."""
        inner = standard(traits.general, self.mean, self.scale) @ self.general + self.hidden
        if len(self.pieces):
            inner = inner + traits.weights @ self.pieces[traits.places]
        heated = (np.maximum(inner, 0) @ self.out + self.last) / self.heat
        raised = np.exp(heated - heated.max())
        return dict(zip(self.kinds, (raised / raised.sum()).tolist(), strict=True))


def standard(general: Numbers, mean: Numbers, scale: Numbers) -> Numbers:
    """General traits on one scale, none of them far out."""
    result: Numbers = np.clip((general - mean) / scale, -_FARTHEST, _FARTHEST) * np.float32(_GENERAL_WEIGHS)
    return result


#: A reader says nothing where it is less sure than this; births of children look much like other days.
_SURE, _SURER = 0.7, 0.8


@dataclass(frozen=True, slots=True)
class _Word:
    """What a kind says of a type: our word for it, and how loud at most (below zero: against it).

    It counts from ``sure`` on, with the share of all kinds that mean the same (``_TOGETHER``) or its own ``alone``.
    """

    kind: str
    code: str
    clue: str
    weight: float
    alone: bool = False
    sure: float = 0.0


_PERSONS: Final = ("person", "given", "family")
#: Kinds that mean the same for the types they speak of, the first group that is sure enough counts; and which of a
#: group speaks for it. Persons among a few that may be companies are "persons and companies".
_TOGETHER: Final = (
    (_PERSONS, _PERSONS),
    ((*_PERSONS, "either"), ("either",)),
    *((kinds, kinds) for kinds in (
        ("organisation", "locality", "county", "place", "title", "job", "other"),
        ("birth",),
        ("other day",),
        ("number", "amount"),
        ("key",),
    )),
)  # fmt: skip
_NUMBERED: Final = ("SSN", "PHONE", "PAYMENT_CARD", "FIN_ACCOUNT", "TAXPAYER_ID", "DRIVER_LICENSE", "PASSPORT_NO")
_COMPANIES: Final = "names of companies or offices"
_SPEAKS: Final = (
    _Word("person", "NAME", "names of persons", 0.7),
    _Word("given", "NAME", "given names", 0.6),
    _Word("family", "NAME", "family names", 0.55),
    _Word("either", "NAME", "names of persons and companies", 0.4),
    _Word("organisation", "NAME", _COMPANIES, -0.5),
    _Word("locality", "NAME", "names of cities", -0.6),
    _Word("locality", "LOCALITY", "names of cities", 0.5, alone=True),
    _Word("place", "NAME", "names of places", -0.6),
    _Word("title", "NAME", "titles", -0.6),
    _Word("job", "NAME", "jobs", -0.6),
    _Word("job", "OCCUPATION", "jobs", 0.35, alone=True),
    _Word("other", "NAME", "words other than names", -0.6),
    _Word("birth", "DOB", "dates as of births", 0.15),
    _Word("other day", "DOB", "dates of other things than births", -0.5, sure=_SURER),
    *(_Word("key", code, "numbers that run", -0.5) for code in _NUMBERED),
)
#: What says so loudly needs no second opinion.
_CLEAR = 0.6
_OUTWEIGHS = 0.5


def heard(look: Look, said: Sequence[Evidence], seen: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """What was seen, and the model's opinion where the name says nothing clearly and no list of codes knows the values.

    Lists speak against names they do not know: not where the model takes them for names.
    """
    is_clear = any(item.weight >= _CLEAR for item in said)
    is_listed = any(
        item.type_code != "NAME" and item.weight >= _CLEAR and item.agreed > 0.8 * look.filled for item in seen
    )
    if is_clear or is_listed or _settles_nothing(look, (*said, *seen)):
        return tuple(seen)
    heard = opinion(look)
    if _knows_persons(look, seen):
        heard = tuple(item for item in heard if item.clue != _COMPANIES)
    if any(item.type_code == "NAME" and item.weight >= _OUTWEIGHS for item in heard):
        seen = [item for item in seen if item.type_code != "NAME" or item.weight > 0]
    return (*seen, *heard)


def _settles_nothing(look: Look, evidence: Sequence[Evidence]) -> bool:
    """Whether these are days or numbers that nothing takes for a type the model could speak against."""
    suspected = {item.type_code for item in evidence if item.weight > 0}
    return look.share(Sort.DATE, Sort.NUMBER) > 0.9 and suspected.isdisjoint({"DOB", *_NUMBERED})


def _knows_persons(look: Look, seen: Sequence[Evidence]) -> bool:
    """Whether lists know persons in a column: companies beside them take nothing away."""
    known = [item for item in seen if (item.type_code, item.clue) == ("NAME", "given and family names")]
    return any(item.agreed >= _KNOWN * look.filled for item in known)


def opinion(look: Look) -> tuple[Evidence, ...]:
    """What a column's values look like taken together; nothing where the model is not sure."""
    if look.distinct < _FEWEST:
        return ()
    if look.share(Sort.DATE) > 0.9:
        return _said("days", look, of_days(look))
    if look.share(Sort.NUMBER) > 0.9:
        return _said("figures", look, of_numbers(look))
    if look.share(Sort.WORDS, Sort.MIXED) > 0.6 and _is_lettered(look):
        return _said("words", look, of_words(look))
    return ()


def _is_lettered(look: Look) -> bool:
    """Whether a column is of words that are written out: no codes, times, coordinates, and one thing in each cell."""
    some = look.some()
    if sum(_SEVERAL.search(value) is not None for value in some) > 0.5 * len(some):
        return False
    written = "".join(value[:LONGEST] for value in some)
    letters, marks = sum(map(str.isalpha, written)), len(written) - written.count(" ")
    return marks > _SHORTEST * len(some) and letters > 0.5 * marks


def _said(name: str, look: Look, traits: Traits | None) -> tuple[Evidence, ...]:
    if traits is None:
        return ()
    shares = readers()[name].shares(traits)
    for kinds, speaking in _TOGETHER:
        sure = sum(shares.get(kind, 0.0) for kind in kinds)
        if sure >= _SURE:
            return tuple(_evidence(max(speaking, key=lambda kind: shares[kind]), sure, shares, look))
    return ()


def _evidence(kind: str, sure: float, shares: dict[str, float], look: Look) -> Iterator[Evidence]:
    count = min(FEW, look.distinct)
    for word in _SPEAKS:
        share = shares[kind] if word.alone else sure
        if word.kind == kind and share >= max(_SURE, word.sure):
            weight = _weight(word, share)
            yield Evidence(word.code, EvidenceKind.MODEL, word.clue, weight, looked_at=count, agreed=count)


def _weight(word: _Word, share: float) -> float:
    """Nothing at even odds, all of it when certain."""
    return round(word.weight * (2 * share - 1), 3)


@lru_cache(maxsize=1)
def readers() -> dict[str, Reader]:
    """The readers of words, days and figures, as trained."""
    found: dict[str, dict[str, NDArray[np.generic]]] = {}
    with files("scanners").joinpath("data", "model.npz").open("rb") as file, np.load(file, allow_pickle=False) as kept:
        for key in kept.files:
            reader, _, part = key.partition(".")
            found.setdefault(reader, {})[part] = kept[key]
    return {name: unpacked(parts) for name, parts in found.items()}


def unpacked(parts: dict[str, NDArray[np.generic]]) -> Reader:
    """A reader from the arrays of its file."""
    numbers = {field.name: parts[field.name].astype(np.float32) for field in fields(Reader)[1:-1]}
    return Reader(kinds=tuple(map(str, parts["kinds"])), heat=float(parts["heat"]), **numbers)
