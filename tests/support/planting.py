"""A city in which every text of every table is a canary: made by walking the tables, so that a new one is planted too.

Three agencies: A, whose people look; B, which takes part in flows with A; C, which has nothing to do with A. Each word
is told apart by agency, table, column and row, and each number of B and C is met nowhere else. Rows of one place belong
together: the third dataset has the third description, the third activity draws from it, and so on.
"""

import itertools
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    String,
    Table,
    Time,
    insert,
)

from catalog.errors import SkipReason
from catalog.model import report_notices
from catalog.model.actors import AGENCY_ROLES, Actor, Grant, Role
from catalog.model.cell_suppression import Telling
from catalog.model.coverage import Look
from catalog.model.decisions import Standing
from catalog.model.evidence import Form
from catalog.model.holdings import Disclosure
from catalog.model.notices import NoticeKind
from catalog.model.parties import PartyKind
from catalog.model.quarterly_content import Breakdown, Counts, Line, Part, QuarterlyContent
from catalog.model.register import Classification, ProtocolType, Verb
from catalog.model.report_answers import Origin
from catalog.model.report_entries import EntryKind
from catalog.model.report_form import Element
from catalog.model.report_said import ReportContent, SaidItem
from catalog.model.revisions import RecordKind
from catalog.model.runs import RunState
from catalog.services import indexing, people, quarterly_contents, report_contents, setup
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from catalog.store.metadata import metadata
from catalog.store.types import Level, Options, Several, Texts, Utc, Word
from tests.support.blank import put_blank
from tests.support.builders import FixedClock

ADMIN = Actor("local", "local administrator", frozenset({Grant(Role.CPO), Grant(Role.OPERATOR)}))
OWN, PARTNER, STRANGER = "A", "B", "C"
#: The rows by which A and B are known to each other.
MUTUAL = -1
#: Tables no row of which is an agency's: the taxonomy, and what the catalog keeps for itself.
OF_NOBODY = frozenset({"identifier_types", "audit_head", "audit_checks", "marks", "outbox"})
#: Planted through the service that seals them.
SEALED = frozenset({"audit_events"})
_WORD = re.compile(r"qx[a-z]{6}")
_NUMBER = re.compile(r"(?<!\d)[79]\d{7}(?!\d)")
_NUMBERS_OF = {OWN: 10_000_000, PARTNER: 70_000_000, STRANGER: 90_000_000}
_LEVELS = tuple(Disclosure)
#: The item that planted reports say something of.
_SAID_OF = "impact_law/text"


@dataclass(frozen=True)
class Told:
    """What a canary is: whose, from which column, of which row."""

    agency: str
    table: str
    column: str
    row: int

    @property
    def place(self) -> str:
        """Its table and column."""
        return f"{self.table}.{self.column}"

    @property
    def level(self) -> Disclosure:
        """What researchers are told of the dataset its row belongs to."""
        return _LEVELS[self.row % len(_LEVELS)]


@dataclass
class Canaries:
    """Every word and number that was planted, and what each is."""

    words: dict[str, Told] = field(default_factory=dict)
    numbers: dict[int, Told] = field(default_factory=dict)

    def word(self, told: Told) -> str:
        """A word met nowhere else."""
        number, letters = len(self.words) * 7919 % 26**6, ""
        for _ in range(6):
            number, rest = divmod(number, 26)
            letters += chr(97 + rest)
        word = f"qx{letters}"
        self.words[word] = told
        return word

    def number(self, told: Told) -> int:
        """A number met nowhere else; for A an ordinary one, which nothing looks for."""
        number = _NUMBERS_OF[told.agency] + len(self.numbers) + 1
        self.numbers[number] = told
        return number

    def seen(self, text: str) -> Iterator[tuple[str, Told]]:
        """Every canary in a text, with what it is."""
        folded = text.lower()
        for word in set(_WORD.findall(folded)):
            if word in self.words:
                yield word, self.words[word]
        for digits in set(_NUMBER.findall(folded.replace(",", ""))):
            if int(digits) in self.numbers:
                yield digits, self.numbers[int(digits)]


@dataclass(frozen=True)
class Planted:
    """The city, its canaries, and the keys of every row by table and agency, the mutual ones apart."""

    catalog: Catalog
    canaries: Canaries
    keys: Mapping[str, Mapping[str, list[Any]]]
    mutual: Mapping[str, list[Any]]
    people: Mapping[str, str]


def plant(folder: Path, rows: int, more: int = 0) -> Planted:
    """Write the city.

    Parameters:
        rows: of each table, per agency; B and C have a few more.
        more: further rows of B and C, written after everything else, so that A's keys stay as they are.
    """
    put_blank(folder)
    settings = Settings.load(data_dir=folder, open_sign_in=True)
    catalog = Catalog.open(settings, clock=FixedClock())
    setup.mark_demonstration(ADMIN, catalog)
    planter = _Planter(catalog)
    accounts = planter.write(rows, more)
    indexing.rebuild(ADMIN, catalog)
    return Planted(catalog, planter.canaries, planter.keys, planter.mutual, accounts)


class _Planter:
    """Makes rows table by table; what a column may not hold a canary for is in :data:`_MEANT`."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._codes = list(catalog.taxonomy.types)
        self.canaries = Canaries()
        self.keys: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        self.mutual: dict[str, list[Any]] = defaultdict(list)

    def write(self, rows: int, more: int) -> dict[str, str]:
        counts = {OWN: rows, PARTNER: rows + 2, STRANGER: rows + 4}
        with self._catalog.engine.begin() as self._connection:
            for table in _tables():
                for agency, count in counts.items():
                    self._rows(table, agency, range(1 if table.name == "agencies" else count))
            self._mutual_rows()
        accounts = self._accounts()
        self._sealed(counts)
        with self._catalog.engine.begin() as self._connection:
            for table in _tables():
                # Parties are everybody's to choose from: they would be seen to grow.
                for agency in (PARTNER, STRANGER) if table.name not in {"agencies", "parties"} else ():
                    self._rows(table, agency, range(counts[agency], counts[agency] + more))
        self._sealed({PARTNER: more, STRANGER: more})
        return accounts

    def _rows(self, table: Table, agency: str, places: range) -> None:
        for place in places:
            self.keys[table.name][agency].append(self._insert(table, agency, place))

    def _insert(self, table: Table, agency: str, place: int, **meant: object) -> Any:
        row = {column.name: self._value(column, agency, place) for column in table.columns}
        row = {name: value for name, value in {**row, **meant}.items() if value is not _LEFT_OUT}
        key = self._connection.execute(insert(table), row).inserted_primary_key
        assert key is not None
        return key[0] if len(key) == 1 else tuple(key)

    def _value(self, column: Column[Any], agency: str, place: int) -> object:
        name = f"{column.table.name}.{column.name}"
        # B itself is known to A, as its partner; so is the party that stands for it.
        known = agency == PARTNER and (column.table.name == "agencies" or (column.table.name, place) == ("parties", 0))
        told = Told(agency, column.table.name, column.name, MUTUAL if known else place)
        for meaning in (name, column.name):
            if meaning in _MEANT:
                return _MEANT[meaning](self, place, agency)
        if column.foreign_keys:
            return self._reference(column, agency, place)
        if column.primary_key and isinstance(column.type, Integer):
            return _LEFT_OUT
        return self._filling(column, told)

    def _reference(self, column: Column[Any], agency: str, place: int) -> object:
        (key,) = column.foreign_keys
        other = key.column.table.name
        if other == "identifier_types":
            return self._codes[place % len(self._codes)]
        keys = self.keys[other][agency]
        if not keys:
            return None
        return keys[0] if other == "agencies" else keys[min(place, len(keys) - 1)]

    def _filling(self, column: Column[Any], told: Told) -> object:
        kind = column.type
        if isinstance(kind, Word | Level):
            members = list(kind.kind)
            return members[told.row % len(members)]
        if isinstance(kind, Several):
            several = list(kind.kind.__members__.values())
            return (several[told.row % len(several)],)
        if isinstance(kind, Texts):
            return (self.canaries.word(told),)
        if isinstance(kind, Options | JSON):
            return {"path": self.canaries.word(told), "host": self.canaries.word(told)}
        for type_, fill in _PLAIN:
            if isinstance(kind, type_):
                return fill(self.canaries, told)
        raise TypeError(f"nothing is known that {told.place} could hold")

    def _accounts(self) -> dict[str, str]:
        """Somebody in every role, those of agencies in A; and people with two."""
        agencies = {one: self.keys["agencies"][one][0] for one in (OWN, PARTNER, STRANGER)}
        held: dict[str, list[tuple[Role, str | None]]] = {
            role.value: [(role, agencies[OWN] if role in AGENCY_ROLES else None)] for role in Role
        }
        held["officer and researcher"] = [(Role.OFFICER, agencies[OWN]), (Role.RESEARCHER, None)]
        held["steward and operator"] = [(Role.STEWARD, agencies[OWN]), (Role.OPERATOR, None)]
        held["officer, and steward of C"] = [(Role.OFFICER, agencies[OWN]), (Role.STEWARD, agencies[STRANGER])]
        accounts = {}
        for who, roles in held.items():
            accounts[who] = "who-" + re.sub(r"[^a-z]+", "-", who.lower())
            for role, agency_id in roles:
                people.add_person(ADMIN, self._catalog, accounts[who], "Somebody", role, agency_id)
        return accounts

    def _sealed(self, counts: Mapping[str, int]) -> None:
        """Entries of the audit log, one by one through the door that seals them."""
        for agency, count in counts.items():
            agency_id = self.keys["agencies"][agency][0]
            for place in range(count):
                told = {
                    name: self.canaries.word(Told(agency, "audit_events", name, place))
                    for name in ("person_id", "thing", "detail", "before", "after")
                }
                actor = Actor(told["person_id"], "Somebody", frozenset({Grant(Role.OFFICER, agency_id)}))
                with self._catalog.changing(actor, "decide", told["thing"], told["detail"]) as change:
                    change.tell(told["before"], told["after"])
                    change.concerns(agency_id)

    def _mutual_rows(self) -> None:
        """Disclosures between A and B, both ways, with everything that belongs to a flow; B's own words in each."""
        parties = {agency: self.keys["parties"][agency][0] for agency in (OWN, PARTNER)}
        self._mutual("programmes", PARTNER)
        for party_id, part in itertools.product([parties[OWN], parties[PARTNER]], [""]):
            self._mutual("programme_members", PARTNER, party_id=party_id, part=part)
        self._mutual("protocols", PARTNER, type=ProtocolType.INTERAGENCY_ROUTINE_AGREEMENT)
        self._mutual("agreements", PARTNER)
        for party_id in parties.values():
            self._mutual("agreement_parties", PARTNER, party_id=party_id)
        for giver, taker in ((PARTNER, OWN), (OWN, PARTNER)):
            self._mutual(
                "activities", giver, verb=Verb.DISCLOSURE, classification=Classification.ROUTINE_INTERAGENCY,
                party_id=parties[taker], programme_id=self.mutual["programmes"][0],
            )  # fmt: skip
            activity_id = self.mutual["activities"][-1]
            # The data behind it stays its holder's.
            self._mutual("activity_datasets", giver, dataset_id=self.keys["datasets"][giver][0])
            self._mutual("activity_types", giver)
            self._mutual("activity_protocols", giver)
            self._mutual(
                "designations", giver, activity_id=activity_id, classification=Classification.ROUTINE_INTERAGENCY
            )
            for agency in (giver, taker):
                self._mutual("signatures", agency, designation_id=self.mutual["designations"][-1])
                self._mutual("designation_steps", agency, designation_id=self.mutual["designations"][-1])
        self._reaching_over()
        # What else B records of its dealings with A stays B's.
        for name in ("exigent_events", "violations"):
            told = self._insert(metadata.tables[name], PARTNER, 0, party_id=parties[OWN])
            self.keys[name][PARTNER].append(told)

    def _reaching_over(self) -> None:
        """Each other agency's second activity draws on every dataset of A, as earlier releases let be recorded."""
        for agency, dataset_id in itertools.product((PARTNER, STRANGER), self.keys["datasets"][OWN]):
            over = {"activity_id": self.keys["activities"][agency][1], "dataset_id": dataset_id}
            self._insert(metadata.tables["activity_datasets"], agency, 0, **over)

    def _mutual(self, name: str, agency: str, **meant: object) -> None:
        table = metadata.tables[name]
        for column in table.columns:
            for key in column.foreign_keys:
                other = key.column.table.name
                if column.name not in meant and self.mutual.get(other):
                    meant[column.name] = self.mutual[other][-1]
        self.mutual[name].append(self._insert(table, agency, MUTUAL, **meant))


def _tables() -> list[Table]:
    found = [table for table in metadata.sorted_tables if table.name not in OF_NOBODY | SEALED]
    return sorted(found, key=lambda table: table.name == "revisions")  # last: what they are about is there


_LEFT_OUT = object()
_NOW = FixedClock().time
_Meaning = Callable[[_Planter, int, str], object]


def _same(value: object) -> _Meaning:
    return lambda _planter, _place, _agency: value


def _key(planter: _Planter, place: int, agency: str) -> str:
    return planter.canaries.word(Told(agency, "notices", "key", place))


#: The tables whose records keep a history, by the kind their revisions say.
_RECORDS = {
    RecordKind.ACTIVITY: "activities",
    RecordKind.PROTOCOL: "protocols",
    RecordKind.PARTY: "parties",
    RecordKind.PROGRAMME: "programmes",
    RecordKind.CONTRACT: "contracts",
    RecordKind.DECLARED_SYSTEM: "declared_systems",
    RecordKind.PURPOSE: "purposes",
    RecordKind.TEMPLATE: "flow_templates",
    RecordKind.REQUEST: "requests",
    RecordKind.EXIGENT_EVENT: "exigent_events",
    RecordKind.VIOLATION: "violations",
    RecordKind.POLICY_RULE: "policy_rules",
    RecordKind.MEASURE: "measures",
}


def _recorded(planter: _Planter, place: int, agency: str) -> object:
    """A record of this agency, of the kind that the revision of this place is about."""
    keys = planter.keys[_RECORDS[list(RecordKind)[place % len(RecordKind)]]][agency]
    return keys[min(place, len(keys) - 1)]


def _notice_key(planter: _Planter, place: int, agency: str) -> str:
    """A key as that kind of notice has it: those of reports say of what and when, and end in what no page shows."""
    kind, word = list(NoticeKind)[place % len(NoticeKind)], _key(planter, place, agency)
    if kind in report_notices.KINDS:
        return f"{kind.value}:{place + 1}:2028-07-31:{word}:{agency}"
    return f"closed:{word}:{place}"


def _content(planter: _Planter, place: int, agency: str) -> str:
    return json.dumps({"title": planter.canaries.word(Told(agency, "revisions", "content", place))})


def _issue(place: int, agency: str) -> int:
    """One number for each issue: in each of these cities all are of one quarter."""
    return 1 + place * len(_NUMBERS_OF) + list(_NUMBERS_OF).index(agency)


def _issued(planter: _Planter, place: int, agency: str) -> str:
    """A quarterly report that is one, with a canary for what is counted."""
    line = Line("NAME", planter.canaries.word(Told(agency, "quarterly_reports", "content", place)), 7)
    told = Part(7, (Counts(Breakdown.TYPE, Telling.TOLD, (line,), None),))
    number = _issue(place, agency)
    report = QuarterlyContent(2026, 3, number, 5, agencies_named=False, violations=told, exigent=Part(0, ()))
    return quarterly_contents.encode(report)


def _reported(planter: _Planter, place: int, agency: str) -> str:
    """A signed report that is one, with a canary for what it says."""
    word = planter.canaries.word(Told(agency, "frozen_reports", "content", place))
    said = SaidItem(_SAID_OF, Element.IMPACT_LAW, "", "Impact", (), word, Origin.WRITTEN.value, (), "", "", "", ())
    day = date(2026, 7, 31)
    header = (("Agency", "An agency"),)
    return report_contents.encode(
        ReportContent(1, "1", agency, "An agency", "AA", date(2024, 8, 1), day, day, None, header, (said,), ())
    )


def _copied(planter: _Planter, place: int, agency: str) -> object:
    """The table a file is a copy of: by turns of the same agency and of another, which neither is told."""
    other = agency if place % 2 == 0 else {OWN: PARTNER}.get(agency, OWN)
    keys = planter.keys["datasets"][other]
    return keys[(place + 1) % len(keys)]


def _difference(_planter: _Planter, place: int, agency: str) -> str:
    """What a difference is about; a resolution of the same place is about the same."""
    return f"d:{agency}-{place}:SSN"


def _alike(_planter: _Planter, place: int, agency: str) -> str:
    """The key of a group of alike columns; an item, a group and a total of the same place are of one."""
    return f"{agency.lower()}{place}"


def _last(value: object) -> _Meaning:
    """Something every fifth row has."""
    return lambda _planter, place, _agency: value if place % 5 == 4 else None


#: Columns that mean something to the program; by table and name, or by name alone.
_MEANT: dict[str, _Meaning] = {
    "agencies.kind": _same("mayoral"),
    "agencies.is_city_agency": _same(True),
    "sources.kind": lambda _p, place, _a: ("sqlite", "files")[place % 2],
    "notices.key": _notice_key,
    "division_tasks.tasks": _same(("purposes", "impact")),
    "division_tasks.withdrawn_at": _same(None),
    "retired_at": _last(_NOW - timedelta(days=3)),
    "group_key": _alike,
    "review_items.band": lambda _p, place, _a: ("high", "medium", "low")[place % 3],
    "review_items.version": lambda _p, place, _a: f"full:high.0.{place}",
    # What was put off until a day that has come would be looked at anew by whoever asks for the queue.
    "review_items.until": _same(None),
    # What puts an earlier decision back is of the same column.
    "decisions.restores": _same(None),
    "type_codes": lambda planter, place, _: (planter._codes[place % len(planter._codes)],),
    "types_new": lambda planter, place, _: (planter._codes[(place + 1) % len(planter._codes)],),
    "types_gone": lambda planter, place, _: (planter._codes[(place + 2) % len(planter._codes)],),
    "view": _same(""),
    "name_withheld": lambda _p, place, _a: place % 3 == 1,
    "position": _same(0),
    "version": lambda _p, place, _a: place + 1,
    "runs.reason": lambda _p, place, _a: (
        SkipReason.UNREACHABLE if list(RunState)[place % 6] is RunState.FAILED else None
    ),
    "runs.paused": _same(None),
    "runs.night": _same(None),
    "runs.ended_at": lambda _p, place, _a: _NOW if list(RunState)[place % 6] in _ENDED else None,
    "coverage.reason": lambda _p, place, _a: _reason_of(place),
    "coverage.method": _same(None),
    "outcomes.reason": lambda _p, place, _a: _reason_of(place),
    "withdrawn_on": _same(None),
    "supersedes_id": _same(None),
    "revisions.record_id": _recorded,
    "revisions.number": _same(1),
    "revisions.content": _content,
    # Somebody wrote an answer; what attests a task is no text, and of a signed report there is one content.
    "report_entries.kind": _same(EntryKind.WROTE),
    "report_entries.item_key": _same(_SAID_OF),
    "report_entries.reason": _same(None),
    "report_entries.answers_id": _same(None),
    "frozen_reports.number": _same(1),
    "frozen_reports.content": _reported,
    "frozen_reports.content_hash": lambda p, place, agency: report_contents.digest(_reported(p, place, agency)),
    "cycle_steps.number": _same(1),
    "quarterly_reports.year": _same(2026),
    "quarterly_reports.quarter": _same(3),
    "quarterly_reports.number": lambda _p, place, agency: _issue(place, agency),
    "quarterly_reports.content": _issued,
    "quarterly_reports.content_hash": lambda p, place, agency: quarterly_contents.digest(_issued(p, place, agency)),
    "differences.key": _difference,
    "resolutions.key": _difference,
    "likely_copies.of_dataset_id": _copied,
    "copy_decisions.of_dataset_id": _copied,
    # Every other resolution holds; the facts of the others have moved since.
    "differences.facts": _same("facts"),
    "resolutions.facts": lambda _p, place, _a: "facts" if place % 2 == 0 else "others",
    "types": lambda planter, place, _: (planter._codes[place % len(planter._codes)],),
    "others": lambda planter, place, _: (planter._codes[(place + 1) % len(planter._codes)],),
    "party_kinds": _same(()),
    "form": _same(Form.FULL),
    "strength": _same(0.9),
    "standings.standing": lambda _p, place, _a: (Standing.CONFIRMED, Standing.SUGGESTED)[place // 3 % 2],
    "standings.counts": _same(True),
    "role_assignments.role": lambda _p, place, _a: sorted(AGENCY_ROLES)[place % len(AGENCY_ROLES)],
    "group_roles.role": lambda _p, place, _a: sorted(AGENCY_ROLES)[place % len(AGENCY_ROLES)],
    "to_at": _same(None),
    "closed_until": _same(None),
    "schedules.days": _same(("mon",)),
    "opens": _same(time(22)),
    "closes": _same(time(6)),
    "most_active": _same(None),
    "most_lag": _same(None),
    "look_again_days": _same(30),
    "held": _same(True),
    "moved_to": _same(None),
    "mirror_of_id": _same(None),
    "parties.agency_id": lambda planter, place, agency: planter.keys["agencies"][agency][0] if place == 0 else None,
    "parties.kind": lambda _p, place, _a: PartyKind.CITY_AGENCY if place == 0 else PartyKind.VENDOR,
    "ended_on": _same(None),
    "failures": _same(0),
    "tries": _same(0),
    "last_step": _same(0),
    "turn": _same(0),
    "oldest": _same(0),
    "newest": _same(0),
    "looks": _same(1),
    "full": _same(True),
    "listing_complete": _same(True),
}
_ENDED = {RunState.DONE, RunState.FAILED, RunState.CANCELLED}


def _reason_of(place: int) -> SkipReason | None:
    return SkipReason.NO_PERMISSION if list(Look)[place % len(Look)] is Look.COULD_NOT_LOOK else None


def _moment(_canaries: Canaries, told: Told) -> datetime:
    return _NOW - timedelta(days=max(told.row, 0) % 28, minutes=7)


def _day(_canaries: Canaries, told: Told) -> date:
    return _NOW.date() - timedelta(days=max(told.row, 0) % 28)


#: What plain columns hold, the more particular kinds first.
_PLAIN: tuple[tuple[type, Callable[[Canaries, Told], object]], ...] = (
    (Utc, _moment),
    (DateTime, _moment),
    (Date, _day),
    (Time, lambda _c, _t: time(1)),
    (Boolean, lambda _c, told: told.row % 2 == 0),
    (BigInteger, Canaries.number),
    (Integer, Canaries.number),
    (Float, lambda _c, _t: 0.5),
    (String, Canaries.word),
)
