"""What a verdict on some columns would change: what counts, how sensitive datasets are, and what has to be declared."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from catalog.model.decisions import Verdict
from catalog.model.evidence import Form
from catalog.model.headcount import KeyColumn, headcount
from catalog.model.holdings import Band, Description, Magnitude
from catalog.model.identifiers import Tier
from catalog.model.review import ReviewItem
from catalog.model.review_views import Consequences, TierMove
from catalog.model.sensitivity import Sensitivity, sensitivity
from catalog.services.catalog import Catalog
from catalog.store import holdings, judgements, memberships, register, review_pages
from catalog.store.engine import Connection
from catalog.store.review_pages import Pair


def of(
    connection: Connection, catalog: Catalog, verdict: Verdict, items: Sequence[ReviewItem], *, most: int | None = None
) -> Consequences:
    """What it changes when a person says this of these items.

    Parameters:
        most: of how many datasets the sensitivity is worked out; None for all.
    """
    by_dataset: dict[int, list[ReviewItem]] = {}
    for item in items:
        by_dataset.setdefault(item.dataset_id, []).append(item)
    some = dict(list(by_dataset.items())[:most])
    counting = review_pages.counting(connection, [(item.column_id, item.type_code) for item in items])
    moves, notifiable = _moves(connection, catalog, verdict, some, counting)
    declared = review_pages.declaring(connection, by_dataset)
    pairs = {(item.dataset_id, item.type_code) for item in items}
    named = [declared.get(dataset_id, {}).get(code, set()) for dataset_id, code in pairs]
    return Consequences(
        verdict=verdict,
        columns=len(items),
        counted=len(counting),
        datasets=len(by_dataset),
        moves=moves,
        notifiable=notifiable,
        undeclared=sum(not activities for activities in named),
        declaring=len(set().union(*named)),
        looked_at=len(some),
    )


def _moves(
    connection: Connection,
    catalog: Catalog,
    verdict: Verdict,
    by_dataset: Mapping[int, Sequence[ReviewItem]],
    counting: Collection[Pair],
) -> tuple[tuple[TierMove, ...], int]:
    """The moves of sensitivity, the gravest first, and by how many datasets more the loss would have to be notified."""
    held = judgements.held_in(connection, by_dataset)
    told = memberships.confirmed(connection, by_dataset)
    words = register.descriptions_by_id(connection, by_dataset)
    looks = holdings.coverage_by_id(connection, by_dataset)
    moves: Counter[tuple[Tier, Tier]] = Counter()
    notifiable = 0
    for dataset_id, those in by_dataset.items():
        before = held.get(dataset_id, [])
        after = _held_after(before, those, counting, verdict)
        look = looks.get(dataset_id)
        was_scanned = look is not None and look.scanned_at is not None
        was, will = (
            _judged(catalog, each, told.get(dataset_id, ()), words.get(dataset_id), was_scanned=was_scanned)
            for each in (before, after)
        )
        notifiable += will.breach_notifiable - was.breach_notifiable
        if was.tier is not will.tier:
            moves[was.tier, will.tier] += 1
    ordered = sorted(moves.items(), key=lambda move: (-max(move[0]), move[0]))
    return tuple(TierMove(was, will, count) for (was, will), count in ordered), notifiable


def _held_after(
    before: Sequence[KeyColumn],
    items: Sequence[ReviewItem],
    counting: Collection[Pair],
    verdict: Verdict,
) -> list[KeyColumn]:
    """What a dataset holds once the verdict stands."""
    after = list(before)
    for item in items:
        form = item.form or Form.FULL
        counts = (item.column_id, item.type_code) in counting
        if verdict is Verdict.CONFIRMED and not counts:
            after.append(KeyColumn(item.type_code, form, Band.NONE, Band.NONE, Magnitude.NOT_KNOWN))
        elif verdict is Verdict.REJECTED and counts:
            same = [one for one in after if one.type_code == item.type_code]
            after.remove(next((one for one in same if one.form is form), same[0]))
    return after


def _judged(
    catalog: Catalog,
    held: Sequence[KeyColumn],
    told: Collection[str],
    words: Description | None,
    *,
    was_scanned: bool,
) -> Sensitivity:
    types = judgements.of_types(held, catalog.taxonomy.types, told)
    subjects = words.subject_categories if words else ()
    return sensitivity(types, subjects, was_scanned=was_scanned, people=headcount(held))
