"""The rows of a review workbook: what its columns are called, and what a filled-in row asks for."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from catalog.model import putting_off, review_words
from catalog.model.identifiers import IdentifierType
from catalog.model.interchange import Problem, Sheet
from catalog.model.review import LONGEST_REASON, ActKind, Order, Pick, Why
from catalog.model.review_sheets import DECISIONS, WHYS, SheetRow
from catalog.services.interchange_cells import one_line, shown
from catalog.sheets.reading import column_letters

SHEET = "Columns"
DECISION, WHY, CHANGE_TO, UNTIL, REASON = "Decision", "Why", "Change to", "Until", "Reason"
NUMBER, TYPE, VERSION = "Column number", "Type code", "Version"
#: What a person fills in.
ASKED = (DECISION, WHY, CHANGE_TO, UNTIL, REASON)
#: What tells which suggestion a row is about, and as it was when it was taken.
KEYS = (NUMBER, TYPE, VERSION)
#: What a row tells of a suggestion.
TOLD = (
    "Agency", "Source", "Dataset", "Column", "Declared type", "Suggested type", "Strength", "Band", "State", "Evidence",
    "Past decisions",
)  # fmt: skip
HEADINGS = (*TOLD, *ASKED, *KEYS)
_MOST = 2**31 - 1
_DIGITS = 10
_DECISIONS = {one_line(word).casefold(): kind for word, kind in DECISIONS.items()}
_WHYS = {word.casefold(): why for word, why in WHYS.items()}
#: What may stand beside which decision.
_BESIDE: Mapping[ActKind, Collection[str]] = {
    ActKind.CONFIRM: {REASON},
    ActKind.REJECT: {WHY, REASON},
    ActKind.CHANGE_TYPE: {CHANGE_TO, REASON},
    ActKind.NOT_IDENTIFYING: {WHY, REASON},
    ActKind.DEFER: {UNTIL, REASON},
}


class _Wrong(Exception):
    """A cell that cannot be taken over, and why; it never leaves this module."""

    def __init__(self, heading: str, reason: str) -> None:
        super().__init__(reason)
        self.heading, self.reason = heading, reason


@dataclass
class Rows:
    """What the rows of a workbook ask for, and what is wrong with those that cannot be understood.

    Parameters:
        types: the identifier types there are, by code.
        today: the day on which it is read.
    """

    types: Mapping[str, IdentifierType]
    today: date
    rows: list[SheetRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    empty: int = 0

    def take(self, sheets: Sequence[Sheet]) -> None:
        """Read the sheet of columns; other sheets explain and are not read."""
        sheet = next((one for one in sheets if one.name.casefold() == SHEET.casefold()), None)
        if sheet is None:
            self.problems.append(Problem(SHEET, "", "the workbook has no sheet of this name"))
            return
        places = {one_line(heading): place for place, heading in enumerate(sheet.headings) if heading.strip()}
        missing = [heading for heading in (*ASKED, *KEYS) if heading not in places]
        if missing:
            self.problems.append(Problem(SHEET, "A1", f"there is no column “{missing[0]}”: begin with a new workbook"))
            return
        seen: dict[tuple[int, str], int] = {}
        for number, row in zip(count(2), sheet.rows, strict=False):
            cells = {heading: row[place].strip() for heading, place in places.items()}
            self._row(number, cells, places, seen)
        self._refuse_clashes()

    def _refuse_clashes(self) -> None:
        """Refuse rows of one column of which one says already what becomes of the type of another."""
        said: dict[int, list[SheetRow]] = {}
        for row in self.rows:
            said.setdefault(row.pick.column_id, []).append(row)
        clashing = {id(one): other for some in said.values() for one in some for other in some if _says_of(other, one)}
        for row in self.rows:
            if id(row) in clashing:
                reason = (
                    f"row {clashing[id(row)].number} says what becomes of this type in this column: keep one of them"
                )
                self.problems.append(Problem(SHEET, row.cell, reason))
        self.rows = [row for row in self.rows if id(row) not in clashing]

    def _row(
        self, number: int, cells: Mapping[str, str], places: Mapping[str, int], seen: dict[tuple[int, str], int]
    ) -> None:
        if not any(cells[heading] for heading in ASKED):
            self.empty += any(cells.values())
            return
        try:
            order, pick = self._order(cells), self._pick(cells)
            _require_new(pick, number, seen)
        except _Wrong as wrong:
            self.problems.append(Problem(SHEET, f"{column_letters(places[wrong.heading])}{number}", wrong.reason))
            return
        self.rows.append(SheetRow(number, f"{column_letters(places[DECISION])}{number}", pick, order))

    def _pick(self, cells: Mapping[str, str]) -> Pick:
        number, code, version = (cells[key] for key in KEYS)
        if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS and int(number) <= _MOST):
            raise _Wrong(NUMBER, "it is no number of a column: leave it as it was")
        if code not in self.types:
            raise _Wrong(TYPE, "there is no such identifier type: leave it as it was")
        if not version or len(version) > LONGEST_REASON:
            raise _Wrong(VERSION, "it is not what stood there: leave it as it was")
        return Pick(int(number), code, version)

    def _order(self, cells: Mapping[str, str]) -> Order:
        if not cells[DECISION]:
            beside = next(heading for heading in ASKED if cells[heading])
            raise _Wrong(DECISION, f"“{beside}” is filled in, and no decision is")
        kind = _DECISIONS.get(one_line(cells[DECISION]).casefold())
        if kind is None:
            raise _Wrong(DECISION, f"“{shown(cells[DECISION])}” is none of {', '.join(DECISIONS)}")
        for heading in ASKED[1:]:
            if cells[heading] and heading not in _BESIDE[kind]:
                raise _Wrong(heading, f"it does not go with “{cells[DECISION]}”: empty it")
        why, reason = self._why(kind, cells[WHY]), self._reason(cells[REASON])
        if why is Why.OTHER and not reason:
            raise _Wrong(REASON, f"say why: “{review_words.WHYS[Why.OTHER]}” alone tells nothing")
        return Order(kind, why, reason, self._to(kind, cells), self._until(kind, cells[UNTIL]))

    def _why(self, kind: ActKind, said: str) -> Why | None:
        if kind is ActKind.REJECT and not said:
            raise _Wrong(WHY, f"say why it is not this type: {', '.join(WHYS)}")
        if said and said.casefold() not in _WHYS:
            raise _Wrong(WHY, f"“{shown(said)}” is none of {', '.join(WHYS)}")
        return _WHYS[said.casefold()] if said else None

    def _reason(self, said: str) -> str:
        reason = one_line(said)
        if len(reason) > LONGEST_REASON:
            raise _Wrong(REASON, f"it has more than {LONGEST_REASON} characters")
        return reason

    def _to(self, kind: ActKind, cells: Mapping[str, str]) -> str | None:
        if kind is not ActKind.CHANGE_TYPE:
            return None
        said = one_line(cells[CHANGE_TO])
        code = next(self._called(said), None)
        if code is None:
            wrong = f"“{shown(said)}” is no identifier type" if said else "say which type it is"
            raise _Wrong(CHANGE_TO, f"{wrong}: choose one of the sheet Types")
        if code == cells[TYPE]:
            raise _Wrong(CHANGE_TO, "it is the type that is suggested: confirm it instead")
        return code

    def _called(self, said: str) -> Iterator[str]:
        """The codes of what is called so, by code or label."""
        folded = said.casefold()
        yield from (code for code in self.types if code.casefold() == folded)
        yield from (code for code, one in self.types.items() if one.label.casefold() == folded)

    def _until(self, kind: ActKind, said: str) -> date | None:
        if kind is not ActKind.DEFER:
            return None
        try:
            until = date.fromisoformat(said)
        except ValueError:
            raise _Wrong(UNTIL, "say until which day, such as 2026-11-30") from None
        if putting_off.amiss(Order(kind, until=until), self.today):
            raise _Wrong(UNTIL, "it has to be a day after today, at most a year ahead")
        return until


def _says_of(other: SheetRow, one: SheetRow) -> bool:
    """Whether a row says something of the type of another row of the same column."""
    if other.order.kind is ActKind.NOT_IDENTIFYING:
        return one.order != other.order  # rows that say the same of a column are one act
    return other is not one and other.order.to_code == one.pick.type_code


def _require_new(pick: Pick, number: int, seen: dict[tuple[int, str], int]) -> None:
    first = seen.setdefault((pick.column_id, pick.type_code), number)
    if first != number:
        raise _Wrong(NUMBER, f"it is the same suggestion as in row {first}")
