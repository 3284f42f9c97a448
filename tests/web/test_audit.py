"""The audit log's page: who did what, whether it is whole, and what is done when it is not."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from catalog.model.audit import AuditEvent, AuditFilter
from catalog.model.sessions import Door
from catalog.services import audit, sources
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.builders import CPO, an_agency
from tests.support.city import City
from tests.support.tampering import cut, unsealed
from web.audit_wording import Move, moves
from web.role_wording import DOOR_TEXT

ADMIN = local_administrator()
PAGES = ["/", "/agencies", "/audit"]


@pytest.fixture
def anchored(own_city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """A city whose log is anchored; and an anchor set after somebody's last act."""
    catalog = own_city.catalog
    settings = catalog.settings.model_copy(update={"anchors": tmp_path / "anchors"})
    monkeypatch.setitem(catalog.__dict__, "settings", settings)
    return catalog


def restored(catalog: Catalog) -> None:
    sources.add_agency(ADMIN, catalog, an_agency("gone", "Gone"))
    audit.anchor(ADMIN, catalog)
    cut(catalog, 1)


def entering(catalog: Catalog, person: str) -> HouseClient:
    return enter(application(catalog), person)


def test_what_moved_is_readable_and_nobodys_words_are_there(own_city: City) -> None:
    client = entering(own_city.catalog, "operator")
    client.post(
        f"/sources/{own_city.source}/schedule",
        data={"day": "mon", "opens": "22:00", "closes": "06:00", "seconds_a_day": "600"},
        headers=SAME_ORIGIN,
    )
    page = client.get("/audit?action=set_schedule").text
    assert f"source:{own_city.source}" in page
    assert "opens: 22:00:00" in page


def test_an_entry_is_told_in_words_and_leads_to_what_it_is_about(own_city: City) -> None:
    client = entering(own_city.catalog, "cpo")
    client.get(f"/datasets/{own_city.clients}")
    page = client.get("/audit").text
    assert f"by {DOOR_TEXT[Door.DEMO]}" in page
    assert "door=" not in page
    assert f'<a href="/datasets/{own_city.clients}">dataset {own_city.clients}</a>' in page
    assert f'<a href="/audit?thing=dataset:{own_city.clients}">All entries' in page
    assert "record agency" in page


def test_a_thing_of_no_page_or_a_number_that_is_none_leads_nowhere(own_city: City) -> None:
    audit.read(CPO, own_city.catalog, "dataset:999999999999999999999")
    page = entering(own_city.catalog, "auditor").get("/audit?action=read").text
    assert "/datasets/9999" not in page
    assert "the page audit" in page


def test_only_what_differs_as_it_is_shown_has_moved() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    before = {"id": 0, "seen_at": "2026-01-01T00:55:01+00:00", "state": "old"}
    after = {"id": 0, "seen_at": "2026-01-01T00:55:59+00:00", "state": "new"}
    event = AuditEvent(1, at, "a", "", "ask", "x", "", "", "", before=json.dumps(before), after=json.dumps(after))
    assert moves(event) == (Move("state", "old", "new"),)


def test_entries_are_narrowed_down_and_come_in_pages(own_city: City) -> None:
    client = entering(own_city.catalog, "auditor")
    first = client.get("/audit").text
    assert "Older entries" in first
    (last,) = [line for line in first.split('href="') if "below=" in line.split('"')[0]]
    older = client.get(last.split('"')[0].replace("&amp;", "&")).text
    below = int(last.split("below=")[1].split('"')[0].split("&")[0])
    assert f">{below:,}</th>" in first
    assert f">{below - 1:,}</th>" in older
    assert f">{below:,}</th>" not in older
    assert "No entry is like that" in client.get("/audit?account=nobody-like-this").text
    assert "No entry is like that" in client.get("/audit?to=2001-01-01").text
    assert client.get("/audit?from=soon&below=many").status_code == 200


def test_looking_at_the_log_and_taking_it_away_are_entries_of_it(own_city: City) -> None:
    client = entering(own_city.catalog, "auditor")
    rows = list(csv.DictReader(io.StringIO(client.get("/audit?format=csv&account=auditor").text.lstrip("\ufeff"))))
    assert [(row["action"], row["thing"]) for row in rows][:1] == [("read", "page:audit")]
    (entry,) = audit.entries(CPO, own_city.catalog, AuditFilter(action="export"), 1)
    assert (entry.person_id, entry.thing) == ("auditor", "list:audit-log")
    assert entry.request


def test_a_page_of_restricted_evidence_is_an_entry_before_it_is_shown(own_city: City) -> None:
    entering(own_city.catalog, "cpo").get(f"/datasets/{own_city.clients}")
    reads = audit.entries(CPO, own_city.catalog, AuditFilter(action="read", person_id="cpo"), 9)
    assert [(one.thing, one.agency_id) for one in reads] == [(f"dataset:{own_city.clients}", "DSS")]


def test_reading_events_is_an_entry(own_city: City) -> None:
    entering(own_city.catalog, "cpo").get("/events")
    (read,) = audit.entries(CPO, own_city.catalog, AuditFilter(action="read", person_id="cpo"), 9)
    assert read.thing == "page:events"


def test_who_reaches_the_limit_of_exports_is_one_click_from_the_notice(
    own_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = own_city.catalog.settings.model_copy(update={"export_rows_a_day": 1})
    monkeypatch.setitem(own_city.catalog.__dict__, "settings", settings)
    refused = entering(own_city.catalog, "cpo").get("/agencies?format=csv")
    assert refused.status_code == 403
    assert "one person may take away 1 rows within a day" in refused.text
    operator = entering(own_city.catalog, "operator")
    assert "/audit?action=refuse_export" in operator.get("/notices").text
    assert "the list agencies" in operator.get("/audit?action=refuse_export").text


@pytest.mark.parametrize("person", ["cpo", "auditor", "operator"])
def test_a_log_that_was_changed_is_told_on_every_page_until_it_is_whole(own_city: City, person: str) -> None:
    catalog = own_city.catalog
    with unsealed(catalog) as connection:
        connection.execute(text("UPDATE audit_events SET detail = 'x' WHERE sequence = 3"))
    audit.verify(ADMIN, catalog)
    client = entering(catalog, person)
    for page in ("/", "/audit"):
        assert "The audit log was changed" in client.get(page).text
    assert "The audit log was changed" not in entering(catalog, "officer-dss").get("/").text


def test_while_it_is_older_than_its_anchor_people_come_in_and_read_and_nothing_is_changed(anchored: Catalog) -> None:
    restored(anchored)
    client = entering(anchored, "cpo")
    for page in PAGES:
        assert "older than what was anchored" in client.get(page).text
    operator = entering(anchored, "operator")
    answer = operator.post("/sources/1/scan", headers=SAME_ORIGIN)
    assert answer.status_code == 503
    assert "it was restored or cut, so nothing is changed in it" in answer.text
    assert "Record the restore</button>" not in operator.get("/audit").text


def test_the_auditor_records_the_restore_and_work_goes_on(anchored: Catalog) -> None:
    restored(anchored)
    client = entering(anchored, "auditor")
    page = client.get("/audit").text
    assert "Record the restore</button>" in page
    assert "You confirm that no anchor vouches for entr" in page
    answer = client.post("/audit/restored", data={"reason": "the disk died"}, headers=SAME_ORIGIN)
    assert answer.status_code == 303
    assert "older than what was anchored" not in client.get("/audit").text
    assert entering(anchored, "operator").post("/sources/1/scan", headers=SAME_ORIGIN).status_code == 303


def test_anchors_that_nobody_can_read_stop_changes_and_are_told(anchored: Catalog) -> None:
    assert anchored.settings.anchors is not None
    anchored.settings.anchors.mkdir()
    client = entering(anchored, "operator")
    assert "Nobody can say how far the audit log was" in client.get("/").text
    assert client.post("/sources/1/scan", headers=SAME_ORIGIN).status_code == 503


def test_anchors_that_are_gone_stop_changes_until_the_auditor_says_that_they_were_moved(anchored: Catalog) -> None:
    audit.anchor(ADMIN, anchored)
    assert anchored.settings.anchors is not None
    anchored.settings.anchors.unlink()
    operator, auditor = entering(anchored, "operator"), entering(anchored, "auditor")
    assert "The anchors of the audit log are gone" in operator.get("/").text
    assert operator.post("/sources/1/scan", headers=SAME_ORIGIN).status_code == 503
    assert "Record it</button>" not in operator.get("/audit").text
    assert "Record it</button>" in auditor.get("/audit").text
    auditor.post("/audit/restored", data={"reason": "another disk"}, headers=SAME_ORIGIN)
    assert "are gone" not in auditor.get("/audit").text
    assert operator.post("/sources/1/scan", headers=SAME_ORIGIN).status_code == 303
