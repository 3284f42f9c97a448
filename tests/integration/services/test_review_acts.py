"""Acts of review: what is decided on many columns at once, what is left out and why, and that all of it is undone."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from catalog.errors import Conflict, NotFound, RequestError
from catalog.model.decisions import Standing, Verdict
from catalog.model.review import ActKind, LeftOutBecause, Order, Pick, ReviewState, Why
from catalog.services import review, review_acts, review_plans
from catalog.store import review_pages
from tests.support.builders import CPO, RESEARCHER
from tests.support.review_world import DCH, DSO, STEWARD, City, a_city, a_history

CONFIRM, REJECT = Order(ActKind.CONFIRM), Order(ActKind.REJECT, Why.TEST_DATA, "Made up for a course")
EVERY = ("dso.clients.ssn", "dso.stays.ssn", "dch.patients.ssn")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    cluster = request.getfixturevalue("postgres_cluster") if request.param == "postgresql" else ""
    made = a_city(tmp_path_factory.mktemp("review"), cluster)
    yield made
    made.catalog.close()


@pytest.fixture
def city(base: City) -> Iterator[City]:
    with a_history(base) as made:
        yield made


def holds(city: City, *places: str, code: str = "SSN") -> list[Standing | None]:
    return [city.standings(place).get(code) for place in places]


def test_many_columns_are_decided_in_one_act_with_one_entry_and_a_picture_each(city: City) -> None:
    before = len(city.audited())
    done = review.act(CPO, city.catalog, CONFIRM, [city.pick(place) for place in EVERY], token="one")
    assert (done.done, done.proposed, done.left_out, done.repeated) == (3, 0, (), False)
    assert holds(city, *EVERY) == [Standing.CONFIRMED] * 3
    (entry,) = city.audited()[before:]
    assert (entry.action, entry.thing, entry.agency_id) == ("decide", f"review_act:{done.act.id}", "")
    assert (entry.detail, entry.before, entry.after) == ("confirm SSN columns=3", "open=3", "confirmed=3")
    made = [city.decisions(place)[-1] for place in EVERY]
    assert {(one.act_id, one.person_id) for one in made} == {(done.act.id, "cpo")}
    with city.catalog.reading() as connection:
        seen = review_pages.pictures_of(connection, [one.id for one in made])
    assert [seen[one.id].strength for one in made] == [0.9, 0.95, 0.9]
    assert seen[made[0].id].reasons == ("the column name says “social security number”",)
    assert seen[made[0].id].detector == "test-1"


def test_one_column_is_told_to_the_log_as_ever(city: City) -> None:
    review.act(DSO, city.catalog, CONFIRM, [city.pick(EVERY[0])])
    entry = city.audited()[-1]
    assert (entry.thing, entry.detail) == (f"column:{city.columns[EVERY[0]]}", "confirmed SSN")
    assert entry.agency_id == "dso"
    assert '"verdict":"confirmed"' in entry.after


def test_a_form_sent_twice_is_one_act(city: City) -> None:
    picks = [city.pick(place) for place in EVERY]
    first = review.act(CPO, city.catalog, CONFIRM, picks, token="same")
    entries = len(city.audited())
    again = review.act(CPO, city.catalog, CONFIRM, picks, token="same")
    assert again == replace(first, repeated=True)
    assert len(city.audited()) == entries
    assert [len(city.decisions(place)) for place in EVERY] == [1, 1, 1]
    other = review.act(DCH, city.catalog, REJECT, [city.pick(EVERY[2])], token="same")
    assert not other.repeated  # a token is somebody's own


def test_a_stale_form_is_answered_with_who_decided_what_and_when_and_overwrites_nothing(city: City) -> None:
    pick = city.pick(EVERY[0])
    review.act(DSO, city.catalog, CONFIRM, [pick])
    city.wait(seconds=40)
    with pytest.raises(Conflict, match="Officer of dso decided this 40 seconds ago: confirmed"):
        review.act(CPO, city.catalog, REJECT, [pick])
    assert holds(city, EVERY[0]) == [Standing.CONFIRMED]
    with pytest.raises(Conflict, match="you decided this 40 seconds ago"):
        review.act(DSO, city.catalog, REJECT, [pick])


def test_of_several_what_moved_is_left_out_and_why_is_told(city: City) -> None:
    picks = [city.pick(place) for place in EVERY]
    review.act(DSO, city.catalog, REJECT, [picks[0]])
    moved = replace(picks[1], version="full:medium.0.0")
    unknown = Pick(10**6, "SSN", None)
    done = review.act(CPO, city.catalog, CONFIRM, [picks[0], moved, unknown, picks[2]])
    assert done.done == 1
    because = {(one.column_id, one.because) for one in done.left_out}
    assert because == {
        (picks[0].column_id, LeftOutBecause.DECIDED_MEANWHILE),
        (picks[1].column_id, LeftOutBecause.EVIDENCE_MOVED),
        (10**6, LeftOutBecause.GONE),
    }
    last = next(one.last for one in done.left_out if one.because is LeftOutBecause.DECIDED_MEANWHILE)
    assert last is not None
    assert (last.person, last.verdict, last.why) == ("Officer of dso", Verdict.REJECTED, Why.TEST_DATA)
    with pytest.raises(Conflict, match="each was decided"):
        review.act(CPO, city.catalog, CONFIRM, [picks[0], moved])


def test_what_another_agency_holds_is_answered_like_what_is_not_there(city: City) -> None:
    theirs, nothing = city.pick(EVERY[2]), Pick(10**6, "SSN", None)
    said = []
    for pick in (theirs, nothing):
        with pytest.raises(NotFound) as refused:
            review.act(DSO, city.catalog, CONFIRM, [pick])
        said.append(str(refused.value))
    assert said[0] == said[1]
    done = review.act(DSO, city.catalog, CONFIRM, [city.pick(EVERY[0]), theirs, nothing])
    assert [(one.because, one.place, one.last) for one in done.left_out] == [(LeftOutBecause.GONE, "", None)] * 2
    assert holds(city, EVERY[2]) == [Standing.SUGGESTED]
    with pytest.raises(RequestError):
        review.act(RESEARCHER, city.catalog, CONFIRM, [theirs])


def test_what_holds_already_is_left_out(city: City) -> None:
    review.act(CPO, city.catalog, CONFIRM, [city.pick(EVERY[0])])
    with pytest.raises(Conflict, match="holds already"):
        review.act(CPO, city.catalog, CONFIRM, [city.pick(EVERY[0])])
    with pytest.raises(Conflict, match="nothing to decide"):
        review.act(CPO, city.catalog, REJECT, [city.pick("dso.clients.note")])


def test_a_type_is_changed_in_one_act(city: City) -> None:
    order = Order(ActKind.CHANGE_TYPE, to_code="EIN" if "EIN" in city.catalog.taxonomy.types else "PHONE")
    done = review.act(DSO, city.catalog, order, [city.pick(EVERY[0])])
    assert (done.done, done.act.why, done.act.to_code) == (1, Why.WRONG_TYPE, order.to_code)
    assert holds(city, EVERY[0]) == [Standing.REJECTED]
    assert holds(city, EVERY[0], code=order.to_code or "") == [Standing.CONFIRMED]
    review.undo(DSO, city.catalog, done.act.id)
    assert holds(city, EVERY[0]) == [Standing.SUGGESTED]


def test_what_is_not_identifying_at_all_loses_every_type(city: City) -> None:
    review.act(DSO, city.catalog, CONFIRM, [city.pick(EVERY[0], "PHONE")])
    seen = replace(city.pick(EVERY[0]), seen=city.decisions(EVERY[0])[-1].id)
    done = review.act(DSO, city.catalog, Order(ActKind.NOT_IDENTIFYING), [seen])
    assert done.done == 1
    assert city.standings(EVERY[0]) == {"SSN": Standing.REJECTED, "PHONE": Standing.REJECTED}
    review.undo(DSO, city.catalog, done.act.id)
    assert city.standings(EVERY[0]) == {"SSN": Standing.SUGGESTED, "PHONE": Standing.CONFIRMED}


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (Order(ActKind.REJECT), "does not say why"),
        (Order(ActKind.REJECT, Why.OTHER, " "), "no reason is given"),
        (Order(ActKind.CONFIRM, reason="x" * 501), "500 letters"),
        (Order(ActKind.CHANGE_TYPE, to_code="SSN"), "of this type already"),
        (Order(ActKind.CHANGE_TYPE, to_code="NO_SUCH"), "there is no such type"),
        (Order(ActKind.DEFER), "neither to a day nor to a person"),
        (Order(ActKind.ASK, reason="What is it?"), "nobody is asked"),
        (Order(ActKind.ASK, to_person_id=STEWARD), "no question is asked"),
        (Order(ActKind.UNDO), "nothing that can be done"),
    ],
)
def test_an_order_that_says_too_little_is_refused(city: City, order: Order, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        review.act(CPO, city.catalog, order, [city.pick(EVERY[0])])
    with pytest.raises(RequestError, match=words):
        review.preview(CPO, city.catalog, order, [city.pick(EVERY[0])])


def test_what_is_over_the_most_that_one_act_takes_is_left_for_the_next(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_plans, "MOST_AT_ONCE", 2)
    picks = [Pick(10**6, "SSN", None), *(city.pick(place) for place in EVERY)]  # what is not there takes no room
    done = review.act(CPO, city.catalog, CONFIRM, picks)
    assert (done.done, [one.because for one in done.left_out]) == (2, [LeftOutBecause.GONE, LeftOutBecause.TOO_MANY])
    assert holds(city, *EVERY) == [Standing.CONFIRMED, Standing.CONFIRMED, Standing.SUGGESTED]


def test_a_column_that_is_gone_is_not_decided_on_and_what_was_is_taken_back_all_the_same(city: City) -> None:
    pick = city.pick("dso.clients.mail", "EMAIL")
    done = review.act(DSO, city.catalog, CONFIRM, [pick])
    city.drop("dso.clients.mail")
    with pytest.raises(NotFound):
        review.act(DSO, city.catalog, REJECT, [replace(pick, version=None)])
    assert review.undo(DSO, city.catalog, done.act.id).done == 1


def test_a_preview_says_what_the_act_then_does(city: City) -> None:
    picks = [city.pick(place) for place in EVERY] + [Pick(10**6, "SSN", None)]
    shown = review.preview(CPO, city.catalog, CONFIRM, picks)
    assert (shown.columns, shown.datasets, [one.id for one in shown.agencies]) == (3, 3, ["dch", "dso"])
    assert [one.code for one in shown.types] == ["SSN"]
    assert shown.consequences is not None
    assert shown.consequences.columns == 3
    done = review.act(CPO, city.catalog, CONFIRM, picks)
    assert (done.done, done.left_out) == (shown.columns, shown.left_out)


def test_an_act_is_undone_long_after_and_put_back_again(city: City) -> None:
    review.act(DSO, city.catalog, CONFIRM, [city.pick(EVERY[0])])
    before = {place: city.standings(place) for place in EVERY}
    done = review.act(CPO, city.catalog, REJECT, [city.pick(place) for place in EVERY])
    city.wait(days=400)
    back = review.undo(CPO, city.catalog, done.act.id, token="undo")
    assert (back.done, back.left_out) == (3, ())
    assert {place: city.standings(place) for place in EVERY} == before
    assert review.undo(CPO, city.catalog, done.act.id, token="undo") == replace(back, repeated=True)
    assert city.audited()[-1].action == "undo_decision"
    assert (city.audited()[-1].before, city.audited()[-1].after) == ("rejected=3", "confirmed=1 withdrawn=2")
    with pytest.raises(Conflict):
        review.undo(CPO, city.catalog, done.act.id)
    again = review.undo(CPO, city.catalog, back.act.id)
    assert again.done == 3
    assert holds(city, *EVERY) == [Standing.REJECTED] * 3
    assert [len(city.decisions(place)) for place in EVERY] == [4, 3, 3]


def test_undo_leaves_what_somebody_decided_since(city: City) -> None:
    done = review.act(CPO, city.catalog, REJECT, [city.pick(place) for place in EVERY])
    city.wait(minutes=3)
    review.act(DCH, city.catalog, CONFIRM, [city.pick(EVERY[2])])
    back = review.undo(CPO, city.catalog, done.act.id)
    assert (back.done, [one.because for one in back.left_out]) == (2, [LeftOutBecause.DECIDED_MEANWHILE])
    assert back.left_out[0].last is not None
    assert back.left_out[0].last.person == "Officer of dch"
    assert holds(city, *EVERY) == [Standing.SUGGESTED, Standing.SUGGESTED, Standing.CONFIRMED]


def test_only_who_did_it_undoes_it(city: City) -> None:
    done = review.act(DSO, city.catalog, CONFIRM, [city.pick(EVERY[0])])
    for act_id in (done.act.id, 10**6):
        with pytest.raises(NotFound):
            review.undo(CPO, city.catalog, act_id)
        with pytest.raises(NotFound):
            review_acts.one(CPO, city.catalog, act_id)


def test_what_is_put_back_re_opens_when_the_evidence_moved_since(city: City) -> None:
    review.act(DSO, city.catalog, CONFIRM, [city.pick("dso.stays.mail", "EMAIL")])
    rejected = review.act(DSO, city.catalog, REJECT, [city.pick("dso.stays.mail", "EMAIL")])
    city.move("dso.stays.mail", "EMAIL", None)
    review.undo(DSO, city.catalog, rejected.act.id)
    assert holds(city, "dso.stays.mail", code="EMAIL") == [Standing.REOPENED]


def test_what_is_put_off_is_taken_up_by_undo_and_put_off_again(city: City) -> None:
    order = Order(ActKind.DEFER, until=city.now.date().replace(month=12))
    done = review.act(DSO, city.catalog, order, [city.pick(EVERY[0]), city.pick(EVERY[1])])
    assert [city.state(place) for place in EVERY[:2]] == [ReviewState.DEFERRED] * 2
    assert city.audited()[-1].action == "defer_decision"
    back = review.undo(DSO, city.catalog, done.act.id)
    assert back.done == 2
    assert [city.state(place) for place in EVERY[:2]] == [ReviewState.SUGGESTED] * 2
    review.undo(DSO, city.catalog, back.act.id)
    assert [city.state(place) for place in EVERY[:2]] == [ReviewState.DEFERRED] * 2


def test_what_somebody_did_is_listed_with_what_can_still_be_undone(city: City) -> None:
    first = review.act(DSO, city.catalog, CONFIRM, [city.pick(EVERY[0]), city.pick(EVERY[1])])
    second = review.act(DSO, city.catalog, REJECT, [city.pick("dso.clients.mail", "EMAIL")])
    review.act(CPO, city.catalog, REJECT, [city.pick(EVERY[1])])
    page = review_acts.mine(DSO, city.catalog)
    assert [(one.act.id, one.name, one.can_undo, one.undone) for one in page.lines] == [
        (second.act.id, "mail", 1, False),
        (first.act.id, "ssn", 1, False),
    ]
    assert [one.id for one in page.lines[0].agencies] == ["dso"]
    last = review_acts.last(DSO, city.catalog)
    assert last is not None
    assert last.act.id == second.act.id
    back = review.undo(DSO, city.catalog, second.act.id)
    lines = {one.act.id: one for one in review_acts.mine(DSO, city.catalog).lines}
    assert (lines[second.act.id].can_undo, lines[second.act.id].undone, lines[back.act.id].can_undo) == (0, True, 1)
    last = review_acts.last(DSO, city.catalog)
    assert last is not None
    assert last.act.id == first.act.id
    review.undo(DSO, city.catalog, back.act.id)
    assert not review_acts.one(DSO, city.catalog, second.act.id).undone
