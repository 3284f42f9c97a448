"""Whatever fails while a page is made, the page says that it failed, and a reference: nothing of what or where."""

from flask.testing import FlaskClient

from catalog.services.catalog import Catalog
from tests.support.browsing import SAME_ORIGIN
from tests.support.city import City
from tests.support.faults import TROUBLES, forced, told, troubled
from web.app import create_app


def signed_in(catalog: Catalog) -> FlaskClient:
    client = create_app(catalog).test_client()
    assert client.post("/sign-in", data={"person": "cpo"}, headers=SAME_ORIGIN).status_code == 303
    return client


def test_a_page_that_fails_somewhere_says_only_that(city: City) -> None:
    client = signed_in(city.catalog)
    faults = list(forced(client.application, client, [f"/datasets/{city.clients}"], seed=5))
    assert len(faults) > 20
    assert "its template" in {fault.where for fault in faults}
    assert told(faults) == "0"


def test_a_bad_day_of_the_catalog_is_told_in_plain_words(city: City) -> None:
    decided = f"/datasets/{city.clients}/columns/{city.column}/SSN"
    # A full disk has room left in the pages it has: enough for a few short entries.
    changes = [(decided, {"verdict": verdict, "reason": "why " * 120}) for verdict in ("confirmed", "rejected") * 8]
    asked = [("/", None), ("/search?q=client", None), *changes]
    faults = list(troubled(city.catalog, signed_in, asked))
    assert {fault.kind for fault in faults} >= set(TROUBLES) - {"the index is gone"}
    assert told(faults) == "0"
