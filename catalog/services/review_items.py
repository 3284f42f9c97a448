"""Items of review with everything that speaks for them, built for many at once in a fixed number of queries."""

from collections.abc import Collection, Mapping, Sequence

from catalog.model.decisions import Decision, in_effect
from catalog.model.review import ReviewItem, ReviewState, decided_in
from catalog.model.review_views import ItemView, LastWord
from catalog.model.review_words import SAID, STATES
from catalog.services import columns
from catalog.services.catalog import Catalog
from catalog.store import judgements, orphans, people, register, review_pages
from catalog.store.engine import Connection
from catalog.store.review_pages import Pair


def views(
    connection: Connection,
    catalog: Catalog,
    items: Sequence[ReviewItem],
    *,
    usual: str | None = None,
    with_reasons: bool = True,
) -> tuple[ItemView, ...]:
    """These items, in this order.

    Parameters:
        usual: the digest of the evidence that most of their group has; None where nothing is taken to be usual.
        with_reasons: whether to say what speaks for each and against it; a long list does without.
    """
    found = review_pages.columns_by_id(connection, {item.column_id for item in items})
    shown = columns.views_of(connection, catalog, list(found.values()), with_reasons=with_reasons)
    tags = {(view.column.id, tag.type.code): tag for view in shown for tag in view.tags}
    profiles = {view.column.id: view.profile for view in shown}
    ids = {item.dataset_id for item in items}
    datasets = orphans.datasets_by_id(connection, ids)
    titles = register.descriptions_by_id(connection, ids)
    sources = {one.id: one for one in register.all_sources(connection)}
    agencies = {one.id: one for one in register.all_agencies(connection)}
    held = {pair: tag.decision for pair, tag in tags.items() if tag.decision}
    lasts = _words(connection, held)
    pictures = review_pages.pictures_of(connection, [decision.id for decision in held.values()])
    names = _names(connection, [item.person_id for item in items if item.person_id])
    others = _second_words(connection, items, held)
    return tuple(
        ItemView(
            column=found[item.column_id],
            dataset=datasets[item.dataset_id],
            title=titles[item.dataset_id].title if item.dataset_id in titles else "",
            agency=agencies[item.agency_id],
            source=sources[datasets[item.dataset_id].source_id],
            tag=tags[pair],
            profile=profiles[item.column_id],
            state=item.state,
            version=item.version,
            is_usual=not (unusual := _unusual(item, usual, others.get(pair, ""))),
            unusual=unusual,
            last=lasts.get(pair),
            picture=pictures.get(held[pair].id) if pair in held else None,
            until=item.until,
            waits_for=names.get(item.person_id or "", ""),
        )
        for item in items
        if (pair := (item.column_id, item.type_code)) in tags
    )


def is_usual(item: ReviewItem, usual: str | None) -> bool:
    """Whether an item is as most of its group: nobody decided on it, and its evidence is theirs."""
    return not _unusual(item, usual, "")


def last_words(connection: Connection, pairs: Collection[Pair]) -> Mapping[Pair, LastWord]:
    """Who decided last on each of these items, where somebody did and it was not taken back."""
    made = judgements.by_column(judgements.decisions_of(connection, {column_id for column_id, _ in pairs}))
    held = {
        (column_id, code): decision
        for column_id, decisions in made.items()
        for code, decision in in_effect(decisions).items()
        if (column_id, code) in pairs
    }
    return _words(connection, held)


def of_decisions(connection: Connection, decisions: Collection[Decision]) -> Mapping[int, LastWord]:
    """Each of these decisions as words, by its number."""
    words = _words(connection, {(one.id, ""): one for one in decisions})
    return {number: word for (number, _), word in words.items()}


def _words(connection: Connection, held: Mapping[Pair, Decision]) -> dict[Pair, LastWord]:
    names = _names(connection, [decision.person_id for decision in held.values()])
    acts = review_pages.acts_by_id(connection, {one.act_id for one in held.values() if one.act_id})
    return {
        pair: LastWord(
            person=names[decision.person_id],
            verdict=decision.verdict,
            at=decision.at,
            reason=decision.reason,
            why=acts[decision.act_id].why if decision.act_id else None,
        )
        for pair, decision in held.items()
    }


def _names(connection: Connection, person_ids: Collection[str]) -> dict[str, str]:
    return {person_id: people.name_of(connection, person_id) for person_id in set(person_ids)}


def _second_words(
    connection: Connection, items: Sequence[ReviewItem], held: Mapping[Pair, Decision]
) -> dict[Pair, str]:
    """Of what two people disagree on, what the second said; who decides it hears both."""
    open_ = [(item.column_id, item.type_code) for item in items if item.state is ReviewState.DISPUTED]
    decided = {held[pair].id: pair for pair in open_ if pair in held}
    readings = review_pages.readings_of(connection, decided)
    names = _names(connection, [one.reader_id for one in readings.values() if one.reader_id])
    return {
        decided[number]: f"A second reader, {names[one.reader_id]}, {SAID[one.verdict]}"
        + (f": “{one.reason}”" if one.reason else "")
        for number, one in readings.items()
        if one.reader_id and one.verdict
    }


def _unusual(item: ReviewItem, usual: str | None, second: str) -> str:
    """What is other about an item than about most of its group; empty where nothing is."""
    if item.state is ReviewState.DISPUTED:
        return second or STATES[ReviewState.DISPUTED].capitalize()
    if item.state is ReviewState.REOPENED:
        return "Somebody decided on it, and what the scan finds has changed since"
    if item.state is ReviewState.PROPOSED:
        return "A decision on it waits for a second person"
    if item.state is ReviewState.DEFERRED and int(decided_in(item.version)):
        return "Somebody decided on it before it was put off"
    if usual is not None and item.digest != usual:
        return "Other evidence than most of these columns have"
    return ""
