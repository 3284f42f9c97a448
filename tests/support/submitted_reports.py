"""Reports of Social Services in the made-up city, signed and submitted through the services as people do it."""

from dataclasses import replace

from catalog.model.actors import Actor, Grant, Role
from catalog.model.cycles import Cycle, CycleEvent, CycleState
from catalog.model.frozen_reports import FrozenReport
from catalog.model.register import Activity, Classification
from catalog.model.report_answers import of_task, task_digest
from catalog.model.report_entries import EntryKind, Said, WithholdReason
from catalog.model.report_form import Task
from catalog.model.report_views import ReportNow
from catalog.services import cycles, report_answering, report_contents, report_signing, report_states
from catalog.services.catalog import Catalog
from catalog.store import law

OFFICER = Actor("officer-dss", "Ben Okafor", frozenset({Grant(Role.OFFICER, "DSS")}))
HEAD = Actor("head-dss", "Carla Diaz", frozenset({Grant(Role.AGENCY_HEAD, "DSS")}))
#: The item that is withheld, what was said of it, and the words that are said of everything else.
WITHHELD, WHY, WORDS = "agreements/protocol:4", "The inspector general looks into it.", "Caseworkers alone do so."


def now(catalog: Catalog, cycle_id: int) -> ReportNow:
    """The report as it is."""
    with catalog.reading() as connection:
        cycle = law.one(connection, Cycle, cycle_id)
        assert cycle is not None
        return report_states.state_of(connection, catalog, cycle)


def say(catalog: Catalog, cycle_id: int, *said: Said) -> None:
    """Say things as the officer, each having seen what was said before."""
    latest = {one.item.key: one.latest for one in now(catalog, cycle_id).answers}
    seen = [replace(one, expected=latest[one.item_key]) for one in said]
    report_answering.say_many(OFFICER, catalog, cycle_id, seen)


def classify(catalog: Catalog) -> None:
    """Say of every collection and disclosure how it may take place: no report is signed without it."""
    with catalog.reading() as connection:
        unclassified = law.where(connection, Activity, classification=Classification.UNCLASSIFIED)
    for one in unclassified:
        made = replace(one, classification=Classification.NOT_IDENTIFYING)
        catalog.note(lambda connection, made=made: law.put(connection, made))  # type: ignore[misc]  # bound now


def make_ready(catalog: Catalog, cycle_id: int) -> None:
    """Say all that has to be said, withhold one item, and attest every task."""
    classify(catalog)
    answers = now(catalog, cycle_id).answers
    empty = [Said(one.item.key, EntryKind.WROTE, WORDS) for one in answers if not one.is_filled]
    odd = [Said(one.item.key, EntryKind.EXPLAINED, "It is so.") for one in answers if one.needs_explaining]
    say(catalog, cycle_id, *empty)
    say(catalog, cycle_id, *odd)
    say(catalog, cycle_id, Said(WITHHELD, EntryKind.WITHHELD, WHY, WithholdReason.INVESTIGATION))
    attest(catalog, cycle_id)
    cycles.move(OFFICER, catalog, cycle_id, CycleEvent.READY, expected=CycleState.IN_PROGRESS)


def attest(catalog: Catalog, cycle_id: int) -> None:
    """Attest every task as it is."""
    for task in Task:
        digest = task_digest(of_task(task, now(catalog, cycle_id).answers))
        report_answering.attest(OFFICER, catalog, cycle_id, task, digest=digest)


def sign(catalog: Catalog, cycle_id: int) -> FrozenReport:
    """Sign it as its officer and as its head."""
    content = report_states.content_of(now(catalog, cycle_id))
    digest = report_contents.digest(report_contents.encode(content))
    frozen = report_signing.sign(OFFICER, catalog, cycle_id, content_hash=digest)
    report_signing.sign_for_agency(HEAD, catalog, cycle_id, content_hash=digest, capacity="Commissioner")
    return frozen


def submit(catalog: Catalog, cycle_id: int) -> FrozenReport:
    """All of it, from a report that was opened."""
    make_ready(catalog, cycle_id)
    return sign(catalog, cycle_id)
