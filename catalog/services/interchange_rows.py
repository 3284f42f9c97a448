"""Taking over the rows of a workbook one by one: what each would add or change, and why one cannot be taken over."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.errors import RequestError
from catalog.model.interchange import ImportPlan, PlannedRow, Problem, Sheet
from catalog.model.revisions import RecordKind
from catalog.services import history
from catalog.services.interchange_book import Book, digest, numbered
from catalog.services.interchange_cells import Column, Later, Refused, as_cell, shown
from catalog.services.interchange_keeping import Keeper, blank
from catalog.services.interchange_sheets import (
    AGREEMENTS,
    MEMBERS,
    NUMBER,
    REVISION,
    SHEETS,
    Entry,
    SheetOf,
)
from catalog.sheets.reading import column_letters

_STALE = "it was changed since this workbook was taken: take a new one, and make your change there"
_OTHERWISE = "it is recorded already, and says something else: take a workbook from this catalog, and change it there"


@dataclass(frozen=True)
class _Row:
    """A row with its cells by heading; ``columns`` are those the sheet has."""

    sheet: SheetOf
    number: int
    texts: Mapping[str, str]
    places: Mapping[str, int]

    @property
    def name(self) -> str:
        return self.sheet.name_of(self.texts)

    @property
    def columns(self) -> list[Column]:
        return [column for column in self.sheet.columns if column.heading in self.places]

    @property
    def revision(self) -> str:
        """The state of its record that it was taken at, as it says."""
        return self.texts.get(REVISION, "")

    @property
    def is_untouched(self) -> bool:
        """Whether it says what it said when it was taken."""
        said = (self.texts.get(column.heading, "") for column in self.sheet.columns)
        return self.revision.rpartition("-")[2] == digest(said)

    def problem(self, reason: str, heading: str = "") -> Problem:
        place = self.places.get(heading, min(self.places.values()))
        return Problem(self.sheet.name, f"{column_letters(place)}{self.number}", reason)


@dataclass
class Taking:
    """One import: what came of its rows so far.

    ``own`` is whether the workbook was taken from this catalog, so that its numbers speak of records here.
    """

    keeper: Keeper
    book: Book
    own: bool
    adds: list[PlannedRow] = field(default_factory=list)
    changes: list[PlannedRow] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    _moved: set[tuple[RecordKind | None, object]] = field(default_factory=set)
    _spoiled: dict[str, set[str]] = field(default_factory=dict)

    @property
    def plan(self) -> ImportPlan:
        """What came of it all."""
        return ImportPlan(tuple(self.adds), tuple(self.changes), self.same, tuple(self.problems))

    def take(self, sheets: Sequence[Sheet]) -> None:
        """Take over these sheets, in the order in which their records name each other."""
        for sheet in SHEETS:
            for given in sheets:
                if given.name.casefold() == sheet.name.casefold():
                    self._take_sheet(sheet, given)

    def _take_sheet(self, sheet: SheetOf, given: Sheet) -> None:
        rows = self._matched(list(self._rows(sheet, given)))
        self.book.waiting[sheet.name] = {row.name.casefold() for row, known in rows if known is None}
        while rows:
            left = [pair for pair in rows if not self._taken(*pair)]
            if len(left) == len(rows):
                self.problems += [row.problem("it and others of these rows name each other") for row, _ in left]
                return
            rows = left

    def _rows(self, sheet: SheetOf, given: Sheet) -> Iterator[_Row]:
        places: dict[str, int] = {}
        known = {heading.casefold(): heading for heading in sheet.headings}
        for place, said in enumerate(given.headings):
            heading = known.get(said.strip().casefold())
            if said.strip() and (heading is None or heading in places):
                why = "the register has no column of this name here" if heading is None else "it is there twice"
                self.problems.append(Problem(sheet.name, f"{column_letters(place)}1", why))
            elif heading is not None:
                places[heading] = place
        for number, cells in enumerate(given.rows, 2):
            if any(cell.strip() for cell in cells) and places:
                yield _Row(sheet, number, {name: as_cell(cells[place]) for name, place in places.items()}, places)

    def _matched(self, rows: Sequence[_Row]) -> list[tuple[_Row, Entry | None]]:
        """The rows with the records they are of; those of nothing that can be told are problems."""
        found: list[tuple[_Row, Entry | None]] = []
        first: dict[object, _Row] = {}
        for row in rows:
            try:
                known = self._record_of(row)
            except Refused as refused:
                self._spoil(row, row.problem(str(refused), NUMBER))
                continue
            own_number = "" if self.own else row.texts.get(NUMBER, "")
            key = known.key if known else (row.name.casefold(), own_number)
            if key in first:
                self._spoil(row, row.problem(f"row {first[key].number} is of the same"))
                continue
            first[key] = row
            found.append((row, known))
        return found

    def _record_of(self, row: _Row) -> Entry | None:
        """The record a row is of, None for a new one. By its number, if that is one of this catalog's; or by name."""
        entries, number = self.book.entries[row.sheet.name], row.texts.get(NUMBER, "")
        if self.own and number:
            known = entries.get(int(number)) if number.isdecimal() else None
            if known is None:
                raise Refused(f"there is no record of number “{shown(number)}” that you may see")
            return known
        keys = [key for key in self.book.called(row.sheet.name, row.name) if key in entries]
        if len(keys) > 1 and not number:
            raise Refused(f"{len(keys)} records are called “{shown(row.name)}”: give its number")
        return entries[keys[0]] if len(keys) == 1 else None

    def _taken(self, row: _Row, known: Entry | None) -> bool:
        """Take over a row; False where it has to wait for another."""
        try:
            if known is None:
                self._add(row)
            else:
                self._revise(row, known)
        except Later:
            return False
        except _Faulty as faulty:
            self._spoil(row, *faulty.problems)
        except RequestError as error:
            self._spoil(row, row.problem(f"{error.thing}: {error.cause}. {error.next_step}"))
        return True

    def _add(self, row: _Row) -> None:
        missing = [column for column in row.sheet.columns if column.needed and not row.texts.get(column.heading)]
        if missing:
            raise _Faulty(row.problem(f"{column.heading} is missing", column.heading) for column in missing)
        entry = self._read(row, row.columns, blank(row.sheet.name))
        with self.keeper.catalog.together():
            key = self.keeper.add(row.sheet.name, entry)
        self._moved.add(_history(row.sheet.name, replace(entry, key=key)))
        self._call(row, key)
        self.adds.append(PlannedRow(row.sheet.name, row.number, row.name, ()))

    def _revise(self, row: _Row, known: Entry) -> None:
        self._call(row, known.key)
        now = self.book.texts(row.sheet, known)
        if self.own and row.is_untouched:  # whoever changed its record since, this row says nothing against it
            self.same += 1
            return
        moved = [column for column in row.columns if row.texts[column.heading] != now[column.heading]]
        entry = self._read(row, moved, known)
        moved = [column for column in moved if entry.value(column.field) != known.value(column.field)]
        if not moved:
            self.same += 1
            return
        self._may_move(row, known, now, moved)
        with self.keeper.catalog.together():
            self.keeper.revise(row.sheet.name, entry, self._expected(row.sheet.name, known))
        self._moved.add(_history(row.sheet.name, known))
        columns = tuple(column.heading for column in moved)
        self.changes.append(PlannedRow(row.sheet.name, row.number, row.name, columns))

    def _may_move(self, row: _Row, known: Entry, now: Mapping[str, str], moved: Sequence[Column]) -> None:
        """Refuse to write over what the workbook does not know of, what cannot change, and to empty what is needed."""
        revision = row.revision if self.own else ""
        if revision != self.book.revision(known, now):
            raise _Faulty([row.problem(_STALE if revision else _OTHERWISE, REVISION)])
        faults = [row.problem(column.fixed, column.heading) for column in moved if column.fixed]
        faults += [
            row.problem(f"{column.heading} is missing", column.heading)
            for column in moved
            if column.needed and not row.texts[column.heading]
        ]
        if faults:
            raise _Faulty(faults)

    def _expected(self, sheet: str, known: Entry) -> int:
        """The revision a change is made from: the one that was seen, or what this import made of it since."""
        kind, key = _history(sheet, known)
        if kind is None or (kind, key) not in self._moved:
            return int(known.revision or 0)
        with self.keeper.catalog.reading() as connection:
            return history.latest(connection, kind, int(str(key)))

    def _read(self, row: _Row, columns: Sequence[Column], entry: Entry) -> Entry:
        """The entry as these cells have it."""
        values: dict[str, Any] = {}
        faults: list[Problem] = []
        for column in columns:
            try:
                values[column.field] = column.form.read(row.texts[column.heading], self.book)
            except Refused as refused:
                faults.append(row.problem(self._why(refused, row, column), column.heading))
        if faults:
            raise _Faulty(faults)
        joined = {name: values.pop(name, was) for name, was in entry.joined.items()}
        return Entry(entry.key, replace(entry.record, **values), joined, entry.revision)

    def _why(self, refused: Refused, row: _Row, column: Column) -> str:
        """A name that cannot be found may be that of a row with a problem of its own: then that is to be mended."""
        cell = row.texts[column.heading].casefold()
        spoiled = any(line in names for names in self._spoiled.values() for line in cell.splitlines())
        return f"{refused}; or its row here has a problem" if spoiled else str(refused)

    def _call(self, row: _Row, key: object) -> None:
        """Let rows after this one name its record as this workbook does."""
        self.book.alias(row.sheet.name, key, row.name)
        if number := row.texts.get(NUMBER, ""):
            self.book.alias(row.sheet.name, key, numbered(row.name, number))

    def _spoil(self, row: _Row, *problems: Problem) -> None:
        self._spoiled.setdefault(row.sheet.name, set()).add(row.name.casefold())
        self.book.waiting.get(row.sheet.name, set()).discard(row.name.casefold())
        self.problems += problems


class _Faulty(Exception):
    """A row that cannot be taken over; it never leaves the import."""

    def __init__(self, problems: Any) -> None:
        super().__init__()
        self.problems = tuple(problems)


def _history(sheet: str, entry: Entry) -> tuple[RecordKind | None, object]:
    """The history that a change of this entry is kept in."""
    if sheet == AGREEMENTS:
        return RecordKind.PROTOCOL, entry.key
    if sheet == MEMBERS:
        return RecordKind.PROGRAMME, entry.key[0]
    return next(one.kind for one in SHEETS if one.name == sheet), entry.key
