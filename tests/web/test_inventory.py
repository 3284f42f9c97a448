"""An agency's report on its pages: what differs first, each answer with where it comes from, and what is said of it."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from werkzeug.test import TestResponse

from catalog.model.actors import Actor, Grant, Role
from catalog.model.cycles import CycleEvent, CycleState
from catalog.model.report_entries import EntryKind
from catalog.model.report_form import TASK_TEXT, Task
from catalog.services import cycles, division_tasks, register, report_answering, report_pages
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import ADMIN, City
from tests.support.page_forms import PageForm, forms, to

OFFICER, DEPUTY, HEAD = "officer-dss", "deputy-dss", "head-dss"
OFFICER_ACTOR = Actor(OFFICER, "Ben Okafor", frozenset({Grant(Role.OFFICER, "DSS")}))
STEWARD_ACTOR = Actor("steward-dss", "A steward", frozenset({Grant(Role.STEWARD, "DSS")}))
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


def test_a_comment_of_the_privacy_office_is_named_first_and_answered_at_its_answer(
    own_city: City, officer: HouseClient
) -> None:
    _submit(own_city)
    catalog, cycle = own_city.catalog, own_city.law.cycle
    report_answering.say(
        ADMIN, catalog, cycle, NECESSARY, EntryKind.COMMENTED, text="Which rule is that?", expected=_seen(own_city)
    )
    cycles.move(
        ADMIN, catalog, cycle, CycleEvent.RETURNED, words="Please say more of access.", expected=CycleState.SUBMITTED
    )
    assert "Please say more of access." in officer.get(page(own_city)).text
    text = officer.get(task(own_city, "access")).text
    assert "1 answer has a comment to answer" in text
    assert text.index("1 answer has a comment to answer") < text.index("What differs")
    said = said_here(text, NECESSARY, "answered").send(officer, "Answer", text="Rule 4 of the handbook.")
    assert said.status_code == 303
    text = officer.get(task(own_city, "access")).text
    assert "Rule 4 of the handbook." in text
    assert "has a comment to answer" not in text
    for which in Task:  # what was said stands; only what moved is said again
        where = task(own_city, which.value)
        assert to(officer.get(where).text, f"{where}/attest").send(officer, holds="yes").status_code == 303
    _sign(own_city)


def test_what_a_division_proposes_is_taken_up_or_put_aside(own_city: City, officer: HouseClient) -> None:
    catalog, cycle = own_city.catalog, own_city.law.cycle
    asked = division_tasks.ask(
        OFFICER_ACTOR, catalog, cycle, division="", tasks=["access"], person_id="steward-dss", contact="", note="",
        due_on=date(2028, 7, 1),
    )  # fmt: skip
    assert "/divisions/" in enter(application(catalog), "steward-dss").get("/inventory").text
    for key, words in ((NECESSARY, "By badge."), ("access/text", "By role.")):
        report_answering.say(
            STEWARD_ACTOR, catalog, cycle, key, EntryKind.PROPOSED, text=words, division_task_id=asked.id, expected=0
        )
    text = officer.get(task(own_city, "access")).text
    assert "By badge." in text
    taken = next(
        one for one in forms(text) if one.fields.get("kind") == ["wrote"] and one.fields["text"] == ["By badge."]
    )
    assert taken.send(officer).status_code == 303
    aside = said_here(officer.get(task(own_city, "access")).text, "access/text", "dismissed")
    assert aside.send(officer).status_code == 303
    text = officer.get(task(own_city, "access")).text
    assert "proposes:" not in text
    assert "By badge." in text
    assert "By role." not in text


def test_what_a_record_says_since_is_looked_at_again(own_city: City, officer: HouseClient) -> None:
    where = task(own_city, "purposes")
    assert to(officer.get(where).text, f"{where}/attest").send(officer, holds="yes").status_code == 303
    _edit(officer, own_city.law.intake, purpose="Decide who is eligible for shelter")
    assert "Look again: records changed" in officer.get(page(own_city)).text
    text = officer.get(where).text
    assert "Decide who is eligible for shelter" in text
    assert "The records behind it changed since." in text


def test_what_may_tell_what_is_withheld_is_said_to_be_told_where_it_stands(
    own_city: City, officer: HouseClient
) -> None:
    def telling() -> list[tuple[str, str]]:
        found = report_pages.cycle(OFFICER_ACTOR, own_city.catalog, own_city.law.cycle).gaps
        return [(one.task.value, one.item_key) for one in found if one.code == "may_tell_withheld" and one.task]

    key = "classified/activity:1"
    hidden = said_here(officer.get(f"{task(own_city, 'classified')}?open={key}").text, key, "withheld")
    hidden.send(officer, "Withhold it", reason="investigation", text="A case is open.")
    assert ("purposes", "why_collect/activity:1") in telling()
    for which, told in telling():
        assert "The public is told of it" not in officer.get(task(own_city, "access")).text
        text = officer.get(f"{task(own_city, which)}?open={told}").text
        assert said_here(text, told, "not_withheld").send(officer, "The public is told of it").status_code == 303
    assert telling() == []


@pytest.mark.parametrize(("kind", "words"), [("still_true", {}), ("wrote", {"text": "In other words."})])
def test_a_page_from_before_its_record_changed_says_nothing_of_it(
    own_city: City, officer: HouseClient, kind: str, words: dict[str, str]
) -> None:
    key, where = f"why_collect/activity:{own_city.law.intake}", task(own_city, "purposes")
    before = said_here(officer.get(where).text, key, kind)
    _edit(officer, own_city.law.intake, purpose="Decide who is eligible for shelter")
    late = before.send(officer, **words)
    assert late.status_code == 409
    assert "the records behind it changed after you opened it" in late.text
    assert "Decide who is eligible for shelter" in late.text
    by_field = officer.post(
        before.action, data=before.fields | {"text": ["Mine"]}, headers=SAME_ORIGIN | {"HX-Request": "true"}
    )
    assert by_field.status_code in {400, 409}
    anew = said_here(late.text, key, kind)
    assert anew.send(officer).status_code == 303
    unsaid = officer.post(before.action, data=before.fields | words | {"seen": ""}, headers=SAME_ORIGIN)
    assert unsaid.status_code == 400, "what was seen is always said"


def test_nobody_signs_while_something_is_lacking(own_city: City, officer: HouseClient) -> None:
    text = officer.get(page(own_city, "/sign")).text
    assert "things are lacking" in text
    assert not [one for one in forms(text) if one.action == page(own_city, "/sign")]


def test_an_officer_records_what_the_head_signed_on_paper(own_city: City) -> None:
    _sign(own_city)
    officer = enter(application(own_city.catalog), OFFICER)
    assert "Record the head’s signature on paper" in officer.get(page(own_city)).text
    form = to(officer.get(page(own_city, "/signature")).text, page(own_city, "/signature"))
    without = _weighty(officer, form, signer="Ada Lovelace", capacity="Commissioner", on="2026-11-28", filed="")
    assert without.status_code == 400
    assert to(without.text, page(own_city, "/signature")).fields["signer"] == ["Ada Lovelace"]
    done = _weighty(officer, form, signer="Ada Lovelace", capacity="Commissioner", on="2026-11-28", filed="Safe 3")
    assert done.status_code == 303
    text = officer.get(page(own_city)).text
    assert "Ada Lovelace, Commissioner" in text
    assert "Safe 3" in text


def test_the_head_sends_it_back_with_words(own_city: City) -> None:
    _sign(own_city)
    head = enter(application(own_city.catalog), HEAD)
    back = to(head.get(page(own_city)).text, page(own_city, "/move"))
    without = back.send(head, "Send back", words="")
    assert without.status_code == 400
    assert back.send(head, "Send back", words="The purposes are too short.").status_code == 303
    assert "The purposes are too short." in enter(application(own_city.catalog), OFFICER).get(page(own_city)).text


def _edit(officer: HouseClient, activity_id: int, **changed: str) -> None:
    """Change a collection or disclosure, in its form."""
    form = to(officer.get(f"/flows/{activity_id}/edit").text, f"/flows/{activity_id}/edit")
    assert form.send(officer, "Keep", reason="It changed", **changed).status_code == 303


def _seen(city: City) -> int:
    found = report_pages.task(ADMIN, city.catalog, city.law.cycle, Task.ACCESS)
    return next(one.latest for some in found.answers.values() for one in some if one.item.key == NECESSARY)


def _fill(city: City, officer: HouseClient) -> None:
    """Answer all that is empty, explain all that disagrees, attest every task: as a browser without scripts does."""
    _edit(officer, city.law.vendor, classification="case_by_case")
    for which in Task:
        for form in _empty(officer.get(task(city, which.value)).text, "wrote"):
            assert form.send(officer, text="As the rules say.").status_code == 303
    for form in _empty(officer.get(page(city, "/check")).text, "explained"):
        assert form.send(officer, text="We know, and see to it.").status_code == 303
    for which in Task:
        where = task(city, which.value)
        answer = to(officer.get(where).text, f"{where}/attest").send(officer, holds="yes")
        assert answer.status_code == 303, which


def _empty(text: str, kind: str) -> list[PageForm]:
    found = [one for one in forms(text) if one.fields.get("kind") == [kind]]
    return [one for one in found if not one.fields["text"][0].strip()]


def _weighty(client: HouseClient, form: PageForm, **changed: str) -> TestResponse:
    """Send a form, and say that it is oneself where that is asked."""
    answer = form.send(client, **changed)
    if answer.status_code == 403:
        answer = next(one for one in forms(answer.text) if "It is me: continue" in one.buttons).send(client, "It is me")
    return answer


def _sign(city: City) -> str:
    """All up to the officer's signature; the page on which they signed."""
    officer = enter(application(city.catalog), OFFICER)
    if report_pages.known(ADMIN, city.catalog, city.law.cycle).state is CycleState.OPEN:
        _fill(city, officer)
    checked = officer.get(page(city, "/check")).text
    assert "Nothing is lacking." in checked
    assert to(checked, page(city, "/move")).send(officer, "Ready").status_code == 303
    signing = officer.get(page(city, "/sign")).text
    signed = _weighty(officer, to(signing, page(city, "/sign")))
    assert signed.status_code == 303
    assert "To be signed by the agency head" in officer.get(page(city)).text
    return signing


def _submit(city: City) -> tuple[str, str]:
    """All up to the head's signature; the pages on which both signed."""
    signing = _sign(city)
    head = enter(application(city.catalog), HEAD)
    asked = head.get(page(city, "/signature")).text
    submitted = _weighty(head, to(asked, page(city, "/signature")), capacity="Commissioner")
    assert submitted.status_code == 303
    assert "Signed for the agency and submitted" in head.get(submitted.location).text
    return signing, asked


def test_a_whole_cycle_without_scripts_from_opened_to_submitted(own_city: City, officer: HouseClient) -> None:
    signing, asked = _submit(own_city)
    seal = re.search(r'name="content_hash" value="([0-9a-f]{64})"', signing)
    assert seal is not None
    assert seal.group(1) in asked, "both sign the same"
    assert "/say" not in officer.get(task(own_city, "types")).text
    assert "Submitted in time" in officer.get(page(own_city)).text


def test_what_the_privacy_office_says_of_a_task_as_a_whole_is_read_and_answered_there(
    own_city: City, officer: HouseClient
) -> None:
    catalog, cycle, key = own_city.catalog, own_city.law.cycle, "task:access"
    _submit(own_city)
    report_answering.say(
        ADMIN, catalog, cycle, key, EntryKind.COMMENTED, text="Say <b>who</b>.", expected=_of(own_city)
    )
    cycles.move(ADMIN, catalog, cycle, CycleEvent.RETURNED, words="Say more.", expected=CycleState.SUBMITTED)
    where = task(own_city, "access")
    text = officer.get(where).text
    assert "Say &lt;b&gt;who&lt;/b&gt;." in text
    assert "Say &lt;b&gt;who" not in officer.get(task(own_city, "types")).text
    assert (
        "Access by employees and contractors: a comment of the privacy office"
        in officer.get(page(own_city, "/check")).text
    )
    answered = said_here(text, key, "answered").send(officer, "Answer", text="It is written down now.")
    assert answered.status_code == 303
    after = officer.get(answered.location.partition("#")[0]).text
    assert "It is written down now." in after
    assert "Comment answered" in after
    (told,) = report_pages.task(OFFICER_ACTOR, catalog, cycle, Task("access")).comments
    assert told.answer is not None


def _of(city: City) -> int:
    """The latest word on the task of access as a whole."""
    return report_pages.task(ADMIN, city.catalog, city.law.cycle, Task.ACCESS).latest


def test_a_comment_on_what_is_not_in_the_report_any_more_is_answered_in_its_task(
    own_city: City, officer: HouseClient
) -> None:
    catalog, cycle, key = own_city.catalog, own_city.law.cycle, "why_collect/activity:1"
    _submit(own_city)
    answers = report_pages.task(ADMIN, catalog, cycle, Task.PURPOSES).answers
    latest = next(one.latest for some in answers.values() for one in some if one.item.key == key)
    report_answering.say(ADMIN, catalog, cycle, key, EntryKind.COMMENTED, text="Which law?", expected=latest)
    cycles.move(ADMIN, catalog, cycle, CycleEvent.RETURNED, words="Say more.", expected=CycleState.SUBMITTED)
    register.withdraw_activity(ADMIN, catalog, 1, "It was recorded by mistake.")
    assert "a comment on what is not in the report any more" in officer.get(page(own_city, "/check")).text
    text = officer.get(task(own_city, "purposes")).text
    assert "Which law?" in text
    answered = said_here(text, key, "answered").send(officer, "Answer", text="There is none: it was a mistake.")
    assert answered.status_code == 303
    after = officer.get(answered.location.partition("#")[0]).text
    assert "There is none: it was a mistake." in after
    assert "a comment on what is not in the report any more" not in officer.get(page(own_city, "/check")).text
