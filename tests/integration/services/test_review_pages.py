"""A group of review: what waits in it, one column in full, and what stands beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from catalog.errors import NotFound
from catalog.model.decisions import Verdict
from catalog.model.evidence import Finding
from catalog.model.holdings import Source
from catalog.model.review import ActKind, Order, ReviewState, Why
from catalog.model.runs import RunState
from catalog.services import recording, review, review_pages, review_queue
from catalog.services.catalog import Catalog
from tests.integration.services.conftest import add_source
from tests.support.builders import CPO, OPERATOR, a_column, a_finding, a_result, listed, officer

Tables = Mapping[str, Sequence[tuple[str, Sequence[Finding]]]]
SURE, FAIR = a_finding("SSN", 0.95), a_finding("SSN", 0.6)
TABLES: Tables = {
    "clients": [("id", []), ("CLIENT_SSN", [SURE]), ("note", [])],
    "stays": [("client_ssn", [SURE])],
    "visits": [("clientSsn", [FAIR])],
    "staff": [("mail", [a_finding("EMAIL", 0.9)])],
}


def scan(catalog: Catalog, source: Source, tables: Tables, version: str = "v1") -> dict[str, int]:
    """Look at these tables, of text columns; datasets by name."""
    run = recording.begin(OPERATOR, catalog, source.id, seed=1, full=True)
    named = [listed(name, change_key=version) for name in tables]
    ids = recording.record_listing(OPERATOR, catalog, run, named, ())
    for name, columns in tables.items():
        made = [a_column(column, findings, position=place) for place, (column, findings) in enumerate(columns)]
        recording.record_result(OPERATOR, catalog, run, ids[name], version, a_result(made))
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    return dict(ids)


def key_of(catalog: Catalog, code: str) -> str:
    return next(one.key for one in review_queue.queue(CPO, catalog, {}).lines if one.type.code == code)


def test_alike_columns_are_one_group_and_what_has_other_evidence_is_told(catalog: Catalog, source: Source) -> None:
    scan(catalog, source, TABLES)
    page = review_pages.group(CPO, catalog, key_of(catalog, "SSN"))
    told = {view.column.name: view.unusual for view in page.items}
    assert told == {
        "CLIENT_SSN": "",
        "client_ssn": "",
        "clientSsn": "Other evidence than most of these columns have",
    }
    assert page.unusual == 1
    assert page.shown.is_usual
    assert (
        page.sentence == "Social Security number, strength 0.95 (high): the column name says “social security number”."
    )
    assert [view.column.name for view in page.neighbours] == ["id", "CLIENT_SSN", "note"]
    assert (page.line.columns, page.line.high, page.line.medium) == (3, 2, 1)
    assert len(review_pages.picks(CPO, catalog, page.line.key)) == 2
    assert len(review_pages.picks(CPO, catalog, page.line.key, unusual=True)) == 3


def test_one_column_is_shown_in_full_where_asked_for(catalog: Catalog, source: Source) -> None:
    scan(catalog, source, TABLES)
    key = key_of(catalog, "SSN")
    other = next(view for view in review_pages.group(CPO, catalog, key).items if not view.is_usual)
    page = review_pages.group(CPO, catalog, key, show=other.column.id)
    assert page.shown.column == other.column
    assert page.shown.tag.reasons == ("the column name says “social security number”",)
    assert not page.shown.is_usual


def test_what_people_decided_of_alike_columns_is_told_by_agency_within_what_one_may_decide(
    catalog: Catalog, source: Source
) -> None:
    # What waits for one's own second reading is not told; here none is drawn.
    catalog = replace(catalog, settings=catalog.settings.model_copy(update={"second_reading_percent": 0}))
    scan(catalog, source, TABLES)
    scan(catalog, add_source(catalog, "dch", "clinic"), {"patients": [("client_ssn", [SURE])]})
    key = key_of(catalog, "SSN")
    every = review_pages.group(CPO, catalog, key)
    assert {view.agency.id for view in every.items} == {"dso", "dch"}
    theirs = next(view for view in every.items if view.agency.id == "dch")
    with pytest.raises(NotFound):
        review_pages.group(officer("dso"), catalog, key, agency_id="dch")
    review.decide(officer("dch"), catalog, theirs.column.id, "SSN", Verdict.CONFIRMED, "Seen on the form")
    (past,) = review_pages.group(CPO, catalog, key).past
    assert (past.agency.id, past.confirmed, past.rejected) == ("dch", 1, 0)
    assert (past.last.person, past.last.reason) == ("Officer of dch", "Seen on the form")
    own = review_pages.group(officer("dso"), catalog, key)
    assert own.past == ()
    assert {view.agency.id for view in own.items} == {"dso"}
    with pytest.raises(NotFound):
        review_pages.group(officer("dch"), catalog, key)
    with pytest.raises(NotFound):
        review_pages.group(CPO, catalog, key, agency_id="dch")
    with pytest.raises(NotFound):
        review_pages.one(officer("dso"), catalog, theirs.column.id, "SSN")


def test_what_changed_since_somebody_decided_is_shown_with_both_pictures(catalog: Catalog, source: Source) -> None:
    scan(catalog, source, TABLES)
    shown = review_pages.group(CPO, catalog, key_of(catalog, "EMAIL")).shown
    assert shown.picture is None
    review.decide(officer("dso"), catalog, shown.column.id, "EMAIL", Verdict.CONFIRMED, "On the staff form")
    scan(catalog, source, {**TABLES, "staff": [("mail", [a_finding("EMAIL", 0.3)])]}, "v2")
    page = review_pages.one(CPO, catalog, shown.column.id, "EMAIL")
    now = page.shown
    assert now.state is ReviewState.REOPENED
    assert now.unusual == "Somebody decided on it, and what the scan finds has changed since"
    assert now.picture is not None
    assert (now.picture.strength, now.tag.strength) == (0.9, 0.3)
    assert now.picture.reasons == ("the column name says “social security number”",)
    assert now.last is not None
    assert (now.last.person, now.last.verdict) == ("Officer of dso", Verdict.CONFIRMED)


def test_one_column_can_be_looked_at_whatever_was_decided(catalog: Catalog, source: Source) -> None:
    scan(catalog, source, TABLES)
    (pick,) = review_pages.picks(CPO, catalog, key_of(catalog, "EMAIL"))
    review.act(CPO, catalog, Order(ActKind.REJECT, why=Why.TEST_DATA, reason="Made up"), [pick])
    shown = review_pages.one(CPO, catalog, pick.column_id, "EMAIL").shown
    assert shown.state is ReviewState.REJECTED
    assert shown.last is not None
    assert (shown.last.why, shown.last.reason) == (Why.TEST_DATA, "Made up")


def test_a_wide_table_shows_the_columns_near_by(catalog: Catalog, source: Source) -> None:
    wide = [(f"field_{place}", [a_finding("SSN")] if place == 30 else []) for place in range(60)]
    scan(catalog, source, {"wide": wide})
    page = review_pages.group(CPO, catalog, key_of(catalog, "SSN"))
    assert [view.column.position for view in page.neighbours] == list(range(20, 41))
