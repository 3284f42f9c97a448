"""Keeping the search index in step: words only, made from the database, never a value, never a withheld name."""

from collections.abc import Iterable, Iterator, Mapping

from catalog.failpoints import reached
from catalog.model.actors import Actor, Scope
from catalog.model.audit import OutboxEntry
from catalog.model.holdings import Disclosure
from catalog.model.identifiers import IdentifierType
from catalog.model.programmes import Programme
from catalog.model.published import PublishedPage, address
from catalog.model.register import CLASSIFICATION_TEXT
from catalog.ports import Document
from catalog.services import access, lines, records
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.records import Records
from catalog.store import facets, holdings, law, outbox, published, register
from catalog.store.engine import Connection
from catalog.store.published import Terms

_BATCH = 500
_ALL = Scope(None)
#: What documents of published datasets are called, by how much they tell.
PUBLISHED_AS: Mapping[Disclosure, str] = {Disclosure.EXISTENCE: "existence", Disclosure.FULL: "published"}
PUBLISHED = frozenset(PUBLISHED_AS.values())


def refresh(catalog: Catalog, *, least: int = 1) -> int:
    """Bring what has changed since to the index; how many changes that were. Killed midway, it is done again.

    Parameters:
        least: wait until so many changes wait, for who comes again: hundreds cost hardly more than one.
    """
    total = 0
    while True:
        with catalog.reading() as connection:
            batch = outbox.waiting(connection, _BATCH)
            if len(batch) < least:
                return total
            documents = list(_documents(connection, catalog, batch))
        made = {(document.kind, document.id) for document in documents}
        asked = {key for entry in batch for key in _keys(catalog, entry)}
        catalog.search_index.remove(asked - made)
        catalog.search_index.replace(documents)
        reached("index.written")
        ids = [entry.id for entry in batch]
        catalog.note(lambda connection, ids=ids: outbox.clear(connection, ids))  # type: ignore[misc]  # a default argument binds now
        total += len(batch)


def rebuild(actor: Actor, catalog: Catalog) -> int:
    """Make the index anew from the database; how many documents it holds."""
    access.require(actor, Action.ADMINISTER)
    with catalog.reading() as connection:
        waiting = [entry.id for entry in outbox.waiting(connection)]
        documents = list(_documents(connection, catalog, _everything(connection, catalog)))
    catalog.search_index.rebuild(documents)
    catalog.note(lambda connection: outbox.clear(connection, waiting))
    return len(documents)


def terms(catalog: Catalog) -> Terms:
    """How the published projection of this catalog is made."""
    return Terms(catalog.names_key, catalog.settings.fewest_people)


def _keys(catalog: Catalog, entry: OutboxEntry) -> Iterator[tuple[str, str]]:
    yield entry.kind, entry.thing_id
    if entry.kind == "dataset":
        yield from ((kind, address(catalog.names_key, int(entry.thing_id))) for kind in PUBLISHED)


def _everything(connection: Connection, catalog: Catalog) -> Iterator[OutboxEntry]:
    for kind in catalog.taxonomy.types:
        yield OutboxEntry(0, "type", kind)
    for agency in register.all_agencies(connection):
        yield OutboxEntry(0, "agency", agency.id)
    for protocol in register.all_protocols(connection):
        yield OutboxEntry(0, "protocol", str(protocol.id))
    for programme in law.every(connection, Programme):
        yield OutboxEntry(0, "programme", str(programme.id))
    for activity in register.all_activities(connection):
        yield OutboxEntry(0, "activity", str(activity.id))
    for dataset_id in facets.matching(connection, _ALL, (), None):
        yield OutboxEntry(0, "dataset", str(dataset_id))


def _documents(connection: Connection, catalog: Catalog, entries: Iterable[OutboxEntry]) -> Iterator[Document]:
    ids: dict[str, set[str]] = {}
    for entry in entries:
        ids.setdefault(entry.kind, set()).add(entry.thing_id)
    datasets = sorted(int(text) for text in ids.get("dataset", ()))
    known = records.everything(connection, catalog)
    yield from _datasets(connection, catalog, known, datasets)
    yield from map(_published, published.pages(connection, terms(catalog), datasets).values())
    yield from (_type(kind) for code, kind in catalog.taxonomy.types.items() if code in ids.get("type", ()))
    for agency in known.agencies.values():
        if agency.id in ids.get("agency", ()):
            words = " ".join((agency.acronym, *agency.aliases, agency.mission))
            yield Document("agency", agency.id, agency.acronym, agency.name, (), (), words)
    for protocol in known.protocols.values():
        if str(protocol.id) in ids.get("protocol", ()):
            words = f"{protocol.issuer} {protocol.citation} {protocol.type.value.replace('_', ' ')}"
            yield Document("protocol", str(protocol.id), protocol.title, protocol.citation, (), (), words)
    for programme in known.programmes.values():
        if str(programme.id) in ids.get("programme", ()):
            title = " ".join((programme.title, *programme.known_as))
            yield Document("programme", str(programme.id), programme.code, title, (), (), programme.description)
    yield from _activities(known, ids.get("activity", set()))


def _datasets(connection: Connection, catalog: Catalog, known: Records, ids: list[int]) -> Iterator[Document]:
    shown = lines.dataset_lines(connection, catalog, _ALL, ids)
    names = holdings.names_of_columns(connection, [line.dataset.id for line in shown])
    descriptions = register.descriptions_by_id(connection, ids)
    for line in shown:
        described = descriptions.get(line.dataset.id)
        part_of = known.of_dataset(line.dataset.id)
        words = [
            line.agency.acronym,
            line.agency.name,
            *line.agency.aliases,
            line.system.name,
            line.source.name,
            line.dataset.comment,
            described.text if described else "",
            *(f"{view.activity.title} {_called(view.programme)}" for view in part_of),
        ]
        yield Document(
            kind="dataset",
            id=str(line.dataset.id),
            name="" if line.dataset.name_withheld else line.dataset.name,
            title=line.title,
            columns=tuple(name for _, name in names.get(line.dataset.id, ())),
            types=tuple(word for standing in line.types for word in _words(standing.type)),
            body=" ".join(words),
        )


def _published(page: PublishedPage) -> Document:
    """A published dataset: where only its existence is told, it answers to its title, its text and its agency."""
    one, content = page.dataset, page.dataset.content
    body = [one.text, one.agency.acronym, one.agency.name, *one.agency.aliases]
    if content is not None:
        body += [*content.subjects, *(f"{each.code} {each.title}" for each in content.programmes)]
        body += [f"{each.title} {each.citation}" for each in content.authorities]
    return Document(
        kind=PUBLISHED_AS[one.disclosure],
        id=one.address,
        name=one.title,
        title="",
        columns=tuple(column.name for column in page.columns),
        types=tuple(word for kind in content.types for word in (kind.code, kind.label)) if content else (),
        body=" ".join(body),
    )


def _activities(known: Records, ids: set[str]) -> Iterator[Document]:
    for view in known.views(lambda activity: str(activity.id) in ids):
        activity, party = view.activity, view.party.name if view.party else ""
        approved = CLASSIFICATION_TEXT[activity.classification]
        words = (activity.reference, activity.purpose, approved, view.agency.name, party)
        types = tuple(word for kind in view.types for word in _words(kind))
        title = _called(view.programme)
        yield Document("activity", str(activity.id), activity.title, title, (), types, " ".join(words))


def _called(programme: Programme | None) -> str:
    """What people call a programme by: its code, its title and its other names."""
    return " ".join((programme.code, programme.title, *programme.known_as)) if programme else ""


def _type(kind: IdentifierType) -> Document:
    return Document("type", kind.code, kind.code, kind.label, (), _words(kind), f"{kind.words} {kind.description}")


def _words(kind: IdentifierType) -> tuple[str, ...]:
    return (kind.code, kind.label, *kind.search_words)
