"""What the people of Port Meridian do in review after the first scan, through the services as they would themselves."""

from collections.abc import Iterator
from datetime import timedelta

from catalog.demo import entries
from catalog.demo.entries import Entry, every
from catalog.model.actors import Actor
from catalog.model.decisions import LIKELY, Verdict
from catalog.model.review import ActKind, Order, Pick, Why, normal_name
from catalog.services import (
    describing,
    holdings,
    review,
    review_deferrals,
    review_pages,
    review_proposals,
    review_queue,
    second_readings,
    sources,
)
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog

#: How many decisions the Chief Privacy Officer reads a second time; of the last she says the opposite.
_READ = 4


def review_some(catalog: Catalog) -> int:
    """Do what is recorded, each where the scan suggested it, and read some decisions again; returns how many acts."""
    made = sum(_done(catalog, entry) for entry in every("review"))
    _read_again(catalog)
    return made


def _done(catalog: Catalog, entry: Entry) -> bool:
    if entry.get("proposes") and not catalog.settings.four_eyes:
        return False
    person = entries.person(entry["by"])
    picks = list(_picks(person, catalog, entry))
    if not picks:
        return False
    act = review.act(person, catalog, _order(catalog, entry), picks).act
    if entry.get("undone"):
        review.undo(person, catalog, act.id)
    if "answer" in entry:
        review_deferrals.answer(entries.person(entry["to"]), catalog, act.id, entry["answer"])
    if catalog.settings.four_eyes:
        _settle(catalog, act.id, entry)
    return True


def _settle(catalog: Catalog, act_id: int, entry: Entry) -> None:
    """What a second person says of it, where one did."""
    for word in ("approved", "refused"):
        if word in entry:
            second = entries.person(entry[f"{word}_by"])
            review_proposals.settle(second, catalog, act_id, approve=word == "approved", reason=entry[word])


def _order(catalog: Catalog, entry: Entry) -> Order:
    kind = ActKind(entry["do"])
    days = entry.get("days")
    return Order(
        kind,
        Why(entry["why"]) if "why" in entry else None,
        entry.get("reason", ""),
        entry["to"] if kind is ActKind.CHANGE_TYPE else None,
        catalog.clock.now().date() + timedelta(days=days) if days else None,
        entry.get("to") if kind is not ActKind.CHANGE_TYPE else None,
    )


def _picks(person: Actor, catalog: Catalog, entry: Entry) -> Iterator[Pick]:
    """The suggestions that an entry is about: those that wait, or all on the datasets it names."""
    if "datasets" in entry:
        yield from _on_datasets(person, catalog, entry)
        return
    found = review_queue.queue(person, catalog, {"type": [entry["type"]], "q": [entry["name"]]})
    for line in found.lines:
        if line.name == entry["name"]:
            for item in review_pages.group(person, catalog, line.key).items:
                yield Pick(item.column.id, item.tag.type.code, item.version)


def _on_datasets(person: Actor, catalog: Catalog, entry: Entry) -> Iterator[Pick]:
    admin = local_administrator()
    for source in sources.all_sources(admin, catalog):
        for dataset in describing.datasets(admin, catalog, source.id):
            if dataset.name in entry["datasets"]:
                for view in holdings.dataset(person, catalog, dataset.id).columns:
                    if normal_name(view.column.name) == entry["name"]:
                        yield from (
                            Pick(view.column.id, tag.type.code, None)
                            for tag in view.tags
                            if tag.type.code == entry["type"]
                        )


def _read_again(catalog: Catalog) -> None:
    """Read some decisions without the first one's word, as the evidence has it; the last otherwise."""
    chief = entries.chief()
    for place in range(1, _READ + 1):
        view = second_readings.next_one(chief, catalog)
        if view is None:
            return
        agrees = ((view.tag.strength or 0.0) >= LIKELY) == (place < _READ)
        if agrees:
            second_readings.read(chief, catalog, view.id, Verdict.CONFIRMED)
        else:
            second_readings.read(chief, catalog, view.id, Verdict.REJECTED, Why.OTHER, "Its neighbors say otherwise.")
