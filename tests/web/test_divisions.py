"""Divisions on their pages: asking them, answering on one page or by workbook, and taking up what they propose."""

import io
import re
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest

from catalog.model.actors import Actor, Grant, Role
from catalog.model.cycles import Cycle
from catalog.model.report_answers import Answer
from catalog.services import division_tasks, report_states
from catalog.store import law
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import City
from tests.support.page_forms import PageForm, forms, to
from tests.web.test_pages import main
from web.report_wording import answer_id

OFFICER = Actor("officer-dss", "Ben Okafor", frozenset({Grant(Role.OFFICER, "DSS")}))
LAW, POLICY = "impact_law/text", "impact_policy/text"


def asked(city: City, *tasks: str, division: str = "") -> int:
    """Ask the steward of Social Services; the number of the request."""
    made = division_tasks.ask(
        OFFICER, city.catalog, city.law.cycle, division=division, tasks=tasks or ("impact", "purposes"),
        person_id="steward-dss", contact="", note="Mind the new forms", due_on=date(2028, 3, 31),
    )  # fmt: skip
    return made.id


def answer(city: City, key: str) -> Answer:
    with city.catalog.reading() as connection:
        cycle = law.one(connection, Cycle, city.law.cycle)
        assert cycle is not None
        now = report_states.state_of(connection, city.catalog, cycle)
    return next(one for one in now.answers if one.item.key == key)


def section(text: str, task_id: int, key: str) -> PageForm:
    return to(text, f"/divisions/{task_id}/propose", item=key)


def filled(form: PageForm, **words: str) -> dict[str, list[str]]:
    """What the form's answers are when these are filled in; names are keys with their last part."""
    keys, texts = form.fields["item"], list(form.fields["words"])
    for name, text in words.items():
        texts[next(place for place, key in enumerate(keys) if key.split("/")[0] == name)] = text
    return {"words": texts}


@pytest.fixture
def steward(own_city: City) -> HouseClient:
    return enter(application(own_city.catalog), "steward-dss")


@pytest.fixture
def officer(own_city: City) -> HouseClient:
    return enter(application(own_city.catalog), "officer-dss")


def test_an_officer_asks_a_division_and_sees_how_far_it_is(own_city: City, officer: HouseClient) -> None:
    where = f"/inventory/{own_city.law.cycle}/divisions"
    text = officer.get(where).text
    assert "J. Ortiz, Beds" in main(text)
    form = to(text, where)
    wrong = form.send(officer, division="Beds")
    assert wrong.status_code == 400
    assert "Choose what they are asked for." in main(wrong.text)
    assert "Choose somebody" in main(wrong.text)
    again = to(wrong.text, where)
    assert again.fields["division"] == ["Beds"]
    sent = again.send(officer, task=["access", "impact"], person="steward-dss", due_on="2028-04-30")
    assert sent.status_code == 303
    page = main(officer.get(sent.location).text)
    assert "They are asked." in page
    assert "Impact of the law and of policies; minimizing; Access by employees and contractors" in page
    assert "Not begun" in page


def test_who_is_asked_finds_it_and_answers_on_one_page(own_city: City, steward: HouseClient) -> None:
    task_id = asked(own_city)
    page = steward.get(f"/divisions/{task_id}").text
    assert "Mind the new forms" in main(page)
    assert "Why this is asked" in main(page)
    form = section(page, task_id, LAW)
    sent = form.send(steward, **filled(form, impact_law="More forms,\r\nfewer copies"))
    assert sent.status_code == 303
    assert [one.text for one in answer(own_city, LAW).proposals] == ["More forms,\nfewer copies"]
    after = steward.get(sent.location).text
    assert "Saved." in main(after)
    assert re.search(r"1 of \d+ lines answered", main(after))
    again = section(after, task_id, LAW)
    assert "More forms,\nfewer copies" in again.fields["words"], "what was written is still there"
    assert again.send(steward).status_code == 303
    assert len(answer(own_city, LAW).proposals) == 1, "what is sent again is no news"


def test_what_is_still_true_is_ticked_and_words_take_its_place(own_city: City, steward: HouseClient) -> None:
    task_id = asked(own_city)
    key = f"why_collect/activity:{own_city.law.intake}"
    form = section(steward.get(f"/divisions/{task_id}").text, task_id, key)
    both = form.send(steward, holds=key, **filled(form, why_collect="Else"))
    assert both.status_code == 400
    assert "Either it is still true, or your words take its place." in main(both.text)
    kept = section(both.text, task_id, key)
    assert "Else" in kept.fields["words"]
    place = kept.fields["item"].index(key)
    words = [""] * len(kept.fields["item"])
    assert kept.send(steward, holds=key, words=words).status_code == 303
    assert [one.text for one in answer(own_city, key).proposals] == [""]
    later = section(steward.get(f"/divisions/{task_id}").text, task_id, key)
    assert later.fields["holds"] == [key]
    words[place] = "Else"
    assert later.send(steward, words=words).status_code == 303
    assert [one.text for one in answer(own_city, key).proposals] == ["", "Else"]


def test_words_are_at_most_so_long_and_the_others_stay(own_city: City, steward: HouseClient) -> None:
    task_id = asked(own_city, "policies")
    form = section(steward.get(f"/divisions/{task_id}").text, task_id, "request_policy/city_agencies")
    texts = ["x" * 10_001, "Kept", *form.fields["words"][2:]]
    long = form.send(steward, words=texts)
    assert long.status_code == 400
    assert "Use at most 10,000 characters; these are 10,001." in main(long.text)
    assert section(long.text, task_id, "request_policy/city_agencies").fields["words"][1] == "Kept"
    problem, field = long.text.split('role="alert"')[1].split("</ul>")[0], answer_id(form.fields["item"][0])
    assert f'<a href="#{field}-words">' in problem, "what is wrong leads to where it is mended"
    assert len(re.findall(f'<textarea[^>]* id="{field}-words"[^>]* aria-describedby="{field}-error"', long.text)) == 1
    assert long.text.count(f'id="{field}-error"') == 1


def test_who_was_slower_keeps_what_they_wrote(own_city: City, steward: HouseClient, officer: HouseClient) -> None:
    task_id = asked(own_city)
    form = section(steward.get(f"/divisions/{task_id}").text, task_id, LAW)
    seen = answer(own_city, LAW).digest
    saying = {"item": LAW, "kind": "wrote", "text": "The officer's", "expected": "0", "seen": seen}
    assert officer.post(f"/inventory/{own_city.law.cycle}/say", data=saying, headers=SAME_ORIGIN).status_code == 303
    slow = form.send(steward, **filled(form, impact_law="The steward's"))
    assert slow.status_code == 409
    assert "after you opened it" in main(slow.text)
    shown = section(slow.text, task_id, LAW)
    assert [one for one in shown.fields["words"] if one] == ["The steward's"]
    assert shown.send(steward).status_code == 303


def test_a_page_from_before_its_record_changed_proposes_nothing(
    own_city: City, steward: HouseClient, officer: HouseClient
) -> None:
    task_id, key = asked(own_city), f"why_collect/activity:{own_city.law.intake}"
    form = section(steward.get(f"/divisions/{task_id}").text, task_id, key)
    edit = f"/flows/{own_city.law.intake}/edit"
    changed = {"purpose": "Decide who is eligible for shelter", "reason": "It changed"}
    assert to(officer.get(edit).text, edit).send(officer, "Keep", **changed).status_code == 303
    late = form.send(steward, holds=[key])
    assert late.status_code == 409
    assert "the records behind it changed after you opened it" in main(late.text)
    assert answer(own_city, key).proposals == ()
    assert section(late.text, task_id, key).send(steward, holds=[key]).status_code == 303
    assert len(answer(own_city, key).proposals) == 1


def test_all_that_is_filled_in_on_the_page_is_saved_together(own_city: City, steward: HouseClient) -> None:
    task_id = asked(own_city)
    text = steward.get(f"/divisions/{task_id}").text
    assert len([one for one in forms(text) if one.action.endswith(("/propose", "/done"))]) == 1
    form = section(text, task_id, LAW)
    assert form.send(steward, "Save all", **filled(form, impact_law="One", impact_policy="Two")).status_code == 303
    assert [answer(own_city, key).proposals[0].text for key in (LAW, POLICY)] == ["One", "Two"]


def test_who_is_done_with_what_cannot_be_saved_is_not_done_and_loses_nothing(
    own_city: City, steward: HouseClient
) -> None:
    task_id = asked(own_city)
    form = section(steward.get(f"/divisions/{task_id}").text, task_id, LAW)
    words = filled(form, impact_law="x" * 10_001, impact_policy="Kept")
    wrong = form.send(steward, "Save all, and I am done", **words)
    assert wrong.status_code == 400
    assert "Kept" in section(wrong.text, task_id, LAW).fields["words"]
    assert answer(own_city, POLICY).proposals == ()
    assert "Said to be done" not in main(steward.get(f"/divisions/{task_id}").text)


def test_much_can_be_saved_at_once(own_city: City, steward: HouseClient) -> None:
    task_id = asked(own_city)
    form = section(steward.get(f"/divisions/{task_id}").text, task_id, LAW)
    long = filled(form, **dict.fromkeys(("why_collect", "impact_law", "impact_policy"), "é" * 9_999))
    assert form.send(steward, **long).status_code == 303
    assert answer(own_city, POLICY).proposals[0].text == "é" * 9_999


def test_the_officer_takes_it_up_one_by_one_or_all_at_once(
    own_city: City, steward: HouseClient, officer: HouseClient
) -> None:
    task_id = asked(own_city)
    form = section(steward.get(f"/divisions/{task_id}").text, task_id, LAW)
    form.send(steward, **filled(form, impact_law="First"))
    form = section(steward.get(f"/divisions/{task_id}").text, task_id, POLICY)
    form.send(steward, **filled(form, impact_policy="Second"))
    page = officer.get(f"/divisions/{task_id}").text
    assert "Take up all 2 proposals" in main(page)
    assert not [one for one in forms(page) if one.action.endswith("/propose")], "an officer writes in the report itself"
    one = next(each for each in forms(page) if each.action.endswith("/take-up") and "proposal" in each.fields)
    assert one.send(officer).status_code == 303
    assert (answer(own_city, LAW).text, answer(own_city, POLICY).text) == ("First", "")
    rest = next(
        each
        for each in forms(officer.get(f"/divisions/{task_id}").text)
        if each.action.endswith("/take-up") and "proposal" not in each.fields
    )
    assert rest.send(officer).status_code == 303
    assert answer(own_city, POLICY).text == "Second"


def test_it_is_done_opened_again_and_withdrawn(own_city: City, steward: HouseClient, officer: HouseClient) -> None:
    task_id = asked(own_city)
    where = f"/divisions/{task_id}"
    form = section(steward.get(where).text, task_id, LAW)
    assert form.send(steward, "Save all, and I am done", **filled(form, impact_law="Last words")).status_code == 303
    assert [one.text for one in answer(own_city, LAW).proposals] == ["Last words"], "it is saved first"
    done = steward.get(where).text
    assert "Said to be done by" in main(done)
    assert not [one for one in forms(done) if one.action.startswith("/divisions")]
    assert to(officer.get(where).text, f"{where}/reopen").send(officer).status_code == 303
    assert to(steward.get(where).text, f"{where}/propose").action
    assert to(officer.get(where).text, f"{where}/withdraw").send(officer).status_code == 303
    assert steward.get(where).status_code == 404
    assert "This was withdrawn" in main(officer.get(where).text)


def test_a_workbook_is_looked_at_first_and_then_proposed(own_city: City, officer: HouseClient) -> None:
    where = f"/divisions/{own_city.law.division}"
    taken = officer.get(f"{where}?format=xlsx")
    assert taken.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    book = openpyxl.load_workbook(io.BytesIO(taken.data))
    row = next(cell.row for cell in book["Impact"]["F"] if cell.value == LAW)
    book["Impact"][f"E{row}"] = "More <b>forms</b>"
    book["Impact"][f"D{row + 1}"] = "Perhaps"
    out = io.BytesIO()
    book.save(out)

    def check(data: bytes) -> str:
        return officer.post(
            f"{where}/sheet/check", data={"file": (io.BytesIO(data), "answers.xlsx")}, headers=SAME_ORIGIN
        ).text

    wrong = check(out.getvalue())
    assert "“Perhaps” is neither Yes nor No" in main(wrong)
    assert f"Impact!D{row + 1}" in main(wrong)
    assert not [one for one in forms(wrong) if one.action == f"{where}/sheet"]
    book["Impact"][f"D{row + 1}"] = None
    out = io.BytesIO()
    book.save(out)
    sound = check(out.getvalue())
    assert "“More &lt;b&gt;forms&lt;/b&gt;”" in sound
    assert "<b>forms" not in sound
    assert answer(own_city, LAW).proposals == ()
    form = next(one for one in forms(sound) if one.action == f"{where}/sheet")
    assert form.send(officer).status_code == 303
    (made,) = answer(own_city, LAW).proposals
    assert made.person == "J. Ortiz, Beds (workbook taken over by Ben Okafor)"
    again = check(out.getvalue())
    assert "0 lines proposed; 1 proposed already" in main(again)


def test_what_people_write_is_shown_as_words(own_city: City, steward: HouseClient, officer: HouseClient) -> None:
    task_id = asked(own_city)
    hostile = "</textarea><script>alert(1)</script>{{ 7*7 }}"
    form = section(steward.get(f"/divisions/{task_id}").text, task_id, LAW)
    form.send(steward, **filled(form, impact_law=hostile))
    for client in (steward, officer):
        text = client.get(f"/divisions/{task_id}").text
        assert "<script>alert(1)" not in text
        assert "&lt;script&gt;alert(1)" in text


def test_who_reads_the_report_sees_who_was_asked_and_asks_nobody(
    city: City, visit: Callable[[str | None], HouseClient]
) -> None:
    for who in ("cpo", "head-dss", "auditor"):
        text = visit(who).get(f"/inventory/{city.law.cycle}/divisions").text
        assert "J. Ortiz, Beds" in main(text)
        assert not [one for one in forms(text) if one.action.startswith("/inventory")]
        assert f"/divisions/{city.law.division}" not in text
