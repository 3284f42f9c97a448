"""The operator's guide does what it says."""

import re
from urllib.parse import urlsplit

import psycopg

from benchmarks.house import ROOT
from connectors.sql.mariadb import MariadbConnector
from connectors.sql.postgres import PostgresConnector
from tests.support.mariadb import Place
from tests.support.postgres import libpq


def account_of(beginning: str) -> str:
    """The statements of the guide that begin so."""
    guide = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    blocks: list[str] = re.findall(r"```sql\n(.*?)```", guide, re.DOTALL)
    (found,) = [block for block in blocks if block.startswith(beginning)]
    return found


def test_the_account_of_the_guide_may_read_and_only_read(postgres_url: str) -> None:
    grants = account_of("CREATE ROLE")
    server = urlsplit(libpq(postgres_url))
    database = server.path.removeprefix("/")
    with psycopg.connect(libpq(postgres_url), autocommit=True) as owner:
        owner.execute("CREATE TABLE before (name text)")
        owner.execute("CREATE ROLE permits_owner")
        owner.execute("GRANT CREATE ON SCHEMA public TO permits_owner")
        owner.execute(grants.replace("DATABASE permits", f'DATABASE "{database}"').encode())
        owner.execute("SET ROLE permits_owner")
        owner.execute("CREATE TABLE later (name text)")
    options = {
        "host": str(server.hostname), "port": str(server.port), "database": database, "user": "catalog_reader",
    }  # fmt: skip
    connector = PostgresConnector(options, resolve=str, file_mb=1)
    try:
        assert [check for check in connector.check() if not check.passed] == []
        assert {getattr(seen, "name", "") for seen in connector.listing()} == {"public.before", "public.later"}
    finally:
        connector.close()


def test_the_mariadb_account_of_the_guide_may_read_and_only_read(mariadb_place: Place) -> None:
    user = mariadb_place.reader.replace("reader", "guided")
    grants = account_of("CREATE USER").replace("catalog_reader", user).replace("permits.", f"{mariadb_place.database}.")
    statements = grants.strip().splitlines()
    mariadb_place.run("CREATE TABLE `before` (name text)", *statements, "CREATE TABLE later (name text)")
    options = {**mariadb_place.options(user), "password": "…"}
    connector = MariadbConnector(options, resolve=str, file_mb=1)
    try:
        assert [check for check in connector.check() if not check.passed] == []
        names = {getattr(seen, "name", "").rpartition(".")[2] for seen in connector.listing()}
    finally:
        connector.close()
        mariadb_place.run(f"DROP USER {user}")
    assert names == {"before", "later"}
