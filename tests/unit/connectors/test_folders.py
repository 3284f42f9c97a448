"""Folders of alike files on a disk, as a share lists, samples and judges them."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, closing
from io import BufferedReader
from pathlib import Path

import pytest

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan, Unlisted
from connectors.files.alike import AlikeFiles
from connectors.files.delimited import sample_delimited
from connectors.files.folders import Folders
from connectors.files.share import ShareConnector
from connectors.places.local import LocalPlace
from scanners.judge import judge
from scanners.naming import NameGuard
from tests.support.bounds import here

PLAN = SamplePlan(rows=200, seed=1)


def written(root: Path, contents: Mapping[str, str]) -> Path:
    for name, content in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


def share(path: Path) -> ShareConnector:
    return ShareConnector({"path": str(path)}, resolve=str, bounds=here(1))


def listed(path: Path) -> dict[str, DatasetRef | Unlisted]:
    with closing(share(path)) as opened:
        items = list(opened.listing())
    return {item.ref.name if isinstance(item, Unlisted) else item.name: item for item in items}


def sampled(path: Path, item: DatasetRef | Unlisted) -> Sample:
    assert isinstance(item, DatasetRef)
    with closing(share(path)) as opened:
        return opened.sample(item, PLAN)


class Broken(LocalPlace):
    """A folder whose files cannot be opened."""

    def __init__(self, path: Path, error: OSError | None) -> None:
        super().__init__({"path": str(path)}, resolve=str, bounds=here(1))
        self._error = error

    def opened(self, path: str) -> AbstractContextManager[BufferedReader]:
        if self._error:
            raise self._error
        return super().opened(path)


def monthly() -> dict[str, str]:
    return {f"exports/claims_2024-{month:02}.csv": f"id,name\n{month},x\n" for month in range(1, 13)}


def test_alike_files_are_one_dataset_and_others_stay_as_they_are(tmp_path: Path) -> None:
    people = {f"cases/{first} {last}.eml": "Subject: x\n\ny\n" for first in "ABCDE" for last in "VWXYZ"}
    found = listed(written(tmp_path, {**monthly(), **people, "exports/other.csv": "a,b\n1,2\n"}))
    assert {name: item.kind for name, item in found.items() if isinstance(item, DatasetRef)} == {
        "exports/claims_*.csv": DatasetKind.FILES,
        "cases/*.eml": DatasetKind.FILES,
        "exports/other.csv": DatasetKind.FILE,
    }
    sample = sampled(tmp_path, found["exports/claims_*.csv"])
    assert ([column.name for column in sample.columns], sample.row_count) == (["id", "name"], 12)
    assert sampled(tmp_path, found["cases/*.eml"]).row_count == 25


def test_pictures_are_told_by_kind_number_and_size(tmp_path: Path) -> None:
    found = listed(
        written(tmp_path, {f"scans/{letter}{other}.jpg": "x" * 50_000 for letter in "abcde" for other in "fghi"})
    )
    (item,) = found.values()
    assert isinstance(item, Unlisted)
    assert (item.ref.name, item.reason) == ("scans/*.jpg", SkipReason.NO_TEXT)
    assert item.ref.comment == "20 files: JPEG picture, 1.0 MB"
    assert NameGuard(b"k").comment(item.ref.comment) == item.ref.comment


def test_a_file_more_makes_it_due_again_and_is_the_same_dataset(tmp_path: Path) -> None:
    before = listed(written(tmp_path, monthly()))["exports/claims_*.csv"]
    after = listed(written(tmp_path, {"exports/claims_2025-01.csv": "id,name\n13,y\n"}))["exports/claims_*.csv"]
    assert isinstance(before, DatasetRef)
    assert isinstance(after, DatasetRef)
    assert (before.key, before.locator) == (after.key, after.locator)
    assert before.change_signal != after.change_signal
    assert sampled(tmp_path, before).row_count == 13


def test_tables_of_unlike_names_with_one_header_are_one_and_no_header_is_kept_as_it_is(tmp_path: Path) -> None:
    names = ("albany", "bronx", "queens")
    contents = {f"c/{name}.csv": f"id,name,canary\n{name},x,y\n" for name in names}
    found = listed(written(tmp_path, {**contents, "c/other.csv": "plate,make\n1,2\n"}))
    assert set(found) == {"c/*.csv", "c/other.csv"}
    group = found["c/*.csv"]
    assert isinstance(group, DatasetRef)
    assert sampled(tmp_path, group).row_count == 3
    kept = NameGuard(b"k").name(group.name, group.key).key
    assert kept.startswith("c/*.csv/")
    assert "canary" not in kept


def test_a_line_that_breaks_while_beginnings_are_looked_at_ends_the_listing(tmp_path: Path) -> None:
    """Else what is alike would pass for gone."""
    written(tmp_path, {f"c/{name}.csv": "id,name\n1,x\n" for name in ("albany", "bronx", "queens")})
    with pytest.raises(SourceError) as caught:
        list(Folders(Broken(tmp_path, ConnectionResetError()), 1).items())
    assert caught.value.reason is SkipReason.UNREACHABLE
    (group,) = Folders(Broken(tmp_path, None), 1).items()
    assert isinstance(group, AlikeFiles)
    ref = Folders(Broken(tmp_path, None), 1).listed(group)
    assert isinstance(ref, DatasetRef)
    with pytest.raises(DatasetError) as failed:
        Folders(Broken(tmp_path, TimeoutError()), 1).sample(ref, sample_delimited, PLAN, "Files")
    assert failed.value.reason is SkipReason.UNREACHABLE


def test_files_that_cannot_be_opened_to_look_at_their_beginning_end_nothing(tmp_path: Path) -> None:
    written(tmp_path, {f"c/{name}.csv": "id,name\n1,x\n" for name in ("albany", "bronx", "queens")})
    for error in (FileNotFoundError(), PermissionError(), OSError("damaged")):
        items = list(Folders(Broken(tmp_path, error), 1).items())
        assert len(items) == 3


def test_all_of_it_being_gone_is_said(tmp_path: Path) -> None:
    item = listed(written(tmp_path, monthly()))["exports/claims_*.csv"]
    for path in (tmp_path / "exports").iterdir():
        path.unlink()
    with pytest.raises(DatasetError) as caught:
        sampled(tmp_path, item)
    assert caught.value.reason is SkipReason.VANISHED


def test_numbers_of_people_in_names_of_files_are_found(tmp_path: Path) -> None:
    contents = {f"forms/intake_078-05-11{number:02}.txt": "nothing to see here\n" for number in range(30)}
    found = listed(written(tmp_path, contents))
    (item,) = found.values()
    assert list(found) == ["forms/intake_*.txt"]
    (files,) = [each.sample for each in sampled(tmp_path, item).inner if each.label == "files"]
    (column,) = judge(files, NameGuard(b"k"))
    assert "SSN" in {finding.type_code for finding in column.findings}


def test_names_of_people_in_names_of_files_are_found(tmp_path: Path) -> None:
    firsts = ("Maria", "James", "Linda", "Robert", "Susan", "David", "Karen", "Thomas", "Nancy", "Daniel")
    lasts = ("Garcia", "Johnson", "Williams", "Brown", "Rodriguez", "Wilson", "Anderson")
    contents = {f"cases/{last}_{first}.txt": "nothing to see here\n" for last in lasts for first in firsts}
    (item,) = listed(written(tmp_path, contents)).values()
    (files,) = [each.sample for each in sampled(tmp_path, item).inner if each.label == "files"]
    (column,) = judge(files, NameGuard(b"k"))
    assert "NAME" in {finding.type_code for finding in column.findings}


def test_a_large_file_is_read_where_its_format_needs_only_parts_of_it(tmp_path: Path) -> None:
    contents = {f"c_{number}.csv": "id,name\n" + "1,x\n" * 300_000 for number in range(3)}
    records = {f"r_{number}.eml": "Subject: x\n\n" + "y" * 1_200_000 for number in range(3)}
    found = listed(written(tmp_path, {**contents, **records}))
    assert sampled(tmp_path, found["c_*.csv"]).row_count > 0
    with pytest.raises(DatasetError) as caught:
        sampled(tmp_path, found["r_*.eml"])
    assert caught.value.reason is SkipReason.TOO_LARGE
