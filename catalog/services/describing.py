"""People's words about datasets, and what researchers are told of them."""

from dataclasses import asdict

from catalog.errors import NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.holdings import Dataset, Description, Disclosure, Words
from catalog.services import access, memberships
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import holdings, judgements, register
from catalog.store.engine import Connection


def describe(actor: Actor, catalog: Catalog, dataset_id: int, words: Words) -> None:
    """Say in people's words what a dataset is and whom it is about. What researchers are told of it stays.

    Raises:
        NotAllowed: when researchers read the words, and the actor may not publish.
        NotFound: when there is no such dataset that the actor may see.
        RequestError: when it would be published without a title.
    """
    agency_id = _agency_of(actor, catalog, dataset_id, Action.DESCRIBE)
    with catalog.changing(actor, "describe", f"dataset:{dataset_id}", agency_id=agency_id) as change:
        change.alone()
        _, level = _told_now(change.connection, dataset_id)
        if level is not Disclosure.HIDDEN and not access.may(actor, Action.PUBLISH, agency_id):
            cause = "researchers read these words, so only who may publish changes them"
            raise NotAllowed("This dataset", cause, "Ask the privacy officer of its agency.")
        _titled(words.title, level)
        said = Description(dataset_id=dataset_id, **asdict(words), disclosure=level)
        change.compare(register.descriptions_by_id(change.connection, [dataset_id]).get(dataset_id), said)
        register.put_description(change.connection, said)
        judgements.refresh_summary(change.connection, dataset_id, catalog.taxonomy.types)
        memberships.suggest(change.connection, catalog, [dataset_id])
        change.index("dataset", dataset_id)


def publish(actor: Actor, catalog: Catalog, dataset_id: int, level: Disclosure, reason: str = "") -> None:
    """Set what researchers are told of a dataset; nothing happens where that is so already.

    Parameters:
        reason: why, which the audit log keeps; needed where they are told more than before.

    Raises:
        NotFound: when there is no such dataset that the actor may see.
        RequestError: when more is told without a reason, or of a dataset that has no title.
    """
    agency_id = _agency_of(actor, catalog, dataset_id, Action.PUBLISH)
    with catalog.reading() as connection:
        if _told_now(connection, dataset_id)[1] is level:
            return
    thing = f"dataset:{dataset_id}"
    with catalog.changing(actor, "publish", thing, reason.strip(), agency_id=agency_id) as change:
        change.alone()
        title, before = _told_now(change.connection, dataset_id)
        if level.tells_more_than(before) and not reason.strip():
            raise RequestError("What researchers are told", "it becomes more, and no reason is given", "Say why.")
        _titled(title, level)
        register.set_disclosure(change.connection, dataset_id, level)
        change.tell(before.value, level.value)
        change.index("dataset", dataset_id)


def datasets(actor: Actor, catalog: Catalog, source_id: int) -> tuple[Dataset, ...]:
    """The datasets known of a source, by name."""
    access.require(actor, Action.READ_HOLDINGS)
    with catalog.reading() as connection:
        seen = holdings.datasets_of_source(connection, access.scope(actor), source_id)
    return tuple(sorted(seen, key=lambda dataset: dataset.name))


def _agency_of(actor: Actor, catalog: Catalog, dataset_id: int, action: Action) -> str:
    """The agency of a dataset in which the actor may do this; which of the others there are is not told."""
    access.require(actor, action)
    with catalog.reading() as connection:
        agency_id = register.agency_of_dataset(connection, dataset_id)
    if agency_id is None or not access.may(actor, action, agency_id):
        raise NotFound("This dataset", "there is no such dataset", "Search for it.")
    return agency_id


def _told_now(connection: Connection, dataset_id: int) -> tuple[str, Disclosure]:
    """A dataset's title, and what researchers are told of it."""
    words = register.descriptions_by_id(connection, [dataset_id]).get(dataset_id)
    return (words.title, words.disclosure) if words else ("", Disclosure.HIDDEN)


def _titled(title: str, level: Disclosure) -> None:
    """Refuse to publish what would have no name: what its source calls it is not told to researchers."""
    if level is not Disclosure.HIDDEN and not title.strip():
        raise RequestError("This dataset", "it has no title that researchers could know it by", "Describe it first.")
