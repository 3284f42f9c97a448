"""What the pages say: counts with what they are out of, why, how sure, and how far anybody looked."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.model.actors import Role
from catalog.model.coverage import Look, SampleMethod
from catalog.model.decisions import Verdict
from catalog.model.runs import DatasetResult, RunState
from catalog.services import holdings, people, recording, review, scans, setup, sources
from catalog.settings import Settings
from tests.support import city as cities
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import ADMIN, SECRET_COLUMN, City

Visit = Callable[[str | None], HouseClient]
LAW = ["Register", "Inventory", "Programs", "Protocols"]
KEEPING = ("Recognizers", "People", "Audit log")


def words(text: str) -> str:
    """The visible words of a page, spaces made single."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text)).replace("&#39;", "'").replace("&#34;", '"')


def main(text: str) -> str:
    return words(text.split("<main", 1)[1].split("</main>", 1)[0])


def row_of(text: str, name: str) -> str:
    """The table row that speaks of a name."""
    return next(row for row in re.findall(r"<tr.*?</tr>", text, re.DOTALL) if name in row)


def test_home_counts_with_denominators(visit: Visit) -> None:
    page = main(visit("cpo").get("/").text)
    assert "4 of 6 datasets looked at" in page
    assert "3 of 15 columns with confirmed identifying information" in page
    assert "1 of 6 datasets that could not be looked at" in page
    assert "parks-share , Department of Parks: the source could not be reached" in page


def test_home_belongs_to_its_reader(visit: Visit) -> None:
    assert "What Department of Social Services holds about people" in main(visit("officer-dss").get("/").text)
    operator = visit("operator").get("/").text
    assert "Scans at a glance" in main(operator)
    assert "Latest runs" in main(operator)
    assert 'role="search"' not in operator
    assert visit("researcher").get("/").headers["Location"] == "/published"


@pytest.mark.parametrize(
    ("person", "items"),
    [
        (
            "cpo",
            ["Home", "Datasets", "Agencies", "Identifier types", "What changed", "Review", *LAW, "Scans", *KEEPING],
        ),
        ("officer-dss", ["Home", "Datasets", "Agencies", "Identifier types", "What changed", "Review", *LAW, "Scans"]),
        ("researcher", ["Published datasets", "Agencies", "Identifier types"]),
        ("operator", ["Home", "Scans", *KEEPING]),
    ],
)
def test_what_a_role_cannot_use_is_absent(person: str, items: list[str], visit: Visit) -> None:
    page = visit(person).get("/", follow_redirects=True).text
    bar = page.split('aria-label="Main"')[1].split("</nav>")[0]
    assert re.findall(r"<a [^>]*>([^<]+)</a>", bar) == items


def test_help_stands_in_the_same_place_everywhere(visit: Visit, city: City) -> None:
    for where in ("/", "/agencies", f"/datasets/{city.clients}", "/nothing", "/help"):
        foot = visit("cpo").get(where).text.split("<footer")[1]
        assert foot.index("/help") < foot.index("/accessibility")


def test_help_has_the_words_of_the_pages_that_a_reader_has(visit: Visit) -> None:
    theirs = {who: main(visit(who).get("/help").text) for who in ("officer-dss", "researcher", "operator", None)}
    shown = {
        who: {text for text in ("search box", "Found, but not declared", "Audit log", "Bands") if text in page}
        for who, page in theirs.items()
    }
    assert shown == {
        "officer-dss": {"search box", "Found, but not declared", "Audit log", "Bands"},
        "researcher": {"search box", "Bands"},
        "operator": {"Found, but not declared", "Audit log", "Bands"},
        None: {"Found, but not declared", "Audit log", "Bands"},
    }
    assert "suggested" not in theirs["researcher"]


def test_who_may_not_decide_is_told_whose_decision_is_waited_for(visit: Visit) -> None:
    told = {who: main(visit(who).get("/").text) for who in ("officer-dss", "steward-dss")}
    whose = "that wait for the privacy officer’s decision"
    assert {who: whose in page for who, page in told.items()} == {"officer-dss": False, "steward-dss": True}
    assert "waiting for a decision" in told["officer-dss"]


def test_the_heat_map_tells_none_found_from_not_scanned(visit: Visit) -> None:
    page = visit("cpo").get("/agencies").text
    health = row_of(page, "Department of Health")
    assert "none found" in health
    assert "not scanned" not in health
    parks = row_of(page, "Department of Parks")
    assert "not scanned" in parks
    assert "hatch" in parks
    assert "none found" not in parks


def test_the_heat_map_tells_confirmed_from_suggested(visit: Visit) -> None:
    social = row_of(visit("cpo").get("/agencies").text, "Department of Social Services")
    cells = re.findall(r'class="heat ([^"]*)" href="/search\?agency=DSS&amp;type=([A-Z_]+)"', social)
    standing = {code: classes.split() for classes, code in cells}
    assert standing["SSN"] == ["q0"]
    assert standing["EMAIL"] == ["q0", "is-suggested"]
    assert standing["NAME"] == ["q1", "is-mixed"]


def test_the_map_of_a_whole_city_stays_light(tmp_path: Path) -> None:
    catalog = setup.init(Settings.load(data_dir=tmp_path, open_sign_in=True), "nyc")
    setup.mark_demonstration(cities.ADMIN, catalog)
    people.add_person(ADMIN, catalog, "cpo", "Rosa Marin", Role.CPO)
    first = sources.agencies(ADMIN, catalog)[0]
    every = [
        cities.column(f"column_{place}", place, cities.finding(code, 0.9))
        for place, code in enumerate(catalog.taxonomy.types)
    ]
    cities.scan(
        catalog, cities.add_source(catalog, first.id, "All", "all"), [(cities.listed("all"), cities.result(every))]
    )
    page = enter(application(catalog), "cpo").get("/agencies").text
    assert page.count("<tr>") > 60
    assert page.count('scope="col"') == 2 + len(every)
    catalog.close()


@pytest.mark.parametrize("sort", ["name", "columns", "datasets", "SSN"])
def test_the_heat_map_can_be_sorted(sort: str, visit: Visit) -> None:
    page = visit("cpo").get("/agencies", query_string={"sort": sort}).text
    assert page.count("aria-sort") == (1 if sort != "columns" else 0)
    first = re.findall(r'<th scope="row"><a[^>]*>([^<]+)', page)[0]
    assert first == ("Department of Finance" if sort == "name" else "Department of Social Services")


def test_a_dataset_says_what_it_holds_why_and_under_which_protocol(city: City, visit: Visit) -> None:
    page = main(visit("cpo").get(f"/datasets/{city.clients}").text)
    assert "6 of 8 columns hold identifying information: 3 confirmed, 3 suggested." in page
    assert "1,000 of about 50,000 rows, random" in page
    assert "the column name says “ssn”" in page
    assert "970 of 1,000 values pass the issued number check (11% would by chance)" in page
    assert "What speaks against it the same table holds a birth date" in page
    assert "0.98 (high); without the column name: 0.49" in page
    assert "about 97% of rows (between 95% and 99%)" in page
    assert "999-99-9999 97%" in page
    assert "Competing types Phone number 0.31 (not this type)" in page
    assert "detector 1.0 (71 types)" in page
    assert "Confirmed by Ben Okafor" in page
    assert "“Matches the intake form”" in page
    assert "Intake interviews" in page
    assert "Routine designation 4: eligibility" in page
    assert "Citywide handling policy" in page


def test_a_dataset_says_how_many_people_it_is_about(city: City, visit: Visit) -> None:
    page = main(visit("cpo").get(f"/datasets/{city.clients}").text)
    assert "People 10,000 or more by the strongest number of persons in it" in page
    assert "it is about 10,000 people or more" in page
    assert "People Not known" in main(visit("cpo").get(f"/datasets/{city.plain}").text)
    rows = json.loads(visit("cpo").get("/search?q=clients&format=json").data)["rows"]
    assert "10,000 or more" in {row["people"] for row in rows}


def test_a_dataset_says_what_does_not_add_up(city: City, visit: Visit) -> None:
    page = main(visit("cpo").get(f"/datasets/{city.clients}").text)
    assert page.count("What does not add up") == 1, "one list, not two"
    found = page.split("What does not add up")[1].split("Columns")[0]
    assert "Found, but not declared suggested Email address in Clients of social services" in found
    # How often scans find it is not known: that is said of the activity that declares it.
    assert "Gender identity" not in found
    assert "Declared, scans may miss it." in page.split("Columns")[-1]


def test_a_dataset_without_protocol_says_so(city: City, visit: Visit) -> None:
    page = main(visit("cpo").get(f"/datasets/{city.visits}").text)
    assert "No collection or disclosure is recorded for this dataset, so no protocol is either." in page


def test_nothing_found_says_how_far_anybody_looked(city: City, visit: Visit) -> None:
    page = main(visit("cpo").get(f"/datasets/{city.plain}").text)
    assert "No identifying information is suggested or confirmed in 2 columns" in page
    assert "looked at 1,000 of about 41,000 rows, random" in page
    assert re.search(r"fewer than about 0\.\d%", page)
    assert "Not scanned" not in page


def test_a_refused_dataset_says_why_and_not_that_it_is_empty(city: City, visit: Visit) -> None:
    page = main(visit("cpo").get(f"/datasets/{city.refused}").text)
    assert "Could not look inside" in page
    assert "reading is not permitted" in page
    assert "Nothing is known about what it holds" in page
    assert "None found" not in page
    assert "No identifying information" not in page


def test_a_dataset_nobody_looked_at_says_not_scanned(city: City, visit: Visit) -> None:
    page = main(visit("cpo").get(f"/datasets/{city.listed_only}").text)
    assert "Not scanned yet" in page
    assert "None found" not in page
    assert "No identifying information" not in page


@pytest.mark.parametrize(
    "where", ["/", "/agencies", "/types", "/types/HEALTH_ID", "/search", "/search?q=canary", "/search?q=immunizations"]
)
@pytest.mark.parametrize("suffix", ["", "format=csv", "format=json"])
def test_no_list_tells_of_what_its_reader_may_not_see(where: str, suffix: str, visit: Visit) -> None:
    answer = visit("officer-dss").get(where + (("&" if "?" in where else "?") + suffix if suffix else ""))
    assert SECRET_COLUMN not in answer.text
    assert ">immunizations<" not in answer.text
    assert '"name": "immunizations"' not in answer.text
    assert ',"immunizations",' not in answer.text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", 8),
        ("q=ssn", 1),
        ("q=SOCIAL+security", 1),
        ("q=card", 1),
        ("state=confirmed", 3),
        ("state=suggested", 3),
        ("state=identifying", 6),
        ("state=none", 2),
        ("state=rejected", 1),
        ("state=nonsense", 8),
        ("q=zzz", 0),
        ("page=99", 8),
        ("page=-1", 8),
    ],
)
def test_columns_can_be_filtered(query: str, names: int, city: City, visit: Visit) -> None:
    text = visit("cpo").get(f"/datasets/{city.clients}?{query}").text
    assert len(re.findall(r'<tr id="column-', text)) == names
    assert f"{names} of 8 columns" in main(text)
    if not names:
        assert "No column matches" in main(text)


def test_a_wide_table_comes_in_pages_of_bearable_weight(own_city: City) -> None:
    catalog = own_city.catalog
    source = cities.add_source(catalog, "DSS", "Wide", "wide")
    columns = [cities.column(f"measure_{n}", n, cities.finding("SSN", 0.9)) for n in range(1, 2001)]
    _, (dataset,) = cities.scan(catalog, source, [(cities.listed("wide"), cities.result(columns))])
    client = enter(application(catalog), "cpo")
    first = client.get(f"/datasets/{dataset}").text
    assert "Page 1 of 10" in main(first)
    assert "measure_200<" in first
    assert "measure_201<" not in first
    last = client.get(f"/datasets/{dataset}?page=10&state=suggested").text
    assert "measure_2000<" in last
    assert "state=suggested&amp;page=9" in last
    rows = json.loads(client.get(f"/datasets/{dataset}?format=json").data)
    assert rows["count"] == 2000


def test_deciding_shows_at_once_and_stays_on_record(own_city: City) -> None:
    officer = enter(application(own_city.catalog), "officer-dss")
    email = cities.column_ids(own_city.catalog, own_city.clients)["email_address"]
    where = f"/datasets/{own_city.clients}/columns/{email}/EMAIL"
    told = {"verdict": "rejected", "reason": "A unit's address", "seen": evidence_shown(officer, where)}
    answer = officer.post(where, data=told, headers=SAME_ORIGIN)
    assert answer.headers["Location"] == f"/datasets/{own_city.clients}#column-{email}"
    page = main(officer.get(f"/datasets/{own_city.clients}").text)
    assert "Not this type by Ben Okafor" in page
    assert "“A unit's address”" in page
    assert "2 suggested" in page


def test_nobody_decides_on_evidence_they_have_not_seen(own_city: City) -> None:
    catalog = own_city.catalog
    source, one = cities.add_source(catalog, "DSS", "Moving", "moving"), cities.listed("moving")

    def scanned(strength: float) -> int:
        found = cities.result([cities.column("a", 1, cities.finding("SSN", strength))])
        return cities.scan(catalog, source, [(one, found)])[1][0]

    dataset = scanned(0.95)
    cpo = enter(application(catalog), "cpo")
    where = f"/datasets/{dataset}/columns/{cities.column_ids(catalog, dataset)['a']}/SSN"
    seen = evidence_shown(cpo, where)
    scanned(0.3)
    late = cpo.post(where, data={"verdict": "confirmed", "seen": seen}, headers=SAME_ORIGIN)
    unseen = cpo.post(where, data={"verdict": "confirmed"}, headers=SAME_ORIGIN)
    assert (late.status_code, unseen.status_code) == (409, 409)
    assert "Nobody has decided yet" in cpo.get(f"/datasets/{dataset}").text
    told = {"verdict": "confirmed", "seen": evidence_shown(cpo, where)}
    assert cpo.post(where, data=told, headers=SAME_ORIGIN).status_code == 303


def evidence_shown(client: HouseClient, where: str) -> str:
    """What the form of this decision says of the evidence above it."""
    page = client.get(where.partition("/columns")[0]).text
    shown = re.search(rf'action="{where}".*?name="seen" value="([^"]+)"', page, re.DOTALL)
    assert shown is not None
    return shown[1]


def test_evidence_that_moves_reopens_the_decision(own_city: City) -> None:
    catalog = own_city.catalog
    source = cities.add_source(catalog, "DSS", "Moving", "moving")
    one = cities.listed("moving")
    _, (dataset,) = cities.scan(
        catalog, source, [(one, cities.result([cities.column("a", 1, cities.finding("SSN", 0.95))]))]
    )
    review.decide(ADMIN, catalog, cities.column_ids(catalog, dataset)["a"], "SSN", Verdict.CONFIRMED, "")
    cities.scan(catalog, source, [(one, cities.result([cities.column("a", 1, cities.finding("SSN", 0.3))]))])
    page = main(enter(application(catalog), "cpo").get(f"/datasets/{dataset}").text)
    assert "changed since decided" in page
    assert "please decide again" in page


def test_a_partly_read_dataset_says_so(own_city: City) -> None:
    catalog = own_city.catalog
    source = cities.add_source(catalog, "DSS", "Torn", "torn")
    judged = DatasetResult(
        Look.PARTLY, None, 12, None, SampleMethod.FIRST_ROWS, 7, "detector", (cities.column("a", 1),)
    )
    _, (dataset,) = cities.scan(catalog, source, [(cities.listed("torn", rows=None), judged)])
    page = main(enter(application(catalog), "cpo").get(f"/datasets/{dataset}").text)
    assert "Partly scanned" in page
    assert "12 rows, the first rows only" in page


def test_types_can_be_sorted_and_lead_on(visit: Visit) -> None:
    page = visit("cpo").get("/types?sort=name").text
    labels = re.findall(r'<a href="/types/[A-Z_0-9]+">([^<]+)</a>', page)
    assert labels == sorted(labels, key=str.casefold)
    ssn = main(visit("cpo").get("/types/SSN").text)
    assert "Department of Social Services" in ssn
    assert "client_ssn" in ssn
    assert "Intake interviews" in ssn


def test_a_type_nobody_found_says_so(visit: Visit) -> None:
    page = main(visit("cpo").get("/types/RELIGION").text)
    assert "No scan has found this type so far" in page
    assert "Datasets that are not scanned may still hold it." in page


def test_search_names_the_columns_that_match(visit: Visit) -> None:
    page = visit("cpo").get("/search?q=ssn").text
    assert "<mark>client_ssn</mark>" in page
    assert "Social Security number" in main(page).split("Other hits")[1]


def test_search_keeps_its_filters_and_lets_each_go(visit: Visit) -> None:
    page = visit("cpo").get("/search?agency=DSS&type=SSN&sort=name").text
    chips = page.split('aria-label="Filters in use"')[1].split("</ul>")[0]
    links = re.findall(r'class="chip" href="([^"]+)"', chips)
    assert set(links) == {"/search?type=SSN&amp;sort=name", "/search?agency=DSS&amp;sort=name"}
    assert "1 dataset found of 6 without filters" in main(page)
    assert "/search?agency=DSS&amp;type=SSN&amp;sort=columns" in page


def test_a_search_that_finds_nothing_says_what_to_try(visit: Visit) -> None:
    assert "No dataset answers to these words." in main(visit("cpo").get("/search?q=zzzzzz").text)
    page = main(visit("cpo").get("/search?q=ssn&agency=DOH").text)
    assert "No dataset passes these filters; 1 dataset does without them." in page
    assert "Drop “Agency: Department of Health”" in page


def test_search_exports_every_page(own_city: City) -> None:
    catalog = own_city.catalog
    source = cities.add_source(catalog, "DSS", "Many", "many")
    found = [(cities.listed(f"many_{n:02}"), cities.result([cities.column("a", 1)])) for n in range(45)]
    cities.scan(catalog, source, found)
    client = enter(application(catalog), "cpo")
    assert "Page 1 of 3" in main(client.get("/search").text)
    assert json.loads(client.get("/search?format=json").data)["count"] == 51


def test_an_agency_without_datasets_says_so(visit: Visit) -> None:
    assert "No dataset is known" in main(visit("cpo").get("/agencies/TAX").text)


def test_an_agency_says_how_complete_the_picture_is(visit: Visit) -> None:
    page = main(visit("cpo").get("/agencies/DSS").text)
    assert "1 of 4 datasets could not be looked at" in page
    assert "Privacy officer Ben Okafor" in page


def test_a_run_under_way_asks_for_its_successor_until_it_ends(own_city: City) -> None:
    client = enter(application(own_city.catalog), "operator")
    page = client.get(f"/runs/{own_city.live_run}").text
    assert f'hx-get="/runs/{own_city.live_run}/progress"' in page
    assert 'role="status"' in page
    assert ">Refresh</a>" in page
    live = scans.run(ADMIN, own_city.catalog, own_city.live_run).line.run
    recording.finish(ADMIN, own_city.catalog, live, RunState.DONE)
    fragment = client.get(f"/runs/{own_city.live_run}/progress").text
    assert "hx-" not in fragment
    assert "Done" in fragment
    assert "<script" not in client.get(f"/runs/{own_city.live_run}").text


def test_a_failed_run_says_why_and_what_still_stands(city: City, visit: Visit) -> None:
    page = main(visit("operator").get(f"/runs/{city.failed_run}").text)
    assert "The source could not be reached" in page
    assert "What earlier runs found still stands." in page


def test_an_operator_asks_for_a_scan_and_sees_it_asked(own_city: City) -> None:
    client = enter(application(own_city.catalog), "operator")
    client.post(f"/sources/{own_city.source}/scan", headers=SAME_ORIGIN)
    asked = [intent for intent in scans.intents(ADMIN, own_city.catalog) if intent.source_id == own_city.source]
    assert [intent.kind.value for intent in asked] == ["scan"]
    assert "Asked to scan" in row_of(client.get("/scans").text, "dss-cases")


def test_a_reader_sees_no_buttons_of_the_operator(visit: Visit) -> None:
    assert "Scan now" not in visit("cpo").get("/scans").text
    assert "Scan now" in visit("operator").get("/scans").text


def test_an_operator_does_not_get_links_into_what_it_may_not_read(city: City, visit: Visit) -> None:
    assert "/datasets/" not in visit("operator").get(f"/runs/{city.done_run}").text


@pytest.mark.parametrize("where", ["/", "/agencies", "/types", "/search", "/scans"])
@pytest.mark.parametrize("person", ["cpo", "operator"])
def test_an_empty_catalog_explains_itself(where: str, person: str, tmp_path: Path) -> None:
    catalog = cities.empty_catalog(tmp_path, open_sign_in=True)
    sources.add_agency(ADMIN, catalog, cities.agency("DSS", "Social Services"))
    people.add_person(ADMIN, catalog, person, "P", _ROLES[person])
    cities.indexing.rebuild(ADMIN, catalog)
    answer = enter(application(catalog), person).get(where)
    catalog.close()
    if answer.status_code == 200:
        expected = {
            "/": "Nothing is in the catalog yet",
            "/agencies": "Social Services",
            "/types": "of them were found",
            "/search": "There is no dataset",
            "/scans": "No source yet",
        }
        assert expected[where] in main(answer.text)


_ROLES = {
    "cpo": Role.CPO,
    "operator": Role.OPERATOR,
}


def test_pages_ask_holdings_of_this_actor_only(city: City, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = holdings.dataset

    def spy(actor: object, *rest: object) -> object:
        seen.append(actor)
        return real(actor, *rest)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(holdings, "dataset", spy)
    visit("officer-dss").get(f"/datasets/{city.clients}")
    assert [actor.person_id for actor in seen] == ["officer-dss"]  # type: ignore[attr-defined]  # an Actor
