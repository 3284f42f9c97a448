"""Lines of the reconciliation as people see them: with names, with why, and with the last word on each."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from catalog.model.actors import Actor
from catalog.model.coverage import Look
from catalog.model.difference_views import DifferenceLine, Why
from catalog.model.differences import MATCH_TEXT, SECTION, SECTION_OF_REASON, Difference, Match, Reason, state_of
from catalog.model.identifiers import IdentifierType
from catalog.model.views import ActivityView
from catalog.services import access, lines
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.records import Records
from catalog.store import differences, holdings, people
from catalog.store.engine import Connection
from catalog.taxonomy import detection

_FOUND = frozenset({Match.AGREED, Match.STALE, Match.UNDECLARED, Match.DECLARED_ELSEWHERE})
#: Where it counts how often scans find what is there.
_MEASURED = frozenset({Match.NOT_FOUND, Match.MAY_BE_MISSED})
_UNSEEN = frozenset({Look.NOT_SCANNED, Look.COULD_NOT_LOOK})


def lines_of(
    connection: Connection, catalog: Catalog, actor: Actor, known: Records, found: Sequence[Difference]
) -> tuple[DifferenceLine, ...]:
    """These differences, in this order.

    Parameters:
        known: the law's records this actor sees.
    """
    scope = access.scope(actor, Action.READ_EVIDENCE)
    ids = list(dict.fromkeys(one.dataset_id for one in found if one.dataset_id))
    datasets = {line.dataset.id: line for line in lines.dataset_lines(connection, catalog, scope, ids)}
    said = differences.resolutions_of(connection, found)
    names = {
        key: people.name_of(connection, key) for key in {each.person_id for those in said.values() for each in those}
    }

    def line(one: Difference) -> DifferenceLine:
        last = said[one.key][-1] if one.key in said else None
        return DifferenceLine(
            difference=one,
            agency=known.agencies[one.agency_id],
            dataset=datasets.get(one.dataset_id or 0),
            activity=known.view(one.activity_id) if one.activity_id and one.activity_id in known.activities else None,
            type=known.kinds[one.type_code] if one.type_code else None,
            other_agency=known.agencies[one.other_agency_id] if one.other_agency_id else None,
            state=state_of(one, last, known.today),
            resolution=last,
            resolved_by=names[last.person_id] if last else "",
            why=_why(known, one),
        )

    return tuple(line(one) for one in found)


def declaring(known: Records, one: Difference) -> tuple[ActivityView, ...]:
    """The activities that declare the type of a line about a dataset, on this or on other data of its agency."""
    if one.match not in _FOUND:
        return ()
    code, dataset_id = one.type_code, one.dataset_id
    on = known.by_dataset.get(dataset_id or 0, frozenset())
    return known.views(
        lambda activity: (
            activity.agency_id == one.agency_id
            and code in known.types.get(activity.id, ())
            and activity.id not in known.silent
            and (one.match is Match.DECLARED_ELSEWHERE or activity.id in on)
        )
    )


def picture(kinds: Mapping[str, IdentifierType], one: Difference) -> str:
    """What a line looks like, in words of ours, to be kept beside what people say of it."""
    parts = [MATCH_TEXT[one.match]]
    if one.type_code:
        parts.append(kinds[one.type_code].label)
    if one.columns:
        columns = f"{one.columns} column{'s' if one.columns != 1 else ''}"
        parts.append(f"{'confirmed' if one.confirmed else 'suggested'} in {columns}")
    if one.member:
        parts.append("confirmed of the dataset itself")
    parts += [f"{words}: {_labels(kinds, codes)}" for words, codes in _sides(one) if codes]
    if one.bound is not None:
        parts.append(f"at most {one.bound:.2%} of the rows could still hold it")
    if one.day is not None:
        parts.append(f"{one.day:%Y-%m-%d}")
    return "; ".join(parts)


def unseen(connection: Connection, actor: Actor, agency_ids: Collection[str]) -> tuple[int, int]:
    """Of how many datasets nobody has looked at or could look, and how many there are: in these agencies, or in all."""
    counts = [
        one
        for one in holdings.look_counts(connection, access.scope(actor, Action.READ_EVIDENCE))
        if not agency_ids or one.agency_id in agency_ids
    ]
    return sum(one.count for one in counts if one.look in _UNSEEN), sum(one.count for one in counts)


def _why(known: Records, one: Difference) -> Why:
    return Why(
        reason=one.reason,
        section=SECTION_OF_REASON.get(one.reason, SECTION[one.match]),
        day=one.day,
        bound=one.bound,
        types=_kinds(known.kinds, one.types),
        others=_kinds(known.kinds, one.others),
        activities=declaring(known, one),
        measured=detection.load().of(one.type_code).whole if one.match in _MEASURED and one.type_code else None,
        citations=_citations(known, one),
    )


def _citations(known: Records, one: Difference) -> tuple[str, ...]:
    activity = known.activities.get(one.activity_id or 0)
    if one.reason is not Reason.POLICY_ASKS_AGREEMENT or activity is None:
        return ()
    return tuple(rule.citation for rule in known.asking_agreement(activity))


def _sides(one: Difference) -> Iterable[tuple[str, tuple[str, ...]]]:
    return (("only this side records", one.types), ("only the other side records", one.others))


def _labels(kinds: Mapping[str, IdentifierType], codes: Iterable[str]) -> str:
    return ", ".join(kind.label for kind in _kinds(kinds, codes))


def _kinds(kinds: Mapping[str, IdentifierType], codes: Iterable[str]) -> tuple[IdentifierType, ...]:
    """Types, gravest first."""
    return tuple(sorted((kinds[code] for code in codes), key=lambda kind: (-kind.tier, kind.label)))
