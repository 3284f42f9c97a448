"""Opens Port Meridian's next round of reports and lets its people say, ask, sign and send back what is recorded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from catalog.demo import entries, register
from catalog.demo.entries import Entry, every, made
from catalog.model.actors import Actor, Scope
from catalog.model.cycles import Cycle, CycleEvent, CycleState
from catalog.model.decisions import Verdict
from catalog.model.measures import Measure
from catalog.model.register import Activity
from catalog.model.report_answers import Answer, of_task, task_digest
from catalog.model.report_entries import EntryKind, Said, WithholdReason
from catalog.model.report_form import Task
from catalog.model.report_views import ReportNow
from catalog.services import (
    cycles,
    division_tasks,
    measures,
    report_answering,
    report_contents,
    report_reviews,
    report_signing,
    report_states,
    review,
)
from catalog.services.catalog import Catalog
from catalog.store import holdings, law


@dataclass(frozen=True)
class _Round:
    """The cycles of the round by agency, and the numbers of activities by agency and reference."""

    cycles: Mapping[str, Cycle]
    activities: Mapping[tuple[str, str], int]

    def key(self, agency_id: str, item: str) -> str:
        """An item's key, where it names an activity by the number that its agency gives it."""
        element, _, last = item.partition("/")
        known = self.activities.get((agency_id, last))
        return f"{element}/activity:{known}" if known else item


def keep(catalog: Catalog) -> None:
    """Do all of it, once the records and the first decisions are there."""
    with catalog.together() as joined:
        begun = _open(joined)
        for entry in every("settled"):
            for agency_id in entry["agencies"]:
                _settle(joined, begun, agency_id)
        for entry in every("measure"):
            _measure(joined, begun, entry)
        for entry in every("said"):
            _say(joined, begun, entry)
        for entry in every("asked"):
            _ask(joined, begun, entry)
        for entry in every("submitted"):
            _submit(joined, begun, entry)


def _open(catalog: Catalog) -> _Round:
    (entry,) = every("round")
    opened = cycles.open_round(
        entries.chief(),
        catalog,
        period_from=entry["period_from"],
        period_to=entry["period_to"],
        due_on=entry["due_on"],
        agency_ids=[one["id"] for one in every("agency")],
    )
    with catalog.reading() as connection:
        known = law.every(connection, Activity)
    return _Round({one.agency_id: one for one in opened}, {(one.agency_id, one.reference): one.id for one in known})


def _now(catalog: Catalog, cycle: Cycle) -> ReportNow:
    with catalog.reading() as connection:
        current = law.one(connection, Cycle, cycle.id)
        return report_states.state_of(connection, catalog, current or cycle)


def _answer(catalog: Catalog, cycle: Cycle, key: str) -> Answer:
    return next(one for one in _now(catalog, cycle).answers if one.item.key == key)


def _measure(catalog: Catalog, begun: _Round, entry: Entry) -> None:
    about = begun.activities[entry["agency"], entry["activity"]] if "activity" in entry else None
    measure = made(Measure, entry, agency_id=entry["agency"], activity_id=about)
    measures.add(entries.officer(entry["agency"]), catalog, measure)


def _say(catalog: Catalog, begun: _Round, entry: Entry) -> None:
    """Say what is recorded, where what it is about is there and it makes sense: scans decide that of some of it."""
    cycle, key = begun.cycles[entry["agency"]], begun.key(entry["agency"], entry["item"])
    kind = EntryKind(entry["kind"])
    answer = next((one for one in _now(catalog, cycle).answers if one.item.key == key), None)
    if answer is None or (kind is EntryKind.EXPLAINED and not answer.needs_explaining):
        return
    report_answering.say(
        entries.person(entry["by"]),
        catalog,
        cycle.id,
        key,
        kind,
        text=entry.get("text", ""),
        reason=WithholdReason(entry["reason"]) if "reason" in entry else None,
        expected=answer.latest,
    )


def _ask(catalog: Catalog, begun: _Round, entry: Entry) -> None:
    """Ask a division, and let whoever is asked propose what they would say."""
    cycle = begun.cycles[entry["agency"]]
    task = division_tasks.ask(
        entries.person(entry["by"]),
        catalog,
        cycle.id,
        division=entry["division"],
        tasks=entry["tasks"],
        person_id=entry.get("person"),
        contact=entry["contact"],
        note=entry["note"],
        due_on=catalog.day() + timedelta(days=entry["due_in_days"]),
    )
    for proposal in entry.get("proposals", ()):
        key = begun.key(entry["agency"], proposal["item"])
        report_answering.say(
            entries.person(entry["person"]),
            catalog,
            cycle.id,
            key,
            EntryKind.PROPOSED,
            text=proposal["text"],
            division_task_id=task.id,
            expected=_answer(catalog, cycle, key).latest,
        )


def _submit(catalog: Catalog, begun: _Round, entry: Entry) -> None:
    """Say that all holds, attest, sign, record the head's signature on paper; then what the privacy office does."""
    cycle, officer = begun.cycles[entry["agency"]], entries.officer(entry["agency"])
    report_answering.say_many(officer, catalog, cycle.id, list(_holds(_now(catalog, cycle), entry)))
    for task in Task:
        now = _now(catalog, cycle)
        report_answering.attest(officer, catalog, cycle.id, task, digest=task_digest(of_task(task, now.answers)))
    cycles.move(officer, catalog, cycle.id, CycleEvent.READY, expected=CycleState.IN_PROGRESS)
    text = report_contents.encode(report_states.content_of(_now(catalog, cycle)))
    frozen = report_signing.sign(officer, catalog, cycle.id, content_hash=report_contents.digest(text))
    report_signing.sign_for_agency(
        officer,
        catalog,
        cycle.id,
        content_hash=frozen.content_hash,
        signer=entry["signer"],
        capacity=entry["capacity"],
        on=catalog.day(),
        filed=entry["filed"],
    )
    _review(entries.chief(), catalog, cycle, entry)


def _holds(now: ReportNow, entry: Entry) -> Iterator[Said]:
    """That each of the last report's words holds, and why what has to be explained is so."""
    for one in now.answers:
        if one.needs_explaining:
            yield Said(one.item.key, EntryKind.EXPLAINED, text=entry["explanation"], expected=one.latest)
        elif not one.item.fields and not one.item.text and one.is_filled:
            yield Said(one.item.key, EntryKind.STILL_TRUE, expected=one.latest)


def _review(chief: Actor, catalog: Catalog, cycle: Cycle, entry: Entry) -> None:
    """Comment on answers, the second of an answer after the first, and take the step that is recorded."""
    event = CycleEvent(entry["then"])
    for comment in entry.get("comments", ()):
        report_answering.say(
            chief,
            catalog,
            cycle.id,
            comment["item"],
            EntryKind.COMMENTED,
            text=comment["text"],
            expected=_answer(catalog, cycle, comment["item"]).latest,
        )
    report_reviews.review(
        chief, catalog, cycle.id, [], step=event, words=entry.get("words", ""), expected=CycleState.SUBMITTED
    )


def _settle(catalog: Catalog, begun: _Round, agency_id: str) -> None:
    """Confirm one column of each type on which somebody has to decide, where the plan says that the column holds it and
    an activity on its dataset declares it.
    """
    codes = _now(catalog, begun.cycles[agency_id]).facts.undecided_types
    scope, declared = Scope(frozenset({agency_id})), _declared(catalog, agency_id)
    with catalog.reading() as connection:
        names = holdings.names_of_columns(connection, declared)
        suggested = {one: holdings.columns_with_types(connection, scope, declared, [one]) for one in codes}
    for code in codes:
        found = (
            column_id
            for dataset_id, (name, types) in declared.items()
            for column_id, column in names.get(dataset_id, ())
            if code in types and column_id in suggested[code] and code in _truly(name, column)
        )
        column_id = next(found, None)
        if column_id is not None:
            review.decide(entries.officer(agency_id), catalog, column_id, code, Verdict.CONFIRMED)


def _declared(catalog: Catalog, agency_id: str) -> Mapping[int, tuple[str, frozenset[str]]]:
    """An agency's datasets by number, with the name of each and what its activities on it declare."""
    own = [one for one in entries.activities() if one.agency == agency_id]
    return {
        dataset.id: (name, frozenset(code for one in own if name in one.datasets for code in one.types))
        for name, (of, dataset) in register.datasets(catalog).items()
        if of == agency_id
    }


def _truly(dataset: str, column: str) -> frozenset[str]:
    """What a planned column holds."""
    plan = entries.plans().get(dataset)
    columns = plan.columns if plan else ()
    return frozenset(code.rstrip("?") for one in columns if one.name == column for code in one.holds)
