"""What laws call what is held: as of a day, within what one sees, and what a bill would change, without a scan."""

from collections.abc import Sequence
from datetime import date

import pytest

from catalog.errors import NotAllowed, NotFound
from catalog.model.actors import Actor, Grant, Role
from catalog.model.decisions import Verdict
from catalog.model.evidence import Form
from catalog.model.identifiers import Origin
from catalog.model.law import Effect
from catalog.model.legal_views import Held
from catalog.model.runs import RunState
from catalog.services import holdings, laws, recording, register, review
from catalog.services.catalog import Catalog
from tests.integration.services.conftest import add_source
from tests.support.builders import CPO, OPERATOR, a_column, a_finding, a_result, an_activity, listed, officer


@pytest.fixture
def estate(catalog: Catalog) -> dict[str, int]:
    """Two agencies' datasets by name; nothing is confirmed."""
    made = _scan(
        catalog,
        "dso",
        {
            "clients": [("SSN", Form.FULL), ("EMAIL", Form.FULL)],
            "sign_ins": [("EMAIL", Form.FULL), ("CREDENTIAL", Form.FULL), ("IP_ADDRESS", Form.FULL)],
            "tails": [("SSN", Form.PARTIAL)],
        },
    )
    return made | _scan(catalog, "dch", {"devices": [("DEVICE_ID", Form.FULL)], "nothing": []})


def _scan(catalog: Catalog, agency_id: str, tables: dict[str, Sequence[tuple[str, Form]]]) -> dict[str, int]:
    source = add_source(catalog, agency_id, f"db-{agency_id}")
    run = recording.begin(OPERATOR, catalog, source.id, seed=1, full=True)
    names = list(tables)
    ids = recording.record_listing(OPERATOR, catalog, run, [listed(name) for name in names], ())
    for name, held in tables.items():
        columns = [
            a_column(f"c{n}", [a_finding(code, form=form)], position=n) for n, (code, form) in enumerate(held)
        ] or [a_column("c0")]
        recording.record_result(OPERATOR, catalog, run, ids[name], "v1", a_result(columns))
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    return {name: ids[name] for name in names}


def _held(catalog: Catalog, law: str, actor: Actor = CPO) -> dict[str, Held]:
    page = laws.law(actor, catalog, law)
    return {line.legal_class.code: line.held for line in page.classes}


@pytest.mark.usefixtures("estate")
def test_what_falls_in_the_classes_of_private_information(catalog: Catalog) -> None:
    """The last digits of a number are none, and an e-mail address is one only beside a password."""
    assert _held(catalog, "nyc-10-501") == {
        "ssn": Held(0, 1),
        "license": Held(),
        "account": Held(),
        "account-with-code": Held(),
        "biometric": Held(),
        "sign-in": Held(0, 1),
    }


def test_a_decision_moves_a_class_at_once(catalog: Catalog, estate: dict[str, int]) -> None:
    column = holdings.dataset(CPO, catalog, estate["clients"]).columns[0].column.id
    review.decide(CPO, catalog, column, "SSN", Verdict.CONFIRMED)
    assert _held(catalog, "nyc-10-501")["ssn"] == Held(1, 0)
    review.decide(CPO, catalog, column, "SSN", Verdict.REJECTED, "These are parcels.")
    assert _held(catalog, "nyc-10-501")["ssn"] == Held()


def test_two_things_are_confirmed_where_both_are(catalog: Catalog, estate: dict[str, int]) -> None:
    columns = [view.column.id for view in holdings.dataset(CPO, catalog, estate["sign_ins"]).columns]
    review.decide(CPO, catalog, columns[0], "EMAIL", Verdict.CONFIRMED)
    assert _held(catalog, "nyc-10-501")["sign-in"] == Held(0, 1)
    review.decide(CPO, catalog, columns[1], "CREDENTIAL", Verdict.CONFIRMED)
    assert _held(catalog, "nyc-10-501")["sign-in"] == Held(1, 0)


@pytest.mark.usefixtures("estate")
def test_an_officer_sees_their_own_agencys_counts_alone(catalog: Catalog) -> None:
    assert _held(catalog, "nyc-10-501", officer("dch"))["ssn"] == Held()
    page = laws.impact(officer("dch"), catalog, "int-197-2026")
    assert {agency.id for agency in page.agencies} == {"dch"}
    with pytest.raises(NotAllowed):
        laws.law(Actor("ops", "Olu Peters", frozenset({Grant(Role.OPERATOR)})), catalog, "nyc-10-501")


def test_a_law_reads_as_it_did_on_a_day(catalog: Catalog) -> None:
    now, before = (laws.law(CPO, catalog, "nyc-23-1201", day) for day in (date(2026, 1, 1), date(2023, 11, 21)))
    lost = {one.code for one in now.origins[Origin.LAW]} - {one.code for one in before.origins[Origin.LAW]}
    assert lost == {"HEIGHT", "WEIGHT"}
    assert laws.law(CPO, catalog, "nyc-10-501", date(2021, 12, 10)).classes == ()
    assert laws.law(CPO, catalog, "nyc-23-1201", date(2018, 1, 1)).first_day == date(2018, 6, 15)


def test_what_a_bill_would_change(catalog: Catalog, estate: dict[str, int]) -> None:
    """Devices in one agency, addresses of devices in the other; nobody holds how people walk; nothing is scanned."""
    column = holdings.dataset(CPO, catalog, estate["devices"]).columns[0].column.id
    review.decide(CPO, catalog, column, "DEVICE_ID", Verdict.CONFIRMED)
    register.add_activity(officer("dso"), catalog, an_activity("dso", "Sign-in log"), type_codes=["IP_ADDRESS"])
    page = laws.impact(CPO, catalog, "int-197-2026")
    told = {line.effect.type.code: (line.effect.effect, line.held, line.activities) for line in page.lines}
    assert told == {
        "BIO_GAIT": (Effect.MOVED, Held(), 0),
        "DEVICE_ID": (Effect.MOVED, Held(1, 0), 0),
        "IP_ADDRESS": (Effect.MOVED, Held(0, 1), 1),
    }
    assert [agency.id for agency in page.agencies] == ["dch", "dso"]
    assert page.not_seen == ("keystroke patterns",)
    assert page.looked


def test_nothing_found_where_not_everything_was_looked_at_is_no_absence(catalog: Catalog) -> None:
    source = add_source(catalog, "dso", "db")
    run = recording.begin(OPERATOR, catalog, source.id, seed=1, full=True)
    recording.record_listing(OPERATOR, catalog, run, [listed("unseen")], ())
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    assert not laws.impact(CPO, catalog, "int-197-2026").looked


def test_a_law_is_no_bill_and_another_is_not_there(catalog: Catalog) -> None:
    for ask in (laws.law, laws.impact):
        with pytest.raises(NotFound, match="no such law"):
            ask(CPO, catalog, "nothing")
    with pytest.raises(NotFound, match="it is no bill"):
        laws.impact(CPO, catalog, "nyc-10-501")
    assert [law.code for law in laws.every(CPO, catalog)] == ["nyc-23-1201", "nyc-10-501", "int-197-2026", "us-ferpa"]


def test_a_dataset_tells_the_classes_it_falls_in(catalog: Catalog, estate: dict[str, int]) -> None:
    def told(name: str) -> dict[str, list[str]]:
        page = holdings.dataset(CPO, catalog, estate[name])
        return {law.code: [one.code for one in classes] for law, classes in page.laws}

    assert told("clients") == {"nyc-10-501": ["ssn"]}
    assert told("sign_ins") == {"nyc-10-501": ["sign-in"]}
    assert told("tails") == told("nothing") == {}
