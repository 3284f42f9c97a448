"""What waits taken away as a workbook, and brought back with its decisions: all of them or none, nothing twice."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import cast

import openpyxl
import pytest

from catalog.errors import NotAllowed, RequestError
from catalog.model.actors import Actor
from catalog.model.interchange import Workbook
from catalog.model.review import ActKind, Order, Pick, ReviewState, Why
from catalog.model.review_sheets import DECISIONS, WHYS
from catalog.services import review, review_sheet_plan, review_sheets
from catalog.services.catalog import Catalog, _Joined
from catalog.services.review_sheet_rows import ASKED, HEADINGS, KEYS, SHEET
from tests.support.builders import CPO, RESEARCHER
from tests.support.review_world import DCH, DSO, City, a_city, a_history

SSN, STAYS, MAIL, NOTE = "dso.clients.ssn", "dso.stays.ssn", "dso.stays.mail", "dch.patients.ssn"
Filled = Mapping[tuple[str, str], Mapping[str, str]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    cluster = request.getfixturevalue("postgres_cluster") if request.param == "postgresql" else ""
    made = a_city(tmp_path_factory.mktemp("sheets"), cluster)
    yield made
    made.catalog.close()


@pytest.fixture
def city(base: City) -> Iterator[City]:
    with a_history(base) as made:
        yield made


def caught_up(catalog: Catalog) -> Catalog:
    cast("_Joined", catalog).catch_up()  # changes that happen together derive the queue at their end
    return catalog


def taken(city: City, actor: Actor = CPO, **chosen: list[str]) -> Workbook:
    return review_sheets.export(actor, caught_up(city.catalog), chosen)


def rows(workbook: Workbook) -> list[dict[str, str]]:
    return [dict(zip(HEADINGS, row, strict=True)) for row in workbook.sheets[0].rows]


def filled(city: City, workbook: Workbook, said: Filled) -> bytes:
    """The workbook with cells written into the rows of these columns and types."""
    wanted = {(str(city.columns[place]), code): cells for (place, code), cells in said.items()}
    told = [row | wanted.pop((row["Column number"], row["Type code"]), {}) for row in rows(workbook)]
    assert not wanted
    sheet = replace(workbook.sheets[0], rows=[tuple(row.values()) for row in told])
    return b"".join(review_sheets.packed(replace(workbook, sheets=(sheet, *workbook.sheets[1:]))))


def told(plan: object) -> list[tuple[str, str]]:
    return [(one.place, one.reason) for one in plan.problems]  # type: ignore[attr-defined]  # a SheetPlan


def test_it_holds_what_waits_for_who_takes_it_with_what_speaks_for_it(city: City) -> None:
    review.act(DCH, city.catalog, Order(ActKind.CONFIRM), [city.pick(NOTE)])
    every, own = rows(taken(city)), rows(taken(city, DSO))
    assert {(row["Agency"], row["Type code"]) for row in own} == {("DSO", "SSN"), ("DSO", "EMAIL"), ("DSO", "PHONE")}
    assert len(every) == len(own) + 1  # the other agency's mail, for the decided one waits no more
    first = next(row for row in own if row["Type code"] == "SSN")
    assert first["Evidence"].startswith(f"{first['Suggested type']}, strength 0.9")
    assert first["Past decisions"] == ""
    assert [first[heading] for heading in ASKED] == [""] * len(ASKED)
    past = {row["Past decisions"] for row in every if row["Type code"] == "SSN"}
    assert past == {""}, "alike columns count within their agency"
    assert len(rows(taken(city, type=["EMAIL"]))) == 3
    assert len(rows(taken(city, agency=["dch"]))) == 1
    assert {row["Band"] for row in rows(taken(city, band=["medium"]))} == {"medium"}
    assert {row["Type code"] for row in rows(taken(city, tier=["4"]))} == {"SSN"}
    with pytest.raises(NotAllowed):
        review_sheets.export(RESEARCHER, city.catalog, {})


def test_decisions_are_chosen_from_lists_and_keys_are_not_shown(city: City) -> None:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(review_sheets.packed(taken(city)))))
    sheet = book[SHEET]
    letters = {cell.value: cell.column_letter for cell in sheet[1]}
    lists = {str(one.sqref).split(":")[0][:-1]: one.formula1 for one in sheet.data_validations.dataValidation}
    assert lists[letters["Decision"]] == f'"{",".join(DECISIONS)}"'
    assert lists[letters["Why"]] == f'"{",".join(WHYS)}"'
    assert lists[letters["Change to"]].startswith("Types!$A$2:$A$")
    assert [sheet.column_dimensions[letters[key]].hidden for key in KEYS] == [True] * len(KEYS)
    assert not sheet.column_dimensions[letters["Decision"]].hidden
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_all_kinds_of_decisions_are_made_with_one_act_for_rows_alike(city: City) -> None:
    until = city.now.date() + timedelta(days=7)
    data = filled(
        city,
        taken(city),
        {
            (SSN, "SSN"): {"Decision": "confirm", "Reason": "As the form says"},
            (STAYS, "SSN"): {"Decision": "Confirm", "Reason": "As the form says"},
            (SSN, "PHONE"): {"Decision": "Not this type", "Why": "a few stray values ONLY"},
            ("dso.clients.mail", "EMAIL"): {
                "Decision": "Change type",
                "Change to": city.catalog.taxonomy.types["PHONE"].label,
            },
            (MAIL, "EMAIL"): {"Decision": "Later", "Until": until.isoformat()},
            ("dch.patients.mail", "EMAIL"): {"Decision": "Not identifying"},
        },
    )
    looked = review_sheet_plan.plan(CPO, city.catalog, data)
    assert (looked.columns, len(looked.acts), looked.empty, looked.problems) == (6, 5, 1, ())
    assert city.state(SSN) is ReviewState.SUGGESTED, "a look does nothing"
    before = len(city.audited())
    done = review_sheet_plan.apply(CPO, city.catalog, data)
    assert (done.acts, done.problems) == (looked.acts, ())
    assert len(city.audited()) == before + 5
    assert {city.decisions(place)[-1].act_id for place in (SSN, STAYS)} >= {city.decisions(STAYS)[0].act_id}
    assert [city.state(SSN), city.state(STAYS), city.state(SSN, "PHONE"), city.state(MAIL, "EMAIL")] == [
        ReviewState.CONFIRMED,
        ReviewState.CONFIRMED,
        ReviewState.REJECTED,
        ReviewState.DEFERRED,
    ]
    assert city.state("dso.clients.mail", "PHONE") is ReviewState.CONFIRMED
    assert city.state("dch.patients.mail", "EMAIL") is ReviewState.REJECTED


def test_the_same_file_again_does_nothing_and_with_more_rows_does_those(city: City) -> None:
    workbook = taken(city)
    said = {
        (SSN, "SSN"): {"Decision": "Confirm"},
        (MAIL, "EMAIL"): {"Decision": "Later", "Until": str(city.now.date() + timedelta(days=3))},
        ("dso.clients.mail", "EMAIL"): {"Decision": "Change type", "Change to": "PHONE"},
    }
    assert review_sheet_plan.apply(CPO, city.catalog, filled(city, workbook, said)).columns == 3
    caught_up(city.catalog)
    entries = len(city.audited())
    again = review_sheet_plan.apply(CPO, city.catalog, filled(city, workbook, said))
    assert (again.acts, again.same, again.problems) == ((), 3, ())
    assert len(city.audited()) == entries
    more = {**said, (STAYS, "SSN"): {"Decision": "Confirm"}}
    assert review_sheet_plan.apply(CPO, city.catalog, filled(city, workbook, more)).columns == 1


def test_with_one_row_that_somebody_decided_since_nothing_is_done_and_who_is_told(city: City) -> None:
    workbook = taken(city)
    data = filled(city, workbook, {(SSN, "SSN"): {"Decision": "Confirm"}, (STAYS, "SSN"): {"Decision": "Confirm"}})
    place = next(
        number
        for number, row in enumerate(rows(workbook), 2)
        if row["Column number"] == str(city.columns[SSN]) and row["Type code"] == "SSN"
    )
    city.wait(minutes=1)
    review.act(DSO, city.catalog, Order(ActKind.REJECT, Why.TEST_DATA), [city.pick(SSN)])
    caught_up(city.catalog)
    for work in (review_sheet_plan.plan, review_sheet_plan.apply):
        plan = work(CPO, city.catalog, data)
        ((where, why),) = told(plan)
        assert where == f"Columns!L{place}"
        assert why.startswith("Officer of dso said that it is not this type on 2026-11-22 at 15:01 UTC")
    assert city.decisions(STAYS) == []


def test_what_moves_between_the_look_and_the_decision_undoes_all_of_it(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = filled(
        city,
        taken(city),
        {(SSN, "SSN"): {"Decision": "Confirm"}, (MAIL, "EMAIL"): {"Decision": "Not this type", "Why": "Test data"}},
    )
    decide, orders = review.act, []

    def faster(actor: Actor, catalog: Catalog, order: Order, picks: list[Pick], *, token: str | None = None) -> object:
        if orders:
            decide(DSO, catalog, Order(ActKind.CONFIRM), [replace(picks[0], version=None)])
        orders.append(order)
        return decide(actor, catalog, order, picks, token=token)

    monkeypatch.setattr(review, "act", faster)
    plan = review_sheet_plan.apply(CPO, city.catalog, data)
    assert len(plan.problems) == 1
    assert plan.acts == ()
    assert city.decisions(SSN) == city.decisions(MAIL) == []


def test_evidence_that_moved_is_stale_and_what_is_not_ones_own_is_like_what_is_not_there(city: City) -> None:
    workbook = taken(city)
    city.move(STAYS, "SSN", 0.6)
    caught_up(city.catalog)
    data = filled(city, workbook, {(STAYS, "SSN"): {"Decision": "Confirm"}, (NOTE, "SSN"): {"Decision": "Confirm"}})
    reasons = [why for _, why in told(review_sheet_plan.plan(DSO, city.catalog, data))]
    assert sorted(reasons) == sorted([review_sheet_plan._MOVED, review_sheet_plan._GONE])


def test_what_is_no_such_workbook_is_refused(city: City) -> None:
    with pytest.raises(RequestError, match="no workbook"):
        review_sheet_plan.plan(CPO, city.catalog, b"nothing")
    other = replace(taken(city), sheets=taken(city).sheets[1:])
    data = b"".join(review_sheets.packed(other))
    assert told(review_sheet_plan.plan(CPO, city.catalog, data)) == [(SHEET, "the workbook has no sheet of this name")]
    with pytest.raises(NotAllowed):
        review_sheet_plan.plan(RESEARCHER, city.catalog, data)
