"""Ways through the queue of review as somebody new to it goes them: filters, messages, and what cannot be done."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from catalog.model.decisions import Standing
from catalog.model.review import ActKind, ReviewAct
from catalog.model.review_views import ActLine
from tests.support.browsing import HouseClient, application, enter
from tests.support.city import City
from tests.support.page_forms import asking, to
from tests.web.test_review import key_of, make_alike, open_group, standing, words
from web.review_wording import act_done

Visit = Callable[[str | None], HouseClient]


@pytest.fixture(scope="module")
def alike(city_folder: tuple[Path, City], tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with make_alike(city_folder, tmp_path_factory.mktemp("ways")) as city:
        yield city


@pytest.fixture(scope="module")
def alike_app(alike: City) -> Flask:
    return application(alike.catalog)


@pytest.fixture(scope="module")
def officer(alike_app: Flask) -> HouseClient:
    return enter(alike_app, "officer-dss")


def test_lists_left_at_any_filter_by_nothing(visit: Visit) -> None:
    client = visit("officer-dss")
    form = asking(client.get("/review").text, "/review")
    assert [""] in form.fields.values()
    assert "6 groups" in words(form.ask(client).text)
    one = form.ask(client, type=["", "EMAIL"])
    assert "1 group" in words(one.text)
    assert "email" in one.text


def test_what_was_undone_is_shown_and_what_came_before_it_can_be_undone_next(officer: HouseClient, alike: City) -> None:
    for code in ("SEX", "AGE"):
        to(open_group(officer, alike, code), "/review/act", kind="confirm").send(officer)
    after = officer.get("/review?order=name").text
    undone = to(after, "/review/undo/").send(officer)
    assert undone.location.startswith(f"/review/groups/{key_of(alike, 'AGE')}?order=name")
    text = officer.get(undone.location).text
    assert "1 column put back as it was: Age" in words(text)
    assert "Before that: 1 column confirmed: Sex" in words(text)
    to(text, "/review/undo/").send(officer)
    assert standing(alike, "SEX") == standing(alike, "AGE") == [Standing.SUGGESTED]
    late = to(text, "/review/undo/")
    late.fields["token"] = ["another"]
    refused = late.send(officer)
    assert refused.status_code == 409
    assert "Not saved." in words(refused.text)
    assert 'id="queue"' in refused.text, "not thrown out of the queue"


def test_one_column_is_called_by_its_own_name(officer: HouseClient, alike: City) -> None:
    sent = to(open_group(officer, alike, "HEIGHT"), "/review/act", kind="confirm").send(officer)
    text = officer.get(sent.location).text
    assert "1 column confirmed: Height in “THE_HEIGHT”" in words(text)
    to(text, "/review/undo/").send(officer)
    assert "<code>THE_HEIGHT</code> <span" in officer.get("/review?q=height").text
    assert "<code>the benefit id</code> <span" in officer.get("/review?q=benefit").text


def test_a_day_that_is_over_is_told_beside_its_field_and_the_form_kept(officer: HouseClient, alike: City) -> None:
    past = {"until": "2020-01-02"}
    one = to(open_group(officer, alike, "HEIGHT"), "/review/act", kind="defer").send(officer, **past)
    many = to(open_group(officer, alike, "STUDENT_ID"), "/review/preview").send(officer, "Later")
    for answer in (one, to(many.text, "/review/act").send(officer, **past)):
        assert answer.status_code == 400
        assert 'value="2020-01-02" aria-invalid="true" aria-describedby="until-error"' in answer.text
        assert "Decide later" in words(answer.text)


def test_a_preview_names_the_columns(officer: HouseClient, alike: City) -> None:
    preview = to(open_group(officer, alike, "STUDENT_ID"), "/review/preview").send(officer, "Confirm")
    shown = words(preview.text)
    assert "The columns THE_STUDENT_ID in old_" in shown
    assert preview.text.count("<li><code>THE_STUDENT_ID</code>") == 4


def test_keys_that_were_kept_are_said_to_be(officer: HouseClient) -> None:
    form = to(officer.get("/review/keys").text, "/review/keys")
    kept = officer.get(form.send(officer).location).text
    assert "Kept." in words(kept)
    assert "Kept." not in words(officer.get("/review/keys").text)


def test_one_by_one_tells_of_the_column_shown_alone(officer: HouseClient, alike: City) -> None:
    form = to(open_group(officer, alike, "EMPLOYEE_ID"), "/review/preview")
    first = form.fields["pick"][0].split()[2]
    text = open_group(officer, alike, "EMPLOYEE_ID", show=first)
    assert "column 1 of 6, one by one" in words(text) or "of 6, one by one" in words(text)
    assert "If confirmed 1 column in 1 dataset counts as confirmed" in words(text)
    assert "columns ticked" not in words(text)


def test_an_undo_that_is_undone_reads_otherwise_than_the_undo(officer: HouseClient, alike: City) -> None:
    to(open_group(officer, alike, "SIGNATURE"), "/review/act", kind="confirm").send(officer)
    undone = to(officer.get("/review").text, "/review/undo/").send(officer)
    number = re.findall(r"done=(\d+)", undone.location)[0]
    mine = officer.get("/review/mine").text
    again = officer.get(to(mine, f"/review/undo/{number}").send(officer).location).text
    assert "1 column set again as before the undo: Signature" in words(again)
    assert standing(alike, "SIGNATURE") == [Standing.CONFIRMED]


def test_an_undo_that_waits_for_a_second_person_is_said_to() -> None:
    act = ReviewAct(
        9, ActKind.UNDO, "a", datetime(2026, 11, 22, tzinfo=UTC), "SSN", None, None, "", None, None, 1, 8, None
    )
    line = ActLine(act, "Ada Cole", None, None, "ssn", (), "", can_undo=1, undone=False, proposed=1)
    told = "The undo waits for a second person; until they agree, nothing changes. Then: 1 column put back as it was"
    assert act_done(line).startswith(told)
    assert act_done(replace(line, proposed=0)).startswith("1 column put back as it was")
