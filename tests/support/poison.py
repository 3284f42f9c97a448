"""A city where every name that anybody can choose is hostile: markup, scripts or formulas."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from catalog.model.agreements import (
    Agreement,
    Contract,
    DeclaredSystem,
    OnwardDisclosure,
    ServiceClass,
    Unscannable,
)
from catalog.model.decisions import Verdict
from catalog.model.events import ExigentEvent, ExigentState, Violation, ViolationState
from catalog.model.holdings import Agency, Description, Disclosure
from catalog.model.parties import Party, PartyKind
from catalog.model.programmes import Programme, ProgrammeMember
from catalog.model.recogniser_sets import Flipped
from catalog.model.register import Activity, Classification, Protocol, ProtocolType, Verb
from catalog.services import indexing, law_records, recognisers, register, reporting, review, sources
from catalog.services.catalog import Catalog
from tests.support import city as cities
from tests.support.builders import tell
from tests.support.city import ADMIN, City
from tests.support.recognisers import tried

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<div hx-get='/scans' hx-trigger='load'>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "</title><svg/onload=alert(1)>",
    "<!--<iframe src=//elsewhere.example>",
)
FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "'=1",
    ' =HYPERLINK("http://elsewhere.example";"x")',
    'a";=1+1;"',
    "a,=1+1",
)


def poisoned(folder: Path, bad: tuple[str, ...]) -> City:
    """A city where every name anybody can choose is one of the payloads."""
    city = cities.build(folder)
    catalog = city.catalog
    everything = " ".join(bad)
    sources.add_agency(ADMIN, catalog, Agency("DSS", bad[0], bad[1], bad, "mayoral", everything, True, everything))
    source = cities.add_source(catalog, "DSS", bad[2], bad[3])
    columns = [
        cities.column(name, place, cities.finding("SSN", 0.9), kind=name, comment=everything)
        for place, name in enumerate(bad, 1)
    ]
    _, (dataset,) = cities.scan(catalog, source, [(cities.listed(bad[4], everything), cities.result(columns))])
    first = cities.column_ids(catalog, dataset)[bad[0]]
    review.decide(ADMIN, catalog, first, "SSN", Verdict.CONFIRMED, everything)
    words = Description(dataset, bad[5], everything, everything, everything, (everything,), Disclosure.FULL)
    tell(ADMIN, catalog, words)
    law = _poisoned_law(catalog, dataset, bad, everything)
    draft = _poisoned_recognisers(catalog, dataset, bad, everything)
    indexing.rebuild(ADMIN, catalog)
    return replace(city, clients=dataset, source=source.id, draft=draft, law=replace(city.law, **law))


def _poisoned_recognisers(catalog: Catalog, dataset: int, bad: tuple[str, ...], everything: str) -> int:
    """A set whose name, recognisers, examples and trial are the payloads'."""
    entries = [
        {
            "name": name,
            "clue": "a number",
            "supported_entity": "CASE_ID",
            "patterns": [{"regex": "x", "score": 0.5}],
            "source": everything,
            "examples": {"match": [f"{everything} «{everything}»"], "no_match": [everything]},
        }
        for name in dict.fromkeys(name.strip() for name in bad)
    ]
    text = yaml.safe_dump({"recognizers": entries}, allow_unicode=True)
    draft = recognisers.add(ADMIN, catalog, bad[0], text)
    flips = [Flipped(dataset, name, "SSN", 0.2, 0.9) for name in bad]
    tried(catalog, draft, *flips, by=ADMIN)
    return draft.id


def _poisoned_law(catalog: Catalog, dataset: int, bad: tuple[str, ...], everything: str) -> dict[str, Any]:
    """One record of every kind, in nobody's words but the payloads'."""
    day = date(2026, 1, 5)
    party = law_records.add_party(ADMIN, catalog, Party(0, bad[6], PartyKind.VENDOR, None))
    programme = law_records.add_programme(
        ADMIN, catalog, Programme(0, bad[5], everything, everything, bad, "DSS", None, None)
    )
    law_records.add_member(ADMIN, catalog, ProgrammeMember(programme.id, party.id, everything))
    paper = register.add_protocol(
        ADMIN,
        catalog,
        Protocol(0, ProtocolType.CONTRACT_RIDER, bad[3], everything, "DSS", everything, everything, day, None, None),
    )
    other = law_records.add_party(ADMIN, catalog, Party(0, bad[7], PartyKind.COURT, None)).id
    terms = Agreement(paper.id, everything, OnwardDisclosure.NONE, everything, everything)
    register.add_agreement(ADMIN, catalog, terms, [party.id, other])
    activity = register.add_activity(
        ADMIN,
        catalog,
        Activity(0, "DSS", Verb.DISCLOSURE, everything, everything, Classification.UNCLASSIFIED, None, everything,
                 party.id, (everything,), programme.id, None, None, everything, everything, everything, everything),
        type_codes=["SSN"],
        dataset_ids=[dataset],
        protocol_ids=[paper.id],
    )  # fmt: skip
    contract = law_records.add_contract(
        ADMIN, catalog, Contract(0, "DSS", party.id, bad[1], bad[2], ServiceClass.OTHER, paper.id, day, None)
    )
    system = DeclaredSystem(
        0, "DSS", bad[4], everything, everything, Unscannable.PAPER, contract.id, ("SSN",), bad, everything, day
    )
    law_records.declare_system(ADMIN, catalog, system, [activity.id])
    event = ExigentEvent(
        0, "DSS", activity.id, Verb.DISCLOSURE, bad[0], everything, party.id, ("SSN",), everything,
        ExigentState.OCCURRED, day, None,
    )  # fmt: skip
    reporting.add_exigent_event(ADMIN, catalog, event)
    violation = Violation(
        0, "DSS", activity.id, bad[1], everything, everything, party.id, ("SSN",), everything, True,
        ViolationState.REPORTED, day, day, None, None,
    )  # fmt: skip
    reporting.add_violation(ADMIN, catalog, violation)
    return {"vendor": activity.id, "designation": paper.id, "programme": programme.code}


def addresses(city: City) -> list[str]:
    return [
        "/",
        "/agencies",
        "/agencies/DSS",
        f"/datasets/{city.clients}",
        "/types/SSN",
        "/search",
        "/search?agency=DSS",
        "/search?q=alert",
        "/scans",
        f"/runs/{city.live_run + 2}",
        "/flows",
        f"/flows/{city.law.vendor}",
        "/programmes",
        f"/programmes/{quote(city.law.programme, safe='')}",
        "/protocols",
        f"/protocols/{city.law.designation}",
        "/protocols/gaps",
        "/declared",
        "/events",
        "/recognizers",
        f"/recognizers/{city.draft}",
    ]
