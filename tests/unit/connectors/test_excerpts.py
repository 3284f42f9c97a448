"""Large files are read at their beginning, their end and between."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.coverage import SampleMethod
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files import delimited, excerpts
from connectors.files.excerpts import Excerpts
from connectors.files.share import ShareConnector
from tests.support.bounds import here

LINES = [f"{number},{'x' * (number % 40)}\n" for number in range(20_000)]


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excerpts, "PART_BYTES", 2000)
    monkeypatch.setattr(delimited, "MOST_CHARACTERS", 100_000)


def sample(folder: Path, seed: int, rows: int) -> Sample:
    (folder / "large.csv").write_text("id,note\n" + "".join(LINES), encoding="utf-8")
    connector = ShareConnector({"path": str(folder)}, resolve=str, bounds=here(64))
    return connector.sample(DatasetRef("large.csv", "large.csv", DatasetKind.FILE), SamplePlan(rows=rows, seed=seed))


def test_rows_come_from_all_over_the_file_and_are_whole(tmp_path: Path) -> None:
    found = sample(tmp_path, 1, 10_000)
    numbers = [int(value or 0) for value in found.values(0)]
    assert (found.partly, found.rows_total, found.method) == (True, None, SampleMethod.RANDOM_ROWS)
    assert numbers[0] == 0
    assert numbers[-1] == 19_999
    assert numbers == sorted(set(numbers))
    assert sum(1 for number in numbers if 5000 < number < 15_000) > 500
    assert [f"{number},{note or ''}\n" for number, note in zip(numbers, found.values(1), strict=True)] == [
        LINES[number] for number in numbers
    ]


def test_the_seed_decides_where(tmp_path: Path) -> None:
    first, again, other = (list(sample(tmp_path, seed, 100).values(0)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@given(seed=st.integers(0, 2**32), size=st.integers(0, 3000), newline=st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_part_is_of_whole_lines_and_none_comes_twice(seed: int, size: int, newline: str) -> None:
    content = "".join(LINES).replace("\n", newline)[:size].encode()
    read = io.BufferedReader(Excerpts(io.BytesIO(content), len(content), seed)).read()
    lines, whole = read.splitlines(), content.splitlines()
    assert set(lines) <= set(whole)
    assert len(lines) == len(set(lines))
    assert lines[:1] == whole[:1]
    assert lines[-1:] == whole[-1:]


def test_lines_that_end_with_a_carriage_return_alone_are_whole_too(tmp_path: Path) -> None:
    (tmp_path / "large.csv").write_bytes(b"id,note\r" + "".join(LINES).replace("\n", "\r").encode("cp1251"))
    connector = ShareConnector({"path": str(tmp_path)}, resolve=str, bounds=here(64))
    found = connector.sample(DatasetRef("large.csv", "large.csv", DatasetKind.FILE), SamplePlan(rows=10_000, seed=1))
    numbers = [int(value or 0) for value in found.values(0)]
    assert (numbers[0], numbers[-1], numbers == sorted(set(numbers))) == (0, 19_999, True)


def test_a_large_file_in_an_older_encoding_is_read_all_over(tmp_path: Path) -> None:
    lines = "".join(f"{number},Анна Кузнецова\n" for number in range(10_000))
    (tmp_path / "large.csv").write_bytes(f"id,имя\n{lines}".encode("cp1251"))
    connector = ShareConnector({"path": str(tmp_path)}, resolve=str, bounds=here(64))
    found = connector.sample(DatasetRef("large.csv", "large.csv", DatasetKind.FILE), SamplePlan(rows=10_000, seed=1))
    assert set(found.values(1)) == {"Анна Кузнецова"}
    assert found.values(0)[-1] == "9999"
