"""Reading workbooks in tests, briefly said."""

import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from catalog.model.holdings import DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan, Unlisted
from connectors.files.share import ShareConnector
from tests.support.bounds import here

PLAN = SamplePlan(rows=100, seed=1)


def listed(path: Path) -> list[DatasetRef | Unlisted]:
    """Every dataset of a workbook."""
    with closing(ShareConnector({"path": str(path)}, resolve=str, bounds=here(64))) as opened:
        return list(opened.listing())


def sample(path: Path, plan: SamplePlan = PLAN) -> Sample:
    """The sample of a workbook of one sheet."""
    (ref,) = listed(path)
    assert isinstance(ref, DatasetRef)
    with closing(ShareConnector({"path": str(path)}, resolve=str, bounds=here(64))) as opened:
        return opened.sample(ref, plan)


def rows_of(found: Sample) -> list[tuple[str | None, ...]]:
    """Its rows."""
    return list(zip(*(found.values(place) for place in range(len(found.columns))), strict=True))


def table_of(found: Sample) -> list[tuple[str | None, ...]]:
    """The names of the columns, and the rows."""
    return [tuple(column.name for column in found.columns), *rows_of(found)]


def rewritten(path: Path, target: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """A workbook of which one part is written otherwise."""
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(target, "w") as copy:
        for member in archive.namelist():
            content = archive.read(member)
            copy.writestr(member, change(content) if member == part else content)
    path.unlink()
    return target
