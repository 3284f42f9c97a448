"""Opening rounds, entering earlier reports, and the life of a cycle: what happens, by whom, what is never reached."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.audit import AuditFilter
from catalog.model.cycles import Cycle, CycleEvent, CycleState, CycleType
from catalog.model.report_entries import EntryKind
from catalog.model.report_form import Task
from catalog.services import audit, cycles, report_contents, sources
from catalog.services.catalog import Catalog
from catalog.store import law
from tests.support.builders import CPO, OPERATOR, a_catalog, an_agency
from tests.support.cycle_case import (
    DCH,
    DSO,
    DUE,
    FROM,
    PEOPLE,
    TO,
    Case,
    a_cycle,
    a_division_task,
    a_past,
    nothing_stays,
    refused_of,
)
from tests.support.registers import AUDITOR, DEPUTY, HEAD, STAFF, refused, small

E, S, K = CycleEvent, CycleState, EntryKind
ROUND = {"period_from": FROM, "period_to": TO, "due_on": DUE}


def opened(catalog: Catalog) -> list[Cycle]:
    with catalog.reading() as connection:
        return law.every(connection, Cycle)


def test_a_round_is_opened_for_each_agency_with_a_step_and_an_entry_in_the_log(catalog: Catalog) -> None:
    made = cycles.open_round(STAFF, catalog, **ROUND, agency_ids=["dso", "dch", "dso"])
    assert [(one.agency_id, one.state, one.opened_by, one.opened_at) for one in made] == [
        (agency, S.OPEN, "Sam Ostrow", catalog.clock.now()) for agency in ("dso", "dch")
    ]
    assert opened(catalog) == list(made)
    for cycle in made:
        (step,) = Case(catalog, cycle.id).steps
        assert (step.event, step.before, step.after) == (E.OPENED, None, S.OPEN)
        assert (step.person_id, step.person, step.at) == ("staff", "Sam Ostrow", catalog.clock.now())
        (entry,) = audit.entries(AUDITOR, catalog, AuditFilter(thing=f"cycle:{cycle.id}"), 5)
        assert (entry.action, entry.agency_id, entry.person_id) == ("open_cycle", cycle.agency_id, "staff")


def test_a_round_is_opened_for_all_or_none(catalog: Catalog) -> None:
    cycles.open_round(CPO, catalog, **ROUND, agency_ids=["dch"])
    before = audit.verify(CPO, catalog).entries
    overlapping = {"period_from": TO, "period_to": TO + timedelta(days=9), "due_on": TO + timedelta(days=9)}
    for agencies in (["dso", "dch"], ["dso", "zzz"]):
        with pytest.raises(RequestError):
            cycles.open_round(CPO, catalog, **overlapping, agency_ids=agencies)
    assert [one.agency_id for one in opened(catalog)] == ["dch"]
    assert audit.verify(CPO, catalog).entries == before
    beside = {"period_from": TO + timedelta(days=1), "period_to": TO + timedelta(days=9), "due_on": date(2030, 7, 31)}
    assert len(cycles.open_round(CPO, catalog, **beside, agency_ids=["dso", "dch"])) == 2


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        ({"agency_ids": []}, RequestError, "no agency is named"),
        ({"agency_ids": ["zzz"]}, NotFound, "no such agency"),
        ({"period_to": FROM - timedelta(days=1)}, RequestError, "is before its first day"),
        ({"due_on": TO - timedelta(days=1)}, RequestError, "is before its last day"),
    ],
)
def test_a_round_that_makes_no_sense_is_refused(
    catalog: Catalog, wrong: dict[str, object], error: type[RequestError], words: str
) -> None:
    with pytest.raises(error, match=words):
        cycles.open_round(CPO, catalog, **{**ROUND, "agency_ids": ["dso"], **wrong})  # type: ignore[arg-type]  # a mix
    assert opened(catalog) == []


TYPO = {"period_from": FROM, "period_to": date(2082, 7, 31), "due_on": date(2082, 7, 31)}


def test_a_round_with_a_wrong_year_is_put_right_while_nobody_began_it(catalog: Catalog) -> None:
    made = cycles.open_round(CPO, catalog, **TYPO, agency_ids=["dso", "dch"])
    after = cycles.redate(STAFF, catalog, TYPO["period_to"], **ROUND, words=" A slip of the pen. ")
    assert opened(catalog) == list(after) == [replace(one, period_to=TO, due_on=DUE) for one in made]
    step = Case(catalog, made[0].id).steps[-1]
    assert (step.event, step.before, step.after, step.person) == (E.REDATED, S.OPEN, S.OPEN, "Sam Ostrow")
    assert step.words == (
        "About 2026-08-01 to 2028-07-31, due 2028-07-31; before: about 2026-08-01 to 2082-07-31, due 2082-07-31.\n"
        "A slip of the pen."
    )
    entry = audit.entries(AUDITOR, catalog, AuditFilter(thing=f"cycle:{made[0].id}"), 1)[0]
    assert (entry.action, entry.detail, entry.agency_id) == ("move_cycle", "redated", "dso")
    later = {"period_from": TO + timedelta(days=1), "period_to": date(2030, 7, 31), "due_on": date(2030, 7, 31)}
    assert len(cycles.open_round(CPO, catalog, **later, agency_ids=["dso", "dch"])) == 2
    refused(Conflict, "some of these days", lambda: cycles.redate(CPO, catalog, TO, **TYPO, words="No."))
    assert cycles.redate(CPO, catalog, TO, **ROUND, words="Sent twice.") == ()


def test_the_day_it_is_due_changes_for_what_is_not_signed_and_days_of_what_was_begun_do_not(catalog: Catalog) -> None:
    small(catalog)
    case, other = a_cycle(catalog), a_cycle(catalog, "dch")
    case.make_ready()
    late = {**ROUND, "due_on": date(2028, 9, 30)}
    refused(RequestError, "told in words", lambda: cycles.redate(CPO, catalog, TO, **late, words="  "))
    refused(
        RequestError,
        "is before its last day",
        lambda: cycles.redate(CPO, catalog, TO, **{**ROUND, "due_on": FROM}, words="x"),
    )
    refused(NotFound, "nothing here", lambda: cycles.redate(CPO, catalog, FROM, **late, words="x"))
    refused(
        Conflict,
        "it was begun",
        lambda: cycles.redate(CPO, catalog, TO, **{**late, "period_from": date(2026, 9, 1)}, words="x"),
    )
    for who in (DSO, AUDITOR, HEAD):
        with pytest.raises(NotAllowed):
            cycles.redate(who, catalog, TO, **late, words="x")
    assert [one.due_on for one in cycles.redate(CPO, catalog, TO, **late, words="A holiday.")] == [late["due_on"]] * 2
    case.submit()
    later = {**late, "due_on": date(2028, 10, 31)}
    assert [one.id for one in cycles.redate(CPO, catalog, TO, **later, words="Another.")] == [other.cycle_id]
    assert (case.cycle.due_on, other.cycle.due_on) == (late["due_on"], later["due_on"])


def test_a_proposal_keeps_a_round_from_being_about_other_days(catalog: Catalog) -> None:
    """It starts nothing, and is said of the days the report has."""
    small(catalog)
    case = a_cycle(catalog)
    task = a_division_task(case, person_id=None, contact="Kim Lee, by mail")
    case.say(DSO, "agreements/protocol:2", K.PROPOSED, "As it is.", division_task_id=task.id)
    assert case.cycle.state is S.OPEN
    refused(Conflict, "it was begun", lambda: cycles.redate(CPO, catalog, TO, **TYPO, words="x"))


@pytest.mark.parametrize("who", [name for name in PEOPLE if name not in {"cpo", "staff"}])
@pytest.mark.parametrize("catalog", ["sqlite"], indirect=True)
def test_a_round_is_the_privacy_offices_to_open(catalog: Catalog, who: str) -> None:
    with pytest.raises(NotAllowed):
        cycles.open_round(PEOPLE[who], catalog, **ROUND, agency_ids=["dso"])


def test_an_earlier_report_is_signed_and_submitted_and_there_is_one_of_a_period(catalog: Catalog) -> None:
    past, types = a_past(), [CycleType(0, "NAME", True, True, False)]

    def add(kept: Cycle, said: list[CycleType] = types, texts: dict[str, str] | None = None) -> Cycle:
        return cycles.add_past(DSO, catalog, kept, said, texts or {})

    refused(NotFound, "nothing here", lambda: add(replace(past, agency_id="dch")))
    refused(RequestError, "Identifier type NOPE", lambda: add(past, [replace(types[0], type_code="NOPE")]))
    refused(RequestError, "who signed it", lambda: add(replace(past, signed_at=None)))
    refused(RequestError, "who signed it", lambda: add(replace(past, signed_by="")))
    refused(RequestError, "who signed it", lambda: add(replace(past, submitted_on=None)))
    refused(RequestError, "who signed it", lambda: add(replace(past, state=S.OPEN)))
    refused(RequestError, "before its first day", lambda: add(replace(past, period_to=date(2024, 7, 1))))
    refused(RequestError, "before the day it was signed", lambda: add(replace(past, submitted_on=date(2026, 7, 29))))
    refused(RequestError, "still to come", lambda: add(replace(past, submitted_on=date(2026, 11, 23))))
    refused(RequestError, "of no element", lambda: add(past, texts={"weather/text": "Rain."}))
    kept = add(past)
    refused(Conflict, "of this period", lambda: add(replace(past, period_from=date(2026, 7, 31))))
    theirs = cycles.add_past(DCH, catalog, replace(past, agency_id="dch"), types, {})
    assert len({kept.content_hash, theirs.content_hash, ""}) == 3
    with catalog.reading() as connection:
        assert replace(types[0], cycle_id=kept.id) in law.every(connection, CycleType)


def test_an_earlier_report_is_frozen_and_the_next_one_carries_what_it_says(catalog: Catalog) -> None:
    small(catalog)
    texts = {"request_policy/third_parties": "  They ask in writing.  ", "impact_law/text": "More forms."}
    ticks = [CycleType(0, "NAME", True, True, False), CycleType(0, "SSN", True, False, False)]
    kept = cycles.add_past(DSO, catalog, a_past(), ticks, texts, {"impact_law/text": "Of the law"})
    past = Case(catalog, kept.id)
    (frozen,) = past.frozen
    content = report_contents.decode(frozen.content)
    told = {one.key: (one.label, one.text, one.fields) for one in content.items}
    assert frozen.content_hash == kept.content_hash == report_contents.digest(frozen.content)
    assert told["types/SSN"][2] == (("Collected", "Yes"), ("Retained", "No"), ("Disclosed", "No"))
    assert told["impact_law/text"][:2] == ("Of the law", "More forms.")
    assert list(told)[2:] == ["request_policy/third_parties", "impact_law/text"]
    (step,) = past.steps
    assert (step.event, step.after, step.signer, step.person, step.number) == (
        (E.SIGNED_BY_HEAD, S.CLOSED, "Hari Edwin", DSO.name, 1)
    )
    assert (step.signed_on, step.content_hash) == (date(2026, 7, 30), kept.content_hash)
    case = a_cycle(catalog)
    assert case.answer("request_policy/third_parties").text == "They ask in writing."
    assert case.answer("impact_law/text").last_text == "More forms."
    assert case.answer("types/SSN").needs_explaining  # ticked then, and nothing speaks for it now


def test_a_step_is_told_in_the_log_and_beside_those_before_it(catalog: Catalog) -> None:
    case = a_cycle(catalog)
    after = cycles.move(DEPUTY, catalog, case.cycle_id, E.STARTED, expected=S.OPEN)
    assert after.state is S.IN_PROGRESS
    assert case.cycle == after
    step = case.steps[-1]
    assert (step.event, step.before, step.after, step.person_id) == (E.STARTED, S.OPEN, S.IN_PROGRESS, "dep")
    entry = audit.entries(AUDITOR, catalog, AuditFilter(action="move_cycle"), 1)[0]
    assert (entry.detail, entry.thing, entry.agency_id) == ("started", f"cycle:{case.cycle_id}", "dso")
    assert (entry.before, entry.after) == ('{"state":"open"}', '{"state":"in_progress"}')


def test_the_same_step_sent_twice_is_one(catalog: Catalog) -> None:
    case = a_cycle(catalog)
    cycles.move(DSO, catalog, case.cycle_id, E.STARTED, expected=S.OPEN)
    with pytest.raises(
        Conflict, match=r"moved meanwhile by Officer of dso on November 21, 2026 at 22:00: .*In progress"
    ):
        cycles.move(DSO, catalog, case.cycle_id, E.STARTED, expected=S.OPEN)
    assert len(case.steps) == 2


@pytest.mark.parametrize("words", ["", "   "])
def test_what_has_to_be_told_is_told(catalog: Catalog, words: str) -> None:
    small(catalog)
    case = a_cycle(catalog)
    case.make_ready()
    case.submit()
    with pytest.raises(RequestError, match="told in words"):
        case.move(CPO, E.RETURNED, words)
    with pytest.raises(RequestError, match="4,001 characters, and 4,000"):
        case.move(CPO, E.RETURNED, "x" * 4001)
    with pytest.raises(RequestError, match="control character"):
        case.move(CPO, E.RETURNED, "Say\x00 more.")
    case.move(CPO, E.RETURNED, " Say more of the agreements. ")
    assert case.steps[-1].words == "Say more of the agreements."


def test_a_signature_is_no_step_that_is_just_taken(catalog: Catalog) -> None:
    small(catalog)
    case = a_cycle(catalog)
    case.make_ready()
    with pytest.raises(RequestError, match="this step is a signature"):
        case.move(DSO, E.SIGNED_BY_OFFICER)
    case.sign()
    with pytest.raises(RequestError, match="this step is a signature"):
        case.move(HEAD, E.SIGNED_BY_HEAD)
    assert case.cycle.state is S.AGENCY_HEAD_SIGNOFF


def test_the_officer_sends_nothing_back_as_the_head(catalog: Catalog) -> None:
    """An officer may record the head's signature on paper; what else is the head's is the head's alone."""
    small(catalog)
    case = a_cycle(catalog)
    case.make_ready()
    case.sign()
    with pytest.raises(NotAllowed, match="the head of the agency alone"):
        case.move(DSO, E.RETURNED, "No.")
    assert case.move(HEAD, E.RETURNED, "No.").state is S.RETURNED


# Any history: everybody tries everything, in any order.

_AGENCY_READS = {"officer", "deputy", "head", "cpo", "staff", "auditor"}
_ANSWERERS, _OFFICE = {"officer", "deputy"}, {"cpo", "staff"}
#: By hand: from where, what is tried, who may, and where it leads ("" stays).
TABLE: dict[tuple[str, str], tuple[set[str], str]] = {
    ("open", "started"): (_ANSWERERS, "in_progress"),
    ("returned", "started"): (_ANSWERERS, "in_progress"),
    ("in_progress", "ready"): (_ANSWERERS, "apo_review"),
    ("apo_review", "taken_back"): (_ANSWERERS, "in_progress"),
    ("apo_review", "sign"): ({"officer"}, "agency_head_signoff"),
    ("agency_head_signoff", "taken_back"): ({"officer"}, "in_progress"),
    ("agency_head_signoff", "returned"): ({"head"}, "returned"),
    ("agency_head_signoff", "sign for agency"): ({"head"}, "submitted"),
    ("submitted", "to_committee"): (_OFFICE, "under_committee_review"),
    ("submitted", "returned"): (_OFFICE, "returned"),
    ("under_committee_review", "returned"): (_OFFICE, "returned"),
    ("under_committee_review", "recommended"): (_OFFICE, "recommendations_received"),
    ("recommendations_received", "closed"): (_OFFICE, "closed"),
    **{(state, "write"): (_ANSWERERS, "in_progress") for state in ("open", "returned")},
    **{(state, "write"): (_ANSWERERS, "") for state in ("in_progress", "apo_review")},
    **{(state, "attest"): (_ANSWERERS, "in_progress") for state in ("open", "returned")},
    **{(state, "attest"): (_ANSWERERS, "") for state in ("in_progress", "apo_review")},
    **{(state, "answer"): (_ANSWERERS, "") for state in ("in_progress", "apo_review")},
    ("returned", "answer"): (_ANSWERERS, "in_progress"),
    **{(state, "comment"): (_OFFICE, "") for state in ("submitted", "under_committee_review", "returned")},
}
_POLICY_KEY = "impact_law/text"


def _event(event: CycleEvent) -> Callable[[Case, str], object]:
    return lambda case, who: case.move(PEOPLE[who], event, "Because it is so.")


def _answer(case: Case, who: str) -> None:
    """The first comment that nobody answered."""
    waiting = _unanswered(case)
    case.say(PEOPLE[who], _POLICY_KEY, K.ANSWERED, "We did.", answers_id=waiting[0] if waiting else 0)


def _unanswered(case: Case) -> list[int]:
    answered = {one.answers_id for one in case.entries}
    return [one.id for one in case.entries if one.kind is K.COMMENTED and one.id not in answered]


TRIES: dict[str, Callable[[Case, str], object]] = {
    **{event.value: _event(event) for event in E},
    "write": lambda case, who: case.say(PEOPLE[who], _POLICY_KEY, K.WROTE, f"By {who}, {len(case.entries)}."),
    "comment": lambda case, who: case.say(PEOPLE[who], _POLICY_KEY, K.COMMENTED, "Say more."),
    "answer": _answer,
    "attest": lambda case, who: [case.attest(task, PEOPLE[who]) for task in Task],
    "sign": lambda case, who: case.sign(PEOPLE[who]),
    "sign for agency": lambda case, who: case.sign_for_agency(PEOPLE[who]),
}
_LIKELY = {who for who, _ in TABLE.values() for who in who}
tries = st.tuples(st.sampled_from([*PEOPLE, *sorted(_LIKELY) * 3]), st.sampled_from(sorted(TRIES)))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """A cycle in which all was said that has to be said."""
    made = a_catalog(tmp_path_factory.mktemp("cycles"))
    for agency_id in ("dso", "dch"):
        sources.add_agency(OPERATOR, made, an_agency(agency_id, f"Department of {agency_id}"))
    small(made)
    case = a_cycle(made)
    case.fill()
    case.attest_all()
    yield case
    made.close()


#: Ways through the whole life, which chance alone takes too rarely; each is begun with and then left.
_WAYS = [
    ("deputy", "ready"), ("officer", "attest"), ("officer", "sign"), ("head", "sign for agency"),
    ("staff", "comment"), ("cpo", "returned"), ("deputy", "answer"), ("officer", "write"), ("officer", "attest"),
    ("officer", "ready"), ("officer", "sign"), ("head", "sign for agency"), ("cpo", "to_committee"),
    ("cpo", "recommended"), ("staff", "closed"),
]  # fmt: skip


@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate])  # a history is long to shrink
@given(begun=st.integers(0, len(_WAYS)), chosen=st.lists(tries, max_size=8))
def test_no_history_reaches_what_is_not_in_the_table(filled: Case, begun: int, chosen: list[tuple[str, str]]) -> None:
    with nothing_stays(filled.catalog) as catalog:
        case = filled.again(catalog)
        for who, attempt in (*_WAYS[:begun], *chosen):
            _try(case, who, attempt)
        assert audit.verify(AUDITOR, catalog).broken_at is None


def _try(case: Case, who: str, attempt: str) -> None:
    """One attempt, held against the table: where it leads, what it leaves, and that nothing is left of one refused."""
    state, steps, said, frozen = case.cycle.state, case.steps, case.entries, case.frozen
    allowed, leads = TABLE.get((state.value, attempt), (set(), ""))
    if attempt == "answer" and not _unanswered(case):
        allowed = set()
    found = refused_of(case, case.catalog, lambda one: TRIES[attempt](one, who))
    now = case.cycle.state
    if found is None:
        assert who in allowed, (state, who, attempt)
        assert now.value == (leads or state.value)
    else:
        lacks = attempt == "sign" and "it lacks something" in str(found)
        assert who not in allowed or lacks, (state, who, attempt, found)
        assert (now, case.steps, case.entries, case.frozen) == (state, steps, said, frozen)
        if who not in _AGENCY_READS and attempt != "comment":
            assert isinstance(found, NotAllowed | NotFound)
    _require_told(case, who, steps, moved=now is not state)
    assert case.entries[: len(said)] == said
    assert case.frozen[: len(frozen)] == frozen


def _require_told(case: Case, who: str, before: list[object], *, moved: bool) -> None:
    """Each step of the way is kept, the last with who took it, when, and from where to where."""
    steps = case.steps
    assert steps[: len(before)] == before
    assert len(steps) == len(before) + moved
    assert [one.before for one in steps[1:]] == [one.after for one in steps[:-1]]
    assert steps[-1].after is case.cycle.state
    if moved:
        assert (steps[-1].person_id, steps[-1].person) == (PEOPLE[who].person_id, PEOPLE[who].name)
        assert steps[-1].at == case.catalog.clock.now()
