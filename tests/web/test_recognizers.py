"""Recognizers of the city's own: from a typed text over its trial to use, as people see it."""

import csv
import html
import io
import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from catalog.model.recogniser_sets import SetState
from catalog.services import recognisers
from catalog.store import engine
from catalog.store import recognisers as stored
from catalog.taxonomy.recognisers import read
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import ADMIN, City
from tests.support.recognisers import text_of, tried
from web.pages.recognizers import EXAMPLE

Visit = Callable[[str | None], HouseClient]


def words(text: str) -> str:
    """The visible words of the main part of a page, spaces made single."""
    shown = text.split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", shown)))


def post(client: HouseClient, where: str, **form: object) -> TestResponse:
    return client.post(where, data=form, headers=SAME_ORIGIN)


def field_of(page: str) -> str:
    """What stands in the field of the text, as a browser reads it."""
    return html.unescape(re.findall(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.DOTALL)[0])


def test_the_example_to_start_from_can_be_kept_as_it_is(own_city: City) -> None:
    client = enter(application(own_city.catalog), "cpo")
    shown = field_of(client.get("/recognizers/new").text)
    assert shown == EXAMPLE
    answer = post(client, "/recognizers/new", name="Health", text=shown.replace("\n", "\r\n"))
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Health, version 1" in words(page)
    assert "It has not been tried" in words(page)
    assert field_of(page) == EXAMPLE, "line ends come back as they were written"


def test_the_list_says_what_each_set_finds_and_would_change(visit: Visit) -> None:
    page = words(visit("operator").get("/recognizers").text)
    assert "1 set in use, with 1 recognizer." in page
    assert "Social Services , version 2" not in page
    assert "outreach file number" in page
    assert "1 newly suggested, 1 no longer suggested" in page
    assert "local administrator" in page
    rows = csv.DictReader(io.StringIO(visit("cpo").get("/recognizers?format=csv").text.lstrip("\ufeff")))
    assert [(row["name"], row["state"], row["newly_suggested"]) for row in rows] == [
        ("Parks permits", "in_use", "0"),
        ("Social Services", "draft", "1"),
    ]


def test_our_own_are_shown_with_state_example_and_source(
    city: City, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = text_of("plate number") + "    verified: false\n    source: 'A page of the state <b>'\n"
    ours = read(text, city.catalog.taxonomy.types).recognisers
    monkeypatch.setattr(recognisers, "own", lambda: ours)
    page = visit("cpo").get("/recognizers").text
    assert "<mark>QX-000123</mark>" in page
    assert "A page of the state &lt;b&gt;" in page
    assert "0 of 1 are on" in words(page)
    assert "nobody has made sure of its form" in words(page)
    monkeypatch.setattr(recognisers, "own", lambda: ())
    assert "not installed on this machine" in words(visit("cpo").get("/recognizers").text)


def test_a_bad_text_keeps_what_was_typed_and_says_why_beside_it(own_city: City) -> None:
    client = enter(application(own_city.catalog), "operator")
    typed = "recognizers:\n  - name: </textarea><b>x\n"
    answer = post(client, "/recognizers/new", name="Health", text=typed)
    assert answer.status_code == 400
    assert field_of(answer.text) == typed
    assert 'id="text-error"' in answer.text
    assert "it has neither patterns nor a deny_list" in words(answer.text)
    assert 'value="Health"' in answer.text
    answer = post(client, f"/recognizers/{own_city.draft}/text", text=typed, seen="x")
    assert answer.status_code == 400
    assert field_of(answer.text) == typed
    assert 'name="seen" value="x"' in answer.text


def test_a_taken_or_empty_name_is_told_beside_the_name(own_city: City) -> None:
    client = enter(application(own_city.catalog), "operator")
    taken = post(client, "/recognizers/new", name="Social Services", text=EXAMPLE)
    assert (taken.status_code, 'id="name-error"' in taken.text, 'id="text-error"' in taken.text) == (409, True, False)
    assert "there is a draft of this name already" in words(taken.text)
    assert post(client, "/recognizers/new", name=" ", text=EXAMPLE).status_code == 400


def test_a_text_longer_than_other_forms_is_taken_and_one_beyond_all_is_refused(own_city: City) -> None:
    client = enter(application(own_city.catalog), "operator")
    long = EXAMPLE + "#" * 100_000
    assert post(client, "/recognizers/new", name="Long", text=long).status_code == 303
    assert post(client, "/recognizers/new", name="Longer", text=EXAMPLE + "#" * 200_000).status_code == 400
    beyond = post(client, "/recognizers/new", name="Longest", text="#" * 600_000)
    assert beyond.status_code == 400
    assert "too long to be sent" in words(beyond.text)


def test_what_a_colleague_kept_is_overwritten_only_by_whoever_was_told(own_city: City) -> None:
    catalog = own_city.catalog
    client = enter(application(catalog), "operator")
    where = f"/recognizers/{own_city.draft}/text"
    before = recognisers.set_of(ADMIN, catalog, own_city.draft)
    theirs = recognisers.change(ADMIN, catalog, own_city.draft, text_of("theirs"), before.digest)
    answer = post(client, where, text=text_of("mine"), seen=before.digest)
    assert answer.status_code == 409
    assert field_of(answer.text) == text_of("mine")
    assert "it takes the place of what is there now" in words(answer.text)
    assert theirs.digest in answer.text
    assert post(client, where, text=text_of("mine"), seen=theirs.digest).status_code == 303
    assert recognisers.set_of(ADMIN, catalog, own_city.draft).text == text_of("mine")


def test_changes_are_told_filtered_and_exported(city: City, visit: Visit) -> None:
    where = f"/recognizers/{city.draft}"
    page = visit("cpo").get(where).text
    assert "20 columns of 3 datasets looked at, with and without: 1 newly suggested, 1 no longer suggested." in words(
        page
    )
    assert "1 dataset could not be looked at" in words(page)
    assert f'href="/datasets/{city.clients}"' in page
    lost = visit("cpo").get(f"{where}?change=lost").text
    assert "1 of 2 changes match" in words(lost)
    assert "<code>notes</code>" in lost
    assert "<code>client_id</code>" not in lost
    assert "No change matches" in words(visit("cpo").get(f"{where}?type=SSN").text)
    body = visit("cpo").get(f"{where}?change=gained&format=csv").text.lstrip("\ufeff")
    rows = [(row["change"], row["type"], row["column"]) for row in csv.DictReader(io.StringIO(body))]
    assert rows == [("newly suggested", "CASE_ID", "client_id")]


def test_an_operator_reads_the_changes_and_no_dataset(city: City, visit: Visit) -> None:
    page = visit("operator").get(f"/recognizers/{city.draft}").text
    assert "client_master" in page
    assert f'href="/datasets/{city.clients}"' not in page
    assert 'href="/types/' not in page


def test_a_trial_is_asked_for_waited_for_and_read(own_city: City) -> None:
    catalog, where = own_city.catalog, f"/recognizers/{own_city.draft}"
    client = enter(application(catalog), "operator")
    assert post(client, f"{where}/trial", which="some", source=["x"]).status_code == 400
    assert post(client, f"{where}/trial", which="some").status_code == 400
    assert post(client, f"{where}/trial", which="some", source=[str(own_city.source)]).status_code == 303
    (trial,) = recognisers.waiting(ADMIN, catalog)
    assert [one.id for one in recognisers.sources_of(ADMIN, catalog, trial)] == [own_city.source]
    page = client.get(where).text
    assert "Waiting to be tried on 1 source" in words(page)
    assert "The scan side was last seen at work" in words(page)
    assert "Try it" not in words(page)
    assert "Put in use" not in page
    recognisers.take(ADMIN, catalog, trial)
    assert "Being tried" in words(client.get(where).text)
    answer = post(client, f"{where}/text", text=EXAMPLE, seen=recognisers.set_of(ADMIN, catalog, trial.set_id).digest)
    assert answer.status_code == 409
    assert "being tried right now" in words(answer.text)
    failed = recognisers.TrialOutcome("Recognizer x: <b>an example</b> is not found.", 0, 0, 0, ())
    recognisers.finish(ADMIN, catalog, trial, failed)
    page = client.get(where).text
    assert "<b>an example" not in page
    assert "Recognizer x: <b>an example</b> is not found." in words(page)
    assert "Put in use" not in page
    assert post(client, f"{where}/use").status_code == 409


def test_all_sources_are_all_there_are(own_city: City) -> None:
    client = enter(application(own_city.catalog), "cpo")
    post(client, f"/recognizers/{own_city.draft}/trial", which="all")
    (trial,) = recognisers.waiting(ADMIN, own_city.catalog)
    assert len(recognisers.sources_of(ADMIN, own_city.catalog, trial)) == 3


def test_from_use_to_the_next_version_and_out(own_city: City) -> None:
    catalog, client = own_city.catalog, enter(application(own_city.catalog), "cpo")
    page = words(client.get(f"/recognizers/{own_city.draft}").text)
    assert "6 datasets will be looked at again in the next scan." in page
    assert "takes the place" not in page
    post(client, f"/recognizers/{own_city.draft}/use")
    page = client.get(f"/recognizers/{own_city.draft}").text
    assert "<textarea" not in page
    assert "Every scan uses it" in words(page)
    answer = post(client, f"/recognizers/{own_city.draft}/revise")
    page = words(client.get(answer.location).text)
    assert "Social Services, version 2" in page
    assert "Until then version 1 is in use" in page
    assert "Version 2 is a draft: go on there" in words(client.get(f"/recognizers/{own_city.draft}").text)
    draft = recognisers.set_of(ADMIN, catalog, int(answer.location.rsplit("/", 1)[1]))
    tried(catalog, draft, by=ADMIN)
    assert "It takes the place of version 1. 6 datasets" in words(client.get(answer.location).text)
    post(client, f"{answer.location}/use")
    assert "Version 2 is in use" in words(client.get(f"/recognizers/{own_city.draft}").text)
    post(client, f"{answer.location}/retire")
    assert "No scan uses it" in words(client.get(answer.location).text)
    assert recognisers.set_of(ADMIN, catalog, draft.id).state is SetState.RETIRED


def test_a_discarded_draft_is_gone(own_city: City) -> None:
    client = enter(application(own_city.catalog), "cpo")
    assert post(client, f"/recognizers/{own_city.draft}/discard").location == "/recognizers"
    assert client.get(f"/recognizers/{own_city.draft}").status_code == 404
    assert "Social Services" not in words(client.get("/recognizers").text)


def test_a_text_that_cannot_be_read_any_more_says_so(own_city: City) -> None:
    """Such as one that names a type which a later version no longer has."""
    known = recognisers.set_of(ADMIN, own_city.catalog, own_city.used)
    with engine.writing(own_city.catalog.engine) as connection:
        stored.change(connection, known, text=text_of("permit number", entity="GONE"))
    client = enter(application(own_city.catalog), "operator")
    assert "Cannot be read any more" in words(client.get("/recognizers").text)
    page = words(client.get(f"/recognizers/{own_city.used}").text)
    assert "there is no identifier type GONE" in page
