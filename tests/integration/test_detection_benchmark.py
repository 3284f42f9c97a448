"""The benchmark on its small example, from the tables to the figures."""

from pathlib import Path

import pytest

from benchmarks.detection import __main__ as command
from benchmarks.detection import ours, proofs
from benchmarks.detection.labelled import read
from benchmarks.house import ROOT
from benchmarks.three_ways import Way

EXAMPLE = ROOT / "benchmarks" / "detection" / "example"


def test_names_alone_and_values_alone_each_see_what_is_theirs() -> None:
    judged = ours.alone(read(EXAMPLE))
    key = ("staff.csv", "sex")
    assert judged[Way.NAMES][key].strongest == "SEX"
    assert judged[Way.VALUES]["staff.csv", "email"].strongest == "EMAIL"
    assert set(judged[Way.NAMES]) == set(judged[Way.VALUES]) == {label.key for label in read(EXAMPLE).labels}
    assert judged[Way.NAMES]["staff.csv", "birth_date"] != judged[Way.VALUES]["staff.csv", "birth_date"]


def test_the_proof_of_every_folder_given_tells_goals_and_both_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELLED_TABLES", f"{EXAMPLE}:{EXAMPLE}")
    rows = list(proofs.proofs())
    one = [row.promise.removeprefix("example, 14 columns: ") for row in rows[: len(rows) // 2]]
    assert one == [
        *("direct F1", "direct precision", "typed micro F1", "typed macro F1", "quasi F1", "over-alarm"),
        *("without judgement", "direct F1 by names alone", "direct F1 by values alone"),
    ]
    assert len(rows) == 2 * len(one)
    assert rows[0].kept
    assert rows[6].figure == "0"


def test_without_a_folder_the_proof_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LABELLED_TABLES", raising=False)
    assert list(proofs.proofs()) == []
    assert "left out" in capsys.readouterr().out


def test_the_command_prints_the_table_and_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "table.md"
    assert command.main([str(EXAMPLE), "--out", str(out)]) == 0
    text = out.read_text(encoding="utf-8")
    assert text in capsys.readouterr().out
    lines = text.splitlines()
    assert [line.split("|")[1].strip() for line in lines[4:7]] == [
        *("Privacy Catalog", "Privacy Catalog, names alone", "Privacy Catalog, values alone"),
    ]
    peak = float(lines[4].split("|")[12])
    assert 20 < peak < 2000


def test_the_command_prints_reliability_types_and_misses(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([str(EXAMPLE), "--reliability", "--types", "--misses"]) == 0
    told = capsys.readouterr().out
    assert "| 0.9–1.0 |" in told
    assert "| EMAIL | 1.00 (1 of 1) | 1.00 (1 of 1) |" in told


@pytest.mark.parametrize("arguments", [[str(ROOT / "docs")], [str(EXAMPLE), "--peers", "nobody"]])
def test_what_cannot_be_used_is_said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(arguments) == 2
    assert capsys.readouterr().err
