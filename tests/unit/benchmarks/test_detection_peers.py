import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks.detection import peers
from benchmarks.detection.labelled import read
from benchmarks.detection.runners import serving
from benchmarks.detection.runners.serving import Table, Tool
from catalog.taxonomy.loader import load

HERE = peers.HERE
EXAMPLE = HERE / "example"


@pytest.mark.parametrize("name", peers.known())
def test_every_peer_has_its_runner_its_versions_and_words_that_the_taxonomy_knows(name: str) -> None:
    peer = peers.known()[name]
    assert (HERE / "runners" / f"{peer.runner}.py").is_file()
    lines = (HERE / "locks" / f"{peer.environment}.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "==" not in line] == []
    assert set(peer.words.values()) <= set(load().types)


class Pip:
    """Stands in for making environments and installing into them."""

    def __init__(self) -> None:
        self.made: list[Path] = []
        self.answer = SimpleNamespace(returncode=0, stderr="")

    def create(self, place: Path, **_: object) -> None:
        self.made.append(place)
        place.mkdir(exist_ok=True)

    def run(self, *_: object, **__: object) -> SimpleNamespace:
        return self.answer


@pytest.fixture
def pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pip:
    stand_in = Pip()
    monkeypatch.setattr(peers, "_ENVIRONMENTS", tmp_path)
    monkeypatch.setattr(peers.venv, "create", stand_in.create)
    monkeypatch.setattr(peers.subprocess, "run", stand_in.run)
    return stand_in


def test_an_environment_is_made_once_and_again_when_its_versions_change(pip: Pip) -> None:
    python = peers.python_of("piicatcher")
    assert peers.python_of("piicatcher") == python
    assert len(pip.made) == 1
    (python.parents[1] / "installed").write_text("other versions", encoding="utf-8")
    peers.python_of("piicatcher")
    assert len(pip.made) == 2


def test_a_failed_installation_is_told_without_places_and_tried_again(pip: Pip) -> None:
    pip.answer = SimpleNamespace(returncode=1, stderr="Looking in /opt/x\nERROR: No wheel at https://example.org/x\n")
    for _ in range(2):
        with pytest.raises(peers.NotRunnable, match=r"cannot be installed \(ERROR: No wheel at \.\.\.\)"):
            peers.python_of("piicatcher")
    assert len(pip.made) == 2


def test_a_peer_that_cannot_be_installed_leaves_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: str) -> Path:
        raise peers.NotRunnable("no wheel")

    monkeypatch.setattr(peers, "python_of", failing)
    peer = peers.known()["dataprofiler"]
    line = peers.measured(peer, read(EXAMPLE), peers.Share())
    assert (line.title, line.not_run) == (peer.title, "no wheel")


def test_a_peer_that_fails_leaves_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "python_of", lambda _: Path(sys.executable))
    line = peers.measured(peers.known()["dataprofiler"], read(EXAMPLE), peers.Share())
    assert line.not_run == "it failed (ModuleNotFoundError: No module named 'dataprofiler')"


def test_a_peer_that_does_not_end_leaves_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def hanging(*_: object, most_seconds: float, **__: object) -> None:
        raise subprocess.TimeoutExpired("peer", most_seconds)

    monkeypatch.setattr(peers, "python_of", lambda _: Path(sys.executable))
    monkeypatch.setattr(peers, "run", hanging)
    line = peers.measured(peers.known()["dataprofiler"], read(EXAMPLE), peers.Share(seconds=10))
    assert line.not_run == "it did not end within 360 s"


def test_runners_read_the_first_values_that_hold_something(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,\n,x\n2\n3,y\n", encoding="utf-8")
    assert serving.read(tmp_path, 2) == [Table("t.csv", ("a", "b"), (("1", "2"), ("x", "y")))]


def test_runners_take_tables_in_the_same_mixed_order_each_time(tmp_path: Path) -> None:
    names = [f"{letter}.csv" for letter in "abcdefgh"]
    for name in names:
        (tmp_path / name).write_text("a\n1\n", encoding="utf-8")
    order = [table.file for table in serving.read(tmp_path, 1)]
    assert order == [table.file for table in serving.read(tmp_path, 1)]
    assert sorted(order) == names != order


TABLES = [Table("good.csv", ("a",), (("1", "2"),)), Table("bad.csv", ("b", "c"), ((), ("3",)))]


def judging(table: Table) -> list[list[str]]:
    if table.file == "bad.csv":
        raise ValueError
    return [["PERSON"]]


def test_a_table_a_peer_fails_on_counts_as_judged_to_hold_nothing() -> None:
    told = serving.judged(Tool(judging), TABLES, seconds=60)
    assert [(one["column"], one["words"]) for one in told["columns"]] == [("a", ["PERSON"]), ("b", []), ("c", [])]
    assert (told["cells"], told["failed"], told["left"]) == (3, 1, 0)


def test_a_peer_stops_when_its_time_is_up() -> None:
    told = serving.judged(Tool(judging), TABLES, seconds=-1)
    assert (told["columns"], told["left"]) == ([], 2)


def test_a_runner_writes_what_it_found_and_how_long_it_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out.json"
    arguments = [*("--out", str(out), "--values", "5"), *("--seconds", "60", "--began", "0")]
    monkeypatch.setattr(sys, "argv", ["runner", str(EXAMPLE / "tables"), *arguments])
    serving.serve(lambda _: Tool(lambda table: [[] for _ in table.names], "small"))
    told = json.loads(out.read_text(encoding="utf-8"))
    assert (len(told["columns"]), told["cells"], told["model"]) == (14, 70, "small")
    assert told["start_seconds"] > 0
