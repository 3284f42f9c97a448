"""Which rows of a MariaDB table or view a sample holds, how they are called, and what it costs the server."""

import random
from contextlib import closing

import pytest

from catalog.model.coverage import SampleMethod
from catalog.model.holdings import DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.sql import mariadb_queries as queries
from connectors.sql.mariadb_axis import axis_of
from tests.support.mariadb import Place
from tests.support.mariadb_reading import PLAN, connector, sample

ROWS = 6000
LARGE = SamplePlan(rows=200, seed=3, ends=10)


@pytest.fixture(autouse=True)
def small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of a thousand rows are treated as those of many millions are, and may not be walked through."""
    monkeypatch.setattr("connectors.sql.mariadb_rows._FEW_ROWS", 1000)
    monkeypatch.setattr("connectors.sql.mariadb_rows._WALKED_ROWS", 1000)


def filled(place: Place, columns: str, values: str, rows: int = ROWS) -> None:
    place.run(
        f"CREATE TABLE t ({columns})",
        f"INSERT INTO t SELECT {values} FROM seq_1_to_{rows}",
        "ANALYZE TABLE t",
        f"GRANT SELECT ON {place.database}.* TO READER",
    )


def numbers(rows: Sample, column: int = 0) -> list[int]:
    """The column that numbers the rows of the table in the order of its key from 1 on."""
    return [int(text or 0) for text in rows.values(column)]


def assert_spread_and_with_ends(rows: Sample) -> None:
    """From all over the table, no row twice, and the ends are what they are said to be."""
    found = numbers(rows)
    drawn, ends = found[: LARGE.rows], found[LARGE.rows :]
    assert len(found) == len(set(found)) == LARGE.rows + rows.oldest + rows.newest
    assert all(sum(1 for number in drawn if low < number <= low + ROWS / 3) > 25 for low in (0, ROWS / 3, ROWS * 2 / 3))
    assert set(range(1, 11)) | set(range(ROWS - 9, ROWS + 1)) <= set(found)
    assert set(ends[: rows.oldest]) <= set(range(1, 11))
    assert set(ends[rows.oldest :]) <= set(range(ROWS - 9, ROWS + 1))


def test_of_whole_numbers_with_few_gaps_each_row_has_the_same_chance(mariadb_place: Place) -> None:
    # Half of the numbers are there: all the upper ones, and of the lower ones every third.
    filled(mariadb_place, "a TEXT, `i``d` BIGINT PRIMARY KEY", "seq, IF(seq <= 3000, 3 * seq, 6000 + seq)")
    first, again, other = (sample(mariadb_place, "t", SamplePlan(200, seed, ends=10)) for seed in (3, 3, 4))
    assert (first.method, first.draws) == (SampleMethod.RANDOM_ROWS, 200)
    assert_spread_and_with_ends(first)
    assert numbers(first) == numbers(again) != numbers(other)
    many = [
        number for seed in range(10) for number in numbers(sample(mariadb_place, "t", SamplePlan(200, seed, ends=0)))
    ]
    assert 900 < sum(1 for number in many if number <= 3000) < 1100, "rows behind gaps were drawn more often"


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        ("a INT, id BIGINT PRIMARY KEY", "seq, 1800 * CAST(seq AS SIGNED) - 900000"),
        ("a INT, id INT UNSIGNED PRIMARY KEY", "seq, IF(seq > 5997, 4294960000 + seq, 20 * seq)"),
        ("a INT, day DATE PRIMARY KEY", "seq, '2001-01-01' + INTERVAL seq DAY"),
        ("a INT, at DATETIME(3) PRIMARY KEY", "seq, '2001-01-01' + INTERVAL 3601 * seq SECOND"),
        ("a INT, at TIMESTAMP PRIMARY KEY", "seq, '2001-01-01' + INTERVAL 3601 * seq SECOND"),
        ("a INT, x INT, y INT, PRIMARY KEY (x, y)", "seq, (seq - 1) DIV 1500 + 1, seq"),
        ("a INT, day DATE, x INT, PRIMARY KEY (day, x)", "seq, '2001-01-01' + INTERVAL seq DAY, 1"),
        (
            "a INT, id CHAR(13) PRIMARY KEY",
            "seq, CONCAT('B-20', LPAD((seq - 1) DIV 240, 2, '0'), '-', LPAD(MOD(seq - 1, 240), 6, '0'))",
        ),
        (
            "a INT, id VARCHAR(40) CHARACTER SET latin1 PRIMARY KEY",
            "seq, CONCAT(LPAD(HEX(seq * 711437), 8, '0'), MD5(seq))",
        ),
        ("a INT, id BINARY(16) PRIMARY KEY", "seq, UNHEX(CONCAT(LPAD(HEX(seq * 711437), 8, '0'), LEFT(MD5(seq), 24)))"),
        ("a INT, x INT NOT NULL, note TEXT, UNIQUE (x)", "seq, 50 * seq, ''"),
    ],
    ids=["gaps", "strays", "date", "datetime", "timestamp", "two", "date_two", "text", "hex", "binary", "unique"],
)
def test_other_keys_give_runs_from_places(mariadb_place: Place, columns: str, values: str) -> None:
    filled(mariadb_place, columns, values)
    first, again, other = (sample(mariadb_place, "t", SamplePlan(200, seed, ends=10)) for seed in (3, 3, 4))
    assert first.method is SampleMethod.PLACES
    assert first.draws is not None
    assert 45 <= first.draws <= 200
    assert_spread_and_with_ends(first)
    assert numbers(first) == numbers(again) != numbers(other)


@pytest.mark.parametrize(
    ("columns", "values"),
    [
        ("a INT, x TEXT", "seq, ''"),
        ("a INT, x INT UNIQUE", "seq, seq"),
        ("a INT, x TEXT, PRIMARY KEY (x(9))", "seq, LPAD(seq, 9, 0)"),
        ("a INT, x BIGINT PRIMARY KEY", "seq, IF(seq > 3000, 9000000000000000000 + seq, seq)"),
        ("a INT, x DECIMAL(30, 2) PRIMARY KEY", "seq, seq"),
        ("a INT, x CHAR(13) PRIMARY KEY", "seq, CONCAT('B-20', LPAD(seq DIV 250, 2, '0'), '-', LPAD(seq, 6, '0'))"),
    ],
    ids=["none", "nullable", "prefix", "two far heaps", "decimal", "numbered on"],
)
def test_without_a_key_to_draw_from_a_table_is_walked_as_far_as_that_is_cheap(
    mariadb_place: Place, monkeypatch: pytest.MonkeyPatch, columns: str, values: str
) -> None:
    filled(mariadb_place, columns, values)
    rows = sample(mariadb_place, "t", LARGE)
    assert (rows.method, rows.draws, min(numbers(rows)), max(numbers(rows)[:200])) == (
        SampleMethod.FIRST_ROWS,
        None,
        1,
        200,
    )
    monkeypatch.setattr("connectors.sql.mariadb_rows._WALKED_ROWS", 10_000)
    rows = sample(mariadb_place, "t", LARGE)
    assert (rows.method, rows.draws) == (SampleMethod.RANDOM_ROWS, 200)
    assert max(numbers(rows)[:200]) > 4500


def test_what_a_sample_costs_does_not_grow_with_the_table(mariadb_place: Place) -> None:
    reads = []
    for rows in (5000, 50_000):
        filled(mariadb_place, "a INT, x INT, y INT, PRIMARY KEY (x, y)", "seq, seq DIV 100, seq", rows)
        with closing(connector(mariadb_place)) as opened:
            ref = next(ref for ref in opened.listing() if isinstance(ref, DatasetRef))
            before = rows_read(opened._session().execute(READS))
            assert opened.sample(ref, LARGE).method is SampleMethod.PLACES
            reads.append(rows_read(opened._session().execute(READS)) - before)
        mariadb_place.run("DROP TABLE t")
    assert reads[1] < 1.2 * reads[0] < 5000


READS = "SHOW SESSION STATUS LIKE 'Handler_read%'"


def rows_read(answer: object) -> int:
    assert isinstance(answer, list)
    return sum(int(count) for _, count in answer)


def test_the_ends_are_those_of_the_whole_key_and_of_the_first_rows_too(mariadb_place: Place) -> None:
    filled(mariadb_place, "x DECIMAL(9, 1), y INT, PRIMARY KEY (x, y)", "seq DIV 2000, seq")
    rows = sample(mariadb_place, "t", LARGE)
    assert (rows.method, rows.oldest, rows.newest) == (SampleMethod.FIRST_ROWS, 0, 10)
    assert sorted(numbers(rows, 1)[200:]) == list(range(5991, 6001))
    assert (sample(mariadb_place, "t", SamplePlan(200, 3, ends=0)).newest) == 0


def test_a_small_table_with_a_key_of_numbers_is_not_walked_through(
    mariadb_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.sql.mariadb_rows._FEW_ROWS", 10_000)
    filled(mariadb_place, "a INT PRIMARY KEY", "seq")
    with closing(connector(mariadb_place)) as opened:
        ref = next(ref for ref in opened.listing() if isinstance(ref, DatasetRef))
        before = rows_read(opened._session().execute(READS))
        rows = opened.sample(ref, SamplePlan(rows=50, seed=1, ends=5))
        assert (rows.method, rows.draws) == (SampleMethod.RANDOM_ROWS, 50)
        assert rows_read(opened._session().execute(READS)) - before < 2000


def test_a_partitioned_table_is_one_table(mariadb_place: Place) -> None:
    filled(mariadb_place, "a INT PRIMARY KEY", "seq")
    mariadb_place.run("ALTER TABLE t PARTITION BY HASH (a) PARTITIONS 5", "ANALYZE TABLE t")
    with closing(connector(mariadb_place)) as opened:
        (ref,) = opened.listing()
        assert isinstance(ref, DatasetRef)
        assert_spread_and_with_ends(opened.sample(ref, LARGE))


def test_a_view_is_walked_through_where_that_is_cheap(mariadb_place: Place) -> None:
    filled(mariadb_place, "a INT PRIMARY KEY", "seq", 900)
    mariadb_place.run("CREATE VIEW few AS SELECT a FROM t", "CREATE VIEW many AS SELECT t.a FROM t JOIN seq_1_to_9")
    few, again, many = (sample(mariadb_place, name) for name in ("few", "few", "many"))
    assert (few.method, few.draws, many.method) == (SampleMethod.RANDOM_ROWS, 50, SampleMethod.FIRST_ROWS)
    assert max(numbers(few)) > 450
    assert numbers(few) == numbers(again)


def test_what_takes_too_long_to_draw_gives_its_first_rows(
    mariadb_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(mariadb_place, "a INT", "seq", 500)
    monkeypatch.setattr(queries, "random_rows", lambda *_: "SELECT sleep(60)")
    rows = sample(mariadb_place, "t", SamplePlan(rows=50, seed=1, seconds=0.4))
    assert (rows.method, numbers(rows)) == (SampleMethod.FIRST_ROWS, list(range(1, 51)))


def test_a_table_that_grew_beyond_its_figure_is_not_called_random(
    mariadb_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(mariadb_place, "a INT", "seq", 900)
    monkeypatch.setattr(queries, "count", lambda _: "SELECT 60")
    monkeypatch.setattr("connectors.sql.mariadb_rows._WALKED_ROWS", 0)
    assert sample(mariadb_place, "t").method is SampleMethod.FIRST_ROWS


def test_json_becomes_its_paths(mariadb_place: Place) -> None:
    long = '{"filler": "' + "x" * 9000 + '", "last": "' + "e" + '"}'
    mariadb_place.run(
        "CREATE TABLE t (a INT, j JSON, plain LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, n JSON, loose TEXT)",
        """INSERT INTO t VALUES (1, '{"k": "ü", "m": {"e": "1"}}', 'no { json', '12', '[{"x": "y"}]')""",
        "INSERT INTO t VALUES (2, NULL, '{', 'true', NULL)",
        f"INSERT INTO t VALUES (3, '{long}', NULL, NULL, '')",
        f"GRANT SELECT ON {mariadb_place.database}.* TO READER",
    )
    rows = sample(mariadb_place, "t", PLAN)
    names = [column.name for column in rows.columns]
    assert names == ["a", "j.k", "j.m.e", "j.filler", "j.last", "plain", "n", "loose[].x"]
    assert (rows.row_count, list(rows.values(names.index("j.last")))) == (3, [None, None, "e"])
    assert list(rows.values(names.index("plain"))) == ["no { json", "{", None]
    assert list(rows.values(names.index("n"))) == ["12", "true", None]


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [("date", "0000-00-00", "2020-01-01"), ("int", "", "x"), ("decimal", "1", "2"), ("set", "a", "b")],
)
def test_of_what_no_points_can_be_drawn_there_is_no_axis(kind: str, low: str, high: str) -> None:
    assert axis_of(kind, low, high) is None


def test_texts_are_drawn_of_the_signs_that_were_seen() -> None:
    axis = axis_of("varchar", "A-0\\", "C-0'")
    assert axis is not None
    chance = random.Random(1)
    assert {axis.point(chance) for _ in range(99)} == {"'A-0'", "'B-0'", "'C-0'"}
    axis.learn(["B-3"])
    assert {axis.point(chance)[3] for _ in range(99)} == {"0", "1", "2", "3"}
    assert axis.literal("it's") == "CONVERT(X'69742773' USING utf8mb4)"
