"""What only the index on disk can suffer: damage, other people, two writers and sudden death."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from catalog.errors import SettingsError, StoreError
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


def open_the_folder(folder: Path) -> None:
    folder.chmod(0o770)


def open_the_data_folder(folder: Path) -> None:
    folder.parent.chmod(0o707)


def open_a_file(folder: Path) -> None:
    folder.chmod(0o750)
    next(folder.glob("*.toc")).chmod(0o660)


def link_the_folder(folder: Path) -> None:
    folder.rename(folder.parent / "elsewhere")
    folder.symlink_to(folder.parent / "elsewhere")


def link_a_file(folder: Path) -> None:
    toc = next(folder.glob("*.toc"))
    toc.rename(folder.parent / "elsewhere")
    toc.symlink_to(folder.parent / "elsewhere")


OPENINGS: dict[Callable[[Path], None], str] = {
    open_the_folder: "others may write to its folder",
    open_the_data_folder: "others may write to the data folder",
    open_a_file: "others may write to a file of it",
    link_the_folder: "its folder is a link",
    link_a_file: "a file of it is a link",
}


@pytest.mark.parametrize("opening", OPENINGS)
def test_what_others_could_have_written_is_never_read(tmp_path: Path, opening: Callable[[Path], None]) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    index = filled(tmp_path / "data/index")
    opening(tmp_path / "data/index")
    for use in (
        lambda: index.search("ssn", 5),
        lambda: index.replace([a_document("new")]),
        lambda: index.rebuild([]),
        lambda: WhooshIndex(tmp_path / "data/index"),
    ):
        with pytest.raises(SettingsError, match=OPENINGS[opening]):
            use()


@pytest.mark.parametrize("place", ["data", "data/index", "data/index/_MAIN_1.toc"])
def test_what_belongs_to_another_account_is_never_read(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    index = filled(tmp_path / "data/index")
    owned = (tmp_path / place).lstat().st_ino
    kept = Path.stat

    def another(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = kept(path, follow_symlinks=follow_symlinks)
        return os.stat_result((*found[:4], found.st_uid + 4321, *found[5:])) if found.st_ino == owned else found

    monkeypatch.setattr(Path, "stat", another)
    with pytest.raises(SettingsError, match="belongs to another account"):
        index.search("ssn", 5)


def test_the_folder_is_made_for_its_owner_alone_and_bits_nobody_can_use_do_not_matter(tmp_path: Path) -> None:
    before = os.umask(0o002)
    try:
        index = filled(tmp_path / "index")
    finally:
        os.umask(before)
    assert (tmp_path / "index").stat().st_mode & 0o777 == 0o700
    assert any(path.stat().st_mode & 0o020 for path in (tmp_path / "index").iterdir())
    assert [hit.id for hit in index.search("ssn", 5)] == ["ssn"]


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
