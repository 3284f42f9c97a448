"""``make proof NAME=revoked``: somebody is at work, and a role or session is taken away; then they ask once more.

Each round is a person of their own in one of the ten roles, one of the ways to lose it, and a page or change that the
role lets them at. What they ask for before has to be answered, what they ask for after to be refused.
"""

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from benchmarks.proof import Proof
from catalog import logs
from catalog.model.actors import AGENCY_ROLES, Actor, Grant, Role
from catalog.model.sessions import Door
from catalog.services import access, people, roles, sessions
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import people as stored
from tests.support import city as cities
from tests.support.city import ADMIN, City
from web.app import create_app
from web.routing import policy

_ROUNDS, _SEED = 1_000, 20261128
_SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
_REASON = "a round of a proof"
_DECISION = {"verdict": "confirmed", "reason": "", "seen": "full:high.1.0"}


@dataclass(frozen=True)
class _Ask:
    """Something to ask for, and what it needs."""

    method: str
    where: str
    action: Action

    def of(self, client: FlaskClient) -> TestResponse:
        data = _DECISION if self.method == "POST" else None
        return client.open(self.where, method=self.method, data=data, headers=_SAME_ORIGIN)


@dataclass(frozen=True)
class _Round:
    """Who works, in which role of which agency, and the session they have."""

    catalog: Catalog
    person_id: str
    role: Role
    agency_id: str | None
    group: str

    def take_role(self) -> None:
        roles.end_named(ADMIN, self.catalog, self.person_id, self.role, self.agency_id, _REASON)

    def take_role_alone(self) -> None:
        """As if nothing ended sessions: roles are read at each request all the same."""
        with self.catalog.reading() as connection:
            held = stored.roles_of(connection, self.person_id, self.catalog.clock.now())
            its = next(one.id for one in held if one.role is self.role)
        with self.catalog.changing(ADMIN, "end_role", f"person:{self.person_id}") as change:
            stored.end_role(change.connection, its, change.at)

    def take_group(self) -> None:
        roles.end_group_named(ADMIN, self.catalog, self.group, self.role, self.agency_id, _REASON)

    def end_session(self) -> None:
        sessions.end_of(ADMIN, self.catalog, self.person_id)

    def end_from_elsewhere(self) -> None:
        sessions.end_others(Actor(self.person_id, "", frozenset({Grant(Role.RESEARCHER)})), self.catalog, "")


#: Ways to lose it → whether they have another role beside it that stays.
_WAYS: Mapping[str, tuple[Callable[[_Round], None], bool]] = {
    "a role of one's own ended, another stays": (_Round.take_role, True),
    "one's last role ended": (_Round.take_role, False),
    "a role ended in the database alone": (_Round.take_role_alone, True),
    "a role of one's group ended": (_Round.take_group, True),
    "signed out by who looks after people": (_Round.end_session, False),
    "signed out from another browser": (_Round.end_from_elsewhere, False),
}


def proofs() -> Iterator[Proof]:
    """How many were refused at the very next request, by way."""
    yield from measured(_ROUNDS)


def measured(rounds: int) -> Iterator[Proof]:
    """The same for so many rounds."""
    logs.configure("ERROR")  # each refusal is a line
    luck, refused, asked = random.Random(_SEED), Counter[str](), Counter[str]()
    met: set[tuple[Role, str]] = set()
    with tempfile.TemporaryDirectory() as folder:
        city = cities.build(Path(folder) / "city")
        app = create_app(city.catalog)
        asks = list(_asks(app, city))
        for number in range(rounds):
            way = list(_WAYS)[number % len(_WAYS)]
            role = luck.choice([one for one in Role if not (_WAYS[way][1] and one is Role.RESEARCHER)])
            ask = luck.choice([one for one in asks if _is_lost(role, one.action, way)])
            asked[way] += 1
            refused[way] += _tried(app, city.catalog, f"round-{number}", role, way, ask)
            met.add((role, ask.where))
        city.catalog.close()
    yield Proof(
        "requests refused right after a role or session was taken away",
        f"{refused.total():,} of {asked.total():,} ({len(met)} pairs of role and address)",
        "all of 1,000", refused == asked, _SEED,
    )  # fmt: skip
    for way, count in asked.items():
        yield Proof(f"  {way}", f"{refused[way]:,} of {count:,}", "all", refused[way] == count, _SEED)


def _asks(app: Flask, city: City) -> Iterator[_Ask]:
    """Every page without an argument, and some changes."""
    for rule in app.url_map.iter_rules():
        action = policy(app).get(rule.endpoint, Action.SIGN_IN)
        if "GET" in (rule.methods or ()) and not rule.arguments and action is not Action.SIGN_IN:
            yield _Ask("GET", rule.rule, action)
    yield _Ask("POST", f"/datasets/{city.clients}/columns/{city.column}/SSN", Action.DECIDE)
    yield _Ask("POST", f"/sources/{city.source}/test", Action.RUN_SCANS)
    yield _Ask("POST", "/account/sessions/end", Action.KEEP_OWN_ACCOUNT)


def _is_lost(role: Role, action: Action, way: str) -> bool:
    """Whether the role lets them at it, and nothing that stays does."""
    stays = _WAYS[way][1] and Role.RESEARCHER in access.roles_for(action)
    return role in access.roles_for(action) and not stays


def _tried(app: Flask, catalog: Catalog, person_id: str, role: Role, way: str, ask: _Ask) -> bool:
    """Whether it was answered before and is refused after; a round that was not answered proves nothing."""
    take, has_another = _WAYS[way]
    agency_id = "DSS" if role in AGENCY_ROLES else None
    this = _Round(catalog, person_id, role, agency_id, f"group of {person_id}")
    first = Role.RESEARCHER if has_another else role
    people.add_person(ADMIN, catalog, person_id, "Somebody", first, None if has_another else agency_id)
    through = take is _Round.take_group
    if through:
        roles.give_group(ADMIN, catalog, this.group, role, agency_id)
    elif has_another:
        roles.give(ADMIN, catalog, person_id, role, agency_id)
    client = app.test_client()
    groups = [this.group] if through else []
    client.set_cookie("session", sessions.begin(catalog, person_id, Door.SINGLE_SIGN_ON, groups=groups))
    before = ask.of(client)
    take(this)
    return not _is_refused(before) and _is_refused(ask.of(client))


def _is_refused(answer: TestResponse) -> bool:
    return answer.status_code == 403 or answer.headers.get("Location", "").startswith("/sign-in")
