"""An agency's report on its pages: what differs first, each answer with where it comes from, and what is said of it."""

import re
from collections.abc import Callable

import pytest

from catalog.model.report_entries import EntryKind
from catalog.model.report_form import TASK_TEXT, Task
from catalog.services import report_pages
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import ADMIN, City
from tests.support.page_forms import PageForm, forms, to

OFFICER, DEPUTY, HEAD = "officer-dss", "deputy-dss", "head-dss"
#: What only people can say.
NECESSARY = "access/necessary"


def page(city: City, rest: str = "") -> str:
    return f"/inventory/{city.law.cycle}{rest}"


def task(city: City, which: str) -> str:
    return page(city, f"/tasks/{which}")


def said_here(text: str, key: str, kind: str) -> PageForm:
    return to(text, "/inventory/", item=key, kind=kind)


@pytest.fixture
def officer(own_city: City) -> HouseClient:
    return enter(application(own_city.catalog), OFFICER)


def test_the_hub_leads_an_officer_to_their_own_report_and_says_when_it_is_due(
    city: City, visit: Callable[[str | None], HouseClient]
) -> None:
    text = visit(OFFICER).get("/inventory").text
    assert page(city) in text
    assert re.search(r"Due in \d+ days", text)
    assert "0 of 9 tasks done" in text
    assert "What changed since the last signed report" in text
    assert "Department of Health" not in text


def test_who_answers_no_report_and_was_asked_nothing_is_told_so(visit: Callable[[str | None], HouseClient]) -> None:
    assert "Nothing was asked of you." in visit("steward-dss").get("/inventory").text


def test_the_list_names_every_task_with_its_section_and_how_far_it_is(
    city: City, visit: Callable[[str | None], HouseClient]
) -> None:
    text = visit(OFFICER).get(page(city)).text
    assert [text.index(TASK_TEXT[one].replace("&", "&amp;")) for one in Task] == sorted(
        text.index(TASK_TEXT[one]) for one in Task
    )
    for one in Task:
        assert f"{page(city)}/tasks/{one.value}" in text
    assert "§23-1205(a)(1)(a)" in text
    assert "Not started" in text


@pytest.mark.parametrize("which", [one.value for one in Task])
def test_every_task_shows_what_differs_before_its_answers(
    which: str, city: City, visit: Callable[[str | None], HouseClient]
) -> None:
    text = visit(OFFICER).get(task(city, which)).text
    assert text.index('id="changes"') < text.index('id="attest"')
    first = next(iter(report_pages.task(ADMIN, city.catalog, city.law.cycle, Task(which)).answers))
    assert text.index('id="changes"') < text.index(f'id="{first.value}"') < text.index('id="attest"')


def test_types_are_a_table_with_ticks_marks_and_ways_to_their_records(
    city: City, visit: Callable[[str | None], HouseClient]
) -> None:
    text = visit(OFFICER).get(task(city, "types")).text
    for words in ("Collected", "Retained", "Disclosed", "✓ Yes", "Declared and found", 'href="/flows/1"'):
        assert words in text
    assert text.count("<form") < 12, "there is not a form in every line"


def test_a_type_that_the_last_report_ticked_and_nothing_speaks_for_now_is_shown_as_gone_and_has_to_be_explained(
    city: City, visit: Callable[[str | None], HouseClient]
) -> None:
    text = visit(OFFICER).get(task(city, "types")).text
    changes = text[text.index('id="changes"') : text.index('id="types"')]
    assert "Religion" in changes
    assert "Has to be explained before it is signed" in text


@pytest.mark.parametrize("person", ["cpo", "staff", "auditor", HEAD])
def test_who_does_not_answer_reads_without_controls(
    person: str, city: City, visit: Callable[[str | None], HouseClient]
) -> None:
    for which in Task:
        text = visit(person).get(task(city, which.value)).text
        assert "/say" not in text
        assert "/attest" not in text
        assert "You read it" in text
    assert "/say" not in visit(person).get(page(city, "/check")).text


def test_what_is_written_stands_with_its_writer_and_is_told(own_city: City, officer: HouseClient) -> None:
    form = said_here(officer.get(task(own_city, "access")).text, NECESSARY, "wrote")
    answer = form.send(officer, "Save", text="Yes.\nSee rule 4.")
    assert answer.status_code == 303
    assert answer.location.startswith(task(own_city, "access"))
    text = officer.get(answer.location.split("#")[0]).text
    assert "See rule 4." in text
    assert re.search(r"Written by [^,<]+", text)
    assert '<p class="said-now" role="status">Saved.</p>' in text


def test_a_field_is_saved_by_itself_with_the_time(own_city: City, officer: HouseClient) -> None:
    form = said_here(officer.get(task(own_city, "access")).text, NECESSARY, "wrote")
    sent = form.fields | {"text": ["Yes."]}
    answer = officer.post(form.action, data=sent, headers=SAME_ORIGIN | {"HX-Request": "true"})
    assert answer.status_code == 200
    assert re.search(r"Saved \d\d:\d\d UTC", answer.text)
    assert "<html" not in answer.text
    # The button beside it sends what the page was made with: one's own word is not somebody else's.
    assert form.send(officer, "Save", text="Yes, by rule 4.").status_code == 303
    assert "Yes, by rule 4." in officer.get(task(own_city, "access")).text


def test_when_somebody_was_faster_both_words_are_there_and_nothing_is_lost(own_city: City) -> None:
    app = application(own_city.catalog)
    officer, deputy = enter(app, OFFICER), enter(app, DEPUTY)
    mine = said_here(officer.get(task(own_city, "access")).text, NECESSARY, "wrote")
    theirs = said_here(deputy.get(task(own_city, "access")).text, NECESSARY, "wrote")
    assert theirs.send(deputy, "Save", text="The deputy’s words").status_code == 303
    late = mine.send(officer, "Save", text="The officer’s words")
    assert late.status_code == 409
    assert "The deputy’s words" in late.text
    again = said_here(late.text, NECESSARY, "wrote")
    assert again.fields["text"] == ["The officer’s words"]
    by_field = officer.post(
        mine.action, data=mine.fields | {"text": ["Mine"]}, headers=SAME_ORIGIN | {"HX-Request": "true"}
    )
    assert by_field.status_code == 409
    assert "Not saved" in by_field.text
    assert again.send(officer, "Save").status_code == 303
    assert "The officer’s words" in officer.get(task(own_city, "access")).text


def test_what_cannot_be_taken_stands_beside_its_field_with_all_that_was_sent(
    own_city: City, officer: HouseClient
) -> None:
    opened = officer.get(task(own_city, "types"), query_string={"open": "types/NAME"}).text
    refused = said_here(opened, "types/NAME", "withheld").send(officer, "Withhold", text="A statute")
    assert refused.status_code == 400
    again = said_here(refused.text, "types/NAME", "withheld")
    assert again.fields["text"][0].strip() == "A statute"
    assert "Choose one of these." in refused.text
    assert again.send(officer, "Withhold", reason="privacy_law").status_code == 303
    shown = officer.get(task(own_city, "types"), query_string={"open": "types/NAME"}).text
    assert "Withheld from the public copy: it would violate a law on privacy: “A statute”" in shown
    assert said_here(shown, "types/NAME", "not_withheld").send(officer).status_code == 303
    assert "A statute" not in officer.get(task(own_city, "types")).text


def test_a_line_of_ones_own_is_added_and_taken_out(own_city: City, officer: HouseClient) -> None:
    form = said_here(officer.get(task(own_city, "contractors")).text, "contractors", "added")
    assert form.send(officer, "Add it", text="").status_code == 400
    added = form.send(officer, "Add it", text="A clinic reads our files on paper.")
    assert added.status_code == 303
    text = officer.get(added.location.split("#")[0]).text
    assert "A clinic reads our files on paper." in text
    out = next(one for one in forms(text) if one.fields.get("kind") == ["removed"])
    assert out.send(officer).status_code == 303
    assert "A clinic reads our files" not in officer.get(task(own_city, "contractors")).text


def test_a_draft_is_confirmed_written_over_and_taken_back(own_city: City, officer: HouseClient) -> None:
    key, where = f"why_collect/activity:{own_city.law.intake}", task(own_city, "purposes")
    before = officer.get(where).text
    assert "Nobody has said yet that it holds." in before
    assert said_here(before, key, "still_true").send(officer).status_code == 303
    assert said_here(officer.get(where).text, key, "wrote").send(officer, text="In other words.").status_code == 303
    written = officer.get(where).text
    assert "In other words." in written
    assert said_here(written, key, "back_to_draft").send(officer).status_code == 303
    assert "In other words." not in officer.get(where).text


def test_a_task_is_attested_with_a_tick_and_leads_to_the_next(own_city: City, officer: HouseClient) -> None:
    where = task(own_city, "contractors")
    form = to(officer.get(where).text, f"{where}/attest")
    without = form.send(officer)
    assert without.status_code == 400
    assert "Tick this first" in without.text
    done = form.send(officer, holds="yes")
    assert done.status_code == 303
    text = officer.get(done.location).text
    assert "You said that all of this holds." in text
    assert "check and sign" in text
    assert "1 of 9 tasks done" in officer.get(page(own_city)).text


def test_what_moved_since_the_page_was_shown_is_not_attested(own_city: City, officer: HouseClient) -> None:
    where = task(own_city, "contractors")
    form = to(officer.get(where).text, f"{where}/attest")
    said_here(officer.get(where).text, "contractors", "added").send(officer, "Add it", text="One more.")
    assert form.send(officer, holds="yes").status_code == 409


def test_a_contradiction_is_explained_on_the_page_of_checking(own_city: City, officer: HouseClient) -> None:
    text = officer.get(page(own_city, "/check")).text
    assert "lacking before it can be signed" in text
    form = next(one for one in forms(text) if one.fields.get("kind") == ["explained"])
    answer = form.send(officer, text="We no longer ask for it.")
    assert answer.status_code == 303
    assert answer.location.startswith(page(own_city, "/check"))
    assert "Explained: “We no longer ask for it.”" in officer.get(answer.location.split("#")[0]).text


def test_a_task_an_item_and_a_report_that_are_not_there(own_city: City, officer: HouseClient) -> None:
    assert officer.get(task(own_city, "none")).status_code == 404
    assert officer.get("/inventory/99999").status_code == 404
    for key in ("access/none", "none/none", "task:types", ""):
        data = {"item": key, "kind": "wrote", "text": "x", "expected": "0"}
        answer = officer.post(page(own_city, "/say"), data=data, headers=SAME_ORIGIN)
        assert answer.status_code in {400, 404}, key


@pytest.mark.parametrize("kind", [EntryKind.COMMENTED, EntryKind.PROPOSED, EntryKind.ATTESTED, "none"])
def test_what_others_say_is_not_said_here(kind: str, own_city: City, officer: HouseClient) -> None:
    data = {"item": NECESSARY, "kind": str(kind), "text": "x", "expected": "0"}
    assert officer.post(page(own_city, "/say"), data=data, headers=SAME_ORIGIN).status_code == 400
    with own_city.catalog.reading():
        found = report_pages.task(ADMIN, own_city.catalog, own_city.law.cycle, Task.ACCESS)
    assert not any(one.latest for some in found.answers.values() for one in some)


def _fill(city: City, officer: HouseClient) -> None:
    """Answer all that is empty, explain all that disagrees, and attest every task, as a browser without scripts does."""
    for which in Task:
        where = task(city, which.value)
        for _ in range(30):
            text = officer.get(where).text
            empty = [
                one for one in forms(text) if one.fields.get("kind") == ["wrote"] and not one.fields["text"][0].strip()
            ]
            if not empty:
                break
            assert empty[0].send(officer, text="As the rules say.").status_code == 303
    for _ in range(30):
        text = officer.get(page(city, "/check")).text
        open_ = [
            one for one in forms(text)
            if one.fields.get("kind") == ["explained"] and not one.fields["text"][0].strip()
        ]  # fmt: skip
        if not open_:
            break
        assert open_[0].send(officer, text="We know, and see to it.").status_code == 303
    for which in Task:
        where = task(city, which.value)
        answer = to(officer.get(where).text, f"{where}/attest").send(officer, holds="yes")
        assert answer.status_code == 303, which


def _proved(client: HouseClient, answer: str) -> PageForm:
    """The form that asks for a proof of who one is, in a demonstration."""
    return next(one for one in forms(answer) if one.buttons)


def test_a_whole_cycle_without_scripts_from_opened_to_submitted(own_city: City) -> None:
    app = application(own_city.catalog)
    officer, head = enter(app, OFFICER), enter(app, HEAD)
    _fill(own_city, officer)
    checked = officer.get(page(own_city, "/check")).text
    assert "Nothing is lacking." in checked
    assert to(checked, page(own_city, "/move")).send(officer, "Ready").status_code == 303
    signing = officer.get(page(own_city, "/sign")).text
    signed = to(signing, page(own_city, "/sign")).send(officer)
    if signed.status_code == 403:
        signed = _proved(officer, signed.text).send(officer, "It is me")
    assert signed.status_code == 303
    after = officer.get(page(own_city)).text
    assert "To be signed by the agency head" in after
    asked = head.get(page(own_city, "/signature")).text
    submitted = to(asked, page(own_city, "/signature")).send(head, capacity="Commissioner")
    if submitted.status_code == 403:
        submitted = _proved(head, submitted.text).send(head, "It is me")
    assert submitted.status_code == 303
    text = head.get(page(own_city)).text
    assert "Submitted" in text
    seal = re.search(r'name="content_hash" value="([0-9a-f]{64})"', signing)
    assert seal is not None
    assert seal.group(1) in asked, "both sign the same"
    assert "/say" not in officer.get(task(own_city, "types")).text
