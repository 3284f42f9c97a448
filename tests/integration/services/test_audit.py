"""No change without an entry, no entry without a change, and every tampering inside the chain shows."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from catalog.errors import Conflict, SettingsError
from catalog.model.holdings import Source
from catalog.services import audit, setup, sources
from catalog.services.catalog import Catalog
from tests.integration.services.conftest import add_source
from tests.support.builders import CPO, OPERATOR, an_agency
from tests.support.tampering import unsealed

TAMPERINGS = [
    "UPDATE audit_events SET person_id = 'someone' WHERE sequence = 3",
    "UPDATE audit_events SET detail = detail || '!' WHERE sequence = 2",
    "DELETE FROM audit_events WHERE sequence = 2",
    "DELETE FROM audit_events WHERE sequence = (SELECT max(sequence) FROM audit_events)",
    "UPDATE audit_events SET mac = previous WHERE sequence = 4",
    "UPDATE audit_head SET sequence = sequence + 1",
    "UPDATE audit_events SET sequence = sequence + 1000 WHERE sequence >= 4",
]


def test_an_untouched_chain_is_whole_and_gapless(catalog: Catalog) -> None:
    before = audit.verify(CPO, catalog)
    sources.add_agency(OPERATOR, catalog, an_agency("dob", "Buildings"))
    after = audit.verify(CPO, catalog)
    assert (before.broken_at, after.broken_at) == (None, None)
    assert after.entries == before.entries + 1


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_tampering_shows(catalog: Catalog, tampering: str) -> None:
    with unsealed(catalog) as connection:
        assert connection.execute(text(tampering)).rowcount
    assert audit.verify(CPO, catalog).broken_at is not None


@pytest.mark.parametrize("change", ["UPDATE audit_events SET detail = 'x'", "DELETE FROM audit_events"])
def test_the_database_itself_refuses_to_change_entries(catalog: Catalog, change: str) -> None:
    writing = catalog.engine.execution_options(writes=True)
    with writing.connect() as connection, pytest.raises(DBAPIError, match="only ever added to"):
        connection.execute(text(change))
    assert audit.verify(CPO, catalog).broken_at is None


@pytest.mark.parametrize("catalog", ["postgresql"], indirect=True)
def test_nor_does_it_let_them_be_emptied_all_at_once(catalog: Catalog) -> None:
    with catalog.engine.connect() as connection, pytest.raises(DBAPIError, match="only ever added to"):
        connection.execute(text("TRUNCATE audit_events"))


def test_a_chain_made_with_another_key_shows(catalog: Catalog) -> None:
    key = catalog.settings.keys_dir / "audit.key"
    key.write_bytes(bytes(32))
    assert audit.verify(CPO, catalog).broken_at == 1


def test_a_lost_key_is_never_replaced_in_silence(catalog: Catalog) -> None:
    key = catalog.settings.keys_dir / "audit.key"
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(SettingsError, match=r"audit\.key: it is missing.*backup"):
        sources.add_agency(OPERATOR, catalog, an_agency("dob", "Buildings"))
    with pytest.raises(SettingsError):
        setup.init(catalog.settings)
    assert not key.exists()
    key.write_bytes(kept)
    key.chmod(0o600)
    setup.init(catalog.settings).close()
    assert audit.verify(CPO, catalog).broken_at is None
    assert "dob" not in {agency.id for agency in sources.agencies(CPO, catalog)}


def test_a_change_that_fails_leaves_no_entry(catalog: Catalog, source: Source) -> None:
    before = audit.verify(CPO, catalog).entries
    with pytest.raises(Conflict):
        add_source(catalog, "dso", source.name)
    assert audit.verify(CPO, catalog).entries == before
