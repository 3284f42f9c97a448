"""What waits for a decision as a workbook, to be filled in where one likes; :mod:`review_sheet_plan` takes it back."""

from collections.abc import Iterator

from catalog.model import review_words
from catalog.model.actors import Actor
from catalog.model.interchange import Sheet, Workbook
from catalog.model.review import Why
from catalog.model.review_sheets import DECISIONS, WHYS
from catalog.model.review_views import ItemView, LastWord
from catalog.services import access, audit, review_items, review_pages, review_states
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.filtering import Chosen
from catalog.services.interchange_cells import as_cell, one_line
from catalog.services.review_sheet_rows import (
    ASKED,
    CHANGE_TO,
    DECISION,
    HEADINGS,
    KEYS,
    REASON,
    SHEET,
    UNTIL,
    WHY,
)
from catalog.sheets import writing
from catalog.store import review_sheets as stored
from catalog.store.review_sheets import Waiting

#: The most suggestions of one workbook: what is worth most comes first, and the rest with the next.
MOST_ROWS = 10_000
#: By what it may be narrowed down.
FILTERS = ("agency", "type", "band", "tier")
_NAME, _TYPES, _READ_ME = "review", "Types", "Read me"
_ABOUT_WHY = (
    f"Why it is not this type; “{review_words.WHYS[Why.OTHER]}” needs a reason. With “Not identifying” if you like."
)
_ABOUT = (
    (DECISION, "What you decide. Leave it empty, and nothing is done with this row.", ", ".join(DECISIONS)),
    (WHY, _ABOUT_WHY, ", ".join(WHYS)),
    (CHANGE_TO, "With “Change type”: the code of the type that it is.", "A code of the sheet Types"),
    (UNTIL, "With “Later”: the day on which it is to wait again, at most a year ahead.", "A day such as 2026-11-30"),
    (REASON, "In your own words, kept for good: name nobody.", "Text"),
    (", ".join(KEYS), "Which suggestion the row is about, as it was when you took it. Leave them as they are.", ""),
    ("All others", "What is known of the suggestion. What you write there is not read.", ""),
)


def export(actor: Actor, catalog: Catalog, chosen: Chosen) -> Workbook:
    """What waits for a decision of this actor; that they take it away is recorded, and counts for the quota of the day.

    Parameters:
        chosen: values of :data:`FILTERS`; those of one are alternatives.

    Raises:
        NotAllowed: when they decide nowhere, or would have taken more rows in a day than one may.
    """
    access.require(actor, Action.DECIDE)
    scope, now = access.scope(actor, Action.DECIDE), catalog.clock.now()
    review_states.catch_up(catalog)
    with catalog.reading() as connection:
        found, total = stored.waiting(connection, scope, chosen, limit=MOST_ROWS)
        views = review_items.views(connection, catalog, [one.item for one in found])
    alike = {(one.item.column_id, one.item.type_code): one for one in found}
    rows = [_row(view, alike[view.column.id, view.tag.type.code]) for view in views]
    audit.exported(actor, catalog, _NAME, len(rows), {key for key in FILTERS if chosen.get(key)})
    sheets = (Sheet(SHEET, HEADINGS, rows), _types(catalog), _read_me(len(rows), total))
    return Workbook(_NAME, actor.person_id, now, sheets)


def count(actor: Actor, catalog: Catalog, chosen: Chosen) -> int:
    """How many suggestions wait for a decision of this actor; see :func:`export`."""
    scope = access.scope(actor, Action.DECIDE)
    with catalog.reading() as connection:
        return stored.waiting(connection, scope, chosen, limit=0)[1]


def packed(workbook: Workbook) -> Iterator[bytes]:
    """The workbook as the bytes of an .xlsx file, whose decisions are chosen from lists."""
    properties = writing.Properties(workbook.name, workbook.person_id, workbook.at)
    types = next(len(sheet.rows) for sheet in workbook.sheets if sheet.name == _TYPES)
    choices = {
        DECISION: writing.one_of(list(DECISIONS)),
        WHY: writing.one_of(list(WHYS)),
        CHANGE_TO: writing.from_sheet(_TYPES, types),
    }
    pages = [
        writing.Page(one.name, one.headings, one.rows, choices, KEYS)
        if one.name == SHEET
        else writing.Page(one.name, one.headings, one.rows)
        for one in workbook.sheets
    ]
    return writing.book(properties, pages)


def _row(view: ItemView, alike: Waiting) -> tuple[str, ...]:
    tag = view.tag
    told = (
        view.agency.acronym,
        view.source.name,
        view.title or view.dataset.name,
        view.column.name,
        view.column.declared_type,
        tag.type.label,
        "" if tag.strength is None else f"{tag.strength:.2f}",
        tag.band or "",
        review_words.STATES[view.state].capitalize(),
        review_pages.sentence(tag),
        _past(view.last, alike),
    )
    keys = (str(view.column.id), tag.type.code, view.version)
    return tuple(as_cell(text) for text in (*map(one_line, told), *("" for _ in ASKED), *keys))


def _past(last: LastWord | None, alike: Waiting) -> str:
    """What people decided of this suggestion and of alike ones of its agency."""
    said = [f"{last.person} {review_words.SAID[last.verdict]} on {last.at:%Y-%m-%d}"] if last else []
    if alike.confirmed or alike.rejected:
        said.append(f"alike columns: {alike.confirmed:,} confirmed, {alike.rejected:,} not")
    return "; ".join(said)


def _types(catalog: Catalog) -> Sheet:
    rows = [(code, one.label) for code, one in sorted(catalog.taxonomy.types.items())]
    return Sheet(_TYPES, ("Code", "Identifier type"), rows)


def _read_me(rows: int, total: int) -> Sheet:
    left = f"{total - rows:,} more wait: decide these, and take the next." if total > rows else "Nothing else waits."
    about = ("This workbook", f"{rows:,} suggestions, what is worth most first. {left}", "")
    return Sheet(_READ_ME, ("Column", "What it says", "What may stand there"), [about, *_ABOUT])
