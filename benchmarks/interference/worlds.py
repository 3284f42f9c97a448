"""Pairs of worlds that differ in what a viewer may not know, and in nothing else."""

import random
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from catalog.model.actors import Role
from catalog.model.agreements import DeclaredSystem, Unscannable
from catalog.model.decisions import Verdict
from catalog.model.events import Violation, ViolationState
from catalog.model.holdings import Band, Description, Disclosure, Magnitude, Words
from catalog.model.published import address
from catalog.model.register import ActivityDataset
from catalog.model.runs import ColumnResult, DatasetResult, RunState
from catalog.services import (
    describing,
    holdings,
    indexing,
    law_records,
    people,
    recording,
    register,
    reporting,
    review,
    sources,
)
from catalog.services.catalog import Catalog
from catalog.store import rows
from catalog.store.law_schema import activity_datasets
from tests.support import city as cities
from tests.support.builders import FixedClock, a_programme, a_protocol, an_activity, tell
from tests.support.city import ADMIN, City, column, finding, listed, result, scan

#: Words that only what may not be known is called by.
SECRETS = ("quartz", "zephyr", "obsidian", "marigold")
_KEYS = {"CASE_ID": "case_key", "HEALTH_ID": "patient_key", "EMAIL": "mail_box", "PHONE": "tel_line", "DOB": "born_on"}


@dataclass(frozen=True)
class World:
    """One of a pair. ``dice`` fall alike in both, ``side`` is 0 in one and 1 in the other."""

    city: City
    ids: Mapping[str, int]
    side: int
    dice: random.Random

    @property
    def catalog(self) -> Catalog:
        """Its catalog."""
        return self.city.catalog

    def address(self, name: str) -> str:
        """Where researchers find this dataset, or would if it were published."""
        return f"/published/datasets/{address(self.catalog.names_key, self.ids[name])}"


Change = Callable[[World], None]


@dataclass(frozen=True)
class Base:
    """What both worlds of every pair begin as: a folder to copy, with the time at which they are asked."""

    folder: Path
    city: City
    ids: Mapping[str, int]
    at: datetime


def build(folder: Path) -> Base:
    """A city of its own to begin with."""
    return begin(folder, cities.build(folder))


def begin(folder: Path, city: City) -> Base:
    """Begin with this city, whose folder this is; it gets more of what is published, and of Health's."""
    ids = _added(city)
    city.catalog.close()
    return Base(folder, city, ids, datetime.now(UTC))


def pair(base: Base, folder: Path, change: Change, seed: int) -> tuple[World, World]:
    """Two copies of the city, and a change that may differ between them."""
    one, other = (_world(base, folder / str(side), change, side, seed) for side in (0, 1))
    return one, other


def _world(base: Base, folder: Path, change: Change, side: int, seed: int) -> World:
    shutil.copytree(base.folder, folder)
    clock = FixedClock()
    clock.time = base.at
    settings = base.city.catalog.settings.model_copy(update={"data_dir": folder, "export_rows_a_day": 10**9})
    own = replace(base.city, catalog=Catalog.open(settings, clock=clock))
    world = World(own, base.ids, side, random.Random(seed))  # no secret is drawn, only a case
    change(world)
    indexing.refresh(own.catalog)
    return world


def _added(city: City) -> dict[str, int]:
    """What both have besides the city: something small that is published, and more of Health's."""
    catalog = city.catalog
    pilot = cities.add_source(catalog, "DSS", "Pilots", "dss-pilot")
    lab = cities.add_source(catalog, "DOH", "Laboratory", "doh-lab")
    _, (group,) = scan(catalog, pilot, [(listed("pilot_group"), _small(Magnitude.FROM_100, 500))])
    plain = result([column("probe", 0), column("patient_no", 1, finding("HEALTH_ID", 0.9))])
    _, (results, guide) = scan(catalog, lab, [(listed("lab_results"), plain), (listed("lab_guide"), plain)])
    _confirm(catalog, group, "CASE_ID")
    _confirm(catalog, guide, "HEALTH_ID")
    tell(ADMIN, catalog, Description(group, "Pilot group", "Who tries it first.", "", "", (), Disclosure.FULL))
    tell(ADMIN, catalog, Description(guide, "Laboratory guide", "", "", "A year", ("patient",), Disclosure.FULL))
    return {
        "clients": city.clients, "visits": city.visits, "codes": city.plain, "group": group, "guide": guide,
        "results": results, "pilot": pilot.id, "lab": lab.id,
    }  # fmt: skip


def _small(people: Magnitude, rows: int) -> DatasetResult:
    """A dataset whose only number of persons is one of cases."""
    key = replace(column("case_key", 0, finding("CASE_ID", 0.9)), amount=people, distinct=Band.ALL)
    return result([key, replace(column("note", 1), amount=Magnitude.NOT_KNOWN)], rows, rows)


def _confirm(catalog: Catalog, dataset_id: int, *codes: str) -> None:
    for view in holdings.dataset(ADMIN, catalog, dataset_id).columns:
        for tag in view.tags:
            if tag.type.code in codes:
                review.decide(ADMIN, catalog, view.column.id, tag.type.code, Verdict.CONFIRMED, "Seen")


def _rescan(world: World, source_id: int, name: str, found: DatasetResult) -> int:
    """Look at one dataset of a source again, its others unchanged."""
    run = recording.begin(ADMIN, world.catalog, source_id, 7, full=True)
    known = [listed(one.name) for one in describing.datasets(ADMIN, world.catalog, source_id)]
    due = recording.record_listing(ADMIN, world.catalog, run, known, [])
    recording.record_result(ADMIN, world.catalog, run, due[name], "v2", found)
    recording.finish(ADMIN, world.catalog, run, RunState.DONE)
    return due[name]


def _columns(world: World, least: int = 1) -> list[ColumnResult]:
    """Columns that differ between the two worlds in names, number, types and strengths."""
    codes = world.dice.sample(sorted(_KEYS), 3)
    own = codes[: least + world.side] if world.dice.random() < 0.5 else codes[world.side : world.side + least + 1]
    word = SECRETS[world.side]
    return [
        column(f"{word}_{_KEYS[code]}", place, finding(code, 0.5 + 0.2 * world.side), comment=word)
        for place, code in enumerate(own)
    ]


def _clients(world: World, strength: float = 0.98, *, suggested: bool = False, comment: str = "") -> None:
    """Look at the published clients again: their columns stay, and what is confirmed of them."""
    columns = cities._client_columns()  # the city's own columns, as it was made
    ssn = column("client_ssn", 1, finding("SSN", strength), comment=comment)
    columns[1] = ssn
    if suggested:
        columns[6] = column("office_code", 6, finding("EMAIL", 0.9, clue="email"))
    _rescan(world, world.city.source, "client_master", result(columns))


# What researchers may not know.


def hidden_added(world: World) -> None:
    """A dataset that is hidden is there, with everything one can have."""
    agency = world.dice.choice(("DSS", "DOH", "PRK"))
    if world.side:
        source = cities.add_source(world.catalog, agency, f"{SECRETS[1]} system", f"{SECRETS[0]}-db")
        _, (dataset_id,) = scan(world.catalog, source, [(listed("zephyr_list"), result(_columns(world, 2)))])
        _confirm(world.catalog, dataset_id, *_KEYS)
        told = Description(dataset_id, "Marigold", "Obsidian.", "quartz@x.example", "", ("zephyr",), Disclosure.HIDDEN)
        tell(ADMIN, world.catalog, told)
        _activity(world, agency, dataset_id, "quartz")


def hidden_changed(world: World) -> None:
    """A hidden dataset's columns, types and words are others."""
    dataset_id = _rescan(world, world.city.source, "home_visits", result(_columns(world)))
    _confirm(world.catalog, dataset_id, *_KEYS)
    describing.describe(ADMIN, world.catalog, dataset_id, Words(f"Visits {SECRETS[world.side]}", SECRETS[world.side]))


def existence_changed(world: World) -> None:
    """Of a dataset whose existence is told, columns, types, people, and what is not told of its words are others."""
    rows = (3, 90_000)[world.side]
    dataset_id = _rescan(world, world.city.source, "ref_office_codes", result(_columns(world), rows, rows))
    _confirm(world.catalog, dataset_id, *_KEYS)
    words = Words("Office codes", "Which office is meant.", "", f"{SECRETS[world.side]} years", (SECRETS[world.side],))
    describing.describe(ADMIN, world.catalog, dataset_id, words)


def few_people(world: World) -> None:
    """One to four people, or nobody knows how many; four rows, or ninety."""
    people_ = (Magnitude.FEWER_THAN_5, Magnitude.NOT_KNOWN)[world.side]
    _rescan(world, world.ids["pilot"], "pilot_group", _small(people_, (3, 90)[world.side]))


def suggested(world: World) -> None:
    """A scan suggests another type in a published dataset."""
    _clients(world, suggested=bool(world.side))


def strength(world: World) -> None:
    """What speaks for a confirmed type is stronger or weaker, so weak that the decision is open again."""
    _clients(world, (0.97, 0.3)[world.side])


def rejected(world: World) -> None:
    """Somebody has said no to a suggestion."""
    if world.side:
        ids = cities.column_ids(world.catalog, world.ids["clients"])
        review.decide(ADMIN, world.catalog, ids["email_address"], "EMAIL", Verdict.REJECTED, "quartz")


def commented(world: World) -> None:
    """The source says something else of a column."""
    _clients(world, comment=SECRETS[world.side])


def activity(world: World) -> None:
    """A published dataset stands in another activity, on the authorities and in the programs it had before."""
    _activity(world, "DSS", world.ids["clients"], SECRETS[world.side], papers=[world.city.law.lapsed_protocol])


def _activity(world: World, agency_id: str, dataset_id: int, word: str, papers: Sequence[int] = ()) -> None:
    plain = an_activity(agency_id, f"Gathering {word}", purpose=word, unit=word, reference=f"X-{word}")
    codes = [sorted(_KEYS)[world.side]]
    register.add_activity(ADMIN, world.catalog, plain, type_codes=codes, dataset_ids=[dataset_id], protocol_ids=papers)


def reached(world: World) -> None:
    """An activity of Health draws on a published dataset of Social Services, as earlier releases let be recorded."""
    word = SECRETS[world.side]
    program = law_records.add_programme(ADMIN, world.catalog, a_programme(f"{word}-REACH".upper(), "DOH", word))
    paper = register.add_protocol(ADMIN, world.catalog, a_protocol(f"{word} reach", "DOH"))
    plain = an_activity("DOH", f"Reaching {word}", programme_id=program.id)
    codes, papers = [sorted(_KEYS)[world.side]], [paper.id]
    over = register.add_activity(ADMIN, world.catalog, plain, type_codes=codes, protocol_ids=papers)
    drawn = [world.ids[name] for name in ("clients", "visits", "codes")[: 1 + world.side]]
    with world.catalog.changing(ADMIN, "add_activity", "agency:DOH") as change:
        links = [ActivityDataset(over.id, dataset_id) for dataset_id in drawn]
        rows.add_all(change.connection, activity_datasets, links)
        for dataset_id in drawn:
            change.index("dataset", dataset_id)


def records(world: World, agency_id: str = "DSS") -> None:
    """A system, a violation, a paper and a program of which nothing is published are there."""
    if world.side:
        day, word = date(2026, 1, 5), SECRETS[world.dice.randrange(4)]
        system = DeclaredSystem(
            0, agency_id, f"{word} cabinet", word, "", Unscannable.PAPER, None, ("SSN",), (), "", day
        )  # fmt: skip
        law_records.declare_system(ADMIN, world.catalog, system, [])
        slip = Violation(
            0, agency_id, None, f"{word} slip", "", "", None, ("SSN",), "", True, ViolationState.REPORTED, day, day,
            None, None,
        )  # fmt: skip
        reporting.add_violation(ADMIN, world.catalog, slip)
        law_records.add_programme(ADMIN, world.catalog, a_programme(f"{word}-PROGRAM".upper(), agency_id, word))
        register.add_protocol(ADMIN, world.catalog, a_protocol(f"{word} paper", agency_id))


def agency_added(world: World) -> None:
    """An agency that publishes nothing is there, with a source nobody could read."""
    if world.side:
        sources.add_agency(ADMIN, world.catalog, cities.agency("QTZ", "Department of Quartz", "Zephyr."))
        source = cities.add_source(world.catalog, "QTZ", "Marigold", "obsidian-db")
        scan(world.catalog, source, [(listed("quartz_table"), result(_columns(world)))])


FOR_RESEARCHERS: tuple[Change, ...] = (
    hidden_added, hidden_changed, existence_changed, few_people, suggested, strength, rejected, commented, activity,
    reached, records, agency_added,
)  # fmt: skip


# What people of Social Services may not know of Health.


def foreign_added(world: World) -> None:
    """Health has another dataset."""
    if world.side:
        source = cities.add_source(world.catalog, "DOH", "Zephyr", "doh-quartz")
        _, (dataset_id,) = scan(world.catalog, source, [(listed("zephyr_list"), result(_columns(world, 2)))])
        _confirm(world.catalog, dataset_id, *_KEYS)
        _activity(world, "DOH", dataset_id, "quartz")


def foreign_changed(world: World) -> None:
    """A dataset of Health holds something else, and people have decided on it."""
    dataset_id = _rescan(world, world.ids["lab"], "lab_results", result(_columns(world)))
    _confirm(world.catalog, dataset_id, sorted(_KEYS)[world.side])
    word = SECRETS[world.side]
    tell(ADMIN, world.catalog, Description(dataset_id, f"Results {word}", word, "", "", (word,), Disclosure.HIDDEN))


def foreign_decided(world: World) -> None:
    """Somebody of Health has confirmed a type of the dataset in which it keeps what Social Services disclose to it."""
    if world.side:
        _confirm(world.catalog, world.city.foreign, "HEALTH_ID")


def foreign_records(world: World) -> None:
    """Health has papers, a program, a system and a violation of its own."""
    records(world, "DOH")


def foreign_failed(world: World) -> None:
    """A source of Health, or of Parks, could not be read."""
    source_id = world.ids["lab"]
    if world.side:
        run = recording.begin(ADMIN, world.catalog, source_id, 7)
        recording.finish(ADMIN, world.catalog, run, RunState.CANCELLED)


def foreign_people(world: World) -> None:
    """Health has another officer."""
    if world.side:
        people.add_person(ADMIN, world.catalog, "quartz", "Quartz Zephyr", Role.DEPUTY, "DOH")


FOR_OFFICERS: tuple[Change, ...] = (
    foreign_added, foreign_changed, foreign_decided, foreign_records, foreign_failed, foreign_people, reached,
    agency_added,
)  # fmt: skip


# What researchers may know: where this differs, so must their answers, or nothing is compared.


def described(world: World) -> None:
    """A dataset whose existence is told is called something else."""
    describing.describe(ADMIN, world.catalog, world.ids["codes"], Words(f"Codes {SECRETS[world.side]}"))


def published(world: World) -> None:
    """It is told what a dataset holds, where it was told that it exists."""
    level = (Disclosure.EXISTENCE, Disclosure.FULL)[world.side]
    describing.publish(ADMIN, world.catalog, world.ids["codes"], level, "To see a difference")


def confirmed(world: World) -> None:
    """Somebody has confirmed another type in a published dataset."""
    if world.side:
        _confirm(world.catalog, world.ids["clients"], "EMAIL")


KNOWN: tuple[Change, ...] = (described, published, confirmed)
