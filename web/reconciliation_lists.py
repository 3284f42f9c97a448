"""Differences between paper and data as lists to export."""

from collections.abc import Iterable

from catalog.model.difference_views import DifferenceLine, TallyLine
from catalog.model.differences import MATCH_TEXT, STATE_TEXT, Match
from catalog.model.membership_views import MembershipLine
from web.exports import Cell, Listing
from web.reconciliation_wording import found, sentence

_LINE = ("difference_id", "difference", "agency", "what", "section", "dataset_id", "dataset", "activity_id", "activity")
_LINE_REST = ("type", "tier", "standing", "columns", "bound", "other_agency", "rank", "since", "state", "word", "until")

_MEMBERSHIP = ("dataset_id", "dataset", "agency", "type", "tier", "standing", "words", "decided_at", "reason")


def differences(lines: Iterable[DifferenceLine]) -> Listing:
    """Differences in the order of the page."""
    return Listing("paper-against-data", _LINE + _LINE_REST, [_difference(line) for line in lines])


def _difference(line: DifferenceLine) -> tuple[Cell, ...]:
    one, word = line.difference, line.resolution
    return (
        one.id,
        MATCH_TEXT[one.match],
        line.agency.acronym,
        sentence(line),
        line.why.section,
        one.dataset_id,
        (line.dataset.title or line.dataset.dataset.name) if line.dataset else None,
        one.activity_id,
        line.activity.activity.title if line.activity else None,
        one.type_code,
        line.type.tier.label if line.type else None,
        found(line) or None,
        one.columns,
        one.bound,
        line.other_agency.acronym if line.other_agency else None,
        one.rank,
        one.since.isoformat(),
        STATE_TEXT[line.state] if line.state else None,
        word.reason if word else None,
        word.until.isoformat() if word and word.until else None,
    )


def tallies(by: str, lines: Iterable[TallyLine]) -> Listing:
    """How many differences of each kind one agency or program has."""
    headings = (by, "name", *(match.value for match in Match), "open")
    rows: list[tuple[Cell, ...]] = [
        (line.key, line.name, *(line.counts.get(match, 0) for match in Match), line.open) for line in lines
    ]
    return Listing(f"paper-against-data-by-{by}", headings, rows)


def memberships(lines: Iterable[MembershipLine]) -> Listing:
    """What being in a dataset tells, in the order of the page."""
    return Listing("what-being-in-a-dataset-tells", _MEMBERSHIP, [_membership(line) for line in lines])


def _membership(line: MembershipLine) -> tuple[Cell, ...]:
    return (
        line.dataset.id,
        line.title or line.dataset.name,
        line.agency.acronym,
        line.type.code,
        line.type.tier.label,
        line.standing.value,
        "; ".join(line.clues),
        line.decision.at.isoformat() if line.decision else None,
        line.decision.reason if line.decision else None,
    )
