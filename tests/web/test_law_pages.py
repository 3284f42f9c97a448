"""What the pages of the law's records say, to whom, and what they hand out as files."""

import json
import re
from collections.abc import Callable
from enum import Enum

import pytest

from catalog.model.agreements import OnwardDisclosure, ServiceClass, Unscannable
from catalog.model.cycles import CycleState
from catalog.model.events import ExigentState, ViolationState
from catalog.model.parties import PARTY_TEXT, PartyKind
from catalog.model.reconciliation import DOUBT_TEXT, FORCE_TEXT, Approval, Concern, Doubt, Force, Presence
from catalog.model.register import PROTOCOL_TEXT, ProtocolClass, ProtocolType, Verb
from catalog.services import sources
from tests.support import city as cities
from tests.support.browsing import HouseClient, application, enter
from tests.support.city import ADMIN, City
from tests.web.test_pages import main, row_of
from web import law_wording, picture

Visit = Callable[[str | None], HouseClient]
PROGRAM = "/programmes/STREET-OUTREACH"
LISTS = ("/flows", "/events", "/declared", "/programmes", PROGRAM, "/protocols", "/protocols/gaps")


def rows(client: HouseClient, where: str) -> list[dict[str, object]]:
    found = json.loads(client.get(where + ("&" if "?" in where else "?") + "format=json").data)
    assert found["count"] == len(found["rows"])
    listed: list[dict[str, object]] = found["rows"]
    return listed


def test_the_register_counts_with_denominators_and_leads_on(visit: Visit) -> None:
    text = visit("cpo").get("/flows?agency=DSS&verb=disclosure").text
    page = main(text)
    assert "5 of 8 collections and disclosures. Something does not add up in 4 of them." in page
    assert "4 disclosures, 2 of them to third parties." in page
    assert 'href="/flows?agency=DSS&amp;verb=disclosure&amp;party=vendor"' in text
    chips = text.split('aria-label="Filters in use"')[1].split("</ul>")[0]
    assert set(re.findall(r'class="chip" href="([^"]+)"', chips)) == {"/flows?verb=disclosure", "/flows?agency=DSS"}


def test_what_only_scans_say_is_counted_apart(visit: Visit) -> None:
    page = main(visit("cpo").get("/flows").text)
    assert "does not add up in 5 of them; in 1 more, scans differ from what is declared and nobody has decided." in page
    row = row_of(visit("cpo").get("/flows").text, "Intake interviews")
    assert 'class="doubt doubt-open">Suggested, but not declared' in row
    assert "scans may miss it" not in row, "that scans cannot tell is no warning"
    assert 'class="doubt">Approval lapsed' in row_of(visit("cpo").get("/flows").text, "Study of intake")


def test_a_row_says_from_whom_to_whom_what_and_on_what_paper(visit: Visit) -> None:
    text = visit("cpo").get("/flows").text
    study = main("<main>" + row_of(text, "Study of intake") + "</main>")
    for words in (
        "D3 Study of intake",
        "DSS → to Meridian State University",
        "Researcher",
        "Lapsed",
        "Approval lapsed",
    ):
        assert words in study
    assert "Counts only, nobody’s information" in row_of(text, "Monthly dashboard")
    assert "Counts only" not in row_of(text, "Intake interviews")


def test_words_keep_the_filters_and_filters_the_words(visit: Visit) -> None:
    text = visit("cpo").get("/flows?agency=DSS&q=doctor&sort=title&page=3").text
    form = text.split('class="filter"')[1].split("</form>")[0]
    assert set(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', form)) == {("agency", "DSS"), ("sort", "title")}
    assert 'value="doctor"' in form
    assert 'href="/flows?q=doctor&amp;sort=title"' in text.split('aria-label="Filters in use"')[1]


def test_nothing_found_says_what_to_try(visit: Visit) -> None:
    page = main(visit("cpo").get("/flows?q=zzzz&agency=DSS").text)
    assert "0 of 8 collections and disclosures" in page
    assert "Drop “Agency: Department of Social Services”" in page or "Drop “Agency: DSS”" in page
    assert "Look without the words “zzzz”" in page
    assert "Look without the words" in main(visit("cpo").get("/protocols?q=zzzz").text)


@pytest.mark.parametrize(
    ("name", "sentence", "section"),
    [
        ("study", "The approval ended on Apr 30, 2025. Nothing in force permits this disclosure.", "§23-1202(c)(1)"),
        ("study", "it needs an agreement on what the information may be used for.", "§23-1203(3)"),
        ("vendor", "No approval in force is recorded for this disclosure.", "§23-1202(c)(1)"),
        ("vendor", "Not everything it works with was looked at: Home address", "§23-1205(a)(1)(a)"),
        ("unanswered", "It goes to Department of Parks, which records no collection of it", "§23-1205(a)(1)(b)"),
        ("referral", "Department of Health records other types for its side of this flow; only there: Health info", ""),
        ("received", "only here: Health information", ""),
        ("intake", "Suggested by scans of its datasets, but declared by no activity on them: Agency case", ""),
        ("intake", "scans are not known to find these: Gender identity", ""),
    ],
)
def test_what_does_not_add_up_is_said_in_plain_words_with_the_law(
    name: str, sentence: str, section: str, city: City, visit: Visit
) -> None:
    page = main(visit("cpo").get(f"/flows/{getattr(city.law, name)}").text)
    assert sentence in page
    assert section in page


def test_a_flow_shows_signatures_terms_and_the_other_side(city: City, visit: Visit) -> None:
    page = main(visit("cpo").get(f"/flows/{city.law.referral}").text)
    assert (
        "Ben Okafor, Privacy officer, Department of Social Services, May 1, 2024 “It gets people to a doctor.”" in page
    )
    assert "Review due May 1, 2026 overdue" in page
    assert "Handing it on Only with approval" in page
    assert "Department of Social Services (City agency); Department of Health (City agency)" in page
    assert "Receiving people from the shelters" in page.split("The other side")[-1]
    assert "Clients of social services" in page
    fine = main(visit("cpo").get(f"/flows/{city.law.dashboard}").text)
    assert "Nothing in this disclosure fails to add up." in fine


def test_the_receiver_is_told_that_the_data_behind_a_flow_is_not_theirs(city: City, visit: Visit) -> None:
    page = main(visit("officer-doh").get(f"/flows/{city.law.referral}").text)
    assert "The datasets of Department of Social Services are not shown to other agencies." in page
    assert "Clients of social services" not in page
    assert "In its datasets" not in page


def test_a_program_shows_who_gives_to_whom_and_keeps_counts_apart(visit: Visit) -> None:
    text = visit("cpo").get(PROGRAM).text
    page = main(text)
    assert "Also known as HOME-STAT, HOMESTAT" in page
    assert text.count('class="link link-') == 3, "a flow told by both sides is drawn once"
    assert text.count("link-counts") == 1
    assert 'role="img"' in text
    people, counts = page.split("Datasets about people")[-1].split("They are not a list of people")
    assert "client_master" in people
    assert "ref_office_codes" not in people
    assert "ref_office_codes" in counts
    assert "handled by 2 agencies" in page


def test_a_picture_of_too_many_ends_is_left_out() -> None:
    assert picture.draw(()) is None


def test_protocols_show_their_state_and_what_is_due(visit: Visit) -> None:
    text = visit("cpo").get("/protocols").text
    assert "Expired" in row_of(text, "Case approval: study of intake")
    assert "In force, review overdue" in row_of(text, "Routine designation 4")
    assert "7 of 7 protocols." in main(text)
    assert "1 of 7 protocols." in main(visit("cpo").get("/protocols?force=expired").text)


def test_gaps_tell_confirmed_from_suggested(visit: Visit) -> None:
    text = visit("cpo").get("/protocols/gaps").text
    assert "3 of 3 datasets with identifying information have such a gap." in main(text)
    visits = row_of(text, "Home visits")
    assert "No collection or disclosure recorded" in visits
    assert "tag-suggested" in visits
    assert "tag-confirmed" not in visits


def test_declared_systems_never_look_scanned(visit: Visit) -> None:
    text = visit("cpo").get("/declared").text
    row = row_of(text, "Paper intake files")
    assert "declared only" in row
    assert "A contractor holds it" in row
    assert "Harbor Street Teams, contract 24-117" in main("<main>" + row + "</main>")
    assert "tag" not in re.findall(r'class="([^"]*)"', row)
    assert "look-scanned" not in row


def test_events_are_told_to_their_agency_alone(visit: Visit) -> None:
    assert "Life was at risk." in main(visit("officer-dss").get("/events").text)
    assert "1 exigent event and 1 violation; the CPO has yet to be told of 1." in main(visit("cpo").get("/events").text)
    other = main(visit("officer-doh").get("/events").text)
    assert "No exigent event and no violation is recorded." in other


def test_an_agency_page_compares_the_report_with_today(visit: Visit) -> None:
    page = main(visit("officer-dss").get("/agencies/DSS").text)
    report = page.split("Last signed report")[-1]
    assert "signed by Ben Okafor, Jul 30, 2026" in report
    assert "Religion" in report.split("Not looked at everywhere")[1].split("In systems nobody can scan")[0]
    assert "Family" in report.split("In systems nobody can scan")[1].split("What was ticked")[0]
    for section in (
        "Collections",
        "Disclosures to others",
        "Systems nobody can scan",
        "Contracts",
        "Letters to the wrong",
    ):
        assert section in page


def test_a_dataset_page_carries_warnings_and_leads_to_the_flow(city: City, visit: Visit) -> None:
    text = visit("cpo").get(f"/datasets/{city.clients}").text
    assert f'href="/flows/{city.law.study}"' in text
    assert "Nothing in force permits this disclosure." in main(text)
    assert 'href="/programmes/STREET-OUTREACH"' in text


def test_a_type_page_lists_its_first_flows_and_says_how_many_there_are(
    city: City, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.services.holdings.LISTED", 2)
    text = visit("cpo").get("/types/NAME").text
    assert "These are the first 2 of 5." in main(text)
    assert 'href="/flows?type=NAME"' in text


def test_search_leads_to_the_pages_of_programs_protocols_and_flows(city: City, visit: Visit) -> None:
    text = visit("cpo").get("/search?q=HOME-STAT").text
    hits = text.split("Other hits")[1]
    assert 0 < hits.index('href="/programmes/STREET-OUTREACH"') < hits.index(f'href="/flows/{city.law.intake}"')
    assert f'href="/protocols/{city.law.designation}"' in visit("cpo").get("/search?q=eligibility").text


@pytest.mark.parametrize("where", LISTS)
@pytest.mark.parametrize("person", ["officer-dss", "officer-doh"])
@pytest.mark.parametrize("suffix", ["", "?format=csv", "?format=json"])
def test_no_list_of_the_law_tells_what_its_reader_may_not_see(
    where: str, person: str, suffix: str, visit: Visit
) -> None:
    text = visit(person).get(where + suffix).text
    secrets = {
        "officer-dss": ("Canary of the clinics", "immunizations", cities.SECRET_COLUMN),
        "officer-doh": ("Intake interviews", "Study of intake", "client_master", "Clients of social", "Paper intake"),
    }
    for secret in secrets[person]:
        assert secret not in text


def test_exports_hold_every_row_of_the_view_and_nothing_else(visit: Visit) -> None:
    found = rows(visit("cpo"), "/flows?doubt=lapsed")
    assert [row["title"] for row in found] == ["Study of intake"]
    assert found[0]["warnings"] == (
        "The approval ended on Apr 30, 2025. Nothing in force permits this disclosure. It goes to a third party and is "
        "not routine, so it needs an agreement on what the information may be used for. None in force is recorded."
    )
    assert (found[0]["from"], found[0]["to"], found[0]["to_kind"]) == (
        "Department of Social Services",
        "Meridian State University",
        "Researcher",
    )
    assert len(rows(visit("cpo"), "/flows")) == 8
    assert len(rows(visit("cpo"), "/programmes/STREET-OUTREACH")) == 4
    assert [row["known_as"] for row in rows(visit("cpo"), "/programmes")] == ["HOME-STAT; HOMESTAT"]
    assert [row["state"] for row in rows(visit("cpo"), "/protocols?force=expired")] == ["Expired"]
    assert {row["why"] for row in rows(visit("cpo"), "/protocols/gaps")} == {"not declared"}
    assert [row["contract"] for row in rows(visit("cpo"), "/declared")] == ["24-117"]
    assert [row["record"] for row in rows(visit("cpo"), "/events")] == ["exigent event", "violation"]


@pytest.mark.parametrize("where", [path for path in LISTS if path != PROGRAM])
def test_an_empty_register_explains_itself(where: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    catalog = cities.empty_catalog(tmp_path_factory.mktemp("empty"), open_sign_in=True)
    sources.add_agency(ADMIN, catalog, cities.agency("DSS", "Social Services"))
    cities.people.add_person(ADMIN, catalog, "cpo", "P", cities.Role.CPO)
    cities.indexing.rebuild(ADMIN, catalog)
    page = main(enter(application(catalog), "cpo").get(where).text)
    catalog.close()
    expected = {
        "/flows": "No collection or disclosure is recorded yet.",
        "/events": "No exigent event and no violation is recorded.",
        "/declared": "No such system is declared.",
        "/programmes": "No program is recorded",
        "/protocols": "No protocol is recorded yet.",
        "/protocols/gaps": "No dataset is known to hold identifying information",
    }
    assert expected[where] in page


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (Verb, law_wording.VERB_TEXT),
        (Approval, law_wording.APPROVAL_TEXT),
        (Presence, law_wording.PRESENCE_TEXT),
        (ProtocolClass, law_wording.CLASS_TEXT),
        (Unscannable, law_wording.UNSCANNABLE_TEXT),
        (OnwardDisclosure, law_wording.ONWARD_TEXT),
        (ServiceClass, law_wording.SERVICE_TEXT),
        (ExigentState, law_wording.EXIGENT_TEXT),
        (ViolationState, law_wording.VIOLATION_TEXT),
        (CycleState, law_wording.CYCLE_TEXT),
        (PartyKind, PARTY_TEXT),
        (ProtocolType, PROTOCOL_TEXT),
        (Force, FORCE_TEXT),
        (Doubt, DOUBT_TEXT),
    ],
)
def test_every_state_of_the_law_has_its_own_word(kind: type[Enum], texts: dict[Enum, str]) -> None:
    assert set(texts) == set(kind)
    assert len(set(texts.values())) == len(texts)


@pytest.mark.parametrize("doubt", Doubt)
@pytest.mark.parametrize("verb", Verb)
def test_every_warning_is_a_sentence_with_its_section(doubt: Doubt, verb: Verb) -> None:
    sentence = law_wording.concern(Concern(doubt), verb)
    assert sentence[0].isupper() or sentence.startswith("the other agency")
    assert sentence.endswith(".")
    assert law_wording.section(Concern(doubt), verb).startswith("§23-120")
