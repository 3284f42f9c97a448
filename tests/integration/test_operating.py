"""The operator's guide does what it says."""

import re
from urllib.parse import urlsplit

import psycopg

from benchmarks.house import ROOT
from connectors.sql.postgres import PostgresConnector
from tests.support.postgres import libpq


def test_the_account_of_the_guide_may_read_and_only_read(postgres_url: str) -> None:
    guide = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    (grants,) = re.findall(r"```sql\n(.*?)```", guide, re.DOTALL)
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
