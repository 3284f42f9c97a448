"""The queue of review in the browser: what it shows, and each way to decide, as a browser without scripts sends it."""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from catalog.model.audit import AuditFilter
from catalog.model.decisions import Standing
from catalog.model.review import ActKind, Order, Pick, Why
from catalog.model.runs import ColumnResult
from catalog.services import audit, recording, review, review_queue
from catalog.services.access import local_administrator
from catalog.store.schema import columns, datasets, standings
from tests.support import city as cities
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import ADMIN, City
from tests.support.isolation import content, without_chance
from tests.support.page_forms import PageForm, forms, to
from tests.web.conftest import copied

Visit = Callable[[str | None], HouseClient]
#: Datasets whose columns are alike; in every third one the evidence is other.
ALIKE = 6
#: The types of what is suggested in their columns, and of what is suggested in one column alone: each test has its own.
GROUPS = ("BENEFIT_ID", "EMPLOYEE_ID", "STUDENT_ID", "LICENSE_PLATE", "FAMILY")
ALONE = (
    "OCCUPATION",
    "SEX",
    "RELIGION",
    "AGE",
    "EDUCATION",
    "NATIONALITY",
    "LANGUAGE",
    "SIGNATURE",
    "INCOME",
    "HEIGHT",
)


@contextmanager
def make_alike(city_folder: tuple[Path, City], folder: Path) -> Iterator[City]:
    """The city, where Social Services keep six tables that are alike, and one with a column of each other type."""
    with copied(city_folder, folder) as city:
        source = cities.add_source(city.catalog, "DSS", "Old cases", "dss-old")
        tables = [
            (cities.listed(f"old_{at}"), cities.result(_columns(GROUPS, 0.9 if at % 3 else 0.6))) for at in range(ALIKE)
        ]
        singles = (cities.listed("single"), cities.result(_columns(ALONE, 0.9)))
        cities.scan(city.catalog, source, [*tables, singles])
        yield city


@pytest.fixture(scope="module")
def alike(city_folder: tuple[Path, City], tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with make_alike(city_folder, tmp_path_factory.mktemp("alike")) as city:
        yield city


def _columns(codes: Sequence[str], strength: float) -> list[ColumnResult]:
    return [
        cities.column(f"THE_{code}", at, cities.finding(code, strength, clue="it")) for at, code in enumerate(codes)
    ]


@pytest.fixture(scope="module")
def alike_app(alike: City) -> Flask:
    return application(alike.catalog)


@pytest.fixture(scope="module")
def officer(alike_app: Flask) -> HouseClient:
    return enter(alike_app, "officer-dss")


@pytest.fixture(scope="module")
def deputy(alike_app: Flask) -> HouseClient:
    return enter(alike_app, "deputy-dss")


def words(text: str) -> str:
    shown = text.split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", shown)))


def key_of(city: City, code: str) -> str:
    return next(line.key for line in review_queue.queue(ADMIN, city.catalog, {"type": [code]}).lines)


def open_group(client: HouseClient, city: City, code: str, **query: object) -> str:
    answer = client.get(f"/review/groups/{key_of(city, code)}", query_string=query)
    assert answer.status_code == 200
    return answer.text


def standing(city: City, code: str) -> list[Standing]:
    """Where a type stands in each column it is found in, or was."""
    with city.catalog.reading() as connection:
        found = connection.execute(select(standings.c.standing).where(standings.c.type_code == code))
        return [row.standing for row in found]


def acts(city: City) -> int:
    return len(audit.entries(ADMIN, city.catalog, AuditFilter(action="decide"), 100))


def test_the_queue_shows_bands_groups_and_the_evidence_of_the_first(visit: Visit) -> None:
    text = visit("officer-dss").get("/review").text
    shown = words(text)
    assert "High 3 columns, usually right Medium 3 columns, look twice Low 0 columns" in shown
    assert "6 groups" in shown
    assert "What speaks for" in shown
    assert "970 of 1,000 values pass the issued number check" in shown
    assert "Beside it in its table" in shown
    assert "If confirmed 1 column in 1 dataset counts as confirmed" in shown
    assert text.count('aria-current="true"') >= 1
    assert 'name="q"' in text


def test_filters_stand_in_the_address_and_stay_while_one_goes_on(visit: Visit) -> None:
    client = visit("officer-dss")
    text = client.get("/review?band=high&order=name").text
    assert "3 groups" in words(text)
    links = [html.unescape(link) for link in re.findall(r'href="(/review/groups/[^"]+)"', text)]
    assert links
    assert all("band=high" in link and "order=name" in link for link in links)
    onward = [form.fields["go"][0] for form in forms(text) if "go" in form.fields]
    assert all("band=high" in address for address in onward)


def test_where_nothing_waits_the_page_says_so(visit: Visit) -> None:
    client = visit("officer-dss")
    assert "Nothing that matches waits." in words(client.get("/review?q=zzz").text)
    assert "6 columns wait in all" in words(client.get("/review?q=zzz").text)
    assert "Nothing that matches waits." in words(client.get("/review?agency=DOH").text)
    assert "immunizations" not in client.get("/review?agency=DOH").text


def test_one_column_is_confirmed_at_once_and_the_next_group_shown(officer: HouseClient, alike: City) -> None:
    text = open_group(officer, alike, "SEX")
    answer = to(text, "/review/act", kind="confirm").send(officer)
    assert answer.status_code == 303
    assert answer.location.startswith("/review/groups/")
    assert standing(alike, "SEX") == [Standing.CONFIRMED]
    after = officer.get(answer.location).text
    assert "1 column confirmed: Sex" in words(after)
    assert 'role="status"' in after
    undone = to(after, "/review/undo/").send(officer)
    assert undone.status_code == 303
    assert "1 column put back as it was" in words(officer.get(undone.location).text)
    assert standing(alike, "SEX") == [Standing.SUGGESTED]


def test_a_group_is_previewed_and_then_confirmed_without_its_exceptions(officer: HouseClient, alike: City) -> None:
    text = open_group(officer, alike, "BENEFIT_ID")
    assert "6 columns with this name, kind and suggestion. 2 columns are exceptions" in words(text)
    assert "Other evidence than most of these columns have" in words(text)
    preview = to(text, "/review/preview").send(officer, "Confirm")
    assert preview.status_code == 200
    assert "4 columns in 4 datasets of Department of Social Services would be confirmed" in words(preview.text)
    assert " autofocus>Confirm: 4 columns</button>" in preview.text
    before = acts(alike)
    answer = to(preview.text, "/review/act").send(officer)
    assert answer.status_code == 303
    assert acts(alike) == before + 1, "one act, one entry"
    assert "4 columns confirmed: Benefit number in “the benefit id”" in words(officer.get(answer.location).text)
    assert "2 columns" in words(open_group(officer, alike, "BENEFIT_ID"))


def test_columns_are_chosen_one_by_one(officer: HouseClient, alike: City) -> None:
    form = to(open_group(officer, alike, "STUDENT_ID"), "/review/preview")
    none = form.send(officer, "Confirm", pick=[])
    assert none.status_code == 400
    assert "no column is chosen. Tick at least one." in words(none.text)
    two = form.send(officer, "Not this type", pick=form.fields["pick"][:2])
    assert "2 columns in 2 datasets of Department of Social Services would be marked as not this" in words(two.text)
    refused = to(two.text, "/review/act").send(officer, why="other")
    assert refused.status_code == 400
    assert "In your words: Fill this in." in words(refused.text)
    answer = to(refused.text, "/review/act").send(officer, why="test_data")
    assert answer.status_code == 303
    assert "2 columns marked as not this type" in words(officer.get(answer.location).text)


def test_one_by_one_leads_from_column_to_column_of_the_group(officer: HouseClient, alike: City) -> None:
    text = open_group(officer, alike, "EMPLOYEE_ID")
    first = officer.get(html.unescape(re.findall(r'href="([^"]+)">Decide one by one', text)[0])).text
    assert "column 1 of 6, one by one" in words(first)
    answer = to(first, "/review/act", kind="confirm").send(officer)
    assert "show=" in answer.location
    second = officer.get(answer.location).text
    assert "column 1 of 5, one by one" in words(second)
    assert "1 column confirmed" in words(second)


def test_what_somebody_decided_meanwhile_is_told_and_not_overwritten(
    officer: HouseClient, deputy: HouseClient, alike: City
) -> None:
    text = open_group(officer, alike, "RELIGION")
    to(open_group(deputy, alike, "RELIGION"), "/review/act", kind="confirm").send(deputy)
    answer = to(text, "/review/act", kind="reject").send(officer, why="other", reason="It is a user name")
    assert answer.status_code == 409
    shown = words(answer.text)
    assert "Not saved." in shown
    assert "Noor Haddad decided this" in shown
    assert "Noor Haddad confirmed it" in shown, "the column as it is now"
    assert 'value="It is a user name"' in answer.text, "what was written is still there"
    assert standing(alike, "RELIGION") == [Standing.CONFIRMED]


def with_one_decided_meanwhile(officer: HouseClient, city: City, code: str) -> PageForm:
    """The form of a preview of four columns, one of which somebody else decided since."""
    preview = to(open_group(officer, city, code), "/review/preview").send(officer, "Confirm")
    form = to(preview.text, "/review/act")
    type_code, version, column_id, *_ = form.fields["pick"][0].split(" ")
    order = Order(ActKind.REJECT, why=Why.TEST_DATA)
    review.act(local_administrator(), city.catalog, order, [Pick(int(column_id), type_code, version)])
    return form


def test_what_of_a_group_was_decided_meanwhile_is_listed_and_the_rest_decided(
    officer: HouseClient, alike: City
) -> None:
    form = with_one_decided_meanwhile(officer, alike, "LICENSE_PLATE")
    answer = form.send(officer)
    assert answer.status_code == 200
    assert "3 columns confirmed. 1 column was left out. Somebody decided it meanwhile" in words(answer.text)
    assert "said that it is not this type" in words(answer.text)
    assert 'class="usa-button" href="/review' in answer.text
    form.fields["token"] = ["another"]
    assert form.send(officer).status_code == 409, "there is nothing left to do"


def test_a_script_is_told_what_was_left_out(officer: HouseClient, alike: City) -> None:
    form = with_one_decided_meanwhile(officer, alike, "FAMILY")
    answer = officer.post(form.action, data=form.fields, headers=SAME_ORIGIN | {"X-Review": "1"})
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["done"] == "3 columns confirmed"
    assert answer.json["to"].startswith("/review")
    (left,) = answer.json["left"]
    assert left.startswith("Somebody decided it meanwhile: ")
    assert "said that it is not this type" in left


def test_a_form_that_is_sent_twice_is_one_act(officer: HouseClient, alike: City) -> None:
    form = to(open_group(officer, alike, "AGE"), "/review/act", kind="confirm")
    before = acts(alike)
    answers = [form.send(officer) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert acts(alike) == before + 1


def test_every_form_has_a_token_of_its_own(visit: Visit) -> None:
    text = visit("officer-dss").get("/review").text
    tokens = [form.fields["token"][0] for form in forms(text) if "token" in form.fields]
    assert len(tokens) == len(set(tokens)) >= 5


@pytest.mark.parametrize(
    ("kind", "given", "fault"),
    [
        ("reject", {"why": "other"}, "In your words: Fill this in."),
        ("reject", {"why": "perhaps"}, "Why it is not this type: Choose one of these."),
        ("change_type", {"to_code": ""}, "Which type it is: Choose one of these."),
        ("defer", {}, "Until which day: Give a day, or somebody to hand it to."),
        ("defer", {"until": "soon"}, "Until which day: Give a day such as 2026-11-30."),
        ("ask", {"question": ""}, "What you want to know: Fill this in."),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    kind: str, given: dict[str, str], fault: str, visit: Visit, city: City
) -> None:
    client = visit("officer-dss")
    answer = to(open_group(client, city, "EMAIL"), "/review/act", kind=kind).send(client, **given)
    assert answer.status_code == 400
    assert fault in words(answer.text)
    assert '<details class="do" open>' in answer.text


def test_a_type_is_changed(officer: HouseClient, alike: City) -> None:
    form = to(open_group(officer, alike, "EDUCATION"), "/review/act", kind="change_type")
    assert form.send(officer, to_code="PLACE_OF_BIRTH").status_code == 303
    assert standing(alike, "EDUCATION") == [Standing.REJECTED]
    assert standing(alike, "PLACE_OF_BIRTH") == [Standing.CONFIRMED]


def test_it_is_put_off_handed_on_or_asked_about(officer: HouseClient, alike: City) -> None:
    day = alike.catalog.clock.now().date() + timedelta(days=40)
    later = to(open_group(officer, alike, "NATIONALITY"), "/review/act", kind="defer").send(
        officer, until=day.isoformat()
    )
    assert f"1 column put off until {day:%b} {day.day}, {day.year}" in words(officer.get(later.location).text)
    handed = to(open_group(officer, alike, "LANGUAGE"), "/review/act", kind="defer").send(officer, person="deputy-dss")
    assert "1 column handed to Noor Haddad" in words(officer.get(handed.location).text)
    asked = to(open_group(officer, alike, "INCOME"), "/review/act", kind="ask").send(officer, question="Whose is it?")
    assert "1 column asked about: Ivo Petrov answers" in words(officer.get(asked.location).text)


def test_a_column_of_its_own_shows_who_decided_and_lets_one_decide_again(officer: HouseClient, alike: City) -> None:
    text = officer.get(f"/review/columns/{alike.column}/SSN").text
    assert "Ben Okafor confirmed it" in words(text)
    assert "“Matches the intake form”" in words(text)
    assert not [form for form in forms(text) if form.fields.get("kind") == ["confirm"]], "it is confirmed"
    assert officer.get(f"/review/columns/{alike.column}/DNA").status_code == 404
    assert officer.get(f"/review/columns/{alike.column}/NONE").status_code == 404


def test_another_agency_learns_nothing_of_it(visit: Visit, city: City) -> None:
    foreign, key = visit("officer-doh"), key_of(city, "EMAIL")
    for one, other in (
        (f"/review/groups/{key}", "/review/groups/none"),
        (f"/review/columns/{city.column}/SSN", "/review/columns/99999/SSN"),
    ):
        answers = [foreign.get(address) for address in (one, other)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert without_chance(content(answers[0])) == without_chance(content(answers[1]))
    assert "email_address" not in foreign.get("/review").text
    picks = [{"pick": f"SSN full:high.0.0 {number}", "kind": "confirm"} for number in (city.column, 99999)]
    told = [foreign.post("/review/act", data=data, headers=SAME_ORIGIN) for data in picks]
    assert told[0].status_code == told[1].status_code
    assert told[0].status_code in {404, 409}
    assert "Ben Okafor" not in told[0].text


@pytest.mark.parametrize("pick", ["", "SSN", "SSN v", "SSN v x", "SSN v 1;;", "SSN v 99999999999", "SSN v -1"])
def test_what_names_no_column_is_refused(pick: str, visit: Visit) -> None:
    for address in ("/review/act", "/review/preview"):
        answer = visit("officer-dss").post(address, data={"pick": pick, "kind": "confirm"}, headers=SAME_ORIGIN)
        assert answer.status_code == 400


def test_one_decision_takes_no_more_than_a_thousand(visit: Visit) -> None:
    many = "SSN v " + " ".join(map(str, range(1, 1002)))
    answer = visit("officer-dss").post("/review/act", data={"pick": many, "kind": "confirm"}, headers=SAME_ORIGIN)
    assert answer.status_code == 400
    assert "1,001 columns are chosen, and one decision takes 1,000" in words(answer.text)


def test_a_decision_leads_nowhere_else(officer: HouseClient, alike: City) -> None:
    for where in ("//elsewhere.example/review", "https://elsewhere.example", "/people", "/reviewers"):
        answer = to(open_group(officer, alike, "HEIGHT"), "/review/act", kind="defer").send(
            officer, go=where, person="deputy-dss"
        )
        assert answer.location.split("?")[0] == "/review"
        to(officer.get(answer.location).text, "/review/undo/").send(officer)


def test_who_may_not_decide_has_no_way_in(visit: Visit) -> None:
    for person in ("auditor", "steward-dss", "head-dss"):
        assert 'href="/review"' not in visit(person).get("/").text
    assert 'href="/review"' in visit("cpo").get("/").text


def test_what_changed_since_it_was_decided_shows_both_pictures(officer: HouseClient, alike: City) -> None:
    assert to(open_group(officer, alike, "OCCUPATION"), "/review/act", kind="confirm").send(officer).status_code == 303
    with alike.catalog.reading() as connection:
        chosen = select(columns.c.id, datasets.c.source_id).join(datasets).where(columns.c.name == "THE_OCCUPATION")
        column_id, source_id = connection.execute(chosen).one()
    weaker = cities.result([cities.column("THE_OCCUPATION", 0, cities.finding("OCCUPATION", 0.4, 0.1, clue="it"))])
    run = recording.begin(ADMIN, alike.catalog, source_id, 7, full=True)
    due = recording.record_listing(ADMIN, alike.catalog, run, [cities.listed("single")], [])
    recording.record_result(ADMIN, alike.catalog, run, due["single"], "v2", weaker)
    text = words(officer.get(f"/review/columns/{column_id}/OCCUPATION").text)
    assert "Changed since decided" in text
    assert "When Ben Okafor confirmed it on" in text
    assert "Strength 0.90" in text
    assert "Now Strength 0.40" in text
