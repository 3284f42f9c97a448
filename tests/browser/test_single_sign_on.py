"""A browser goes to a certified identity provider and comes back, under our own policy of what it may follow."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from catalog.services.catalog import Catalog
from tests.support import city as cities
from tests.support.mailing import closed_port
from tests.support.providers import identity_provider
from tests.support.rogue import trusting
from tests.support.serving import running
from web.app import create_app


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    folder, port = tmp_path_factory.mktemp("city"), closed_port()
    made = cities.build(folder / "data").catalog
    address = f"http://127.0.0.1:{port}"
    with identity_provider(address) as issuer:
        opened = trusting(made, issuer, folder, public_url=address, open_sign_in=False)
        yield opened
        opened.close()
    made.close()


@pytest.fixture(scope="module")
def server(catalog: Catalog) -> Iterator[str]:
    """In place of the one that others share: this one trusts a provider."""
    with running(create_app(catalog), int(catalog.settings.public_url.rpartition(":")[2])) as address:
        yield address


@pytest.mark.parametrize("scripts", [True, False])
def test_to_the_provider_and_back(scripts: bool, catalog: Catalog, window: Callable[..., Any]) -> None:
    opened = window(scripts=scripts)
    page = opened.open("/types")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_role("link", name="Sign in with single sign-on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("City sign-in")
    page.get_by_label("Name").fill("u-rosa")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{opened.server}/types")
    expect(page.get_by_text("Rosa Marin").first).to_be_visible()
    # The provider alone is somebody else than us.
    opened.strangers[:] = [url for url in opened.strangers if not url.startswith(catalog.settings.oidc_issuer)]
