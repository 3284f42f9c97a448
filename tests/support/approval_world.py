"""Two agencies and a third with one officer alone, nine flows, and everything people can do to approvals of them.

What is done is done through the services, as in the product; a history ends as if nothing of it had happened.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from catalog.errors import CatalogError, RequestError
from catalog.model.actors import Actor, Grant, Person, Role, RoleAssignment
from catalog.model.agreements import Agreement, OnwardDisclosure
from catalog.model.designations import (
    HOLDING,
    AgreementException,
    Designation,
    DesignationEvent,
    DesignationState,
    DesignationStep,
    Signature,
)
from catalog.model.parties import Party, PartyKind
from catalog.model.policy_rules import PolicyRule, RuleKind
from catalog.model.register import Activity, ActivityProtocol, ActivityType, Classification, Ground, ProtocolType, Verb
from catalog.model.revisions import RecordKind
from catalog.services import approvals, designation_watch, history, law_records, policy_rules, register, sources
from catalog.services.catalog import Catalog
from catalog.store import law, people
from catalog.store.engine import Connection
from tests.support.builders import CPO, OPERATOR, FixedClock, a_catalog, a_protocol, an_activity, an_agency

E, S, C = DesignationEvent, DesignationState, Classification
START = datetime(2026, 11, 22, 3, tzinfo=UTC)
AGENCIES = ("alpha", "beta", "gamma")


def _who(key: str, *roles: tuple[Role, str | None]) -> Actor:
    return Actor(key, f"Person {key}", frozenset(Grant(role, agency) for role, agency in roles))


#: Who acts, by account. In ``gamma`` one person alone acts for the agency.
PEOPLE = {
    one.person_id: one
    for one in (
        _who("officer-alpha", (Role.OFFICER, "alpha")),
        _who("officer-beta", (Role.OFFICER, "beta")),
        _who("officer-gamma", (Role.OFFICER, "gamma")),
        _who("officer-both", (Role.OFFICER, "alpha"), (Role.OFFICER, "beta")),
        _who("steward-alpha", (Role.STEWARD, "alpha")),
        _who("deputy-beta", (Role.DEPUTY, "beta")),
        _who("records-alpha", (Role.FOIL_OFFICER, "alpha")),
        _who("head-alpha", (Role.AGENCY_HEAD, "alpha")),
        _who("chief", (Role.CPO, None)),
        _who("staff", (Role.CPO_STAFF, None)),
        _who("chief-and-officer", (Role.CPO, None), (Role.OFFICER, "alpha")),
        _who("auditor", (Role.AUDITOR, None)),
    )
}
NAMES = tuple(PEOPLE)
_YES = dict.fromkeys(("identifying", "chapter"), "yes")
_IN = _YES | dict.fromkeys(("police", "welfare", "exigent"), "no")
#: Ways through the guide, whatever they lead to.
ANSWERS = (
    _IN | {"required": "no", "furthers": "yes", "both_agree": "no", "normal_course": "yes"},
    _IN | {"required": "no", "furthers": "yes", "both_agree": "yes"},
    _IN | {"required": "no", "furthers": "yes", "both_agree": "no", "normal_course": "no"},
    _IN | {"required": "yes", "as_routine": "no", "both_agree": "no", "normal_course": "no"},
    _IN | {"required": "yes", "as_routine": "yes", "both_agree": "no", "normal_course": "yes"},
    _IN | {"required": "no", "furthers": "no", "authorized": "yes"},
    _IN | {"required": "no", "furthers": "no", "authorized": "no"},
    _YES | {"police": "yes"},
    _IN | {"exigent": "yes"},
    {"identifying": "no"},
)
CLASSES = (C.ROUTINE_AGENCY, C.ROUTINE_INTERAGENCY, C.CASE_BY_CASE, C.CPO_BEST_INTEREST, C.EXEMPT_POLICE, C.EXIGENT)
PAPER_STATES = (S.ACTIVE, S.EXPIRED, S.SUBMITTED)
REVIEWED_BY = (Role.AGENCY_HEAD, Role.CPO_STAFF, Role.CPO)
#: Who is likely to move an approval from where it stands, so that histories get somewhere.
LIKELY: dict[DesignationState, tuple[tuple[DesignationEvent, str], ...]] = {
    S.DRAFT: ((E.SUBMIT, "proposer"), (E.SUBMIT, "proposer"), (E.SUBMIT, "officer"), (E.WITHDRAW, "officer")),
    S.RETURNED: ((E.SUBMIT, "proposer"), (E.WITHDRAW, "officer")),
    S.SUBMITTED: (
        (E.APPROVE, "officer"), (E.APPROVE, "officer"), (E.APPROVE, "records-alpha"), (E.REFER, "officer"),
        (E.RETURN, "officer"), (E.DENY, "officer"),
    ),
    S.PENDING_COUNTERPART: (
        (E.COUNTERSIGN, "other"), (E.COUNTERSIGN, "other"), (E.COUNTERSIGN, "officer-both"), (E.DECLINE, "other"),
        (E.RETURN, "officer"),
    ),
    S.PENDING_REVIEW: (
        (E.SECOND, "head-alpha"), (E.SECOND, "chief"), (E.SECOND, "staff"), (E.SECOND, "chief-and-officer"),
        (E.DENY, "chief"),
    ),
    S.REFERRED_TO_CPO: ((E.DETERMINE, "chief"), (E.DETERMINE, "chief-and-officer"), (E.DENY, "chief")),
    S.ACTIVE: (
        (E.REVIEW, "officer"), (E.SUSPEND, "officer"), (E.SUSPEND, "chief"), (E.REVOKE, "officer"),
        (E.EXPIRE, "officer"),
    ),
    S.REVIEW_DUE: ((E.REAFFIRM, "officer"), (E.AMEND, "proposer"), (E.REAFFIRM, "chief"), (E.REVOKE, "chief")),
    S.SUSPENDED: ((E.LIFT, "officer"), (E.LIFT, "chief"), (E.REVOKE, "officer")),
    S.DECLINED: ((E.REFER, "officer"), (E.WITHDRAW, "officer")),
    S.AMENDING: ((E.REVOKE, "officer"),),
}  # fmt: skip


@dataclass(frozen=True)
class Base:
    """The catalog every history begins with, and what is in it."""

    catalog: Catalog
    activities: tuple[int, ...]
    parties: tuple[int, ...]
    agreement: int


@dataclass
class World:
    """One history: what is done, and what the invariants know of it beside the catalog."""

    base: Base
    catalog: Catalog
    connection: Connection
    rules: list[PolicyRule] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    appointed: bool = False

    @property
    def clock(self) -> FixedClock:
        """The clock of the catalog."""
        return cast("FixedClock", self.catalog.clock)

    @property
    def today(self) -> date:
        """The day it is."""
        return self.clock.time.date()

    def designations(self) -> list[Designation]:
        """Every approval of this history."""
        return law.every(self.connection, Designation)

    def steps(self) -> list[DesignationStep]:
        """Every step of them."""
        return law.every(self.connection, DesignationStep)

    def signatures(self) -> list[Signature]:
        """Every signature under them."""
        return law.every(self.connection, Signature)

    def activities(self) -> dict[int, Activity]:
        """The flows, by their number in the catalog."""
        return {one.id: one for one in law.every(self.connection, Activity)}

    def activity(self, number: int) -> Activity:
        """One of the flows, by its place."""
        found = law.one(self.connection, Activity, self.base.activities[number % len(self.base.activities)])
        assert found is not None
        return found

    def party(self, activity: Activity) -> Party | None:
        """Its other side."""
        return law.one(self.connection, Party, activity.party_id) if activity.party_id else None

    def codes(self, activity: Activity) -> list[str]:
        """The types it involves."""
        return [link.type_code for link in law.where(self.connection, ActivityType, activity_id=activity.id)]

    def has_agreement(self, activity: Activity) -> bool:
        """Whether it stands on the one agreement there is, which never ends."""
        links = law.where(self.connection, ActivityProtocol, activity_id=activity.id)
        return any(link.protocol_id == self.base.agreement for link in links)

    def draft(self, person: str, number: int, way: int, days: int, *, alone: bool, submit: bool, excused: bool) -> bool:
        """Draft an approval; ``days`` until it ends, none where it does not."""
        ends = self.today + timedelta(days) if days else None
        answers = ANSWERS[way % len(ANSWERS)] | {"single_officer": "yes" if alone else "no"}
        reason = AgreementException.NO_IMPORTANT_INTEREST if excused else None
        return self._try(
            f"{person} drafts flow {number} by way {way}, ends in {days}, submit={submit}",
            lambda: approvals.draft(
                PEOPLE[person], self.catalog, self.activity(number).id, answers=answers,
                review_due_on=self.today + timedelta(200), expires_on=ends, agreement_exception=reason,
                exception_reason="Nothing of it is sensitive" if excused and days % 2 else "", submit=submit,
            ),
        )  # fmt: skip

    def move(
        self, person: str, one: Designation, event: DesignationEvent, *, said: bool, stale: bool = False, days: int = 90
    ) -> bool:
        """Make a move; ``said`` with reason and statement, ``stale`` having looked at another content."""
        moved = self._try(
            f"{person} makes {event} of approval {one.id} ({one.state}), said={said}, stale={stale}",
            lambda: approvals.move(
                PEOPLE[person], self.catalog, one.id, event, reason="A reason" if said else "",
                statement="It furthers our mission" if said else " ", seen="stale" if stale else one.content_hash,
                review_due_on=self.today + timedelta(days) if days else None,
            ),
        )  # fmt: skip
        assert not (moved and stale), "somebody signed what they had not looked at"
        return moved

    def likely(self, pick: int, choice: int, *, said: bool = True) -> bool:
        """Make a move that people make from where an approval stands."""
        live = [one for one in self.designations() if one.state in LIKELY]
        if not live:
            return False
        one = live[pick % len(live)]
        event, person = LIKELY[one.state][choice % len(LIKELY[one.state])]
        return self.move(self._person(person, one), one, event, said=said)

    def edit(self, number: int, what: int, *, agreed: bool) -> bool:
        """Change what is recorded of a flow."""
        activity = self.activity(number)
        edits: Sequence[Callable[[], Activity]] = (
            lambda: replace(activity, purpose=f"{activity.purpose} too"),
            lambda: replace(activity, purpose=activity.purpose.removesuffix(" too")),
            lambda: replace(activity, retention="Ten years"),
            lambda: replace(activity, party_id=self.base.parties[what % len(self.base.parties)]),
            lambda: replace(activity, divisions=("Intake",)),
            lambda: replace(activity, purpose=""),
        )
        codes = ["NAME", *(["SSN"] if what % 3 else [])] if what else []
        return self._try(
            f"flow {number} is edited ({what}), agreed={agreed}",
            lambda: self._revise(edits[what % len(edits)](), codes, agreed=agreed),
        )

    def reclassify(self, pick: int, kind: int) -> bool:
        """Record another class, or another ground, of a flow whose approval holds."""
        held = [one for one in self.designations() if one.state in HOLDING]
        activity = law.one(self.connection, Activity, held[pick % len(held)].activity_id) if held else None
        if activity is None:
            return False
        after = replace(activity, classification=CLASSES[kind % len(CLASSES)])
        if kind % 2:
            after = replace(after, ground=None)
        codes, agreed = self.codes(activity), self.has_agreement(activity)
        return self._try(
            f"flow {activity.title} is recorded as {after.classification}, on {after.ground}",
            lambda: self._revise(after, codes, agreed=agreed),
        )

    def withdraw(self, number: int) -> bool:
        """Withdraw what is recorded of a flow."""
        activity = self.activity(number)
        return self._try(
            f"flow {number} is withdrawn", lambda: register.withdraw_activity(CPO, self.catalog, activity.id, "Over")
        )

    def record(
        self, person: str, number: int, kind: int, state: int, signers: int, ago: int, *, said: bool, excused: bool,
        one_name: bool, ends: int, fits: bool,
    ) -> bool:  # fmt: skip
        """Record an approval on paper; ``signers`` as bits: its agency, another one, the city. ``said`` with what each
        signer has to say, ``one_name`` under one name for all, ``ends`` days after it was given, ``fits`` once the
        record says its class.
        """
        if fits:
            self._classify(number, CLASSES[kind % len(CLASSES)])
        activity = self.activity(number)
        who = [one for bit, one in enumerate((activity.agency_id, "beta", None)) if signers >> bit & 1]
        day = self.today - timedelta(ago)
        paper = Designation(
            0,
            activity.id,
            CLASSES[kind % len(CLASSES)],
            PAPER_STATES[state % len(PAPER_STATES)],
            "",
            "",
            day,
            None,
            day + timedelta(ends) if ends else None,
            agreement_exception=AgreementException.NO_IMPORTANT_INTEREST if excused else None,
            exception_reason="All of it is public" if excused else "",
        )
        signed = [
            Signature(
                0, 0, one, "Somebody" if one_name else f"Officer of {one}",
                "Privacy officer" if one else "Chief Privacy Officer", "It helps" if said else " ", day,
            )
            for one in who
        ]  # fmt: skip
        return self._try(
            f"{person} records a paper of flow {number}: {paper.classification}, {paper.state}, signed for {who}",
            lambda: approvals.record(PEOPLE[person], self.catalog, paper, signed),
        )

    def _classify(self, number: int, kind: Classification) -> None:
        activity = self.activity(number)
        ground = Ground.CPO_FINDING if kind is C.CPO_BEST_INTEREST else Ground.FURTHERS_PURPOSE
        after, codes = replace(activity, classification=kind, ground=ground), self.codes(activity)
        self._try(
            f"flow {number} is recorded as {kind}",
            lambda: self._revise(after, codes, agreed=self.has_agreement(activity)),
        )

    def pass_days(self, days: int) -> None:
        """Let days pass, and have a look at them."""
        self.clock.time += timedelta(days)
        self._try(f"{days} days pass", lambda: designation_watch.look_around(OPERATOR, self.catalog))

    def add_rule(self, party: PartyKind, reviewer: Role | None) -> None:
        """Have the policies say of a kind of party that it is not routine, or that it needs an agreement."""
        kind = RuleKind.NOT_ROUTINE if reviewer else RuleKind.ROUTINE_NEEDS_AGREEMENT
        rule = PolicyRule(0, kind, "A rule", "", "§23-1203", None, (party.value,), (), reviewer, date(2020, 1, 1), None)
        self._try(
            f"the policies say of {party}: {kind}, {reviewer}",
            lambda: self.rules.append(policy_rules.add(CPO, self.catalog, rule)),
        )

    def end_rules(self) -> None:
        """End all rules of the policies."""
        for rule in self.rules:
            over = replace(rule, to_on=self.today - timedelta(1))
            self._try("a rule ends", lambda over=over: policy_rules.revise(  # type: ignore[misc]  # bound now
                CPO, self.catalog, over, reason="Over",
                expected=history.latest(self.connection, RecordKind.POLICY_RULE, over.id),
            ))  # fmt: skip
        self.rules.clear()

    def appoint(self) -> None:
        """Have a second person act for the agency that had one."""
        if not self.appointed:
            steward = RoleAssignment(0, "auditor", Role.STEWARD, "gamma", START, None)
            people.assign(self.connection, steward)
            self.appointed = True
            self.told.append("gamma has a second person")

    def overwrite(self, table: str) -> None:
        """Try to change, behind the services, what is only ever added to."""
        name = "signer" if table == "signatures" else "person"
        try:
            with self.connection.begin_nested():
                self.connection.execute(text(f"UPDATE {table} SET {name} = 'Somebody else'"))
        except DBAPIError:
            return

    def _revise(self, after: Activity, codes: Sequence[str], *, agreed: bool) -> Activity:
        return register.revise_activity(
            CPO, self.catalog, after, type_codes=codes, dataset_ids=[],
            protocol_ids=[self.base.agreement] if agreed else [], reason="It is otherwise",
            expected=history.latest(self.connection, RecordKind.ACTIVITY, after.id),
        )  # fmt: skip

    def _person(self, wanted: str, one: Designation) -> str:
        activity = law.one(self.connection, Activity, one.activity_id)
        assert activity is not None
        party = self.party(activity)
        proposers = {"alpha": "steward-alpha", "beta": "deputy-beta", "gamma": "officer-gamma"}
        known = {
            "officer": f"officer-{activity.agency_id}",
            "other": f"officer-{party.agency_id if party and party.agency_id else 'beta'}",
            "proposer": proposers[activity.agency_id],
        }
        return known.get(wanted, wanted)

    def _try(self, what: str, act: Callable[[], object]) -> bool:
        """Do something whole or not at all; what the catalog refuses has not happened."""
        try:
            with self.connection.begin_nested():
                act()
        except CatalogError as refused:
            self.told.append(f"{what}: refused, {refused.cause if isinstance(refused, RequestError) else refused}")
            return False
        self.told.append(what)
        return True


@contextmanager
def a_history(base: Base) -> Iterator[World]:
    """A history of its own, of which nothing stays."""
    cast("FixedClock", base.catalog.clock).time = START
    with base.catalog.together() as joined, joined.reading() as connection:
        whole = connection.begin_nested()
        yield World(base, joined, connection)
        whole.rollback()


def a_base(folder: Path, cluster: str = "") -> Base:
    """Make the catalog that histories begin with."""
    catalog = a_catalog(folder, cluster=cluster)
    for agency_id in AGENCIES:
        sources.add_agency(OPERATOR, catalog, an_agency(agency_id, f"Department of {agency_id}"))
    catalog.note(_accounts)

    def party(name: str, kind: PartyKind, agency_id: str | None = None) -> int:
        return law_records.add_party(CPO, catalog, Party(0, name, kind, agency_id)).id

    alpha, beta = (party(f"Department of {one}", PartyKind.CITY_AGENCY, one) for one in ("alpha", "beta"))
    people_, university, press = (
        party("Applicants", PartyKind.INDIVIDUAL), party("University", PartyKind.RESEARCHER),
        party("Press", PartyKind.FOIL_REQUESTER),
    )  # fmt: skip
    agreement = register.add_protocol(
        CPO, catalog, replace(a_protocol("Agreement", None), type=ProtocolType.DATA_SHARING_AGREEMENT)
    ).id

    terms = Agreement(agreement, "To study", OnwardDisclosure.NONE, "Locked away", "After a year")
    register.add_agreement(CPO, catalog, terms, [university, press])

    def flow(agency_id: str, verb: Verb, party_id: int, purpose: str, kind: Classification = C.UNCLASSIFIED) -> int:
        ground = Ground.FURTHERS_PURPOSE if kind is C.UNCLASSIFIED else None
        made = an_activity(
            agency_id, f"{purpose} of {agency_id}", verb=verb, party_id=party_id, purpose=purpose, ground=ground,
            classification=kind, retention="Seven years",
        )  # fmt: skip
        return register.add_activity(CPO, catalog, made, type_codes=["NAME"]).id

    out, come = Verb.DISCLOSURE, Verb.COLLECTION
    activities = (
        flow("alpha", out, beta, "Refer people"),
        flow("alpha", out, beta, "refer  PEOPLE"),
        flow("alpha", come, people_, "Intake"),
        flow("alpha", out, university, "Study"),
        flow("alpha", out, press, "Answer the press"),
        flow("alpha", out, beta, "Find a witness", C.EXEMPT_POLICE),
        flow("gamma", come, people_, "Permits"),
        flow("beta", out, alpha, "Report back"),
        flow("alpha", come, people_, "INTAKE"),
    )
    return Base(catalog, activities, (alpha, beta, people_, university, press), agreement)


def _accounts(connection: Connection) -> None:
    for one in PEOPLE.values():
        people.put_person(connection, Person(one.person_id, one.name, None, START))
        for grant in one.grants:
            people.assign(connection, RoleAssignment(0, one.person_id, grant.role, grant.agency_id, START, None))
