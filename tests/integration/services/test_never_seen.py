"""What nobody could ever look into: neither what was empty or gone, nor what could be read once."""

from pathlib import Path

from catalog.errors import SkipReason
from catalog.model.holdings import DatasetKind, Source
from catalog.model.runs import ListedDataset, RunState, SafeName
from catalog.services import out_of_sight, recording, sources
from catalog.services.catalog import Catalog
from tests.support.builders import OPERATOR, a_column, a_result, officer

PICTURE = "JPEG picture, 2.0 MB"


def listed(name: str, kind: DatasetKind, comment: str) -> ListedDataset:
    return ListedDataset(SafeName(name, name, False), kind, comment, None, "v1")


def a_night(
    catalog: Catalog, share: Source, *unlisted: tuple[ListedDataset, SkipReason], seen: tuple[ListedDataset, ...] = ()
) -> None:
    run = recording.begin(OPERATOR, catalog, share.id, 1, full=True)
    due = recording.record_listing(OPERATOR, catalog, run, seen, unlisted)
    for dataset_id in due.values():
        recording.record_result(OPERATOR, catalog, run, dataset_id, "v1", a_result([a_column("a")]))
    recording.finish(OPERATOR, catalog, run, RunState.DONE)


def test_only_what_was_never_seen_and_holds_something_is_told(catalog: Catalog, source: Source, tmp_path: Path) -> None:
    share = sources.add_source(OPERATOR, catalog, source.system_id, "share", "files", {"path": str(tmp_path)})
    memo = listed("memo.docx", DatasetKind.DOCUMENT, "Word document, 1.0 MB")
    a_night(catalog, share, seen=(memo,))
    assert out_of_sight.page(officer("dso"), catalog).looked_at == 1
    a_night(
        catalog,
        share,
        (memo, SkipReason.PASSWORD_PROTECTED),
        (listed("a.csv", DatasetKind.FILE, "delimited text, 0 bytes"), SkipReason.EMPTY),
        (listed("b.csv", DatasetKind.FILE, "delimited text, 9 bytes"), SkipReason.VANISHED),
        (listed("closed", DatasetKind.FOLDER, ""), SkipReason.NO_PERMISSION),
        (listed("d.jpg", DatasetKind.FILE, PICTURE), SkipReason.NO_TEXT),
        (listed("e/*.jpg", DatasetKind.FILES, f"30 files: {PICTURE}"), SkipReason.NO_TEXT),
        (listed("f.csv", DatasetKind.FILE, "delimited text, 5.0 KB"), SkipReason.TIMED_OUT),
    )
    page = out_of_sight.page(officer("dso"), catalog)
    told = {(line.what, line.reason, line.datasets, line.files) for line in page.lines}
    assert told == {
        ("folder", SkipReason.NO_PERMISSION, 1, 0),
        ("JPEG picture", SkipReason.NO_TEXT, 2, 31),
        ("delimited text", SkipReason.TIMED_OUT, 1, 1),
    }
    assert (page.files, page.folders, page.looked_at) == (32, 1, 1)
