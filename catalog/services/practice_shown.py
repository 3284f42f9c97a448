"""An item of the practice queue in the shape in which review shows any suggestion."""

from dataclasses import dataclass

from catalog.model.decisions import Standing
from catalog.model.evidence import Share
from catalog.model.holdings import Column, ColumnProfile, Magnitude
from catalog.model.review_views import PracticeItem
from catalog.model.views import TagView
from catalog.services import columns
from catalog.services.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Shown:
    """A column that there is not, with what a scan says of it."""

    column: Column
    tag: TagView
    profile: ColumnProfile


def shown(catalog: Catalog, item: PracticeItem) -> Shown:
    """The item as a column with its tag; the numbers of what there is not are 0."""
    return Shown(_column(catalog, item), _tag(catalog, item), _profile(item))


def _column(catalog: Catalog, item: PracticeItem) -> Column:
    return Column(
        id=0,
        dataset_id=0,
        key=item.column,
        name=item.column,
        name_withheld=False,
        position=0,
        declared_type=item.declared_type,
        comment=item.comment,
        nullable=None,
        in_key=False,
        first_seen_at=catalog.clock.now(),
        retired_at=None,
    )


def _tag(catalog: Catalog, item: PracticeItem) -> TagView:
    return TagView(
        type=item.type,
        standing=Standing.SUGGESTED,
        form=item.form,
        strength=item.strength,
        band=item.band,
        share=Share(*item.share),
        without_name=item.without_name,
        reasons=item.reasons,
        against=item.against,
        decision=None,
        decided_by="",
        label=columns.label(catalog, item.type),
        digest="",
    )


def _profile(item: PracticeItem) -> ColumnProfile:
    return ColumnProfile(
        column_id=0,
        run_id=0,
        values_looked_at=0,
        empty=item.empty,
        distinct=item.distinct,
        amount=Magnitude.NOT_KNOWN,
        shapes=item.shapes,
    )
