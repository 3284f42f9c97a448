"""How many people a dataset is about: from what holds now."""

from dataclasses import replace

from catalog.model.decisions import Verdict
from catalog.model.evidence import Form
from catalog.model.holdings import Band, Magnitude, Source
from catalog.model.runs import ColumnResult, RunState
from catalog.services import holdings, recording, review
from catalog.services.catalog import Catalog
from tests.support.builders import CPO, OPERATOR, a_column, a_finding, a_result, listed, officer


def keyed(name: str, code: str, many: Magnitude, *, form: Form = Form.FULL, position: int = 0) -> ColumnResult:
    column = a_column(name, [a_finding(code, form=form)], position=position)
    return replace(column, amount=many, distinct=Band.ALL)


def scanned(catalog: Catalog, source: Source, *columns: ColumnResult) -> int:
    run = recording.begin(OPERATOR, catalog, source.id, seed=1, full=True)
    (dataset_id,) = recording.record_listing(OPERATOR, catalog, run, [listed("clients")], ()).values()
    recording.record_result(OPERATOR, catalog, run, dataset_id, "v1", a_result(columns))
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    return dataset_id


def test_the_strongest_key_tells_how_many_people_and_a_rejected_one_no_longer(catalog: Catalog, source: Source) -> None:
    ssn = keyed("ssn", "SSN", Magnitude.FROM_100)
    email = keyed("email", "EMAIL", Magnitude.FROM_1000, position=1)
    dataset_id = scanned(catalog, source, ssn, email)
    page = holdings.dataset(CPO, catalog, dataset_id)
    assert page.line.people is Magnitude.FROM_100
    review.decide(CPO, catalog, page.columns[0].column.id, "SSN", Verdict.REJECTED, "These are parcels.")
    assert holdings.dataset(CPO, catalog, dataset_id).line.people is Magnitude.FROM_1000
    assert holdings.dataset(officer("dso"), catalog, dataset_id).line.people is Magnitude.FROM_1000


def test_a_later_look_counts_anew(catalog: Catalog, source: Source) -> None:
    scanned(catalog, source, keyed("ssn", "SSN", Magnitude.FROM_100))
    dataset_id = scanned(catalog, source, keyed("ssn", "SSN", Magnitude.FROM_10000))
    page = holdings.dataset(CPO, catalog, dataset_id)
    assert page.line.people is Magnitude.FROM_10000
    assert page.sensitivity_reasons == ("it is about 10,000 people or more",)


def test_the_loss_of_digests_need_not_be_notified(catalog: Catalog, source: Source) -> None:
    dataset_id = scanned(catalog, source, keyed("ssn_hash", "SSN", Magnitude.FROM_100, form=Form.HASHED))
    page = holdings.dataset(CPO, catalog, dataset_id)
    assert not page.breach_notifiable
    assert page.line.tier.label == "Restricted"


def test_what_a_person_alone_says_is_taken_to_be_whole(catalog: Catalog, source: Source) -> None:
    dataset_id = scanned(catalog, source, a_column("field_7"))
    column = holdings.dataset(CPO, catalog, dataset_id).columns[0].column.id
    review.decide(CPO, catalog, column, "SSN", Verdict.CONFIRMED, "The steward told us.")
    assert holdings.dataset(CPO, catalog, dataset_id).breach_notifiable
