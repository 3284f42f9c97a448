"""Asks a planted city for everything, as everybody: routes of the application, own, foreign and missing keys, and query
strings learnt from the links and forms of pages that see most. A route or a name that is not known here fails.
"""

import itertools
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Flask
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from catalog.model.actors import Role
from catalog.model.holdings import Disclosure
from catalog.model.procedure import Question
from catalog.store.metadata import metadata
from tests.support.browsing import SAME_ORIGIN
from tests.support.isolation import (
    Addresses,
    Asked,
    Leak,
    Query,
    Tally,
    Visitors,
    content,
    is_keyed,
    rules,
    without_chance,
)
from tests.support.planting import OWN, PARTNER, STRANGER, Planted
from tests.support.who_may_see import OF_ALL, agencies_of, sees_one_agency

#: The query strings that views may ask for. Values are learnt; these are tried as well.
NAMES: Mapping[str, Sequence[str]] = {
    "q": ("*", "qx*", "-qx*", "name", "type:NAME", "state:confirmed", "gap:no_activity"),
    "page": ("1", "2", "99999", "x"),
    "format": ("csv", "json", "xlsx", "pdf"),
    "sort": ("name",),
    "next": ("/scans", "//elsewhere.example"),
    "days": ("365",),
    "dataset": (),
    "agency": (),
    "type": ("NAME", "NONE"),
    "state": ("any", "none"),
    "group": ("SSN", "none"),
    "role": ("officer", "none"),
    "below": ("5", "99999"),
    **dict.fromkeys(("person", "action", "thing", "from", "to", "since", "until"), ("2026-11-01", "decide", "x")),
    "waits": ("for_me", "none"),
    "verb": ("disclosure", "none"),
    "kind": ("request", "none"),
    "party": ("1", "none"),
    "title": ("x",),
    "match": ("agreed", "none"),
    "standing": ("confirmed", "none"),
    "tier": ("4", "none"),
    "programme": ("NONE",),
    "activity": ("1", "none"),
    "by": ("programme", "none"),
    "done": ("exception", "none", "1"),
    "band": ("high", "none"),
    "order": ("columns", "none"),
    **dict.fromkeys(("show", "at"), ("1", "99999", "x")),
    "wide": ("yes",),
    **dict.fromkeys(("open", "item"), ("types/NAME", "none")),
    "late": ("yes",),
    "lacks": ("types", "none"),
    "version": ("public", "none"),
    "number": ("1", "99999", "x"),
    "named": ("yes", "none"),
    "reason": ("recorded_late", "none"),
    "check": ("yes",),
    "on": ("2019-01-01", "none"),
    "turn": ("1", "2", "x"),
    **dict.fromkeys(("undo", "added", "changed", "same"), ("1", "x")),
    "classification": ("case_by_case", "none"),
    **dict.fromkeys((question.value for question in Question), ("yes", "no", "x")),
    **dict.fromkeys(("code", "iss", "error", "prove", "proved"), ("1", "x")),
}
#: Those who see all there is between them, so that everything that can be asked for is found in their pages.
_LEARNERS = (Role.CPO.value, Role.OPERATOR.value, Role.AUDITOR.value, Role.RESEARCHER.value)
_LINK = re.compile(r'(?:href|hx-get)="([^"#]+)"')
_FORM = re.compile(r'<form[^>]*method="get"[^>]*>.*?</form>', re.DOTALL)
_FIELD = re.compile(r'name="([^"]+)"[^>]*value="([^"]*)"')
_SELECT = re.compile(r'<select[^>]*name="([^"]+)".*?</select>', re.DOTALL)
_OPTION = re.compile(r'<option value="([^"]*)"')


def learn(visitors: Visitors) -> dict[str, list[Query]]:
    """The query strings of every route, from pages of those who see most, and from what views ask for."""
    if visitors.learnt:
        return visitors.learnt
    found: dict[str, set[Query]] = defaultdict(set)
    asked: dict[str, set[str]] = {}
    addresses = Addresses(visitors)
    learners = [visitors.enter(visitors.planted.people[who]) for who in _LEARNERS]
    for rule in rules(visitors.app, "GET"):
        Asked.names.clear()
        for client, whose in itertools.product(learners, (OWN, STRANGER)):
            for address in addresses.of(rule, whose, 1):
                answer = client.get(address)
                for query in _queries(answer.get_data(as_text=True), address):
                    if (endpoint := _endpoint(visitors.app, query[0])) is not None:
                        found[endpoint].add(query[1])
        asked[rule.endpoint] = set(Asked.names)
    learnt = {name for queries in found.values() for query in queries for name, _ in query}
    missing = set().union(*asked.values()) - set(NAMES) - learnt
    assert not missing, f"nobody taught what these names in addresses may be: {sorted(missing)}"
    for endpoint, names in asked.items():
        found[endpoint] |= set(_tried(visitors.planted, names))
    visitors.learnt = {endpoint: sorted(queries) for endpoint, queries in found.items()}
    return visitors.learnt


def _tried(planted: Planted, names: Iterable[str]) -> Iterator[Query]:
    """For every name what is its own, what is foreign, and what is nothing's."""
    datasets, agencies, activities = (planted.keys[name] for name in ("datasets", "agencies", "activities"))
    more: Mapping[str, list[Any]] = {
        "dataset": [datasets[OWN][0], datasets[STRANGER][0], 99999],
        "activity": [activities[OWN][0], activities[STRANGER][0], 99999],
        "agency": [agencies[one][0] for one in (OWN, PARTNER, STRANGER)],
    }
    for name in names:
        for value in (*NAMES.get(name, ()), *more.get(name, ())):
            yield ((name, str(value)),)
        if name != "format" and "format" in names:
            yield from (((name, str(value)), ("format", "csv")) for value in NAMES.get(name, ())[:2])


def _queries(text: str, address: str) -> Iterator[tuple[str, Query]]:
    for link in map(unescape, _LINK.findall(text)):
        parts = urlsplit(link)
        if parts.query:
            yield parts.path or address, tuple(parse_qsl(parts.query, keep_blank_values=True))
    for form in _FORM.findall(text):
        action = re.search(r'action="([^"]*)"', form)
        path = unescape(action.group(1)) if action else address
        for name, value in _FIELD.findall(form):
            yield path, ((name, unescape(value)),)
        for field in _SELECT.finditer(form):
            yield from ((path, ((field.group(1), unescape(value)),)) for value in _OPTION.findall(field.group(0)))


def _endpoint(app: Flask, path: str) -> str | None:
    try:
        return str(app.url_map.bind("localhost").match(path.split("?", maxsplit=1)[0], method="GET")[0])
    except HTTPException:
        return None


@dataclass(frozen=True)
class Walk:
    """How much is asked: keys of one kind per route, and query strings per address."""

    keys: int
    queries: int
    seed: int


def read_everything(visitors: Visitors, walk: Walk) -> Tally:
    """Every route, as everybody, with own, foreign and missing keys and every query string; see :class:`Tally`."""
    learnt = learn(visitors)
    visitors.tally = Tally()
    chance = random.Random(walk.seed)
    addresses = Addresses(visitors)
    for rule, who in itertools.product(rules(visitors.app, "GET"), visitors.clients):
        queries = learnt.get(rule.endpoint, [])
        for whose in (OWN, "mutual", PARTNER, STRANGER, "none") if rule.arguments else (OWN,):
            for address in addresses.of(rule, whose, walk.keys):
                visitors.ask(who, rule.endpoint, address)
                some = chance.sample(queries, min(walk.queries, len(queries)))
                for query in some if whose in {OWN, STRANGER} else some[:2]:
                    visitors.ask(who, rule.endpoint, f"{address}?{urlencode(query)}")
    return visitors.tally


def foreign_like_missing(visitors: Visitors, keys: int, forms: Mapping[str, Mapping[str, str]]) -> Tally:
    """Whether keys of another agency are answered as those of nothing, to the byte, by every route that takes one; and
    whether nothing of another agency is changed by asking.

    Parameters:
        forms: what each route that changes something is given, by endpoint.
    """
    tally = visitors.tally = Tally()
    before = foreign_rows(visitors.planted)
    for method, who in itertools.product(("GET", "POST"), visitors.clients):
        if sees_one_agency(who):
            for rule in filter(is_keyed, rules(visitors.app, method)):
                _compare_keys(visitors, who, method, rule, keys, forms.get(rule.endpoint, {}))
    if foreign_rows(visitors.planted) != before:
        tally.leaks.append(Leak("somebody", "some change", "", "changed what is another agency's"))
    return tally


def _compare_keys(visitors: Visitors, who: str, method: str, rule: Rule, keys: int, form: Mapping[str, str]) -> None:
    addresses = Addresses(visitors)
    (missing,) = addresses.of(rule, "none", 1)
    one = _answer(visitors, who, method, missing, form)
    foreign = [whose for whose in (PARTNER, STRANGER) if whose not in agencies_of(who)]
    for address in (each for whose in foreign for each in addresses.of(rule, whose, keys)):
        other = _answer(visitors, who, method, address, form)
        visitors.note(who, rule.endpoint, address, other)
        # What was asked for comes back to who asked.
        if without_chance(content(one)).replace(missing, "") != without_chance(content(other)).replace(address, ""):
            told = f"{method} {other.status_code} where nothing is {one.status_code}"
            visitors.tally.leaks.append(Leak(who, rule.endpoint, address, told))


def foreign_rows(planted: Planted) -> str:
    """All rows that bear a canary of B or C, as one text."""
    told = []
    with planted.catalog.reading() as connection:
        for table in metadata.sorted_tables:
            rows = sorted(str(tuple(row)) for row in connection.execute(select(table)))
            told += [row for row in rows if any(one.agency != OWN for _, one in planted.canaries.seen(row))]
    return "\n".join(told)


def _answer(visitors: Visitors, who: str, method: str, address: str, form: Mapping[str, str]) -> TestResponse:
    client = visitors.clients[who]
    return client.get(address) if method == "GET" else client.post(address, data=form, headers=SAME_ORIGIN)


def foreign_words_like_missing(visitors: Visitors, words: int, seed: int) -> Tally:
    """Whether a word of another agency finds as little as one of nobody, to the byte, wherever words are asked for."""
    tally = visitors.tally = Tally()
    nobodys = "qxqxqxqx"
    words_of = visitors.planted.canaries.words.items()
    foreign = [word for word, told in words_of if told.agency == STRANGER and told.table not in OF_ALL]
    chosen = random.Random(seed).sample(foreign, min(words, len(foreign)))
    addresses = Addresses(visitors)
    for rule, who in itertools.product(rules(visitors.app, "GET"), visitors.clients):
        if not sees_one_agency(who) or STRANGER in agencies_of(who) or _is_everybodys(rule):
            continue
        for address in addresses.of(rule, OWN, 1):
            for name in ("q", "agency"):
                Asked.names.clear()
                one = visitors.clients[who].get(f"{address}?{name}={nobodys}")
                if one.status_code != 200 or name not in Asked.names:
                    continue
                plain = without_chance(content(one))
                for word in chosen:
                    other = visitors.clients[who].get(f"{address}?{name}={word}")
                    tally.answers += 1
                    if without_chance(content(other)).replace(word, nobodys) != plain:
                        told = visitors.planted.canaries.words[word]
                        tally.leaks.append(Leak(who, rule.endpoint, f"{address}?{name}={word}", told.place))
    return tally


def growth_unseen(small: Visitors, grown: Visitors, walk: Walk) -> Tally:
    """Whether people of A see the same, to the byte, when B and C hold more: every page, count, facet and export."""
    tally = Tally()
    learnt, chance = learn(small), random.Random(walk.seed)
    addresses = Addresses(small)
    for rule, who in itertools.product(rules(small.app, "GET"), small.clients):
        if not sees_one_agency(who) or STRANGER in agencies_of(who) or _is_everybodys(rule):
            continue
        queries = learnt.get(rule.endpoint, [])
        for address in addresses.of(rule, OWN, walk.keys):
            some = chance.sample(queries, min(walk.queries, len(queries)))
            for full in (address, *(f"{address}?{urlencode(query)}" for query in some)):
                one, other = (without_chance(content(each.clients[who].get(full))) for each in (small, grown))
                tally.answers += 1
                if one != other:
                    tally.leaks.append(Leak(who, rule.endpoint, full, "differs"))
    return tally


def hidden_like_missing(visitors: Visitors) -> Tally:
    """Whether a dataset that is not published is answered as none at all on the pages of what is, whoever asks."""
    tally = visitors.tally = Tally()
    (rule,) = (rule for rule in rules(visitors.app, "GET") if rule.endpoint == "published.dataset")
    addresses = Addresses(visitors)
    (missing,) = addresses.of(rule, "none", 1)
    for who, whose in itertools.product(visitors.clients, (OWN, PARTNER, STRANGER)):
        one = without_chance(content(visitors.clients[who].get(missing))).replace(missing, "")
        # Every third is hidden, and the first of them is.
        for address in itertools.islice(addresses.of(rule, whose, 1000), 0, None, len(Disclosure)):
            other = visitors.ask(who, rule.endpoint, address)
            if without_chance(content(other)).replace(address, "") != one:
                tally.leaks.append(Leak(who, rule.endpoint, address, f"{other.status_code} though it is hidden"))
    return tally


def _is_everybodys(rule: Rule) -> bool:
    """Whether the page is the same for everybody: what is published (also in DCAT-US), the rules of the policies, and
    whom the demonstration offers to be.
    """
    everybodys = {"sign_in.show", "conventions.dcat_us"}
    return rule.endpoint.startswith(("published.", "policy_rules.")) or rule.endpoint in everybodys
