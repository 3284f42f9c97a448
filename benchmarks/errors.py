"""Hundreds of forced faults: whatever fails behind a page, it holds a reference and nothing of the fault."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from flask.testing import FlaskClient

from benchmarks.proof import Proof
from catalog.services.catalog import Catalog
from tests.support import city as cities
from tests.support.browsing import SAME_ORIGIN
from tests.support.city import City
from tests.support.faults import TROUBLES, Asked, Fault, forced, told, troubled
from tests.web.test_matrix import GETS, POSTS, address
from web.app import create_app

SEED = 20261128
_LEAST = 500
_PEOPLE = ("cpo", "officer-dss", "operator", "researcher")


def proofs() -> Iterator[Proof]:
    """Functions and templates made to fail under every page, then a catalog's bad days."""
    with tempfile.TemporaryDirectory() as folder:
        city = cities.build(Path(folder))
        faults = [fault for person in _PEOPLE for fault in _forced(city, person)]
        yield _proof(f"functions and templates behind {len({one.address for one in faults})} pages", faults, _LEAST)
        asked: list[Asked] = [(address(page.address, city), None) for page in GETS.values()]
        asked += [(address(change.address, city), dict(change.data)) for change in POSTS.values() for _ in range(3)]
        days = list(troubled(city.catalog, lambda catalog: _signed_in(catalog, "cpo"), asked))
        yield _proof(f"{len(TROUBLES)} bad days of the database, the disk, the keys and the index", days, len(TROUBLES))
        city.catalog.close()


def _forced(city: City, person: str) -> Iterator[Fault]:
    client = _signed_in(city.catalog, person)
    addresses = [address(page.address, city) for page in GETS.values()]
    open_ = [each for each in addresses if client.get(each).status_code == 200]
    return forced(client.application, client, open_, SEED)


def _signed_in(catalog: Catalog, person: str) -> FlaskClient:
    client = create_app(catalog).test_client()
    answer = client.post("/sign-in", data={"person": person}, headers=SAME_ORIGIN)
    assert answer.status_code == 303, person
    return client


def _proof(what: str, faults: list[Fault], least: int) -> Proof:
    wrong = sum(bool(fault.wrong) for fault in faults)
    kinds = len(Counter(fault.kind for fault in faults))
    figure = f"{len(faults):,} faults of {kinds} kinds; {told(faults)} that tell of it"
    kept = not wrong and len(faults) >= least
    return Proof(f"forced faults: {what}", figure, f"at least {least}; 0 with a trace, SQL, path or class", kept, SEED)
