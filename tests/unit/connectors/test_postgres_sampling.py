"""Which rows of a PostgreSQL relation are looked at."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from catalog.errors import SkipReason, SourceError
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.sql import postgres_selects
from connectors.sql.postgres import PostgresConnector
from connectors.sql.postgres_selects import Chance, Relation
from tests.support.bounds import here
from tests.support.postgres import libpq
from tests.support.sources import postgres_options

READ_ALL = "ANALYZE; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;"
SIZE = 60_000


@pytest.fixture
def few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat tables of these tests as large."""
    monkeypatch.setattr(postgres_selects, "_FEW_ROWS", 1000)


def run(url: str, script: str) -> None:
    with psycopg.connect(libpq(url), autocommit=True) as connection:
        connection.execute(script)


@contextmanager
def opened(url: str, **more: str) -> Iterator[tuple[PostgresConnector, dict[str, DatasetRef]]]:
    with closing(PostgresConnector({**postgres_options(url), **more}, resolve=str, bounds=here(1))) as connector:
        found = {ref.name: ref for ref in connector.listing() if isinstance(ref, DatasetRef)}
        yield connector, {name.removeprefix("public."): ref for name, ref in found.items()}


def sample(url: str, name: str, *, rows: int = 50, seed: int = 1, ends: int = 0, seconds: float = 15.0) -> Sample:
    with opened(url) as (connector, refs):
        return connector.sample(refs[name], SamplePlan(rows=rows, seed=seed, ends=ends, seconds=seconds))


def numbers(found: Sample, place: int = 0) -> list[int]:
    return [int(value or 0) for value in found.values(place)]


@pytest.mark.usefixtures("few_rows")
@pytest.mark.parametrize("columns", ["", "(a)"], ids=["whole", "one column"])
def test_a_large_table_is_drawn_from_many_blocks_alike_for_one_seed(postgres_url: str, columns: str) -> None:
    run(
        postgres_url,
        f"""CREATE TABLE t (a int, b text); INSERT INTO t SELECT i, repeat('x', 60) FROM generate_series(1, {SIZE}) i;
        ANALYZE; GRANT SELECT {columns} ON t TO reader""",
    )
    first, again, other = (numbers(sample(postgres_url, "t", rows=200, seed=seed)) for seed in (3, 3, 4))
    assert first == again
    assert len(set(first)) == len(first) == 200
    assert len(set(first) & set(other)) < 20
    blocks = Counter(number // 80 for number in first)
    assert len(blocks) > 120
    assert max(blocks.values()) <= 6


@pytest.mark.usefixtures("few_rows")
def test_draws_are_the_blocks_that_rows_came_from(postgres_url: str) -> None:
    run(postgres_url, f"CREATE TABLE t (a int); INSERT INTO t SELECT generate_series(1, {SIZE}); {READ_ALL}")
    found = sample(postgres_url, "t", rows=20)
    with psycopg.connect(libpq(postgres_url)) as connection:
        blocks = connection.execute(
            "SELECT count(DISTINCT (ctid::text::point)[0]) FROM t WHERE a = ANY (%s)", (numbers(found),)
        ).fetchone()
    assert (found.method, found.rows_total) == (SampleMethod.RANDOM_ROWS, SIZE)
    assert 10 <= found.row_count <= 20
    assert blocks == (found.draws,)


@pytest.mark.usefixtures("few_rows")
@pytest.mark.parametrize("filler", ["", "PARTITION BY HASH (a)"], ids=["plain", "partitioned"])
def test_every_row_has_the_same_chance_also_where_blocks_are_not_alike(postgres_url: str, filler: str) -> None:
    """Long rows in the first half, ten to a block; short ones in the other, a hundred to a block."""
    parts = "".join(
        f"CREATE TABLE p{rest} PARTITION OF t FOR VALUES WITH (MODULUS 3, REMAINDER {rest});" for rest in range(3)
    )
    run(
        postgres_url,
        f"""CREATE TABLE t (a int, b text) {filler}; {parts if filler else ""}
        INSERT INTO t SELECT i, repeat('x', CASE WHEN i <= 3000 THEN 700 ELSE 20 END) FROM generate_series(1, 6000) i;
        {READ_ALL}""",
    )
    share = []
    with opened(postgres_url) as (connector, refs):
        for seed in range(40):
            found = numbers(connector.sample(refs["t"], SamplePlan(rows=50, seed=seed, ends=0)))
            share += [number <= 3000 for number in found]
    assert len(share) > 1800
    # Sixty to one would be the share of the blocks; 0.05 is more than four standard errors.
    assert abs(sum(share) / len(share) - 0.5) < 0.05


def test_blocks_read_do_not_grow_with_the_table() -> None:
    def read(rows: int, blocks: int) -> float:
        chance = Chance.of(Relation(1, "s", "t", "r", rows, blocks, row_security=False, whole=True), 1000, 1500 / rows)
        assert chance.block is not None
        return chance.block * blocks

    assert read(1_000_000, 20_000) == pytest.approx(2000)
    assert read(50_000_000, 1_000_000) == pytest.approx(2000)
    assert read(1_000_000, 2_000_000) == pytest.approx(3000)


def test_a_wrong_estimate_is_made_good(postgres_url: str) -> None:
    """Long rows are taken for short ones where none was ever counted, short ones for long ones after a count of one."""
    run(
        postgres_url,
        """CREATE TABLE long (a int, b text); ALTER TABLE long ALTER b SET STORAGE PLAIN;
        INSERT INTO long SELECT i, repeat('x', 4000) FROM generate_series(1, 2000) i;
        CREATE TABLE short (a int); INSERT INTO short VALUES (0); ANALYZE short;
        INSERT INTO short SELECT generate_series(1, 50000); GRANT SELECT ON long, short TO reader""",
    )
    for name in ("long", "short"):
        found = sample(postgres_url, name)
        assert (found.method, found.row_count) == (SampleMethod.RANDOM_ROWS, 50)
        assert max(numbers(found)) > 1000


def test_up_to_twice_as_many_rows_as_wanted_are_all_read_to_choose(postgres_url: str) -> None:
    run(postgres_url, f"CREATE TABLE t (a int); INSERT INTO t SELECT generate_series(1, 90); {READ_ALL}")
    found = sample(postgres_url, "t")
    assert (found.method, found.row_count, found.rows_total, found.draws) == (SampleMethod.RANDOM_ROWS, 50, 90, 50)


@pytest.mark.parametrize("key", ["int", "bigint", "date", "timestamptz"])
def test_the_oldest_and_newest_by_a_key_come_besides_and_none_twice(postgres_url: str, key: str) -> None:
    grown = {"date": "date '2000-01-01' + i", "timestamptz": "timestamptz '2000-01-01' + i * interval '1 hour'"}
    run(
        postgres_url,
        f"""CREATE TABLE t (n int, k {key} UNIQUE);
        INSERT INTO t SELECT i, {grown.get(key, "i")} FROM generate_series(1, 400) i ORDER BY random();
        INSERT INTO t VALUES (-1, NULL); {READ_ALL}""",
    )
    found = sample(postgres_url, "t", rows=100, ends=20)
    assert found.draws == 100
    drawn, oldest = numbers(found)[:100], numbers(found)[100 : 100 + found.oldest]
    newest = numbers(found)[100 + found.oldest :]
    assert (len(oldest), len(newest)) == (found.oldest, found.newest)
    assert sorted(oldest) == sorted(set(range(1, 21)) - set(drawn))
    assert sorted(newest) == sorted(set(range(381, 401)) - set(drawn))


def test_the_ends_by_a_key_are_read_from_its_index(postgres_url: str) -> None:
    database = postgres_url.rsplit("/", 1)[1]
    run(
        postgres_url,
        f"""CREATE TABLE t (id int PRIMARY KEY, other int UNIQUE); INSERT INTO t
        SELECT i, -i FROM generate_series(1, 5000) i; {READ_ALL} ALTER DATABASE {database} SET log_statement = 'all'""",
    )
    found = sample(postgres_url, "t", ends=5)
    assert {1, 2, 3, 4, 5, 4996, 4997, 4998, 4999, 5000} <= set(numbers(found))
    with psycopg.connect(libpq(postgres_url), autocommit=True) as connection:
        connection.execute("SET search_path = public")
        plan = connection.execute(
            'EXPLAIN SELECT id FROM t WHERE "id" IS NOT NULL ORDER BY "id" DESC LIMIT 5'
        ).fetchall()
    assert "Index Only Scan Backward" in str(plan) or "Index Scan Backward" in str(plan)


def test_without_a_key_the_ends_are_where_the_table_begins_and_ends(postgres_url: str) -> None:
    run(
        postgres_url,
        f"""CREATE TABLE t (a int, c text); INSERT INTO t SELECT i, 'same' FROM generate_series(1, 5000) i;
        CREATE INDEX ON t (a); CREATE MATERIALIZED VIEW m AS TABLE t; {READ_ALL}""",
    )
    for name in "tm":
        found = sample(postgres_url, name, ends=10)
        assert set(range(1, 11)) <= set(numbers(found))
        assert set(range(4991, 5001)) <= set(numbers(found))
        assert len(set(numbers(found))) == found.row_count == 50 + found.oldest + found.newest


def test_a_view_is_drawn_from_all_over_where_that_is_quick(postgres_url: str) -> None:
    run(
        postgres_url,
        f"""CREATE TABLE t (a int); INSERT INTO t SELECT generate_series(1, 3000);
        CREATE VIEW v AS SELECT a FROM t; CREATE VIEW small AS SELECT a FROM t LIMIT 7; {READ_ALL}""",
    )
    first, again, other = (sample(postgres_url, "v", seed=seed, ends=9) for seed in (1, 1, 2))
    assert (first.method, first.row_count, first.draws) == (SampleMethod.RANDOM_ROWS, 50, 50)
    assert (first.rows_total, first.oldest, first.newest) == (3000, 0, 0)
    assert numbers(first) == numbers(again) != numbers(other)
    assert max(numbers(first)) > 2500
    small = sample(postgres_url, "small")
    assert (small.method, small.row_count, small.rows_total) == (SampleMethod.ALL_ROWS, 7, 7)


@pytest.mark.parametrize(
    "view",
    [
        "SELECT i AS a, CASE WHEN i > 100 THEN pg_sleep(0.1)::text END FROM generate_series(1, 500) i",
        "SELECT i AS a, 1 / (i - 400) FROM generate_series(1, 500) i",
    ],
    ids=["slow", "failing further on"],
)
def test_of_another_view_the_first_rows_are_read(postgres_url: str, view: str) -> None:
    run(postgres_url, f"CREATE VIEW v (a, b) AS {view}; {READ_ALL}")
    found = sample(postgres_url, "v", seconds=1)
    assert (found.method, found.row_count, found.draws) == (SampleMethod.FIRST_ROWS, 50, 0)
    assert numbers(found) == list(range(1, 51))


def test_the_engine_is_not_asked_to_draw_from_foreign_tables(postgres_url: str) -> None:
    database = postgres_url.rsplit("/", 1)[1]
    run(
        postgres_url,
        f"""CREATE FOREIGN DATA WRAPPER none; CREATE SERVER elsewhere FOREIGN DATA WRAPPER none;
        CREATE TABLE foreign_p (a int) PARTITION BY RANGE (a);
        CREATE TABLE p1 PARTITION OF foreign_p FOR VALUES FROM (1) TO (3001);
        INSERT INTO foreign_p SELECT generate_series(1, 3000); {READ_ALL}
        CREATE FOREIGN TABLE p2 PARTITION OF foreign_p FOR VALUES FROM (3001) TO (6001) SERVER elsewhere;
        CREATE FOREIGN TABLE foreign_f (a int) SERVER elsewhere; GRANT SELECT ON foreign_f TO reader;
        ALTER DATABASE {database} SET log_statement = 'all'""",
    )
    for name in ("foreign_p", "foreign_f"):
        with pytest.raises(SourceError) as caught:
            sample(postgres_url, name)
        assert caught.value.reason is SkipReason.UNREADABLE
    with psycopg.connect(libpq(postgres_url)) as connection:
        (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    asked = re.findall(
        r'SELECT .*ROW.*"public"."foreign_[pf]".*', (Path(folder).parent / "log").read_text(encoding="utf-8")
    )
    assert len(asked) >= 2
    assert not any("TABLESAMPLE" in line for line in asked)


@pytest.mark.usefixtures("few_rows")
def test_a_table_that_is_slow_to_read_gives_rows_of_a_few_places(postgres_url: str) -> None:
    run(
        postgres_url,
        f"""CREATE TABLE t (a int); INSERT INTO t SELECT generate_series(1, 50000); {READ_ALL}
        ALTER TABLE t ENABLE ROW LEVEL SECURITY;
        CREATE POLICY slow ON t FOR SELECT USING (pg_sleep(0.0005) IS NOT NULL);""",
    )
    found = sample(postgres_url, "t", seconds=3)
    assert found.method is SampleMethod.PLACES
    assert 1 <= (found.draws or 0) <= 10 < found.row_count
    assert found.caveats == {Caveat.UNSEEN_ROWS}


def test_long_rows_are_fewer_but_from_all_over(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.sql.postgres_reading.SAMPLE_CHARACTERS", 60_000)
    run(
        postgres_url,
        f"""CREATE TABLE t (a int, b text);
        INSERT INTO t SELECT i, repeat('x', 3000) FROM generate_series(1, 4000) i; {READ_ALL}""",
    )
    found = sample(postgres_url, "t")
    assert (found.method, found.caveats) == (SampleMethod.RANDOM_ROWS, {Caveat.CUT})
    assert 8 <= found.row_count <= 20
    assert min(numbers(found)) < 1500
    assert max(numbers(found)) > 2500


def test_one_row_larger_than_memory_is_no_row(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.sql.postgres_reading.SAMPLE_CHARACTERS", 2_000)
    run(postgres_url, f"CREATE TABLE t (a text); INSERT INTO t VALUES (repeat('x', 1000000)); {READ_ALL}")
    found = sample(postgres_url, "t")
    assert (found.row_count, found.caveats) == (0, {Caveat.CUT})


def test_json_lists_and_records_become_paths(postgres_url: str) -> None:
    run(
        postgres_url,
        f"""CREATE TYPE home AS (street text, zip text); CREATE DOMAIN doc AS jsonb;
        CREATE TABLE t (id int, profile jsonb, contacts doc, phones text[], home home, photos bytea[]);
        INSERT INTO t VALUES (7, '{{"email": "a@example.org"}}', '[{{"name": "Ada"}}, {{"name": "Bo"}}]',
            '{{212-555-0100,212-555-0101}}', ('1 Main St', '10001'), '{{x}}'), (8, NULL, NULL, NULL, NULL, NULL);
        {READ_ALL}""",
    )
    found = sample(postgres_url, "t")
    assert found.row_count == 2
    assert {column.key: list(found.values(column.position)) for column in found.columns} == {
        "attnum:1": ["7", "8"],
        "attnum:2.email": ["a@example.org", None],
        "attnum:3[].name": ["Ada", "Bo", None],
        "attnum:4[]": ["212-555-0100", "212-555-0101", None],
        "attnum:5.street": ["1 Main St", None],
        "attnum:5.zip": ["10001", None],
        "attnum:6": [None, None],
    }
    assert [column.name for column in found.columns][:3] == ["id", "profile.email", "contacts[].name"]


def test_a_view_that_cannot_be_read_ends_as_its_error(postgres_url: str) -> None:
    run(postgres_url, f"CREATE VIEW v AS SELECT 1 / (i - i) AS a FROM generate_series(1, 5) i; {READ_ALL}")
    with pytest.raises(SourceError) as caught:
        sample(postgres_url, "v")
    assert caught.value.reason is SkipReason.UNREADABLE
    assert re.search("view", str(caught.value))
