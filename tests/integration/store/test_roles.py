"""The database's own roles: each may do its work and nothing else, on a real PostgreSQL."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, RaiseException
from sqlalchemy import make_url

from benchmarks.house import ROOT
from catalog.errors import StoreError
from catalog.model.actors import Role
from catalog.model.audit import AuditFilter
from catalog.model.runs import IntentKind, RunState
from catalog.services import audit, notices, people, recording, scans, sources
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from tests.support.browsing import SAME_ORIGIN, application, enter
from tests.support.builders import a_catalog, a_column, a_finding, a_result, an_agency, listed
from tests.support.postgres import libpq
from tests.web.test_matrix import GETS

ADMIN = local_administrator()
ROLES = ("web", "scan", "auditor")
#: Neither a change of the log, nor taking its seal off, nor making anything new, is anybody's.
NOBODYS = [
    "UPDATE audit_events SET detail = 'x'",
    "DELETE FROM audit_events",
    "TRUNCATE audit_events",
    "ALTER TABLE audit_events DISABLE TRIGGER USER",
    "DROP TRIGGER audit_events_no_change ON audit_events",
    "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
    "DELETE FROM audit_head",
    "UPDATE audit_checks SET broken_at = NULL",
    "DELETE FROM audit_checks",
    "CREATE TABLE mine (id int)",
    "UPDATE alembic_version SET version_num = '0001'",
    "UPDATE marks SET value = 'yes'",
    "DELETE FROM decisions",
    "UPDATE decisions SET verdict = 'rejected'",
    "DELETE FROM exports",
    "CREATE ROLE more",
    "SELECT pg_read_file('/etc/passwd')",
    "COPY audit_events TO PROGRAM 'cat'",
]
REFUSED = {
    "web": [
        "UPDATE findings SET strength = 1",
        "DELETE FROM evidence",
        "INSERT INTO columns SELECT * FROM columns",
        "UPDATE datasets SET name = 'x'",
        "DELETE FROM datasets",
        "UPDATE runs SET state = 'done'",
        "DELETE FROM outcomes",
        "UPDATE sources SET options = '{}'",
        "DELETE FROM agencies",
        "DELETE FROM activities",
        "UPDATE second_readings SET type_code = 'SSN'",
        "DELETE FROM second_readings",
    ],
    "scan": [
        "SELECT * FROM sessions",
        "SELECT * FROM local_credentials",
        "SELECT * FROM sign_in_attempts",
        "SELECT * FROM identities",
        "INSERT INTO sessions SELECT * FROM sessions",
        "INSERT INTO decisions SELECT * FROM decisions",
        "UPDATE role_assignments SET role = 'cpo'",
        "INSERT INTO people SELECT * FROM people",
        "UPDATE group_roles SET role = 'cpo'",
        "UPDATE descriptions SET disclosure = 'full'",
        "INSERT INTO activities SELECT * FROM activities",
        "SELECT * FROM exports",
    ],
    "auditor": [
        "SELECT * FROM sessions",
        "SELECT * FROM local_credentials",
        "SELECT * FROM identities",
        "INSERT INTO audit_events SELECT * FROM audit_events",
        "UPDATE audit_head SET sequence = 1",
        "INSERT INTO audit_checks SELECT * FROM audit_checks",
        "INSERT INTO exports SELECT * FROM exports",
        "UPDATE people SET name = 'x'",
        "UPDATE sources SET options = '{}'",
    ],
}
ATTEMPTS = [(role, attempt) for role in ROLES for attempt in (*NOBODYS, *REFUSED[role])]


@pytest.fixture(scope="module")
def owned(postgres_cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """A catalog on PostgreSQL as its owner has it, with the roles of the file and a login for each."""
    catalog = a_catalog(tmp_path_factory.mktemp("roles"), cluster=postgres_cluster)
    sources.add_agency(ADMIN, catalog, an_agency("DSS", "Department of Social Services"))
    people.add_person(ADMIN, catalog, "operator", "Sam Ortiz", Role.OPERATOR)
    people.add_person(ADMIN, catalog, "cpo", "Rosa Marin", Role.CPO)
    _run_roles(catalog)
    _run_roles(catalog)  # after every upgrade
    yield catalog
    catalog.close()


def _run_roles(catalog: Catalog) -> None:
    text = (ROOT / "deploy" / "postgres" / "roles.sql").read_text(encoding="utf-8")
    statements = "\n".join(line for line in text.splitlines() if not line.startswith("\\"))  # what is psql's own
    with psycopg.connect(libpq(catalog.settings.database_url), autocommit=True) as connection:
        connection.execute(statements.encode())
        for role in ROLES:
            login = sql.Identifier(f"{role}_login")
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [f"{role}_login"]).fetchone():
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN IN ROLE {}").format(login, sql.Identifier(f"catalog_{role}"))
                )


def address(catalog: Catalog, role: str) -> str:
    return make_url(catalog.settings.database_url).set(username=f"{role}_login").render_as_string()


def under(catalog: Catalog, role: str) -> Catalog:
    """The same catalog, opened by a process of this role."""
    settings = catalog.settings.model_copy(update={"database_url": address(catalog, role)})
    return Catalog.open(settings, clock=catalog.clock, index=catalog.search_index)


@pytest.mark.parametrize(("role", "attempt"), ATTEMPTS)
def test_what_a_role_is_not_for_is_refused(owned: Catalog, role: str, attempt: str) -> None:
    with psycopg.connect(libpq(address(owned, role))) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(attempt.encode())


def test_not_even_the_owner_changes_an_entry_by_mistake(owned: Catalog) -> None:
    url = libpq(owned.settings.database_url)
    with psycopg.connect(url) as connection, pytest.raises(RaiseException, match="only ever added to"):
        connection.execute("UPDATE audit_events SET detail = 'x'")


def test_each_role_does_its_work(owned: Catalog) -> None:
    scan, web, auditor = (under(owned, role) for role in ("scan", "web", "auditor"))
    system = sources.add_system(ADMIN, scan, "DSS", "Cases")
    source = sources.add_source(ADMIN, scan, system.id, "cases", "sqlite", {"path": "/nowhere.db"})
    for number in range(2):
        run = recording.begin(ADMIN, scan, source.id, number, full=True)
        due = recording.record_listing(ADMIN, scan, run, [listed("clients", change_key=str(number))], [])
        result = a_result([a_column("ssn", [a_finding()])])
        recording.record_result(ADMIN, scan, run, due["clients"], str(number), result)
        recording.finish(ADMIN, scan, run, RunState.DONE)
    notices.look_around(ADMIN, web)
    app = application(web)
    client = enter(app, "cpo")
    for endpoint, page in GETS.items():
        if "{" not in page.address:
            assert client.get(page.address).status_code < 500, endpoint
    dataset_id = due["clients"]
    for where, data in [
        (f"/datasets/{dataset_id}/columns/1/SSN", {"verdict": "confirmed", "reason": "", "seen": "full:high.0.0"}),
        (f"/datasets/{dataset_id}/description", {"title": "Clients", "text": "All of them"}),
        (f"/datasets/{dataset_id}/publishing", {"level": "existence", "reason": "it may be known"}),
    ]:
        assert client.post(where, data=data, headers=SAME_ORIGIN).status_code == 303, where
    assert client.get("/search?q=clients&format=csv").status_code == 200
    operator = enter(app, "operator")
    for act in ("scan", "pause", "cancel", "test"):
        assert operator.post(f"/sources/{source.id}/{act}", headers=SAME_ORIGIN).status_code == 303, act
    terms = {"day": "mon", "opens": "22:00", "closes": "06:00"}
    assert operator.post(f"/sources/{source.id}/schedule", data=terms, headers=SAME_ORIGIN).status_code == 303
    assert client.post("/sign-out", headers=SAME_ORIGIN).status_code == 303
    for wish in scans.intents(ADMIN, scan):
        scans.take(ADMIN, scan, wish)
        scans.answer(ADMIN, scan, wish, "done")
    assert not [one for one in scans.intents(ADMIN, scan) if one.kind is IntentKind.SCAN]
    read = audit.verify(ADMIN, auditor)
    assert (read.broken_at, read.recorded) == (None, False)
    assert audit.verify(ADMIN, web).recorded
    assert audit.entries(ADMIN, auditor, AuditFilter(), 1)
    with pytest.raises(StoreError):
        sources.add_agency(ADMIN, auditor, an_agency("x"))
    for opened in (scan, web, auditor):
        opened.close()


def test_the_file_places_every_table(owned: Catalog) -> None:
    """A table that the file does not name would be nobody's but the owner's and the auditor's, unnoticed."""
    text = (ROOT / "deploy" / "postgres" / "roles.sql").read_text(encoding="utf-8")
    with psycopg.connect(libpq(owned.settings.database_url)) as connection:
        tables = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    named = {word.strip(",;() ") for line in text.splitlines() if not line.startswith("--") for word in line.split()}
    assert set(tables) <= named
