"""From evidence to findings: pure, deterministic, and short enough to be read by whoever doubts a finding.

Rules, in order:

1. What chance explains counts for nothing: a check's weight is scaled by the share of its hits that chance does
   not explain. A value seen again is no new evidence: the weight grows with *distinct* agreeing values only. One
   text alone says the less the more were read.
2. Within one kind of evidence the strongest counts; kinds that agree raise each other.
3. Evidence against lowers what is left. A weak value pattern yields to a name that clearly says something else.
4. Neighbours raise, they never found: without other evidence they are worth nothing.
5. Strength says how sure we are that the type is there; share says in how many rows. They are never averaged.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import sqrt

from catalog.model.evidence import Evidence, EvidenceKind, Finding, Form, Share

FOUND = 0.5
_WORTH_SAYING = 0.2
_CLEAR_NAME = 0.6
_WEAK = 0.7
_YIELDS = 0.5
_ONE_ALONE = 0.4
_MANY_TEXTS = 40
_Z = 1.96
_SAID = frozenset({EvidenceKind.NAME, EvidenceKind.COMMENT})
_OF_VALUES = frozenset({
    EvidenceKind.VALIDATOR, EvidenceKind.LEXICON, EvidenceKind.PATTERN, EvidenceKind.TEXT, EvidenceKind.PART,
    EvidenceKind.ATTRIBUTE,
})  # fmt: skip
#: Parts of a column were judged by all their values.
_WEIGHED_BEFORE = frozenset({EvidenceKind.PART, EvidenceKind.ATTRIBUTE})


def combine(evidence: Sequence[Evidence], *, rows: int, filled: int) -> tuple[Finding, ...]:
    """Judge one column.

    Parameters:
        evidence: all observations on the column, in any order.
        rows: rows looked at, of which ``filled`` hold a value.
    """
    if not evidence:
        return ()
    by_code: dict[str, list[Evidence]] = defaultdict(list)
    for item in sorted(evidence, key=_order):
        by_code[item.type_code].append(item)
    named = {item.type_code for item in evidence if item.kind is EvidenceKind.NAME and item.weight >= _CLEAR_NAME}
    findings = [
        _finding(code, items, yields=bool(named - {code}), rows=rows, filled=filled) for code, items in by_code.items()
    ]
    kept = [finding for finding in findings if finding.strength >= _WORTH_SAYING]
    return tuple(sorted(kept, key=lambda finding: (-finding.strength, finding.type_code)))


def _order(item: Evidence) -> tuple[str | float, ...]:
    counts = (item.looked_at, item.agreed, item.distinct, item.by_chance)
    return (item.type_code, item.kind, item.clue, -item.weight, item.form, *counts)


def _finding(code: str, items: Sequence[Evidence], *, yields: bool, rows: int, filled: int) -> Finding:
    worth = [(item, _worth(item, yields=yields)) for item in items]
    unsaid = [pair for pair in worth if pair[0].kind not in _SAID]
    return Finding(
        type_code=code,
        form=_form(worth),
        strength=_strength(worth),
        share=share([item for item in items if item.weight > 0], rows=rows, filled=filled),
        without_name=_strength(unsaid),
        evidence=tuple(item for item, _ in sorted(worth, key=lambda pair: -abs(pair[1]))),
    )


def _worth(item: Evidence, *, yields: bool = False) -> float:
    """The weight of one piece of evidence after chance, repetition and the yielding of weak patterns."""
    worth = item.weight
    if item.kind in _OF_VALUES:
        worth *= _beyond_chance(item) * _seldom_alone(item)
    elif item.looked_at:
        worth *= item.agreed / item.looked_at
    if yields and item.weight > 0 and _may_yield(item):
        worth *= _YIELDS
    return worth


def _may_yield(item: Evidence) -> bool:
    return item.kind is EvidenceKind.LEXICON or (item.kind is EvidenceKind.VALIDATOR and item.weight < _WEAK)


def _beyond_chance(item: Evidence) -> float:
    """Share of the hits that chance does not explain, taken from the low end of what the hits show."""
    if item.by_chance == 0:
        return 1.0
    low = wilson(item.agreed, item.looked_at).low
    return max(0.0, (low - item.by_chance) / low) if low > 0 else 0.0


def _seldom_alone(item: Evidence) -> float:
    """What is left where hardly any distinct value agrees: one text of many may be a mistake, one of ten hardly."""
    if item.kind in _WEIGHED_BEFORE:
        return 1.0
    doubt = _ONE_ALONE * (min(1.0, item.looked_at / _MANY_TEXTS) if item.kind is EvidenceKind.TEXT else 1.0)
    return 1 - doubt / item.distinct if item.distinct else 0.0


def _strength(worth: Iterable[tuple[Evidence, float]]) -> float:
    best: dict[EvidenceKind, float] = defaultdict(float)
    worst = 0.0
    for item, value in worth:
        best[item.kind] = max(best[item.kind], value)
        worst = min(worst, value)
    if not any(value > 0 for kind, value in best.items() if kind is not EvidenceKind.NEIGHBOUR):
        return 0.0
    doubt = 1.0
    for kind in sorted(best):
        doubt *= 1 - best[kind]
    return round((1 - doubt) * (1 + worst), 4)


def _form(worth: Sequence[tuple[Evidence, float]]) -> Form:
    speaking = [(value, item) for item, value in worth if item.kind is not EvidenceKind.NEIGHBOUR]
    return max(speaking, key=lambda pair: pair[0])[1].form if speaking else Form.FULL


#: How loud, next to the strongest evidence, another must speak to count rows; and how seldom chance alone would agree.
_NEARLY = 0.5
_RARELY = 0.1
#: Of texts in which a name was seen, at least so many hold one; and of those that hold one, it was seen in so many at
#: least: chance of the draw is not all there is to be unsure of (benchmarks/notes).
_NAMES_IN_TEXTS = ("NAME", EvidenceKind.TEXT)
_TRUE_NAMES, _FOUND_NAMES = 0.85, 0.65


def share(items: Sequence[Evidence], *, rows: int, filled: int) -> Share:
    """The share of rows that hold the type: what the evidence shows, or no more than what is filled."""
    counted = [item for item in items if item.kind in _OF_VALUES and item.agreed]
    if not rows or not filled:
        return Share(0.0, 0.0, 0.0)
    if not counted:
        return Share(0.0, filled / rows, filled / rows)
    strongest = max(item.weight for item in counted)
    # Lists overlap and none is whole: of those that speak nearly as loud, the one that knows most values counts.
    loud = [item for item in counted if item.weight >= strongest * _NEARLY and item.by_chance <= _RARELY]
    best = max(loud or counted, key=lambda item: (item.agreed / item.looked_at, item.weight))
    seen = interval(best.agreed, best.looked_at)
    part = min(1.0, filled / rows)
    if (best.type_code, best.kind) == _NAMES_IN_TEXTS:
        seen = Share(seen.low * _TRUE_NAMES, seen.mid, min(1.0, seen.high / _FOUND_NAMES))
    return Share(seen.low * part, seen.mid * part, seen.high * part)


def wilson(agreed: int, looked_at: int) -> Share:
    """Wilson's interval (95 %) for a share of which ``agreed`` of ``looked_at`` were seen."""
    if looked_at <= 0:
        return Share(0.0, 0.0, 1.0)
    mid = agreed / looked_at
    spread = 1 + _Z**2 / looked_at
    center = (mid + _Z**2 / (2 * looked_at)) / spread
    half = _Z * sqrt(mid * (1 - mid) / looked_at + _Z**2 / (4 * looked_at**2)) / spread
    return Share(min(mid, max(0.0, center - half)), mid, max(mid, min(1.0, center + half)))


def interval(agreed: int, looked_at: int) -> Share:
    """Wilson's interval with a correction for counts being whole numbers: it holds the truth 95 times of 100 at least,
    where the plain one holds it so often on average (Newcombe 1998, method 4).
    """
    plain = wilson(agreed, looked_at)
    if looked_at <= 0:
        return plain
    mid, spread = plain.mid, 2 * (looked_at + _Z**2)
    center = 2 * looked_at * mid + _Z**2
    inner = _Z**2 - 1 / looked_at + 4 * looked_at * mid * (1 - mid)
    low = (center - 1 - _Z * sqrt(max(0.0, inner + 4 * mid - 2))) / spread if agreed else 0.0
    high = (center + 1 + _Z * sqrt(max(0.0, inner - 4 * mid + 2))) / spread if agreed < looked_at else 1.0
    return Share(min(plain.low, max(0.0, low)), mid, max(plain.high, min(1.0, high)))
