"""The catalog itself and the kernel's own are never read, whatever name they have, and no swap leads out of a share."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.plugins import load
from catalog.ports import Bounds, Connector, SamplePlan, Unlisted
from catalog.settings import Settings
from connectors.places.local import LocalPlace

PLAN = SamplePlan(rows=10, seed=1)
TABLE = "name,age\nx,1\n"


class Ground:
    """A share beside the catalog's own folder."""

    def __init__(self, folder: Path) -> None:
        self.share, self.data = folder / "share", folder / "data"
        self.key = self.data / "keys" / "audit"
        self.share.mkdir()
        self.key.parent.mkdir(parents=True)
        self.key.write_text(TABLE)
        with closing(sqlite3.connect(self.data / "catalog.db")) as own:
            own.execute("CREATE TABLE t (a)")
        (self.share / "a.csv").write_text(TABLE)

    def open(self, path: Path, kind: str = "files") -> Connector:
        """A connector that knows what is the catalog's own."""
        bounds = Settings(data_dir=self.data, file_mb=1).bounds
        made: Connector = load("connectors", kind)({"path": str(path)}, resolve=str, bounds=bounds)
        return made

    def listing(self, path: Path) -> dict[str, SkipReason | None]:
        """Names and why they are not read."""
        with closing(self.open(path)) as opened:
            return {
                item.ref.name if isinstance(item, Unlisted) else item.name: (
                    item.reason if isinstance(item, Unlisted) else None
                )
                for item in opened.listing()
            }


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path)


def refused(ground: Ground, path: Path, kind: str = "files") -> bool:
    with pytest.raises(SourceError) as caught:
        ground.open(path, kind).close()
    return caught.value.reason is SkipReason.NOT_ALLOWED


def test_no_source_is_the_catalogs_own_folder(ground: Ground) -> None:
    (ground.share / "own").symlink_to(ground.data)
    for path in (ground.data, ground.key.parent, ground.key, ground.share / "own", ground.share / "own" / "keys"):
        assert refused(ground, path)


def test_no_source_is_the_kernels(ground: Ground) -> None:
    for path in ("/proc", "/proc/self/environ", "/sys", "/dev", "/dev/null"):
        assert refused(ground, Path(path))


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_no_database_is_the_catalogs_own(ground: Ground, kind: str) -> None:
    (ground.share / "link.db").symlink_to(ground.data / "catalog.db")
    os.link(ground.data / "catalog.db", ground.share / "second.db")
    for path in (ground.data / "catalog.db", ground.share / "link.db", ground.share / "second.db"):
        assert refused(ground, path, kind)


def test_a_database_that_becomes_the_catalogs_own_is_not_opened(ground: Ground) -> None:
    with closing(ground.open(ground.share / "later.db", "sqlite")) as opened:
        (ground.share / "later.db").symlink_to(ground.data / "catalog.db")
        with pytest.raises(SourceError) as caught:
            list(opened.listing())
    assert caught.value.reason is SkipReason.NOT_ALLOWED


def test_a_database_of_the_catalog_elsewhere_is_its_own_too(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url=f"sqlite:///{tmp_path}/else.db?timeout=1")
    assert f"{tmp_path}/else.db" in settings.bounds.own


def test_within_a_share_they_are_told_and_not_read(ground: Ground) -> None:
    os.link(ground.key, ground.share / "key.csv")
    assert ground.listing(ground.share.parent) == {
        "data": SkipReason.NOT_ALLOWED,
        "share/a.csv": None,
        "share/key.csv": SkipReason.NOT_ALLOWED,
    }


@pytest.mark.parametrize("locator", ["share/key.csv", "data/keys/audit", "data/catalog.db"])
def test_an_old_listing_does_not_lead_to_them(ground: Ground, locator: str) -> None:
    os.link(ground.key, ground.share / "key.csv")
    with closing(ground.open(ground.share.parent)) as opened, pytest.raises(DatasetError) as caught:
        opened.sample(DatasetRef(locator, locator, DatasetKind.FILE), PLAN)
    assert caught.value.reason is SkipReason.UNSAFE_PATH


def test_a_folder_swapped_for_a_link_during_the_walk_leads_nowhere(ground: Ground) -> None:
    (ground.share / "b").mkdir()
    (ground.data.parent / "outside").mkdir()
    (ground.data.parent / "outside" / "canary.csv").write_text(TABLE)
    bounds = Settings(data_dir=ground.data, file_mb=1).bounds
    with closing(LocalPlace({"path": str(ground.share)}, resolve=str, bounds=bounds)) as place:
        walk = place.files()
        next(walk)
        (ground.share / "b").rmdir()
        (ground.share / "b").symlink_to(ground.data.parent / "outside")
        (left,) = walk
    assert (left.path, left.refused) == ("b", SkipReason.UNSAFE_PATH)


def test_a_share_swapped_for_a_link_after_its_listing_is_still_the_same(ground: Ground) -> None:
    with closing(ground.open(ground.share)) as opened:
        (ref,) = opened.listing()
        assert isinstance(ref, DatasetRef)
        ground.share.rename(ground.share.parent / "moved")
        ground.share.symlink_to(ground.data)
        assert opened.sample(ref, PLAN).row_count == 1


def test_links_in_a_circle_are_no_folder(ground: Ground) -> None:
    (ground.share / "round.csv").symlink_to("round.csv")
    (ground.share / "there.csv").symlink_to("back.csv")
    (ground.share / "back.csv").symlink_to("there.csv")
    assert ground.listing(ground.share) == {"a.csv": None}


def test_more_entries_than_can_be_kept_are_no_complete_listing(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.places.walk.MOST_ENTRIES", 2)
    for name in ("x", "y", "z"):
        (ground.share / name).write_text("")
    with pytest.raises(SourceError) as caught:
        ground.listing(ground.share)
    assert caught.value.reason is SkipReason.TOO_LARGE


def test_bounds_let_nothing_pass_that_is_not_given() -> None:
    assert not Bounds(1).egress.entries
