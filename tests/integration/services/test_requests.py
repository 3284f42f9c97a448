"""Requests and proposals: they go to the privacy officer as soon as practicable, who decides (§23-1202(c)(3))."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor, Grant, Role
from catalog.model.parties import Party, PartyKind
from catalog.model.register import Verb
from catalog.model.requests import Request, RequestKind, RequestState
from catalog.model.revisions import RecordKind, Revision
from catalog.services import law_records, register, requests
from catalog.services.catalog import Catalog
from catalog.store import law
from tests.integration.services.conftest import DATABASES, two_agencies
from tests.support.builders import CPO, OPERATOR, RESEARCHER, an_activity, officer

ASKED, PASSED, DECIDED = date(2026, 11, 3), date(2026, 11, 5), date(2026, 11, 12)
OFFICER, FOREIGN = officer("dso"), officer("dch")
STEWARD = Actor("steward", "Ivo Petrov", frozenset({Grant(Role.STEWARD, "dso")}))
FOIL = Actor("foil", "Grace Lim", frozenset({Grant(Role.FOIL_OFFICER, "dso")}))
DEPUTY = Actor("deputy", "Noor Haddad", frozenset({Grant(Role.DEPUTY, "dso")}))
HEAD = Actor("head", "Carla Diaz", frozenset({Grant(Role.AGENCY_HEAD, "dso")}))


@pytest.fixture(params=["sqlite"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    with two_agencies(request, tmp_path) as made:
        yield made


def party(catalog: Catalog, kind: PartyKind) -> int:
    return law_records.add_party(CPO, catalog, Party(0, f"A {kind.value}", kind, None)).id


def ask(catalog: Catalog, by: PartyKind = PartyKind.RESEARCHER, **rest: object) -> Request:
    new = Request(
        0, "dso", RequestKind.REQUEST, party(catalog, by), "Study of stays", "For a study", ("NAME", "DOB"), ASKED,
        RequestState.RECEIVED, None, None, "", None,
    )  # fmt: skip
    return requests.add(STEWARD, catalog, replace(new, **rest))  # type: ignore[arg-type]  # fields of a request


def go(catalog: Catalog, request: Request, actor: Actor, to: RequestState, on: date = DECIDED, **rest: int) -> Request:
    seen = requests.one(CPO, catalog, request.id).expected
    return requests.move(actor, catalog, request.id, to, on=on, words="As the law asks", expected=seen, **rest)


def disclosure(catalog: Catalog, request: Request, **rest: object) -> int:
    activity = an_activity("dso", "Giving stays to a study", verb=Verb.DISCLOSURE, party_id=request.party_id)
    given = replace(activity, **rest)  # type: ignore[arg-type]  # fields of an activity
    return register.add_activity(OFFICER, catalog, given, type_codes=["NAME"], dataset_ids=[], protocol_ids=[]).id


@pytest.mark.parametrize("catalog", DATABASES, indirect=True)
def test_a_request_is_passed_on_approved_and_becomes_a_disclosure(catalog: Catalog) -> None:
    request = ask(catalog)
    passed = go(catalog, request, STEWARD, RequestState.WITH_OFFICER, PASSED)
    approved = go(catalog, passed, OFFICER, RequestState.APPROVED)
    assert (approved.passed_on, approved.decided_on, approved.decided_by) == (PASSED, DECIDED, "apo-dso")
    page = requests.one(STEWARD, catalog, request.id)
    assert (page.line.days_to_officer, page.line.days_open) == (2, 9)
    assert page.may_link
    activity_id = disclosure(catalog, request)
    linked = requests.link(STEWARD, catalog, request.id, activity_id, page.expected)
    assert linked.activity_id == activity_id
    page = requests.one(OFFICER, catalog, request.id)
    assert page.activity is not None
    assert [one.activity.id for one in page.candidates] == [activity_id]
    with catalog.reading() as connection:
        kept = [one for one in law.every(connection, Revision) if one.kind is RecordKind.REQUEST]
    assert [one.person_id for one in kept] == ["steward", "steward", "apo-dso", "steward"]


def test_the_days_run_while_nobody_passed_it_on_or_decided(catalog: Catalog) -> None:
    line = requests.one(STEWARD, catalog, ask(catalog).id).line
    assert (line.days_to_officer, line.days_open) == (None, 19)


@pytest.mark.parametrize(
    ("kind", "actor", "decides"),
    [
        (PartyKind.RESEARCHER, OFFICER, True),
        (PartyKind.RESEARCHER, FOIL, False),
        (PartyKind.FOIL_REQUESTER, FOIL, True),
        (PartyKind.FOIL_REQUESTER, OFFICER, True),
        (PartyKind.RESEARCHER, CPO, False),
        (PartyKind.RESEARCHER, DEPUTY, False),
        (PartyKind.RESEARCHER, STEWARD, False),
        (PartyKind.RESEARCHER, HEAD, False),
    ],
)
def test_who_decides(catalog: Catalog, kind: PartyKind, actor: Actor, decides: bool) -> None:
    request = go(catalog, ask(catalog, kind), STEWARD, RequestState.WITH_OFFICER, PASSED)
    moves = {one.to: one.allowed for one in requests.one(actor, catalog, request.id).moves}
    assert moves[RequestState.APPROVED] is moves[RequestState.DENIED] is decides
    if decides:
        denied = go(catalog, request, actor, RequestState.DENIED)
        assert denied.decision == "As the law asks"
        assert go(catalog, denied, actor, RequestState.WITH_OFFICER).decided_by is None
    else:
        with pytest.raises(NotAllowed):
            go(catalog, request, actor, RequestState.DENIED)


@pytest.mark.parametrize("stranger", [FOREIGN, RESEARCHER, OPERATOR])
def test_who_is_told_nothing(catalog: Catalog, stranger: Actor) -> None:
    request = ask(catalog)
    with pytest.raises((NotFound, NotAllowed)):
        requests.one(stranger, catalog, request.id)
    with pytest.raises((NotFound, NotAllowed)):
        requests.move(stranger, catalog, request.id, RequestState.WITH_OFFICER, on=PASSED, expected=1)
    with pytest.raises((NotFound, NotAllowed)):
        requests.add(stranger, catalog, request)


def test_another_agencys_request_is_as_one_that_is_not_there(catalog: Catalog) -> None:
    request = ask(catalog)
    answers = set()
    for key in (request.id, 4_444):
        with pytest.raises(NotFound) as refused:
            requests.one(FOREIGN, catalog, key)
        answers.add(str(refused.value))
    assert len(answers) == 1
    page = requests.every(FOREIGN, catalog)
    assert (page.lines, page.total, page.by_kind, page.by_recipient) == ((), 0, {}, {})


def test_a_request_is_covered_only_by_a_disclosure_of_its_agency_to_its_party(catalog: Catalog) -> None:
    request = go(catalog, ask(catalog), STEWARD, RequestState.WITH_OFFICER, PASSED)
    another = party(catalog, PartyKind.NONPROFIT)
    wrong = [
        disclosure(catalog, request, party_id=another),
        disclosure(catalog, request, verb=Verb.COLLECTION),
    ]
    for activity_id in wrong:
        with pytest.raises(RequestError):
            go(catalog, request, OFFICER, RequestState.APPROVED, activity_id=activity_id)
    with pytest.raises(NotFound):
        go(catalog, request, OFFICER, RequestState.APPROVED, activity_id=9_999)
    right = disclosure(catalog, request)
    assert go(catalog, request, OFFICER, RequestState.APPROVED, activity_id=right).activity_id == right


def test_only_what_is_approved_is_linked(catalog: Catalog) -> None:
    request = ask(catalog)
    with pytest.raises(Conflict):
        requests.link(OFFICER, catalog, request.id, disclosure(catalog, request), 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"type_codes": ()},
        {"type_codes": ("NO_SUCH",)},
        {"title": " "},
        {"received_on": date(2026, 11, 23)},
        {"state": RequestState.APPROVED},
        {"activity_id": 1},
    ],
)
def test_what_is_no_request(catalog: Catalog, wrong: dict[str, object]) -> None:
    with pytest.raises(RequestError):
        ask(catalog, PartyKind.RESEARCHER, **wrong)


def test_an_agency_asks_nothing_of_itself(catalog: Catalog) -> None:
    own = law_records.add_party(CPO, catalog, Party(0, "Shelter", PartyKind.CITY_AGENCY, "dso")).id
    with pytest.raises(RequestError):
        ask(catalog, party_id=own)


def test_steps_in_order_with_reasons_and_days(catalog: Catalog) -> None:
    request = ask(catalog)
    with pytest.raises(Conflict):
        go(catalog, request, OFFICER, RequestState.APPROVED)
    with pytest.raises(RequestError, match="before"):
        go(catalog, request, STEWARD, RequestState.WITH_OFFICER, date(2026, 11, 1))
    go(catalog, request, STEWARD, RequestState.WITH_OFFICER, PASSED)
    with pytest.raises(RequestError, match="reason"):
        requests.move(OFFICER, catalog, request.id, RequestState.DENIED, on=DECIDED, expected=2)
    with pytest.raises(Conflict):
        requests.move(OFFICER, catalog, request.id, RequestState.DENIED, on=DECIDED, words="No", expected=1)


def test_a_correction_keeps_what_became_of_it(catalog: Catalog) -> None:
    request = ask(catalog)
    passed = go(catalog, request, STEWARD, RequestState.WITH_OFFICER, PASSED)
    sent = replace(passed, title="Study of long stays", agency_id="dch", state=RequestState.APPROVED, passed_on=None)
    with pytest.raises(RequestError, match="reason"):
        requests.revise(STEWARD, catalog, sent, "", 2)
    assert requests.revise(STEWARD, catalog, sent, "Precise", 2) == replace(passed, title="Study of long stays")
    with pytest.raises(Conflict):
        requests.revise(STEWARD, catalog, sent, "Again", 2)
    withdrawn = go(catalog, passed, STEWARD, RequestState.WITHDRAWN)
    again = go(catalog, withdrawn, STEWARD, RequestState.RECEIVED)
    assert (again.state, again.passed_on) == (RequestState.RECEIVED, None)


def test_a_covered_request_keeps_its_party(catalog: Catalog) -> None:
    request = go(catalog, ask(catalog), STEWARD, RequestState.WITH_OFFICER, PASSED)
    approved = go(catalog, request, OFFICER, RequestState.APPROVED, activity_id=disclosure(catalog, request))
    other = replace(approved, party_id=party(catalog, PartyKind.VENDOR))
    with pytest.raises(RequestError, match="another party"):
        requests.revise(OFFICER, catalog, other, "Other", 3)


def test_counts_by_kind_and_recipient_are_of_all_whatever_is_chosen(catalog: Catalog) -> None:
    ask(catalog)
    ask(catalog, PartyKind.FOIL_REQUESTER, received_on=PASSED)
    ask(catalog, PartyKind.COURT, kind=RequestKind.PROPOSAL)
    page = requests.every(OFFICER, catalog, kind=RequestKind.REQUEST, per_page=1)
    assert [one.party.kind for one in page.lines] == [PartyKind.FOIL_REQUESTER]
    assert (page.total, page.pages) == (2, 2)
    assert page.by_kind == {RequestKind.REQUEST: 2, RequestKind.PROPOSAL: 1}
    assert page.by_recipient == {PartyKind.RESEARCHER: 1, PartyKind.FOIL_REQUESTER: 1, PartyKind.COURT: 1}
    assert page.by_state == {RequestState.RECEIVED: 3}
    assert requests.every(CPO, catalog, agency_id="dch").total == 0
    assert requests.every(CPO, catalog, recipient=PartyKind.COURT, state=RequestState.RECEIVED).total == 1
