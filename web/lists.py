"""Lists that several pages show and export: datasets, and activities with their protocols."""

from collections.abc import Collection, Iterable

from catalog.model.views import DatasetLine
from web.exports import Counted, Listing

DATASET_HEADINGS = (
    "dataset_id",
    "title",
    "name",
    "agency",
    "system",
    "source",
    "kind",
    "state",
    "scanned_at",
    "tier",
    "people",
    "confirmed_types",
    "suggested_types",
    "columns",
    "columns_with_identifying_information",
    "activities_recorded",
    "published",
    "matched_columns",
)


def datasets(name: str, lines: Collection[DatasetLine]) -> Listing:
    """Datasets as a list to export."""
    return many_datasets(name, len(lines), lines)


def many_datasets(name: str, count: int, lines: Iterable[DatasetLine]) -> Listing:
    """So many datasets as a list to export, each read only when its turn comes."""
    return Listing(name, DATASET_HEADINGS, Counted(count, map(_dataset, lines)))


def _dataset(line: DatasetLine) -> tuple[str | int | bool | None, ...]:
    return (
        line.dataset.id,
        line.title,
        line.dataset.name,
        line.agency.acronym,
        line.system.name,
        line.source.name,
        line.dataset.kind.value,
        line.look.value,
        line.scanned_at.isoformat() if line.scanned_at else None,
        line.tier.label,
        line.people.label,
        " ".join(held.type.code for held in line.types if held.standing.value == "confirmed"),
        " ".join(held.type.code for held in line.types if held.standing.value != "confirmed"),
        line.columns_total,
        line.columns_identifying,
        line.activities,
        line.disclosure.value,
        " ".join(line.matched_columns),
    )
