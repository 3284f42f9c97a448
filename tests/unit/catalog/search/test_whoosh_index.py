"""What only the index on disk can suffer: damage, other people, two writers and sudden death."""

import gc
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from catalog.errors import StoreError
from catalog.ports import Document
from catalog.search import whoosh_index
from catalog.search.whoosh_index import WhooshIndex


def a_document(name: str) -> Document:
    return Document("dataset", name, name, "", (), (), "")


def filled(folder: Path) -> WhooshIndex:
    index = WhooshIndex(folder)
    index.rebuild([a_document("ssn")])
    return index


def tear_the_table_of_contents(folder: Path) -> None:
    for path in folder.glob("*.toc"):
        path.write_bytes(path.read_bytes()[:40])


def spoil_the_segments(folder: Path) -> None:
    for path in folder.glob("*.seg"):
        path.write_bytes(b"\xff" * 64)


def lose_the_segments(folder: Path) -> None:
    for path in folder.glob("*.seg"):
        path.unlink()


def lose_everything(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


DAMAGES = [tear_the_table_of_contents, spoil_the_segments, lose_the_segments, lose_everything]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh leaves a torn file open
@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_told_and_rebuilding_mends_it(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    filled(tmp_path / "index")
    damage(tmp_path / "index")
    index = WhooshIndex(tmp_path / "index")
    with pytest.raises(StoreError, match="privacy-catalog index rebuild"):
        index.search("ssn", 5)
    index.rebuild([a_document("ssn")])
    assert [hit.id for hit in index.search("ssn", 5)] == ["ssn"]
    gc.collect()


def test_the_folder_is_ours_alone(tmp_path: Path) -> None:
    index = filled(tmp_path / "index")
    assert (tmp_path / "index").stat().st_mode & 0o777 == 0o700
    (tmp_path / "index").chmod(0o777)
    with pytest.raises(StoreError, match="others may write"):
        index.search("ssn", 5)


def test_what_another_process_writes_is_found_at_once(tmp_path: Path) -> None:
    asked, written = filled(tmp_path / "index"), WhooshIndex(tmp_path / "index")
    assert asked.search("new", 5) == []
    written.replace([a_document("new")])
    assert [hit.id for hit in asked.search("new", 5)] == ["new"]
    lose_everything(tmp_path / "index")
    written.rebuild([a_document("newer")])
    assert [hit.id for hit in asked.search("newer", 5)] == ["newer"]


def test_many_threads_may_ask_at_once(tmp_path: Path) -> None:
    index = filled(tmp_path / "index")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: [hit.id for hit in index.search("ssn", 5)], range(100)))
    assert answers == [["ssn"]] * 100


def test_a_second_writer_is_told_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whoosh_index, "_SECONDS_FOR_THE_WRITER", 0.0)
    index = filled(tmp_path / "index")

    def meanwhile() -> list[Document]:
        with pytest.raises(StoreError, match="another process"):
            index.remove([("dataset", "ssn")])
        return [a_document("new")]

    index.replace(document for _ in [0] for document in meanwhile())
    assert [hit.id for hit in index.search("new", 5)] == ["new"]


WRITE_FOR_EVER = """
import sys
from pathlib import Path
from catalog.ports import Document
from catalog.search.whoosh_index import WhooshIndex
index = WhooshIndex(Path(sys.argv[1]))
for number in range(1_000_000):
    index.replace([Document("dataset", str(number), f"number_{number}", "", (), (), "")])
    print(number, flush=True)
"""


@pytest.mark.parametrize("writes", [1, 7])
def test_sudden_death_loses_nothing_that_was_committed(tmp_path: Path, writes: int) -> None:
    index = filled(tmp_path / "index")
    command = [sys.executable, "-W", "ignore", "-c", WRITE_FOR_EVER, str(tmp_path / "index")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for _ in range(writes):
            last = writer.stdout.readline().strip()
        writer.send_signal(signal.SIGKILL)
    assert [hit.id for hit in index.search(f"number_{last}", 1)] == [last]
    index.replace([a_document("after")])
    assert [hit.id for hit in index.search("after", 5)] == ["after"]
