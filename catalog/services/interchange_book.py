"""The register as one actor sees it, as the workbook has it: its entries, and what each is called there."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from catalog.model.actors import Actor
from catalog.model.agreements import ActivityDeclaredSystem, Contract
from catalog.model.flow_templates import FlowTemplate, TemplateProtocol
from catalog.model.purposes import Purpose
from catalog.model.revisions import RecordKind
from catalog.services import access, records, template_flows
from catalog.services.catalog import Catalog
from catalog.services.interchange_cells import Later, Refused, as_cell, one_line, shown
from catalog.services.interchange_sheets import (
    ACTIVITIES,
    AGENCIES,
    AGREEMENTS,
    CONTRACTS,
    DATASETS,
    MEMBERS,
    PARTIES,
    PROGRAMMES,
    PROTOCOLS,
    PURPOSES,
    SHEETS,
    SYSTEMS,
    TEMPLATES,
    Entry,
    SheetOf,
)
from catalog.services.records import Records
from catalog.store import holdings, law, register, revisions
from catalog.store.engine import Connection

_DIGITS = 12


@dataclass
class Book:
    """Entries by sheet and key, and the names by which sheets call them: a name that several share has its number
    behind it.
    """

    types: Collection[str]
    named_datasets: Callable[[str], Collection[int]] = field(repr=False)
    entries: dict[str, dict[object, Entry]] = field(default_factory=dict)
    waiting: dict[str, set[str]] = field(default_factory=dict)
    _names: dict[str, dict[object, str]] = field(default_factory=dict)
    _keys: dict[str, dict[str, list[object]]] = field(default_factory=dict)
    _sharing: Counter[tuple[str, str]] = field(default_factory=Counter)

    def enter(self, sheet: str, key: object, name: str) -> None:
        """Call a record so in the workbook."""
        self._names.setdefault(sheet, {})[key] = name
        self._sharing[sheet, name.casefold()] += 1
        self.alias(sheet, key, name)

    def alias(self, sheet: str, key: object, name: str) -> None:
        """Let a record be found by this name too."""
        keys = self._keys.setdefault(sheet, {}).setdefault(name.casefold(), [])
        if key not in keys:
            keys.append(key)

    def label(self, sheet: str, key: object) -> str:
        """What a record is called; nothing where the actor may not know of it."""
        name = self._names.get(sheet, {}).get(key)
        if name is None:
            return ""
        return name if self._sharing[sheet, name.casefold()] == 1 else numbered(name, key)

    def called(self, sheet: str, name: str) -> list[object]:
        """The keys of all that are called so."""
        keys = self._keys.get(sheet, {})
        plain, mark, number = name.rpartition(" #")
        found = keys.get(name.casefold(), [])
        return found or [key for key in keys.get(plain.casefold(), []) if mark and number == str(key)]

    def find(self, sheet: str, name: str) -> object:
        """The key of what is called so; see :class:`catalog.services.interchange_cells.Names`."""
        name = one_line(name)
        found = self.called(sheet, name)
        if not found and sheet == DATASETS:
            found = list(self.named_datasets(name))
        if len(found) == 1:
            return found[0]
        if found:
            raise Refused(
                f"{len(found)} of {sheet} are called “{shown(name)}”: write its number behind it, as in “… #7”"
            )
        if name.casefold() in self.waiting.get(sheet, ()):
            raise Later
        raise Refused(f"none of {sheet} is called “{shown(name)}”")

    def texts(self, sheet: SheetOf, entry: Entry) -> dict[str, str]:
        """The cells of an entry, by heading."""
        return {column.heading: as_cell(column.form.show(entry.value(column.field), self)) for column in sheet.columns}

    def revision(self, entry: Entry, texts: Mapping[str, str]) -> str:
        """Which state of a record its row is of: the number of its revision, and a digest of what the row says."""
        return f"{entry.revision or 0}-{digest(texts.values())}"


def digest(texts: Iterable[str]) -> str:
    """What tells whether cells say the same."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:_DIGITS]


def numbered(name: str, key: object) -> str:
    """A name that another has too, with what tells them apart."""
    return f"{name} #{key}"


def read(connection: Connection, catalog: Catalog, actor: Actor) -> Book:
    """The register as this actor sees it."""
    scope = access.scope(actor)

    def named(address: str) -> Collection[int]:
        if address.isdecimal():  # a number means another dataset in another catalog
            return ()
        return [one.id for one in holdings.datasets_named(connection, scope, address)]

    book = Book(catalog.taxonomy.types, named)
    known = records.visible(connection, catalog, actor)
    for key, address in _addresses(connection, actor, known).items():
        book.enter(DATASETS, key, address)
    entries = _entries(connection, actor, known)
    for agency_id in known.agencies.keys() - {entry.key for entry in entries[AGENCIES]}:
        book.enter(AGENCIES, agency_id, agency_id)  # that there is one is no secret; what else is said of it stays away
    for sheet in SHEETS:
        book.entries[sheet.name] = {entry.key: entry for entry in entries[sheet.name]}
        parts = [column for column in sheet.columns if any(column.heading in group for group in sheet.called)]
        for entry in entries[sheet.name]:
            texts = {column.heading: as_cell(column.form.show(entry.value(column.field), book)) for column in parts}
            book.enter(sheet.name, entry.key, sheet.name_of(texts))
    return book


def _addresses(connection: Connection, actor: Actor, known: Records) -> dict[int, str]:
    """The addresses of the datasets of activities, as far as the actor sees them."""
    ids = {key for activity_id in known.activities for key in known.datasets.get(activity_id, ())}
    agencies = {system.id: system.agency_id for system in register.all_systems(connection)}
    sources = {source.id: f"{agencies[source.system_id]}/{source.name}" for source in register.all_sources(connection)}
    seen = holdings.datasets_by_id(connection, access.scope(actor), ids)
    return {key: one_line(f"{sources[dataset.source_id]}/{dataset.name}") for key, dataset in seen.items()}


def _entries(connection: Connection, actor: Actor, known: Records) -> dict[str, list[Entry]]:
    links: Mapping[str, Iterable[Entry]] = {
        AGENCIES: (Entry(one.id, one, {}) for one in known.agencies.values() if access.scope(actor).holds(one.id)),
        PARTIES: (Entry(one.id, one, {}) for one in known.parties.values()),
        PURPOSES: _purposes(connection, actor),
        PROTOCOLS: (Entry(one.id, one, {}) for one in known.protocols.values()),
        AGREEMENTS: (
            Entry(key, known.agreements[key], {"party_ids": known.bound.get(key, ())})
            for key in known.protocols
            if key in known.agreements
        ),
        CONTRACTS: (
            Entry(one.id, one, {})
            for one in law.every(connection, Contract)
            if access.concerns(actor, (one.agency_id,))
        ),
        PROGRAMMES: (Entry(one.id, one, {}) for one in known.programmes.values()),
        MEMBERS: (
            Entry((one.programme_id, one.party_id), one, {})
            for key in known.programmes
            for one in known.members.get(key, ())
        ),
        TEMPLATES: _templates(connection, actor, known),
        ACTIVITIES: _activities(known),
        SYSTEMS: _systems(connection, known),
    }
    return {sheet.name: list(_revised(connection, sheet, links[sheet.name])) for sheet in SHEETS}


def _revised(connection: Connection, sheet: SheetOf, entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries with the numbers of their revisions; links have those of what they are of."""
    kind = sheet.kind or {AGREEMENTS: RecordKind.PROTOCOL, MEMBERS: RecordKind.PROGRAMME}.get(sheet.name)
    numbers = revisions.numbers(connection, kind) if kind else {}
    for entry in entries:
        key = entry.key[0] if isinstance(entry.key, tuple) else entry.key
        yield replace(entry, revision=str(numbers.get(key, 0)) if kind else "")


def _purposes(connection: Connection, actor: Actor) -> Iterator[Entry]:
    for one in law.every(connection, Purpose):
        if one.agency_id is None or access.concerns(actor, (one.agency_id,)):
            yield Entry(one.id, one, {})


def _templates(connection: Connection, actor: Actor, known: Records) -> Iterator[Entry]:
    """Those the actor may know of."""
    papers: dict[int, tuple[int, ...]] = {}
    for link in law.every(connection, TemplateProtocol):
        papers[link.template_id] = (*papers.get(link.template_id, ()), link.protocol_id)
    for one in law.every(connection, FlowTemplate):
        if template_flows.sees(actor, known, one):
            yield Entry(one.id, one, {"protocol_ids": papers.get(one.id, ())})


def _activities(known: Records) -> Iterator[Entry]:
    for key, one in sorted(known.activities.items(), key=lambda pair: (pair[1].agency_id, pair[0])):
        papers = tuple(paper.id for paper in known.papers.get(key, ()))
        joined = {
            "type_codes": known.types.get(key, ()),
            "dataset_ids": known.datasets.get(key, ()),
            "protocol_ids": papers,
        }
        yield Entry(key, one, joined)


def _systems(connection: Connection, known: Records) -> Iterator[Entry]:
    used: dict[int, tuple[int, ...]] = {}
    for link in law.every(connection, ActivityDeclaredSystem):
        used[link.declared_system_id] = (*used.get(link.declared_system_id, ()), link.activity_id)
    for key, one in known.declared.items():
        yield Entry(key, one, {"activity_ids": used.get(key, ())})
