"""No change without an entry, no entry without a change, and every tampering inside the chain shows."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from catalog import logs
from catalog.errors import Conflict, NotAllowed, NotFound, SettingsError
from catalog.model.actors import Actor
from catalog.model.audit import AuditFilter
from catalog.model.holdings import Source
from catalog.model.notices import NoticeKind
from catalog.model.parties import Party, PartyKind
from catalog.model.programmes import ProgrammeMember
from catalog.services import audit, law_records, notice_pages, people_pages, register, schedules, setup, sources
from catalog.services.catalog import Catalog
from catalog.services.schedules import Terms
from catalog.store import migrate
from tests.integration.services.conftest import add_source
from tests.support.builders import (
    CPO,
    OPERATOR,
    RESEARCHER,
    FixedClock,
    a_programme,
    a_protocol,
    an_agency,
    officer,
)
from tests.support.tampering import unsealed

TAMPERINGS = [
    "UPDATE audit_events SET person_id = 'someone' WHERE sequence = 3",
    "UPDATE audit_events SET detail = detail || '!' WHERE sequence = 2",
    "DELETE FROM audit_events WHERE sequence = 2",
    "DELETE FROM audit_events WHERE sequence = (SELECT max(sequence) FROM audit_events)",
    "UPDATE audit_events SET mac = previous WHERE sequence = 4",
    "UPDATE audit_head SET sequence = sequence + 1",
    "UPDATE audit_events SET sequence = sequence + 1000 WHERE sequence >= 4",
]


def test_an_untouched_chain_is_whole_and_gapless(catalog: Catalog) -> None:
    before = audit.verify(CPO, catalog)
    sources.add_agency(OPERATOR, catalog, an_agency("dob", "Buildings"))
    after = audit.verify(CPO, catalog)
    assert (before.broken_at, after.broken_at) == (None, None)
    assert after.entries == before.entries + 1


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_tampering_shows(catalog: Catalog, tampering: str) -> None:
    with unsealed(catalog) as connection:
        assert connection.execute(text(tampering)).rowcount
    assert audit.verify(CPO, catalog).broken_at is not None


@pytest.mark.parametrize("change", ["UPDATE audit_events SET detail = 'x'", "DELETE FROM audit_events"])
def test_the_database_itself_refuses_to_change_entries(catalog: Catalog, change: str) -> None:
    writing = catalog.engine.execution_options(writes=True)
    with writing.connect() as connection, pytest.raises(DBAPIError, match="only ever added to"):
        connection.execute(text(change))
    assert audit.verify(CPO, catalog).broken_at is None


@pytest.mark.parametrize("catalog", ["sqlite"], indirect=True)
def test_nor_does_it_let_one_take_the_place_of_another(catalog: Catalog) -> None:
    replacing = "INSERT OR REPLACE INTO audit_events SELECT * FROM audit_events WHERE sequence = 2"
    writing = catalog.engine.execution_options(writes=True)
    with writing.connect() as connection, pytest.raises(DBAPIError, match="only ever added to"):
        connection.execute(text(replacing))


def test_the_chain_fits_after_the_tables_went_back_to_those_of_before_and_came_again(catalog: Catalog) -> None:
    before = audit.verify(CPO, catalog)
    assert any(one.after for one in audit.entries(CPO, catalog, AuditFilter(), 100)), "something to lose"
    migrate.downgrade(catalog.engine, "0005")
    migrate.upgrade(catalog.engine)
    assert audit.verify(CPO, catalog) == before


@pytest.mark.parametrize("catalog", ["postgresql"], indirect=True)
def test_nor_does_it_let_them_be_emptied_all_at_once(catalog: Catalog) -> None:
    with catalog.engine.connect() as connection, pytest.raises(DBAPIError, match="only ever added to"):
        connection.execute(text("TRUNCATE audit_events"))


def test_a_chain_made_with_another_key_shows(catalog: Catalog) -> None:
    key = catalog.settings.keys_dir / "audit.key"
    key.write_bytes(bytes(32))
    assert audit.verify(CPO, catalog).broken_at == 1


def test_a_lost_key_is_never_replaced_in_silence(catalog: Catalog) -> None:
    key = catalog.settings.keys_dir / "audit.key"
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(SettingsError, match=r"audit\.key: it is missing.*backup"):
        sources.add_agency(OPERATOR, catalog, an_agency("dob", "Buildings"))
    with pytest.raises(SettingsError):
        setup.init(catalog.settings)
    assert not key.exists()
    key.write_bytes(kept)
    key.chmod(0o600)
    setup.init(catalog.settings).close()
    assert audit.verify(CPO, catalog).broken_at is None
    assert "dob" not in {agency.id for agency in sources.agencies(CPO, catalog)}


def test_a_change_that_fails_leaves_no_entry(catalog: Catalog, source: Source) -> None:
    before = audit.verify(CPO, catalog).entries
    with pytest.raises(Conflict):
        add_source(catalog, "dso", source.name)
    assert audit.verify(CPO, catalog).entries == before


def test_an_entry_tells_what_was_and_what_is_but_no_text_of_anybody(catalog: Catalog) -> None:
    sources.add_agency(OPERATOR, catalog, an_agency("dso", "Department of Homes"))
    (entry,) = audit.entries(CPO, catalog, AuditFilter(), 1)
    before, after = json.loads(entry.before), json.loads(entry.after)
    assert before.keys() == after.keys() == {"name"}
    assert before != after
    assert "Homes" not in entry.after
    assert "Shelter" not in entry.before
    assert entry.agency_id == "dso"


def test_no_title_and_no_name_of_a_record_is_in_the_log(catalog: Catalog) -> None:
    protocol = register.add_protocol(CPO, catalog, a_protocol("About Jane Canary", None))
    party = law_records.add_party(CPO, catalog, Party(0, "Jane Canary", PartyKind.NONPROFIT, None))
    programme = law_records.add_programme(CPO, catalog, a_programme("OUTREACH", "dso"))
    law_records.add_member(CPO, catalog, ProgrammeMember(programme.id, party.id, "provider"))
    entries = audit.entries(CPO, catalog, AuditFilter(), 4)
    assert "Canary" not in str(entries)
    assert [one.thing for one in entries if one.action in {"add_protocol", "add_party"}] == [
        f"party:{party.id}",
        f"protocol:{protocol.id}",
    ]
    assert entries[0].detail == f"party:{party.id}"


def test_what_somebody_types_for_an_account_is_in_no_entry(catalog: Catalog) -> None:
    before = audit.verify(CPO, catalog).entries
    with pytest.raises(NotFound):
        people_pages.account(CPO, catalog, "Jane Canary 078-05-1120")
    assert audit.verify(CPO, catalog).entries == before


def test_a_terms_change_shows_its_numbers(catalog: Catalog, source: Source) -> None:
    for seconds in (600, 300):
        schedules.put(OPERATOR, catalog, source.id, Terms(seconds_a_day=seconds))
    (entry,) = audit.entries(CPO, catalog, AuditFilter(action="set_schedule"), 1)
    assert json.loads(entry.before)["seconds_a_day"] == 600
    assert json.loads(entry.after)["seconds_a_day"] == 300
    assert entry.agency_id == "dso"


def test_an_entry_carries_the_reference_of_its_request(catalog: Catalog) -> None:
    reference = logs.begin_request()
    sources.add_agency(OPERATOR, catalog, an_agency("dob", "Buildings"))
    logs.end_request()
    (entry,) = audit.entries(CPO, catalog, AuditFilter(), 1)
    assert entry.request == reference


def test_reading_is_recorded_once_in_ten_minutes(catalog: Catalog) -> None:
    clock = catalog.clock
    assert isinstance(clock, FixedClock)
    reads = AuditFilter(action="read", thing="dataset:1")
    for minutes in (0, 9, 2):
        clock.time += timedelta(minutes=minutes)
        audit.read(CPO, catalog, "dataset:1")
    assert len(audit.entries(CPO, catalog, reads, 10)) == 2
    audit.read(OPERATOR, catalog, "dataset:1")
    audit.read(CPO, catalog, "dataset:2")
    assert len(audit.entries(CPO, catalog, reads, 10)) == 3


def with_a_limit_of(rows: int, catalog: Catalog) -> Catalog:
    return replace(catalog, settings=catalog.settings.model_copy(update={"export_rows_a_day": rows}))


def test_what_is_taken_away_is_recorded_with_what_it_was_narrowed_by(catalog: Catalog) -> None:
    audit.exported(CPO, catalog, "datasets", 12, {"type", "agency"})
    (entry,) = audit.entries(CPO, catalog, AuditFilter(), 1)
    assert (entry.action, entry.thing, entry.detail) == ("export", "list:datasets", "rows=12 by=agency by=type")


def test_one_person_takes_away_so_many_rows_a_day_and_operators_are_told_of_more(catalog: Catalog) -> None:
    limited, clock = with_a_limit_of(100, catalog), catalog.clock
    assert isinstance(clock, FixedClock)
    audit.exported(CPO, limited, "datasets", 60)
    audit.exported(CPO, limited, "flows", 40)
    for _ in range(2):
        with pytest.raises(NotAllowed, match="100 rows within a day"):
            audit.exported(CPO, limited, "flows", 1)
    audit.exported(OPERATOR, limited, "datasets", 100)
    told = notice_pages.page(OPERATOR, limited).notices
    assert [line.notice.kind for line in told] == [NoticeKind.EXPORT_LIMIT]
    assert len(audit.entries(CPO, catalog, AuditFilter(action="refuse_export"), 10)) == 2
    clock.time += timedelta(days=1, minutes=1)
    audit.exported(CPO, limited, "flows", 100)


def test_entries_are_found_by_who_what_where_and_when(catalog: Catalog, source: Source) -> None:
    assert isinstance(catalog.clock, FixedClock)
    catalog.clock.time += timedelta(hours=1)
    schedules.put(OPERATOR, catalog, source.id, Terms())
    everything = audit.entries(CPO, catalog, AuditFilter(), 1000)
    assert [one.sequence for one in everything] == list(range(len(everything), 0, -1))
    now = catalog.clock.now()
    for asked, holds in [
        (AuditFilter(person_id="ops"), lambda one: one.person_id == "ops"),
        (AuditFilter(action="add_person"), lambda one: one.action == "add_person"),
        (AuditFilter(thing=f"source:{source.id}"), lambda one: one.thing == f"source:{source.id}"),
        (AuditFilter(agency_id="dso"), lambda one: one.agency_id == "dso"),
        (AuditFilter(since=now), lambda one: one.at >= now),
        (AuditFilter(until=now), lambda one: one.at < now),
    ]:
        assert audit.entries(CPO, catalog, asked, 1000) == [one for one in everything if holds(one)], asked
        assert audit.entries(CPO, catalog, asked, 1000), asked
    page = audit.entries(CPO, catalog, AuditFilter(), 3)
    assert audit.entries(CPO, catalog, AuditFilter(), 3, page[-1].sequence) == everything[3:6]


@pytest.mark.parametrize("actor", [officer("dso"), RESEARCHER])
def test_officers_and_researchers_do_not_see_the_log(catalog: Catalog, actor: Actor) -> None:
    for ask in (audit.standing, audit.verify):
        with pytest.raises(NotAllowed):
            ask(actor, catalog)
    with pytest.raises(NotAllowed):
        audit.entries(actor, catalog, AuditFilter(), 1)
