"""A planted city's application with everybody signed in, which notes what is shown to whom it may not be."""

import io
import itertools
import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from flask import Flask, Request
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers, ImmutableMultiDict
from werkzeug.routing import Rule
from werkzeug.test import TestResponse, create_environ

from catalog.model import published
from catalog.services import indexing
from tests.support.browsing import SAME_ORIGIN, plain_application
from tests.support.planting import MUTUAL, Planted
from tests.support.who_may_see import allowed

#: What differs between two answers to the same question: the nonce, the token of a form, the reference of an error, the
#: time, the browser's.
_BY_CHANCE = re.compile(
    r"nonce-[\w-]+|nonce=\"[^\"]*\"|name=\"(?:token|shown)\" value=\"[^\"]*\"|"
    r"<code>[0-9A-F]{8}</code>|\d{4}-\d\d-\d\dT[\d:.+-]+Z?|\d{8}T?-?\d{4,6}Z?"
)

Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Leak:
    """What was shown to whom, and where."""

    who: str
    endpoint: str
    address: str
    what: str


@dataclass
class Tally:
    """What was asked, and what came of it; ``shown`` are the tables' columns of which somebody saw a canary."""

    answers: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    leaks: list[Leak] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)

    def told(self) -> str:
        """In words, with examples."""
        kinds = Counter((leak.who, leak.endpoint, leak.what) for leak in self.leaks)
        where = {(leak.who, leak.endpoint, leak.what): leak.address for leak in self.leaks}
        told = (f"{many} × {' '.join(kind)}, as in {where[kind]}" for kind, many in kinds.most_common(12))
        return "; ".join(told) or "none"


class Asked(ImmutableMultiDict[str, str]):
    """A query string that remembers by which names it was asked."""

    names: set[str] = set()  # noqa: RUF012  # shared by all of one process: what any view asks for

    def __getitem__(self, key: str) -> str:
        self.names.add(key)
        return super().__getitem__(key)

    def get(self, key: str, *args: Any, **kwargs: Any) -> Any:
        self.names.add(key)
        return super().get(key, *args, **kwargs)

    def getlist(self, key: str, *args: Any, **kwargs: Any) -> Any:
        self.names.add(key)
        return super().getlist(key, *args, **kwargs)


class _Request(Request):
    parameter_storage_class = Asked


class _Client(FlaskClient):
    """A browser that takes each answer whole before it asks again."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs["buffered"] = True
        try:
            return super().open(*args, **kwargs)
        except BrokenPipeError:  # an answer that broke off on its way
            return TestResponse([], "599 CUT SHORT", Headers(), self.application.request_class(create_environ()))


class Visitors:
    """The application over a planted city, with somebody signed in for every role, or for those given."""

    def __init__(self, planted: Planted, who: Collection[str] = ()) -> None:
        self.planted = planted
        self.app = plain_application(planted.catalog)
        self.app.request_class, self.app.test_client_class = _Request, _Client
        self.clients: dict[str, FlaskClient] = {"nobody": self.app.test_client()}
        self.clients |= {each: self.enter(planted.people[each]) for each in who or planted.people}
        self.tally = Tally()
        self.learnt: dict[str, list[Query]] = {}

    def enter(self, account: str) -> FlaskClient:
        """A browser in which somebody is signed in."""
        client = self.app.test_client()
        answer = client.post("/sign-in", data={"person": account}, headers=SAME_ORIGIN)
        assert answer.status_code == 303, (account, answer.status_code)
        return client

    def ask(self, who: str, endpoint: str, address: str) -> TestResponse:
        """Ask for a page and note what it shows that it should not."""
        answer = self.clients[who].get(address)
        self.note(who, endpoint, address, answer)
        return answer

    def note(self, who: str, endpoint: str, address: str, answer: TestResponse) -> None:
        """Note what an answer shows that it should not."""
        self.tally.answers += 1
        self.tally.statuses[answer.status_code] += 1
        text = content(answer)
        # What somebody typed themselves comes back to them; that this tells nothing is checked by comparing.
        echoed = address.lower()
        for canary, told in self.planted.canaries.seen(text):
            self.tally.shown.add(told.place)
            if canary not in echoed and not allowed(who, endpoint, told):
                self.tally.leaks.append(Leak(who, endpoint, address, f"{told.agency}:{told.place}:{told.row}"))
        if answer.status_code >= 500:
            self.tally.leaks.append(Leak(who, endpoint, address, f"status {answer.status_code}"))


def content(answer: TestResponse) -> str:
    """Everything an answer says, its head included; a workbook unpacked."""
    body = answer.get_data()
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            body = b"\n".join(parts.read(name) for name in parts.namelist())
    return f"{answer.headers}\n{unescape(body.decode('utf-8', 'replace'))}"


def without_chance(text: str) -> str:
    """An answer less what differs by chance."""
    return re.sub(r"Content-Length: \d+\r?\n|ETag: \S+\r?\n|Last-Modified: [^\n]*\n", "", _BY_CHANCE.sub("", text))


class Addresses:
    """Every address there is to ask for: of each route, filled with keys of one kind."""

    def __init__(self, visitors: Visitors) -> None:
        self._planted = visitors.planted
        self._app = visitors.app

    def of(self, rule: Rule, whose: str, most: int) -> Iterator[str]:
        """Addresses of a route with keys of an agency, of flows between agencies, or of nothing."""
        wanted = sorted(rule.arguments)
        rows = [self._known(name, rule, whose) for name in wanted]
        # Keys of one row belong together, as a column and its dataset do.
        for values in itertools.islice(zip(*rows, strict=False), most) if wanted else iter([()]):
            path = rule.rule
            for name, value in zip(wanted, values, strict=True):
                path = re.sub(rf"<(?:\w+:)?{name}>", str(value), path)
            yield path

    def _known(self, name: str, rule: Rule, whose: str) -> list[Any]:
        source = _ARGUMENTS.get((rule.endpoint, name)) or _ARGUMENTS[("", name)]
        if whose == "none":
            return ["99999999"]
        if source == "published address":
            key = indexing.terms(self._planted.catalog).key
            return [published.address(key, dataset) for dataset in self._planted.keys["datasets"].get(whose, [])]
        if source.startswith("="):
            return [source[1:]] * 100
        table, _, column = source.partition(".")
        keys = self._planted.mutual[table] if whose == "mutual" else self._planted.keys[table][whose]
        if not column:
            return keys
        told = self._planted.canaries.words.items()
        rows = {word: one for word, one in told if (one.table, one.column) == (table, column)}
        return [word for word, one in rows.items() if whose in ({"mutual"} if one.row == MUTUAL else {one.agency})]


#: The arguments of addresses: the table whose keys they are, or its column; "=" before a value that is nobody's.
_ARGUMENTS: Mapping[tuple[str, str], str] = {
    ("", "agency_id"): "agencies",
    ("", "dataset_id"): "datasets",
    ("", "of_dataset_id"): "datasets",
    ("", "difference_id"): "differences",
    ("", "column_id"): "columns",
    ("", "source_id"): "sources",
    ("", "run_id"): "runs",
    ("", "activity_id"): "activities",
    ("", "designation_id"): "designations",
    ("", "event_id"): "exigent_events",
    ("", "violation_id"): "violations",
    ("", "rule_id"): "=1",
    ("", "protocol_id"): "protocols",
    ("", "party_id"): "parties",
    ("", "contract_id"): "contracts",
    ("", "system_id"): "declared_systems",
    ("", "programme_id"): "programmes",
    ("", "purpose_id"): "purposes",
    ("", "measure_id"): "measures",
    ("", "task"): "=types",
    ("", "task_id"): "division_tasks",
    ("", "template_id"): "flow_templates",
    ("", "request_id"): "requests",
    ("", "kind"): "=activity",
    ("", "record_id"): "activities",
    ("", "set_id"): "recogniser_sets",
    ("", "type_code"): "=NAME",
    ("", "act_id"): "review_acts",
    ("", "reading_id"): "second_readings",
    ("review.group", "key"): "=none",
    ("", "cycle_id"): "cycles",
    ("", "period_to"): "=2026-06-30",
    ("", "ending"): "=json",
    ("", "quarter"): "=2026-q3",
    ("", "account"): "people",
    ("", "held_id"): "role_assignments",
    ("", "given_id"): "group_roles",
    ("", "session_id"): "sessions.id",
    ("", "law"): "=int-197-2026",
    ("identifier_types.show", "code"): "=NAME",
    ("programmes.show", "code"): "programmes.code",
    ("published.type_", "code"): "=NAME",
    ("published.dataset", "address"): "published address",
}


def rules(app: Flask, method: str) -> list[Rule]:
    """The routes of the application that take a method."""
    found = (rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()))
    return sorted((rule for rule in found if rule.endpoint != "static"), key=lambda rule: rule.endpoint)


def is_keyed(rule: Rule) -> bool:
    """Whether an address of the route names a row that is its agency's; what is published is everybody's."""
    sources = (_ARGUMENTS.get((rule.endpoint, name)) or _ARGUMENTS[("", name)] for name in rule.arguments)
    return not rule.endpoint.startswith("published.") and any(not source.startswith("=") for source in sources)
