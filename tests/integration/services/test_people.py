"""Whom the demo lets in."""

from catalog.services import people
from catalog.services.catalog import Catalog


def test_outside_the_demo_nobody_enters_without_a_password(catalog: Catalog) -> None:
    closed = Catalog(
        catalog.settings.model_copy(update={"open_sign_in": False}),
        catalog.engine,
        catalog.search_index,
        catalog.taxonomy,
        catalog.clock,
    )
    assert people.offered(catalog)
    assert people.offered(closed) == ()
