"""The history of one record as somebody may see it, and bringing an earlier state back.

Whoever sees a record sees its history, as far as they see the record: who is the other end of a flow sees it as the
flow's page shows it, since they are that end, and neither the data behind it nor why its agency changed it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from catalog.errors import RequestError
from catalog.model.actors import Actor
from catalog.model.agreements import Agreement, Contract, DeclaredSystem
from catalog.model.flow_templates import FlowTemplate
from catalog.model.holdings import Agency
from catalog.model.measures import Measure
from catalog.model.parties import Party
from catalog.model.programmes import Programme
from catalog.model.purposes import Purpose
from catalog.model.register import Activity, Protocol
from catalog.model.revision_words import LABELS, words
from catalog.model.revisions import RECORD_TEXT, FieldChange, HistoryPage, RecordKind, Revision, RevisionLine
from catalog.services import (
    access,
    contents,
    flow_templates,
    history,
    history_access,
    law_records,
    measures,
    purposes,
    register,
)
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.contents import Content
from catalog.services.history_access import Seen
from catalog.store import holdings, law, revisions
from catalog.store import register as stored
from catalog.store.engine import Connection


def of(actor: Actor, catalog: Catalog, kind: RecordKind, record_id: int) -> HistoryPage:
    """The history of a record, latest first, with what each revision changed of the one before it.

    Raises:
        NotFound: when there is no such record that the actor may see.
    """
    access.require(actor, Action.READ_FLOWS)
    with catalog.reading() as connection:
        seen = history_access.seen(actor, connection, catalog, kind, record_id)
        kept = [one for one in revisions.of(connection, kind, record_id) if _is_theirs(seen, one)]
        agencies = {one.id: one for one in stored.all_agencies(connection)}
        tell = _Telling(catalog, kind, agencies, _datasets(connection, actor, kept))
    lines = _lines(tell, seen, kept)
    last = kept[-1].number if kept else 0
    may = kind in _RESTORED and len(kept) > 1 and seen.keeps
    return HistoryPage(kind, record_id, seen.title, agencies.get(seen.agency_id or ""), lines, may, last)


def restore(
    actor: Actor, catalog: Catalog, kind: RecordKind, record_id: int, number: int, reason: str, expected: int
) -> None:
    """Let a record say again what it said after an earlier change: an edit like any other, and by the same rules.

    Raises:
        Conflict: when it was changed since, or may not be edited now.
        NotFound: when there is no such record of the actor's, or no such revision.
        RequestError: when it is of a kind in which nothing is brought back, or cannot say that any more.
    """
    access.require(actor, Action.READ_FLOWS)
    with catalog.reading() as connection:
        seen = history_access.seen(actor, connection, catalog, kind, record_id)
        wanted = [one for one in revisions.of(connection, kind, record_id) if one.number == number]
    if not wanted or not _is_theirs(seen, wanted[0]):
        raise access.nothing_here()
    if kind not in _RESTORED:
        cause = "what happened is corrected, never brought back"
        raise RequestError(RECORD_TEXT[kind], cause, "Correct the record itself.")
    how = {"reason": reason.strip() or f"As it was after change {number}", "expected": expected}
    _RESTORED[kind](actor, catalog, record_id, history.said(wanted[0]), how)


def _activity(actor: Actor, catalog: Catalog, record_id: int, said: Content, how: Mapping[str, Any]) -> None:
    register.revise_activity(
        actor,
        catalog,
        contents.read(Activity, record_id, said),
        type_codes=said["types"],
        dataset_ids=said["datasets"],
        protocol_ids=contents.ids(said, "protocols"),
        exactly=True,
        **how,
    )


def _protocol(actor: Actor, catalog: Catalog, record_id: int, said: Content, how: Mapping[str, Any]) -> None:
    protocol, bound = contents.read(Protocol, record_id, said), contents.ids(said, "parties")
    terms = contents.read(Agreement, record_id, {**said, "protocol_id": record_id}) if bound else None
    with catalog.reading() as connection:
        has_terms = law.one(connection, Agreement, record_id) is not None
    if terms is None and has_terms:
        cause = "its terms were recorded since, and an agreement is not without them any more"
        raise RequestError(f"Protocol {protocol.title}", cause, "Correct what else it says.")
    register.revise_protocol(actor, catalog, protocol, agreement=terms, party_ids=bound, **how)


def _programme(actor: Actor, catalog: Catalog, record_id: int, said: Content, how: Mapping[str, Any]) -> None:
    members = {one["id"]: one["part"] for one in said["members"]}
    law_records.revise_programme(actor, catalog, contents.read(Programme, record_id, said), members, **how)


def _system(actor: Actor, catalog: Catalog, record_id: int, said: Content, how: Mapping[str, Any]) -> None:
    system = contents.read(DeclaredSystem, record_id, said)
    law_records.revise_system(actor, catalog, system, contents.ids(said, "activities"), **how)


def _template(actor: Actor, catalog: Catalog, record_id: int, said: Content, how: Mapping[str, Any]) -> None:
    template = contents.read(FlowTemplate, record_id, said)
    flow_templates.revise(actor, catalog, template, contents.ids(said, "protocols"), **how)


_Restore = Callable[[Actor, Catalog, int, Content, Mapping[str, Any]], object]
_RESTORED: Mapping[RecordKind, _Restore] = {
    RecordKind.ACTIVITY: _activity,
    RecordKind.PROTOCOL: _protocol,
    RecordKind.PROGRAMME: _programme,
    RecordKind.DECLARED_SYSTEM: _system,
    RecordKind.TEMPLATE: _template,
    RecordKind.PARTY: lambda actor, catalog, key, said, how: law_records.revise_party(
        actor, catalog, contents.read(Party, key, said), **how
    ),
    RecordKind.CONTRACT: lambda actor, catalog, key, said, how: law_records.revise_contract(
        actor, catalog, contents.read(Contract, key, said), **how
    ),
    RecordKind.PURPOSE: lambda actor, catalog, key, said, how: purposes.revise(
        actor, catalog, contents.read(Purpose, key, said), **how
    ),
    RecordKind.MEASURE: lambda actor, catalog, key, said, how: measures.revise(
        actor, catalog, contents.read(Measure, key, said), **how
    ),
}


@dataclass(frozen=True)
class _Telling:
    """How contents of a kind are told in words: what agencies and datasets are called, as far as the actor may know."""

    catalog: Catalog
    kind: RecordKind
    agencies: Mapping[str, Agency]
    datasets: Mapping[int, str]

    def value(self, name: str, value: Any) -> str:
        """What stands in a field, in words."""
        if isinstance(value, list):
            return "; ".join(self.value(name, one) for one in value)
        if isinstance(value, dict):
            part = f" ({value['part']})" if value.get("part") else ""
            return f"{value.get('name', '')}{part}"
        if name == "datasets":
            return self.datasets.get(value, "a dataset that is gone")
        if name in {"types", "type_codes"} and value in self.catalog.taxonomy.types:
            return self.catalog.taxonomy.types[value].label
        if name.endswith("agency_id") and value in self.agencies:
            return self.agencies[value].name
        return words(self.kind, name).get(value) or _plain(name, value)


def _plain(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, str) and name.endswith("_on"):
        day = date.fromisoformat(value)
        return f"{day:%b} {day.day}, {day.year}"
    return str(value)


def _lines(tell: _Telling, seen: Seen, kept: list[Revision]) -> tuple[RevisionLine, ...]:
    """Each revision with what it changed, latest first; those in which this actor sees no change are left out."""
    lines: list[RevisionLine] = []
    before: Content = {}
    for revision in kept:
        said = {name: value for name, value in history.said(revision).items() if name not in seen.hidden}
        changes = _changes(tell, before, said)
        if changes or not lines:
            lines.append(RevisionLine(revision if seen.own else _from_outside(revision, said), changes))
        before = said
    return tuple(reversed(lines))


def _from_outside(revision: Revision, said: Content) -> Revision:
    """A revision as another agency sees it: what it said to them, and neither who made it nor why."""
    return replace(revision, reason="", person="", person_id="", content=contents.canonical(said))


def _changes(tell: _Telling, before: Content, after: Content) -> tuple[FieldChange, ...]:
    """The fields in which two contents differ; a thing that is only called otherwise is the same."""

    def differs(name: str) -> bool:
        old, new = ({name: said.get(name) or None} for said in (before, after))
        return contents.digest(old) != contents.digest(new)

    return tuple(
        FieldChange(label, tell.value(name, before.get(name)), tell.value(name, after.get(name)))
        for name, label in LABELS.items()
        if differs(name)
    )


def _datasets(connection: Connection, actor: Actor, kept: list[Revision]) -> Mapping[int, str]:
    """What the datasets in these revisions are called, as far as the actor sees them."""
    ids = {key for one in kept for key in history.said(one).get("datasets", ())}
    titles = stored.descriptions_by_id(connection, ids)
    found = holdings.datasets_by_id(connection, access.scope(actor), ids)
    return {key: (titles[key].title if key in titles else "") or one.name for key, one in found.items()}


def _is_theirs(seen: Seen, revision: Revision) -> bool:
    """Whether a revision is of the flow that whoever sees it from the other end is an end of; of other records all
    are.
    """
    return seen.own or seen.party_id is None or contents.number(history.said(revision).get("party_id")) == seen.party_id
