"""Tables inside a column: what is found in its parts, told of the column that holds them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from catalog.model.evidence import Evidence, EvidenceKind, Finding, Form
from scanners.combine import FOUND
from scanners.looks import Look


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a column's values, judged as if it were a column; ``name`` is what the data itself calls it."""

    name: str = field(repr=False)
    look: Look


#: Judges columns side by side: their findings, in the same order.
Judge: TypeAlias = Callable[[Sequence[Part]], Sequence[Sequence[Finding]]]


def told(
    parts: Sequence[Part], findings: Sequence[Sequence[Finding]], kind: EvidenceKind, whole: Look
) -> Iterator[Evidence]:
    """One piece of evidence per type and form that was found in the parts of a column.

    Parameters:
        kind: ``PART`` where every value has all parts, ``ATTRIBUTE`` where each value is one part alone.
    """
    found: dict[tuple[str, Form], list[tuple[Finding, Look]]] = {}
    for part, each in zip(parts, findings, strict=True):
        for finding in each:
            if finding.strength >= FOUND:
                found.setdefault((finding.type_code, finding.form), []).append((finding, part.look))
    for (code, form), every in sorted(found.items()):
        yield _evidence(code, form, every, kind, whole)


def _evidence(
    code: str, form: Form, every: Sequence[tuple[Finding, Look]], kind: EvidenceKind, whole: Look
) -> Evidence:
    surest = max((finding for finding, _ in every), key=lambda finding: finding.strength)
    rows = [_rows(finding, look, kind, whole) for finding, look in every]
    return Evidence(
        code,
        kind,
        _clue(surest, kind),
        surest.strength,
        form=form,
        looked_at=whole.filled,
        agreed=min(whole.filled, sum(rows) if kind is EvidenceKind.ATTRIBUTE else max(rows)),
        distinct=max(look.distinct for _, look in every),
    )


def _rows(finding: Finding, look: Look, kind: EvidenceKind, whole: Look) -> int:
    """How many of the column's values hold it; where a name alone speaks, all that are filled are taken to."""
    share = finding.share.mid if finding.share.low > 0 else finding.share.high
    return round(share * (look.rows if kind is EvidenceKind.ATTRIBUTE else whole.filled))


def _clue(finding: Finding, kind: EvidenceKind) -> str:
    """What the attribute says, else what is surest."""
    items = [item for item in finding.evidence if item.weight > 0]
    named = [item for item in items if item.kind is EvidenceKind.NAME]
    return max(named if kind is EvidenceKind.ATTRIBUTE else items, key=lambda item: item.weight).clue
