"""A city where every name that anybody can choose is hostile: markup, scripts or formulas."""

from dataclasses import replace
from pathlib import Path

from catalog.model.decisions import Verdict
from catalog.model.holdings import Agency, Description
from catalog.model.parties import Party, PartyKind
from catalog.model.programmes import Programme
from catalog.model.register import Activity, Classification, Verb
from catalog.services import indexing, law_records, register, review, sources
from tests.support import city as cities
from tests.support.city import ADMIN, City

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
    register.describe(
        ADMIN, catalog, Description(dataset, bad[5], everything, everything, everything, (everything,), True)
    )
    party = law_records.add_party(ADMIN, catalog, Party(0, bad[6], PartyKind.VENDOR, None))
    programme = law_records.add_programme(
        ADMIN, catalog, Programme(0, bad[5], everything, everything, bad, "DSS", None, None)
    )
    register.add_activity(
        ADMIN,
        catalog,
        Activity(0, "DSS", Verb.DISCLOSURE, everything, everything, Classification.UNCLASSIFIED, None, everything,
                 party.id, (everything,), programme.id, None, None, everything, everything, everything, everything),
        type_codes=["SSN"],
        dataset_ids=[dataset],
    )  # fmt: skip
    indexing.rebuild(ADMIN, catalog)
    return replace(city, clients=dataset, source=source.id)


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
    ]
