"""Whatever happens, in any order: the table kept in step is the one made from nothing."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from catalog.errors import Conflict, NotFound, RequestError, SkipReason
from catalog.model.actors import Role
from catalog.model.agreements import Agreement, DeclaredSystem, OnwardDisclosure, Unscannable
from catalog.model.coverage import Look
from catalog.model.decisions import VERDICTS
from catalog.model.differences import Difference, Match
from catalog.model.holdings import Source
from catalog.model.memberships import MembershipVerdict
from catalog.model.parties import Party, PartyKind
from catalog.model.policy_rules import PolicyRule, RuleKind
from catalog.model.register import Activity, Classification, Protocol, ProtocolType, Verb
from catalog.model.revisions import RecordKind
from catalog.model.runs import DatasetResult, RunState
from catalog.services import (
    flow_templates,
    history,
    law_records,
    memberships,
    people,
    policy_rules,
    reconciling,
    recording,
    register,
    resolutions,
    review,
    sources,
)
from catalog.services.catalog import Catalog
from catalog.store import difference_schema, holdings, law, rows, scans
from catalog.store.engine import Connection
from tests.integration.services.test_register_history import a_template
from tests.support.builders import (
    CPO,
    OPERATOR,
    FixedClock,
    a_catalog,
    a_column,
    a_finding,
    a_protocol,
    a_result,
    an_activity,
    an_agency,
    listed,
)

#: Not measured, which doubles the time: all of the code it goes through others go through too.
pytestmark = pytest.mark.no_cover

CODES = ("SSN", "NAME", "PHONE")
NAMES = ("clients", "visits", "notes")
AGENCIES = ("dso", "dch")
#: A column that is always there, so that a dataset goes on under another name.
KEY = a_column("zip", position=9)


class World:
    """A catalog of two agencies with a source each, and the random things that happen in it."""

    def __init__(self, folder: Path) -> None:
        self.catalog = a_catalog(folder)
        self.sources: dict[str, Source] = {}
        for agency_id in AGENCIES:
            sources.add_agency(OPERATOR, self.catalog, an_agency(agency_id))
            system = sources.add_system(OPERATOR, self.catalog, agency_id, "System")
            made = sources.add_source(OPERATOR, self.catalog, system.id, agency_id, "sqlite", {"path": "/srv/x.db"})
            self.sources[agency_id] = made
        self.parties = [
            law_records.add_party(CPO, self.catalog, Party(0, name, kind, agency_id)).id
            for name, kind, agency_id in (
                ("Shelter", PartyKind.CITY_AGENCY, "dso"),
                ("Health", PartyKind.CITY_AGENCY, "dch"),
                ("University", PartyKind.RESEARCHER, None),
            )
        ]
        self.protocols = [
            register.add_protocol(CPO, self.catalog, a_protocol(f"Paper of {agency_id}", agency_id))
            for agency_id in AGENCIES
        ]
        agreed = replace(a_protocol("Agreement", None), type=ProtocolType.RESEARCH_AGREEMENT)
        self.protocols.append(register.add_protocol(CPO, self.catalog, agreed))
        people.add_person(OPERATOR, self.catalog, "cpo", "Casey Poole", Role.CPO)
        self.activities: dict[int, Activity] = {}
        self.system_ids: list[int] = []
        self.template_ids: list[int] = []

    def datasets(self, agency_id: str) -> list[int]:
        with self.catalog.reading() as connection:
            known = scans.datasets_of(connection, self.sources[agency_id].id)
        return [one.id for one in known if one.retired_at is None]

    def scan(self, chance: Random) -> None:
        source = self.sources[chance.choice(AGENCIES)]
        names = [name for name in NAMES if chance.random() < 0.8] + (["moved"] if chance.random() < 0.2 else [])
        run = recording.begin(OPERATOR, self.catalog, source.id, seed=1, full=True)
        due = recording.record_listing(OPERATOR, self.catalog, run, [listed(name) for name in names], [])
        for dataset_id in due.values():
            recording.record_result(OPERATOR, self.catalog, run, dataset_id, "v1", self._result(chance))
        if chance.random() < 0.2:  # Killed before it ended, and taken up again.
            run = recording.begin(OPERATOR, self.catalog, source.id, seed=1)
            recording.record_listing(OPERATOR, self.catalog, run, [listed(name) for name in names], [])
        state = RunState.FAILED if chance.random() < 0.1 else RunState.DONE
        recording.finish(OPERATOR, self.catalog, run, state)

    def _result(self, chance: Random) -> DatasetResult:
        if chance.random() < 0.15:
            return DatasetResult(Look.COULD_NOT_LOOK, SkipReason.NO_PERMISSION, 0, None, None, 1, "test-1", ())
        held = [code for code in CODES if chance.random() < 0.5]
        found = [
            a_column(f"c{place}", [a_finding(code, chance.choice((0.6, 0.9)))], position=place)
            for place, code in enumerate(held)
        ]
        return a_result([*found, KEY], chance.choice((Look.SCANNED, Look.SCANNED, Look.PARTLY)))

    def decide(self, chance: Random) -> None:
        ids = self.datasets(chance.choice(AGENCIES))
        with self.catalog.reading() as connection:
            columns = [one.id for key in ids for one in holdings.live_columns(connection, key)]
        if columns:
            verdict = chance.choice(VERDICTS)
            review.decide(CPO, self.catalog, chance.choice(columns), chance.choice(CODES), verdict)

    def member(self, chance: Random) -> None:
        ids = self.datasets(chance.choice(AGENCIES))
        if ids:
            verdict = chance.choice(tuple(MembershipVerdict))
            memberships.decide(CPO, self.catalog, chance.choice(ids), "NAME", verdict, "Because", "absent")

    def add(self, chance: Random) -> None:
        activity, joined = self._drawn(chance, chance.choice(AGENCIES))
        to_it = self.parties[AGENCIES.index(activity.agency_id)]
        mirrored = [
            key for key, one in self.activities.items() if one.verb is Verb.DISCLOSURE and one.party_id == to_it
        ]
        if activity.verb is Verb.COLLECTION and mirrored and chance.random() < 0.8:
            activity = replace(activity, mirror_of_id=chance.choice(mirrored))
        stored = register.add_activity(CPO, self.catalog, activity, **joined)
        self.activities[stored.id] = stored

    def _drawn(self, chance: Random, agency_id: str) -> tuple[Activity, Mapping[str, Any]]:
        disclosed = chance.random() < 0.5
        other = self.parties[1 if agency_id == "dso" else 0]
        activity = an_activity(
            agency_id,
            "Something",
            verb=Verb.DISCLOSURE if disclosed else Verb.COLLECTION,
            classification=chance.choice(
                (Classification.ROUTINE_AGENCY, Classification.CASE_BY_CASE, Classification.EXEMPT_POLICE)
            ),
            party_id=chance.choice((other, other, self.parties[2], None)),
            started_on=date(2027, 1, 1) if chance.random() < 0.1 else date(2019, 1, 1),
            ended_on=chance.choice((date(2026, 1, 1), date(2026, 12, 15))) if chance.random() < 0.2 else None,
            retention="7 years" if chance.random() < 0.5 else "",
        )
        joined: Mapping[str, Any] = {
            "type_codes": [code for code in CODES if chance.random() < 0.5],
            "dataset_ids": [one for one in self.datasets(agency_id) if chance.random() < 0.4],
            "protocol_ids": [one.id for one in self.protocols if chance.random() < 0.4],
        }
        return activity, joined

    def revise(self, chance: Random) -> None:
        known = chance.choice(list(self.activities.values()))
        drawn, joined = self._drawn(chance, known.agency_id)
        kept = chance.random() < 0.5
        after = replace(drawn, id=known.id, verb=known.verb, mirror_of_id=known.mirror_of_id if kept else None)
        expected = self._latest(known.id)
        after = register.revise_activity(CPO, self.catalog, after, **joined, reason="Because", expected=expected)
        self.activities[known.id] = after

    def withdraw(self, chance: Random) -> None:
        number = chance.choice(list(self.activities))
        register.withdraw_activity(CPO, self.catalog, number, "By mistake")
        del self.activities[number]

    def lapse(self, chance: Random) -> None:
        place = chance.randrange(len(self.protocols))
        ended = chance.choice((None, date(2026, 11, 1)))
        paper: Protocol = replace(self.protocols[place], expires_on=ended)
        with self.catalog.reading() as connection:
            expected = history.latest(connection, RecordKind.PROTOCOL, paper.id)
        register.revise_protocol(CPO, self.catalog, paper, reason="Because", expected=expected)

    def party(self, chance: Random) -> None:
        with self.catalog.reading() as connection:
            known = law.one(connection, Party, self.parties[2])
        assert known is not None
        after = replace(known, kind=chance.choice((PartyKind.RESEARCHER, PartyKind.CONTRACTOR, PartyKind.COURT)))
        expected = self._latest(known.id, RecordKind.PARTY)
        law_records.revise_party(CPO, self.catalog, after, reason="Because", expected=expected)

    def agree(self, chance: Random) -> None:
        paper = self.protocols[2]
        with self.catalog.reading() as connection:
            now = law.one(connection, Protocol, paper.id)
        assert now is not None
        terms = Agreement(paper.id, "Research", OnwardDisclosure.NONE, "", "")
        bound = chance.sample(self.parties, 2)
        days = chance.choice((date(2026, 1, 1), date(2027, 1, 1)))
        register.revise_protocol(
            CPO,
            self.catalog,
            replace(now, effective_on=days),
            agreement=terms,
            party_ids=bound,
            reason="Because",
            expected=self._latest(paper.id, RecordKind.PROTOCOL),
        )

    def system(self, chance: Random) -> None:
        """Files of the first agency, which activities of it work with."""
        own = [key for key, one in self.activities.items() if one.agency_id == "dso" and chance.random() < 0.4]
        if not self.system_ids:
            said = date(2026, 1, 1)
            paper = DeclaredSystem(0, "dso", "Files", "", "", Unscannable.PAPER, None, ("NAME",), (), "", said)
            self.system_ids = [law_records.declare_system(CPO, self.catalog, paper, own).id]
            return
        (number,) = self.system_ids
        with self.catalog.reading() as connection:
            now = law.one(connection, DeclaredSystem, number)
        assert now is not None
        expected = self._latest(number, RecordKind.DECLARED_SYSTEM)
        law_records.revise_system(CPO, self.catalog, now, own, reason="Because", expected=expected)

    def template(self, chance: Random) -> None:
        """A disclosure to the other agency, with its other side; once made, it follows what the template says."""
        codes = tuple(code for code in CODES if chance.random() < 0.5)
        if not self.template_ids:
            made = a_template("T1", None, party_id=self.parties[1], type_codes=codes)
            self.template_ids = [flow_templates.add(CPO, self.catalog, made).id]
        (number,) = self.template_ids
        page = flow_templates.one(CPO, self.catalog, number)
        if not page.flows:
            for one in flow_templates.apply(CPO, self.catalog, number, ["dso"], date(2026, 1, 1)):
                self.activities[one.id] = one
            return
        after = replace(page.line.template, type_codes=codes, classification=chance.choice(tuple(Classification)))
        papers = [one.id for one in self.protocols if chance.random() < 0.4]
        flow_templates.revise(CPO, self.catalog, after, papers, reason="Because", expected=page.expected)
        ids = [flow.view.activity.id for flow in page.flows]
        flow_templates.follow(CPO, self.catalog, number, ids, "Because")

    def policy(self, chance: Random) -> None:
        kind, parties = RuleKind.ROUTINE_NEEDS_AGREEMENT, chance.choice(((), ("researcher",)))
        codes = chance.choice(((), ("SSN",)))
        rule = PolicyRule(0, kind, "Ours", "", "Policies 4.1", None, parties, codes, None, date(2026, 1, 1), None)
        policy_rules.add(CPO, self.catalog, rule)

    def days(self, chance: Random) -> None:
        """Days that pass move lines with the next run alone; afterwards nothing else is to be moved."""
        clock = self.catalog.clock
        assert isinstance(clock, FixedClock)
        clock.time += timedelta(days=chance.choice((1, 30, 200)))
        reconciling.run(OPERATOR, self.catalog)

    def resolve(self, chance: Random) -> None:
        page = reconciling.find(CPO, self.catalog, {"match": ["undeclared", "declared_elsewhere"]})
        if not page.lines:
            return
        one = chance.choice(page.lines).difference
        do = chance.choice((resolutions.declare, resolutions.link))
        if chance.random() < 0.3:
            resolutions.reject(CPO, self.catalog, one.id, "Because", one.facts)
        else:
            do(CPO, self.catalog, one.id, chance.choice(list(self.activities)), "Because", one.facts)

    def _latest(self, number: int, kind: RecordKind = RecordKind.ACTIVITY) -> int:
        with self.catalog.reading() as connection:
            return history.latest(connection, kind, number)


START = (World.scan, World.scan, World.scan, World.add, World.add, World.add, World.add)
STEPS: tuple[Callable[[World, Random], None], ...] = (
    World.scan, World.scan, World.add, World.decide, World.member, World.revise, World.revise, World.withdraw,
    World.lapse, World.resolve, World.party, World.agree, World.system, World.template, World.template, World.policy,
    World.days,
)  # fmt: skip


def table(catalog: Catalog) -> dict[str, Difference]:
    """The lines, but for their numbers and since when they stand."""
    with catalog.reading() as connection:
        found = rows.find(connection, difference_schema.differences, Difference)
    clock = catalog.clock.now()
    return {one.key: replace(one, id=0, since=clock) for one in found}


def from_nothing(catalog: Catalog) -> dict[str, Difference]:
    def empty(connection: Connection) -> None:
        connection.execute(delete(difference_schema.differences))

    catalog.note(empty)
    reconciling.run(OPERATOR, catalog)
    return table(catalog)


@settings(max_examples=2)
@given(st.permutations(STEPS), st.integers(0, 10**6))
def test_the_table_kept_in_step_is_the_one_made_from_nothing(
    steps: list[Callable[[World, Random], None]], seed: int
) -> None:
    folder = Path(tempfile.mkdtemp(prefix="histories-"))
    world = World(folder)
    try:
        for place, step in enumerate([*START, *steps]):
            try:
                step(world, Random(f"{seed} {place}"))
            except (Conflict, NotFound, RequestError):
                continue  # What the rules refuse is no part of what happened.
            kept = table(world.catalog)
            moved = reconciling.run(OPERATOR, world.catalog)
            assert (moved.new, moved.gone, moved.moved) == (0, 0, 0), (step.__name__, kept, table(world.catalog))
        kept = table(world.catalog)
        assert kept == from_nothing(world.catalog)
    finally:
        world.catalog.close()
        shutil.rmtree(folder)


def test_a_day_that_passes_moves_what_turns_on_days_and_nothing_else(tmp_path: Path) -> None:
    world = World(tmp_path)
    clock = world.catalog.clock
    assert isinstance(clock, FixedClock)
    run = recording.begin(OPERATOR, world.catalog, world.sources["dso"].id, seed=1)
    due = recording.record_listing(OPERATOR, world.catalog, run, [listed("clients")], [])
    result = a_result([a_column("ssn", [a_finding("SSN")])])
    recording.record_result(OPERATOR, world.catalog, run, due["clients"], "v1", result)
    recording.finish(OPERATOR, world.catalog, run, RunState.DONE)
    paper = world.protocols[0].id
    activity = register.add_activity(
        CPO,
        world.catalog,
        an_activity("dso", "Intake"),
        type_codes=["SSN"],
        dataset_ids=[due["clients"]],
        protocol_ids=[paper],
    )
    assert {key: one.match for key, one in table(world.catalog).items()} == {f"d:{due['clients']}:SSN": Match.AGREED}
    ended = replace(world.protocols[0], expires_on=clock.time.date())
    register.revise_protocol(CPO, world.catalog, ended, reason="It ends", expected=1)
    assert len(table(world.catalog)) == 1
    clock.time += timedelta(days=1)
    moved = reconciling.run(OPERATOR, world.catalog)
    assert (moved.new, moved.gone, moved.moved) == (1, 0, 0)
    line = table(world.catalog)[f"a:{activity.id}:approval"]
    assert (line.match, line.day) == (Match.PROTOCOL_EXPIRED, date(2026, 11, 22))
    clock.time += timedelta(days=399)
    assert reconciling.run(OPERATOR, world.catalog).moved == 0
    clock.time += timedelta(days=1)
    assert reconciling.run(OPERATOR, world.catalog).moved == 1
    assert table(world.catalog)[f"d:{due['clients']}:SSN"].match is Match.STALE
    world.catalog.close()
