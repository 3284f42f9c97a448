"""One history for SQLite and PostgreSQL: up, down and up again with data, ending at the tables of the code."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect, text

from catalog.errors import StoreError
from catalog.model.parties import Party, PartyKind
from catalog.model.programmes import Programme
from catalog.model.revisions import RecordKind, Revision
from catalog.store import engine as engines
from catalog.store import judgements, law, migrate, register, rows
from catalog.store.metadata import metadata
from catalog.store.schema import agencies
from catalog.store.types import Level, Options, Texts, Utc, Word
from catalog.taxonomy.loader import load
from tests.support.builders import an_agency

#: Not measured, which doubles the time: all of the code it goes through others go through too.
pytestmark = pytest.mark.no_cover


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'catalog.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    opened = engines.open_engine(url)
    yield opened
    opened.dispose()


def test_up_down_and_up_again_with_data(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engines.writing(engine) as connection:
        register.put_agency(connection, an_agency())
    migrate.downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(engine)
    migrate.require_current(engine)
    with engines.writing(engine) as connection:
        register.put_agency(connection, an_agency())
    with engines.reading(engine) as connection:
        assert rows.find(connection, agencies, type(an_agency())) == [an_agency()]


#: What an activity said before parties and programmes were records: from or to whom, which agency, which programme.
OLD = [
    ("Callers", None, "STREET-OUTREACH"),
    ("Department of Health", "dch", "STREET-OUTREACH"),
    ("Callers", None, ""),
    ("", None, ""),
    ("Meridian State University", None, "COVERAGE"),
]


def test_whom_activities_named_survives_up_down_and_up_again(engine: Engine) -> None:
    migrate.upgrade(engine, "0001")
    with engines.writing(engine) as connection:
        for agency in (an_agency(), an_agency("dch", "Department of Health")):
            register.put_agency(connection, agency)
        for counterpart, agency_id, programme in OLD:
            connection.execute(
                text(
                    "INSERT INTO activities (agency_id, verb, title, purpose, classification, ground, unit,"
                    " counterpart, counterpart_agency_id, subject_categories, programme)"
                    " VALUES ('dso', 'disclosure', 'T', 'P',"
                    " 'routine_agency', NULL, '', :counterpart, :agency_id, '[]', :programme)"
                ),
                {"counterpart": counterpart, "agency_id": agency_id, "programme": programme},
            )
    for _ in range(2):
        migrate.upgrade(engine)
        assert named_now(engine) == OLD
        migrate.downgrade(engine, "0001")
        with engines.reading(engine) as connection:
            said = "SELECT counterpart, counterpart_agency_id, programme FROM activities ORDER BY id"
            assert [tuple(row) for row in connection.execute(text(said))] == OLD


def named_now(engine: Engine) -> list[tuple[str, str | None, str]]:
    with engines.reading(engine) as connection:
        parties = {party.id: party for party in law.every(connection, Party)}
        codes = {programme.id: programme.code for programme in law.every(connection, Programme)}
        found = [(parties.get(one.party_id or 0), one.programme_id) for one in register.all_activities(connection)]
    assert {party.name: party.kind for party in parties.values()} == {
        "Callers": PartyKind.NOT_RECORDED,
        "Department of Health": PartyKind.CITY_AGENCY,
        "Meridian State University": PartyKind.NOT_RECORDED,
    }
    return [
        (party.name if party else "", party.agency_id if party else None, codes.get(programme or 0, ""))
        for party, programme in found
    ]


#: What datasets held before forms counted, each with whether its loss must be notified now: (type, form or None where
#: no scan found what a person confirmed).
HELD_BEFORE: list[tuple[list[tuple[str, str | None]], bool]] = [
    ([("SSN", "full")], True),
    ([("SSN", "free_text")], True),
    ([("SSN", None)], True),
    ([("SSN", "hashed")], False),
    ([("SSN", "partial"), ("EMAIL", "full")], False),
    ([("EMAIL", "full"), ("CREDENTIAL", "full")], True),
    ([("EMAIL", "full"), ("CREDENTIAL", "hashed")], False),
    ([("CREDENTIAL", "full")], False),
    ([], False),
]
AT = "2026-11-22 03:00:00"


def test_what_was_known_of_datasets_survives_up_down_and_up_again(engine: Engine) -> None:
    migrate.upgrade(engine, "0002")
    with engines.writing(engine) as connection:
        register.put_agency(connection, an_agency())
        judgements.put_types(connection, load().types.values())
        for statement in (
            "INSERT INTO systems VALUES (1, 'dso', 'System', '', '')",
            f"INSERT INTO sources VALUES (1, 1, 'Source', 'sqlite', '{{}}', '{AT}')",
            f"INSERT INTO runs VALUES (1, 1, 'done', NULL, 7, false, true, 1, 1, 1, 'ops', '{AT}', '{AT}', '{AT}')",
        ):
            connection.exec_driver_sql(statement)
        for number, (held, _) in enumerate(HELD_BEFORE, start=1):
            _insert_dataset(connection, number, held)
    for _ in range(2):
        migrate.upgrade(engine)
        with engines.reading(engine) as connection:
            told = connection.execute(text("SELECT breach_notifiable, people, tier FROM summaries ORDER BY dataset_id"))
            assert [(bool(flag), people, tier) for flag, people, tier in told] == [
                (now, 0, 4) for _, now in HELD_BEFORE
            ]
            profiles = connection.execute(text("SELECT amount, empty, shapes, values_looked_at FROM column_profiles"))
            assert set(map(tuple, profiles)) == {(0, "few", '["999-99-9999"]', 500)}
        migrate.downgrade(engine, "0002")
        with engines.reading(engine) as connection:
            kept = connection.execute(text("SELECT * FROM summaries ORDER BY dataset_id")).all()
            assert [(one[0], one[1], bool(one[2])) for one in kept] == [
                (number, 4, now) for number, (_, now) in enumerate(HELD_BEFORE, start=1)
            ]
            assert len(connection.execute(text("SELECT * FROM column_profiles")).first() or ()) == 6


def test_an_engines_numbers_of_columns_are_kept_with_the_tables_own(engine: Engine) -> None:
    migrate.upgrade(engine, "0004")
    keys = {"attnum:1": "ssn", "attnum:2.email": "profile.email", "attnum:3": "attnum:3", "note": "note"}
    with engines.writing(engine) as connection:
        register.put_agency(connection, an_agency())
        for statement in (
            "INSERT INTO systems VALUES (1, 'dso', 'System', '', '')",
            f"INSERT INTO sources VALUES (1, 1, 'Source', 'postgres', '{{}}', '{AT}')",
            f"INSERT INTO datasets VALUES (1, 1, 'oid:7', 't', false, 'table', '', 9, 'v', '{AT}', '{AT}', NULL)",
        ):
            connection.exec_driver_sql(statement)
        for number, (key, name) in enumerate(keys.items(), start=1):
            column = f"{number}, 1, '{key}', '{name}', false, {number}, 'text', '', NULL, false, '{AT}', NULL"
            connection.exec_driver_sql(f"INSERT INTO columns VALUES ({column})")
    for _ in range(2):
        migrate.upgrade(engine)
        with engines.reading(engine) as connection:
            kept = connection.execute(text("SELECT key FROM columns ORDER BY id")).scalars().all()
        assert kept == ["oid:7/attnum:1", "oid:7/attnum:2.email", "attnum:3", "note"]
        migrate.downgrade(engine, "0004")
        with engines.reading(engine) as connection:
            assert connection.execute(text("SELECT key FROM columns ORDER BY id")).scalars().all() == list(keys)


def test_no_word_of_the_nights_is_left_for_the_code_before_them(engine: Engine) -> None:
    migrate.upgrade(engine, "0005")
    with engines.writing(engine) as connection:
        register.put_agency(connection, an_agency())
        insert = connection.exec_driver_sql
        insert(f"INSERT INTO people VALUES ('ops', 'Olu Peters', NULL, '{AT}')")
        insert("INSERT INTO systems VALUES (1, 'dso', 'System', '', '')")
        insert(f"INSERT INTO sources VALUES (1, 1, 'Source', 'postgres', '{{}}', '{AT}')")
        for number, (state, paused) in enumerate((("paused", "'busy'"), ("done", "NULL")), start=1):
            insert(
                'INSERT INTO runs (id, source_id, state, paused, seed, "full", listing_complete, datasets_listed,'
                " datasets_due, datasets_done, started_by, started_at, last_progress_at, view, turn, listing_ms)"
                f" VALUES ({number}, 1, '{state}', {paused}, 7, false, true, 2, 2, 2, 'ops', '{AT}', '{AT}', '', 1, 0)"
            )
        for number, kind in enumerate(("scan", "cancel", "pause", "resume", "test"), start=1):
            insert(f"INSERT INTO intents VALUES ({number}, '{kind}', 1, 'ops', '{AT}', NULL, NULL, '')")
        for number, (kind, method) in enumerate((("materialized_view", "places"), ("table", "random_rows")), start=1):
            insert(
                "INSERT INTO datasets (id, source_id, key, name, name_withheld, kind, comment, change_key,"
                " first_seen_at, last_listed_at, view)"
                f" VALUES ({number}, 1, 'k{number}', 'n', false, '{kind}', '', '', '{AT}', '{AT}', '')"
            )
            insert(
                "INSERT INTO coverage (dataset_id, look, rows_looked_at, method, detector, attempted_at, run_id, draws,"
                " oldest, newest, depth, looks, rows_in_all, failures, tried_key)"
                f" VALUES ({number}, 'scanned', 9, '{method}', 'd', '{AT}', 1, 3, 1, 1, 'usual', 1, 9, 0, '')"
            )
    migrate.downgrade(engine, "0004")
    with engines.reading(engine) as connection:
        for table, column, words in (
            ("runs", "state", ["scanning", "done"]),
            ("intents", "kind", ["scan", "cancel", "test"]),
            ("coverage", "method", ["first_rows", "random_rows"]),
            ("datasets", "kind", ["view", "table"]),
        ):
            place = "dataset_id" if table == "coverage" else "id"
            found = connection.execute(text(f"SELECT {column} FROM {table} ORDER BY {place}"))
            assert found.scalars().all() == words, table
    migrate.upgrade(engine)


def test_no_word_of_documents_is_left_for_the_code_before_them(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engines.writing(engine) as connection:
        register.put_agency(connection, an_agency())
        insert = connection.exec_driver_sql
        insert("INSERT INTO systems VALUES (1, 'dso', 'System', '', '')")
        insert(f"INSERT INTO sources VALUES (1, 1, 'Source', 'files', '{{}}', '{AT}')")
        insert(
            'INSERT INTO runs (id, source_id, state, seed, "full", listing_complete, datasets_listed, datasets_due,'
            " datasets_done, started_by, started_at, last_progress_at, view, turn, listing_ms)"
            f" VALUES (1, 1, 'done', 7, false, true, 2, 2, 2, 'ops', '{AT}', '{AT}', '', 1, 0)"
        )
        words = (("document", "no_text"), ("files", "archived"), ("sheet", "no_text"))
        for number, (kind, reason) in enumerate(words, start=1):
            insert(
                "INSERT INTO datasets (id, source_id, key, name, name_withheld, kind, comment, change_key,"
                " first_seen_at, last_listed_at, view)"
                f" VALUES ({number}, 1, 'k{number}', 'n', false, '{kind}', '', '', '{AT}', '{AT}', '')"
            )
            insert(
                "INSERT INTO coverage (dataset_id, look, reason, rows_looked_at, detector, attempted_at, run_id,"
                " oldest, newest, depth, looks, rows_in_all, failures, tried_key, caveats)"
                f" VALUES ({number}, 'could_not_look', '{reason}', 0, '', '{AT}', 1, 0, 0, 'usual', 0, 0, 0, '', '[]')"
            )
    migrate.downgrade(engine, "0009")
    with engines.reading(engine) as connection:
        kinds = connection.execute(text("SELECT kind FROM datasets ORDER BY id")).scalars().all()
        assert kinds == ["file", "file", "sheet"]
        reasons = connection.execute(text("SELECT reason FROM coverage ORDER BY dataset_id")).scalars().all()
        assert reasons == ["unknown_format", "no_permission", "unknown_format"]
    migrate.upgrade(engine)
    with engines.reading(engine) as connection:
        assert set(connection.execute(text("SELECT caveats FROM coverage")).scalars()) == {"[]"}


def test_recognisers_go_and_come_without_touching_what_they_spoke_of(engine: Engine) -> None:
    migrate.upgrade(engine, "0003")
    with engines.writing(engine) as connection:
        register.put_agency(connection, an_agency())
        judgements.put_types(connection, load().types.values())
        for statement in (
            f"INSERT INTO people VALUES ('ops', 'Olu Peters', NULL, '{AT}')",
            "INSERT INTO systems VALUES (1, 'dso', 'System', '', '')",
            f"INSERT INTO sources VALUES (1, 1, 'Source', 'sqlite', '{{}}', '{AT}')",
            f"INSERT INTO datasets VALUES (1, 1, 'k', 'n', false, 'table', '', 10, '', '{AT}', '{AT}', NULL)",
        ):
            connection.exec_driver_sql(statement)
    for _ in range(2):
        migrate.upgrade(engine)
        with engines.writing(engine) as connection:
            for version, state in enumerate(("retired", "retired", "in_use", "draft"), start=1):
                _insert_set(connection, version, state)
            connection.exec_driver_sql(
                f"INSERT INTO trials VALUES (1, 4, 'd', 'waiting', 'ops', '{AT}', NULL, NULL, 1, 0, 5, '')"
            )
            connection.exec_driver_sql("INSERT INTO trial_sources VALUES (1, 1)")
            connection.exec_driver_sql("INSERT INTO flips VALUES (1, 1, 1, 'ref', 'SSN', 0.2, 0.9)")
        for state in ("in_use", "draft"):
            with pytest.raises(StoreError), engines.writing(engine) as connection:
                _insert_set(connection, 5, state)
        with pytest.raises(StoreError), engines.writing(engine) as connection:
            connection.exec_driver_sql(
                f"INSERT INTO trials VALUES (2, 4, 'd', 'running', 'ops', '{AT}', NULL, NULL, 1, 0, 5, '')"
            )
        migrate.downgrade(engine, "0003")
        assert not {"recogniser_sets", "trials", "trial_sources", "flips"} & set(inspect(engine).get_table_names())
        with engines.reading(engine) as connection:
            for table in ("people", "sources", "datasets"):
                assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 1


#: What a release before kept of reports: by agency, state, the year it is of and whether it was signed.
CYCLES = [(1, "submitted", "2024"), (2, "open", "2026")]


def test_cycles_survive_up_and_down_and_what_was_said_in_them_is_not_left_for_the_code_before(engine: Engine) -> None:
    migrate.upgrade(engine, "0008")
    with engines.writing(engine) as connection:
        register.put_agency(connection, an_agency())
        judgements.put_types(connection, load().types.values())
        for number, state, year in CYCLES:
            connection.exec_driver_sql(
                "INSERT INTO cycles (id, agency_id, period_from, period_to, due_on, state, signed_by, signed_at,"
                f" submitted_on, content_hash) VALUES ({number}, 'dso', '{year}-07-01', '{year}-07-31', '{year}-07-31',"
                f" '{state}', 'Head', '{AT}', NULL, 'h{number}')"
            )
        connection.exec_driver_sql("INSERT INTO cycle_types VALUES (1, 'SSN', true, true, false)")
    migrate.upgrade(engine)
    added = "SELECT id, state, opened_by, opened_at, content_hash FROM cycles ORDER BY id"
    as_before = [(1, "submitted", "", None, "h1"), (2, "open", "", None, "h2")]
    with engines.writing(engine) as connection:
        assert [tuple(row) for row in connection.exec_driver_sql(added)] == as_before
        _say_all_of_a_cycle(connection)
    migrate.downgrade(engine, "0008")
    found = set(inspect(engine).get_table_names())
    assert not {"cycle_steps", "division_tasks", "report_entries", "frozen_reports", "measures"} & found
    with engines.reading(engine) as connection:
        kept = connection.exec_driver_sql("SELECT id, state, signed_by FROM cycles ORDER BY id").all()
        assert [tuple(row) for row in kept] == [(number, state, "Head") for number, state, _ in CYCLES]
        assert connection.exec_driver_sql("SELECT type_code FROM cycle_types").scalars().all() == ["SSN"]
        assert connection.exec_driver_sql("SELECT kind FROM revisions").scalars().all() == ["party"]
    with pytest.raises(StoreError), engines.writing(engine) as connection:  # its seal is back
        connection.exec_driver_sql("DELETE FROM revisions")
    migrate.upgrade(engine)
    with engines.reading(engine) as connection:
        assert [tuple(row) for row in connection.exec_driver_sql(added)] == as_before
        assert connection.exec_driver_sql("SELECT count(*) FROM report_entries").scalar_one() == 0


def _say_all_of_a_cycle(connection: Connection) -> None:
    """A row in every table of the inventory cycle, and two revisions, one of a kind that is new with it."""
    insert = connection.exec_driver_sql
    insert(
        "INSERT INTO cycle_steps VALUES (1, 2, 'opened', NULL, 'open', 'cpo', 'Casey', "
        f"'{AT}', '', '', '', '', NULL, '', 0)"
    )
    insert(
        "INSERT INTO division_tasks VALUES (1, 2, '', '[]', NULL, 'Kim', '', '2028-07-31', 'Ada', "
        f"'{AT}', NULL, '', NULL, NULL)"
    )
    for number, answers in ((1, "NULL"), (2, "1")):
        insert(
            f"INSERT INTO report_entries VALUES ({number}, 2, 'impact_law/text', 'wrote', 'x', NULL, 'd', {answers}, 1,"
            f" 'ada', 'Ada', '{AT}')"
        )
    insert(f"INSERT INTO frozen_reports VALUES (1, 2, 1, '{{}}', 'h', 'ada', 'Ada', '{AT}')")
    insert("INSERT INTO report_renditions VALUES (1, 'html', true, 'd', 1, 'r')")
    insert("INSERT INTO measures VALUES (1, 'dso', 'Less', '', 'considered', NULL, '', '', NULL, NULL)")
    insert(f"INSERT INTO quarterly_reports VALUES (1, 2026, 1, 1, '{{}}', 'h', 'cpo', 'Casey', '{AT}')")
    for kind in RecordKind.PARTY, RecordKind.MEASURE:
        law.add(connection, Revision(0, kind, 1, 1, "dso", datetime(2026, 11, 22, 3, tzinfo=UTC), "", "", "", "{}", ""))


def _insert_set(connection: Connection, version: int, state: str) -> None:
    connection.exec_driver_sql(
        f"INSERT INTO recogniser_sets VALUES ({version}, 'Shelter', {version}, 't', 'd', '{state}', 'ops',"
        f" '{AT}', '{AT}')"
    )


def _insert_dataset(connection: Connection, number: int, held: list[tuple[str, str | None]]) -> None:
    insert = connection.exec_driver_sql
    insert(
        f"INSERT INTO datasets VALUES ({number}, 1, 'k{number}', 'n{number}', false, 'table', '', 10, '',"
        f" '{AT}', '{AT}', NULL)"
    )
    insert(f"INSERT INTO summaries VALUES ({number}, 4, true)")
    for position, (code, form) in enumerate(held):
        key = number * 10 + position
        insert(
            f"INSERT INTO columns VALUES ({key}, {number}, 'c{key}', 'c{key}', false, {position}, '', '', NULL, false,"
            f" '{AT}', NULL)"
        )
        insert(f"INSERT INTO column_profiles VALUES ({key}, 1, 500, 'few', 'most', '[\"999-99-9999\"]')")
        insert(f"INSERT INTO standings VALUES ({key}, '{code}', 'suggested', true)")
        if form:
            insert(f"INSERT INTO findings VALUES ({key}, {key}, 1, '{code}', '{form}', 0.9, 0, 0, 1, 0.9, 'd')")


def test_upgrading_twice_keeps_the_data(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engines.writing(engine) as connection:
        register.put_agency(connection, an_agency())
    migrate.upgrade(engine)
    with engines.reading(engine) as connection:
        assert register.all_agencies(connection) == [an_agency()]


def test_the_migrated_tables_are_those_of_the_code(engine: Engine) -> None:
    migrate.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": _same_type})
        assert compare_metadata(context, metadata) == []


def _same_type(_context: object, _inspected: object, _column: object, _db_type: object, own: object) -> bool | None:
    return False if isinstance(own, Word | Level | Texts | Options | Utc) else None


#: What is only ever added to, and what keeps it from being changed, by database.
SEALED = {
    *("audit_events", "signatures", "designation_steps", "revisions", "resolutions", "membership_decisions"),
    "copy_decisions",
    *("decisions", "review_acts", "pictures", "deferrals", "proposals"),
    *("cycle_steps", "report_entries", "frozen_reports", "report_renditions", "quarterly_reports"),
}
#: What is read once: added unread, and from then on as what is only ever added to.
READ_ONCE = "second_readings"
SEALS = {
    "sqlite": {f"{table}_no_{verb}" for table in (*SEALED, READ_ONCE) for verb in ("update", "delete", "replace")},
    "postgresql": {f"{table}_no_change" for table in SEALED} | {f"{READ_ONCE}_no_update", f"{READ_ONCE}_no_removal"},
}
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def test_what_is_history_is_sealed_at_the_end_of_the_history(engine: Engine) -> None:
    """A later revision that rebuilds the table would lose its triggers in silence."""
    migrate.upgrade(engine)
    with engines.reading(engine) as connection:
        found = connection.execute(text(TRIGGERS[engine.dialect.name])).scalars().all()
    assert set(found) == SEALS[engine.dialect.name]


#: What is unique beside the key, with its value.
REPLACING = {
    "frozen_reports": ("cycle_id, number", "2, 1"),
    "quarterly_reports": ("year, quarter, number", "2026, 1, 1"),
}


@pytest.mark.parametrize("table", REPLACING)
def test_what_was_signed_or_issued_is_not_replaced_under_another_key(engine: Engine, table: str) -> None:
    unique, value = REPLACING[table]
    migrate.upgrade(engine)
    with engines.writing(engine) as connection:
        register.put_agency(connection, an_agency())
        connection.exec_driver_sql(
            "INSERT INTO cycles (id, agency_id, period_from, period_to, due_on, state, signed_by, content_hash,"
            " opened_by) VALUES (2, 'dso', '2028-07-01', '2028-07-31', '2028-07-31', 'open', '', '', '')"
        )
        connection.exec_driver_sql(f"INSERT INTO {table} VALUES (7, {value}, '{{}}', 'h', 'ada', 'Ada', '{AT}')")
    verb, end = "INSERT OR REPLACE", ""
    if engine.dialect.name == "postgresql":
        verb, end = "INSERT", f" ON CONFLICT ({unique}) DO UPDATE SET content_hash = 'other'"
    with pytest.raises(StoreError), engines.writing(engine) as connection:
        connection.exec_driver_sql(f"{verb} INTO {table} VALUES (8, {value}, '{{}}', 'x', 'eve', 'Eve', '{AT}'){end}")
    with engines.reading(engine) as connection:
        kept = connection.exec_driver_sql(f"SELECT id, content_hash FROM {table}").all()
    assert [tuple(one) for one in kept] == [(7, "h")]


def test_an_empty_database_is_refused_with_the_command_that_mends_it(engine: Engine) -> None:
    with pytest.raises(StoreError, match="privacy-catalog init"):
        migrate.require_current(engine)


def test_an_unusable_address_is_one_plain_sentence() -> None:
    with pytest.raises(StoreError, match="only SQLite and PostgreSQL"):
        engines.open_engine("mysql://root:secret-word@localhost/x")
    with pytest.raises(StoreError) as caught:
        engines.open_engine("no address at all: secret-word")
    assert "secret-word" not in str(caught.value)


def test_reading_cannot_write(engine: Engine) -> None:
    migrate.upgrade(engine)
    with pytest.raises(StoreError, match="refused the work"), engines.reading(engine) as connection:
        register.put_agency(connection, an_agency())
