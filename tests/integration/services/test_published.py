"""What researchers are told, at each level; what it follows from, and what it does not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from catalog.errors import NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor, Grant, Role
from catalog.model.decisions import Verdict
from catalog.model.evidence import Form
from catalog.model.holdings import Band, Disclosure, Magnitude, Source, Words
from catalog.model.published import PublishedPage
from catalog.model.register import ProtocolType
from catalog.model.runs import ColumnResult, RunState, SafeName
from catalog.services import describing, holdings, indexing, law_records, published, recording, register, review
from catalog.services.catalog import Catalog
from tests.support.builders import (
    CPO,
    OPERATOR,
    RESEARCHER,
    FixedClock,
    a_column,
    a_finding,
    a_programme,
    a_protocol,
    a_result,
    an_activity,
    listed,
    officer,
)

HIDDEN, EXISTENCE, FULL = Disclosure
WORDS = Words("Shelter clients", "Who stays where.", "data@dso.example", "7 years", ("client",))
DSO = officer("dso")


def keyed(name: str, code: str, many: Magnitude = Magnitude.FROM_1000, position: int = 0) -> ColumnResult:
    column = a_column(name, [a_finding(code)], position=position)
    return replace(column, amount=many, distinct=Band.ALL)


def look(catalog: Catalog, source: Source, *columns: ColumnResult, rows: int = 5000, name: str = "clnt_tbl") -> int:
    run = recording.begin(OPERATOR, catalog, source.id, seed=1, full=True)
    (dataset_id,) = recording.record_listing(OPERATOR, catalog, run, [listed(name)], ()).values()
    seen = replace(a_result(columns), rows_total=rows)
    recording.record_result(OPERATOR, catalog, run, dataset_id, "v1", seen)
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    return dataset_id


def confirm(catalog: Catalog, dataset_id: int, code: str, verdict: Verdict = Verdict.CONFIRMED) -> None:
    for view in holdings.dataset(CPO, catalog, dataset_id).columns:
        if any(tag.type.code == code for tag in view.tags):
            review.decide(CPO, catalog, view.column.id, code, verdict)


@pytest.fixture
def told(catalog: Catalog, source: Source) -> tuple[Catalog, int]:
    """A dataset with a confirmed number of cases and a suggested one of persons, described, with law on it."""
    dataset_id = look(catalog, source, keyed("case_no", "CASE_ID"), keyed("ssn_txt", "SSN", position=1))
    confirm(catalog, dataset_id, "CASE_ID")
    describing.describe(DSO, catalog, dataset_id, WORDS)
    programme = law_records.add_programme(CPO, catalog, a_programme("HOME", "dso"))
    permits = register.add_protocol(DSO, catalog, a_protocol("Designation of intake", "dso"))
    binds = replace(a_protocol("Rider", "dso"), type=ProtocolType.CONTRACT_RIDER)
    handling = register.add_protocol(DSO, catalog, binds)
    intake = an_activity("dso", "Secret intake", programme_id=programme.id)
    papers = [permits.id, handling.id]
    register.add_activity(DSO, catalog, intake, dataset_ids=[dataset_id], protocol_ids=papers)
    return catalog, dataset_id


def publish(catalog: Catalog, dataset_id: int, level: Disclosure) -> PublishedPage | None:
    describing.publish(DSO, catalog, dataset_id, level, "The privacy office agreed")
    indexing.refresh(catalog)
    return published.seen_by_researchers(CPO, catalog, dataset_id)


def found(catalog: Catalog, text: str = "", **chosen: str) -> list[str]:
    page = published.find(RESEARCHER, catalog, text, {key: [value] for key, value in chosen.items()})
    return [one.title for one in page.datasets]


def test_hidden_is_nowhere(told: tuple[Catalog, int]) -> None:
    catalog, dataset_id = told
    address = publish(catalog, dataset_id, EXISTENCE)
    assert address is not None
    assert publish(catalog, dataset_id, HIDDEN) is None
    assert found(catalog) == found(catalog, "shelter") == []
    assert published.agencies(RESEARCHER, catalog) == ()
    kept = {hit.kind for hit in catalog.search_index.search("shelter clients", 100)}
    assert kept.isdisjoint(indexing.PUBLISHED), "what is told no more does not stay in the index"
    assert not any(line.datasets for line in published.types(RESEARCHER, catalog))
    for ask in (
        lambda: published.dataset(RESEARCHER, catalog, address.dataset.address),
        lambda: published.agency(RESEARCHER, catalog, "dso"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_of_existence_no_more_is_told_than_whom_to_ask(told: tuple[Catalog, int]) -> None:
    catalog, dataset_id = told
    page = publish(catalog, dataset_id, EXISTENCE)
    assert page is not None
    one = page.dataset
    assert (one.title, one.text, one.contact, one.agency.id) == (WORDS.title, WORDS.text, WORDS.contact, "dso")
    assert (one.content, page.columns, page.names_withheld) == (None, (), 0)
    assert found(catalog, "shelter") == found(catalog, "stays") == found(catalog, "dso") == [WORDS.title]
    for word in ("case", "case_no", "CASE_ID", "HOME", "designation", "clnt_tbl", "7 years"):
        assert found(catalog, word) == [], word
    assert found(catalog, agency="dso") == [WORDS.title]
    for key, value in (("type", "CASE_ID"), ("programme", "HOME"), ("kind", "table")):
        assert found(catalog, **{key: value}) == []
    facets = {facet.key: facet.values for facet in published.find(RESEARCHER, catalog).facets}
    assert [len(facets[key]) for key in ("agency", "type", "programme", "kind")] == [1, 0, 0, 0]


def test_of_what_it_holds_confirmed_facts_are_told_and_nothing_else(told: tuple[Catalog, int]) -> None:
    catalog, dataset_id = told
    page = publish(catalog, dataset_id, FULL)
    assert page is not None
    content = page.dataset.content
    assert content is not None
    assert [kind.code for kind in content.types] == ["CASE_ID"]
    assert [(column.name, [kind.code for kind in column.types]) for column in page.columns] == [
        ("case_no", ["CASE_ID"]),
        ("ssn_txt", []),
    ]
    assert [each.title for each in content.authorities] == ["Designation of intake"]
    assert [each.code for each in content.programmes] == ["HOME"]
    assert (content.people, content.size) == (Magnitude.FROM_1000, Magnitude.FROM_1000)
    assert (content.subjects, content.retention) == (("client",), "7 years")
    assert content.looked_on == catalog.clock.now().date()
    said = str(page)
    for hidden in ("clnt_tbl", "Secret intake", "Rider", "SSN", "suggested", "0.9"):
        assert hidden not in said, hidden
    assert found(catalog, "case_no") == found(catalog, type="CASE_ID") == found(catalog, kind="table") == [WORDS.title]
    assert found(catalog, "ssn") == ["Shelter clients"], "a column's name is told, and answers"
    assert found(catalog, "social security") == found(catalog, type="SSN") == []
    (line,) = [line for line in published.types(RESEARCHER, catalog) if line.datasets]
    assert (line.type.code, line.agencies, line.datasets) == ("CASE_ID", 1, 1)


def test_who_reads_it_makes_no_difference_and_who_may_not_is_refused(told: tuple[Catalog, int]) -> None:
    catalog, dataset_id = told
    page = publish(catalog, dataset_id, FULL)
    assert page is not None
    asks: tuple[Callable[[Actor], object], ...] = (
        lambda who: published.find(who, catalog, "shelter"),
        lambda who: published.dataset(who, catalog, page.dataset.address),
        lambda who: published.agencies(who, catalog),
        lambda who: published.agency(who, catalog, "dso"),
        lambda who: published.types(who, catalog),
        lambda who: published.type_page(who, catalog, "CASE_ID"),
    )
    for ask in asks:
        assert ask(RESEARCHER) == ask(CPO) == ask(officer("dch"))
        with pytest.raises(NotAllowed):
            ask(OPERATOR)
    with pytest.raises(NotFound):
        published.seen_by_researchers(officer("dch"), catalog, dataset_id)
    with pytest.raises(NotAllowed):
        published.seen_by_researchers(RESEARCHER, catalog, dataset_id)


def test_a_later_look_that_doubts_a_decision_changes_nothing_that_is_told(catalog: Catalog, source: Source) -> None:
    """That the evidence has moved is the machine's opinion; what people said of the type stands until they say more."""
    strong = keyed("case_no", "CASE_ID")
    dataset_id = look(catalog, source, strong)
    confirm(catalog, dataset_id, "CASE_ID")
    describing.describe(DSO, catalog, dataset_id, WORDS)
    before = publish(catalog, dataset_id, FULL)
    weak = replace(strong, findings=(a_finding("CASE_ID", 0.3),))
    assert look(catalog, source, weak) == dataset_id
    assert holdings.dataset(CPO, catalog, dataset_id).columns[0].tags[0].standing.value == "reopened"
    assert publish(catalog, dataset_id, FULL) == before
    assert found(catalog, type="CASE_ID") == [WORDS.title]
    confirm(catalog, dataset_id, "CASE_ID", Verdict.REJECTED)
    assert publish(catalog, dataset_id, FULL) != before
    assert found(catalog, type="CASE_ID") == []


def test_withheld_names_are_counted_and_no_more(catalog: Catalog, source: Source) -> None:
    columns = [
        keyed("case_no", "CASE_ID"),
        replace(keyed("", "NAME", position=1), name=SafeName("Aa aa", "hash-1", True)),
    ]
    dataset_id = look(catalog, source, *columns)
    confirm(catalog, dataset_id, "NAME")
    describing.describe(DSO, catalog, dataset_id, WORDS)
    page = publish(catalog, dataset_id, FULL)
    assert page is not None
    assert ([column.name for column in page.columns], page.names_withheld) == (["case_no"], 1)
    assert page.dataset.content is not None
    assert [kind.code for kind in page.dataset.content.types] == ["NAME"]
    assert found(catalog, "aa") == []


@pytest.mark.parametrize("people", [Magnitude.FEWER_THAN_5, Magnitude.NOT_KNOWN])
@pytest.mark.parametrize(("rows", "size"), [(4, None), (60, None), (700, Magnitude.FROM_100)])
def test_a_number_too_small_and_none_known_are_told_alike(
    catalog: Catalog, source: Source, people: Magnitude, rows: int, size: Magnitude | None
) -> None:
    dataset_id = look(catalog, source, keyed("case_no", "CASE_ID", people), rows=rows)
    confirm(catalog, dataset_id, "CASE_ID")
    describing.describe(DSO, catalog, dataset_id, WORDS)
    page = publish(catalog, dataset_id, FULL)
    assert page is not None
    assert page.dataset.content is not None
    assert (page.dataset.content.people, page.dataset.content.size) == (None, size)


def test_people_are_counted_by_what_is_confirmed_alone(catalog: Catalog, source: Source) -> None:
    ssn = replace(keyed("ssn", "SSN", Magnitude.FROM_100, 1), findings=(a_finding("SSN", form=Form.HASHED),))
    dataset_id = look(catalog, source, keyed("case_no", "CASE_ID"), ssn)
    describing.describe(DSO, catalog, dataset_id, WORDS)
    told = []
    for code in ("", "CASE_ID", "SSN"):
        confirm(catalog, dataset_id, code)
        page = publish(catalog, dataset_id, FULL)
        assert page is not None
        assert page.dataset.content is not None
        told.append(page.dataset.content.people)
    assert told == [None, Magnitude.FROM_1000, Magnitude.FROM_100]


def test_words_that_are_told_no_more_answer_no_more_though_the_index_lags(told: tuple[Catalog, int]) -> None:
    catalog, dataset_id = told
    publish(catalog, dataset_id, FULL)
    describing.publish(DSO, catalog, dataset_id, EXISTENCE)
    assert found(catalog, "case_no") == found(catalog, "shelter") == []
    indexing.refresh(catalog)
    assert found(catalog, "case_no") == []
    assert found(catalog, "shelter") == [WORDS.title]


def test_the_index_that_grew_is_the_one_rebuilt(told: tuple[Catalog, int]) -> None:
    catalog, dataset_id = told
    publish(catalog, dataset_id, FULL)
    publish(catalog, dataset_id, EXISTENCE)
    grown = {word: found(catalog, word) for word in ("shelter", "case_no", "home")}
    indexing.rebuild(OPERATOR, catalog)
    assert {word: found(catalog, word) for word in grown} == grown


def test_a_dataset_that_is_gone_is_published_no_more(told: tuple[Catalog, int], source: Source) -> None:
    catalog, dataset_id = told
    publish(catalog, dataset_id, FULL)
    assert isinstance(catalog.clock, FixedClock)
    others = [f"other{number}" for number in range(20)]
    for names in (["clnt_tbl", *others], others, others):
        catalog.clock.time += timedelta(days=1)
        run = recording.begin(OPERATOR, catalog, source.id, seed=1)
        recording.record_listing(OPERATOR, catalog, run, [listed(name) for name in names], ())
        recording.finish(OPERATOR, catalog, run, RunState.DONE)
    indexing.refresh(catalog)
    assert found(catalog) == found(catalog, "shelter") == []


def test_to_tell_more_needs_a_reason_and_a_title_and_the_right_person(told: tuple[Catalog, int]) -> None:
    catalog, dataset_id = told
    describing.publish(DSO, catalog, dataset_id, HIDDEN)  # so it is already
    for level in (EXISTENCE, FULL):
        with pytest.raises(RequestError, match="no reason is given"):
            describing.publish(DSO, catalog, dataset_id, level, "  ")
    describing.publish(DSO, catalog, dataset_id, FULL, "Agreed")
    describing.publish(DSO, catalog, dataset_id, EXISTENCE)  # to tell less needs none
    with pytest.raises(RequestError, match="no title"):
        describing.describe(DSO, catalog, dataset_id, replace(WORDS, title=" "))
    describing.publish(DSO, catalog, dataset_id, HIDDEN)
    describing.describe(DSO, catalog, dataset_id, replace(WORDS, title=""))
    with pytest.raises(RequestError, match="no title"):
        describing.publish(DSO, catalog, dataset_id, EXISTENCE, "Agreed")
    with pytest.raises(NotFound):
        describing.publish(officer("dch"), catalog, dataset_id, EXISTENCE, "Agreed")
    with pytest.raises(NotAllowed):
        describing.publish(RESEARCHER, catalog, dataset_id, EXISTENCE, "Agreed")


@pytest.mark.parametrize("role", [Role.STEWARD, Role.DEPUTY])
def test_words_that_researchers_read_are_changed_by_who_may_publish(told: tuple[Catalog, int], role: Role) -> None:
    catalog, dataset_id = told
    other = Actor(role.value, "Somebody", frozenset({Grant(role, "dso")}))
    describing.describe(other, catalog, dataset_id, replace(WORDS, title="Theirs"))
    publish(catalog, dataset_id, EXISTENCE)
    with pytest.raises(NotAllowed, match="researchers read these words"):
        describing.describe(other, catalog, dataset_id, replace(WORDS, title="Changed"))
    indexing.refresh(catalog)
    assert found(catalog) == ["Theirs"]


def test_describing_leaves_what_is_published_as_it_is(told: tuple[Catalog, int]) -> None:
    catalog, dataset_id = told
    publish(catalog, dataset_id, EXISTENCE)
    describing.describe(DSO, catalog, dataset_id, replace(WORDS, title="Guests"))
    indexing.refresh(catalog)
    assert found(catalog, "guests") == ["Guests"]


def test_a_preview_says_what_would_be_told_and_tells_nobody(told: tuple[Catalog, int]) -> None:
    catalog, dataset_id = told
    seen = {level: published.seen_by_researchers(CPO, catalog, dataset_id, level) for level in Disclosure}
    assert seen[HIDDEN] is None
    assert found(catalog) == []
    for level in (EXISTENCE, FULL):
        assert publish(catalog, dataset_id, level) == seen[level]


def test_a_search_that_does_not_exist_is_refused(catalog: Catalog) -> None:
    for wrong in ({"sort": "people"}, {"page": 0}, {"per_page": 0}):
        with pytest.raises(RequestError):
            published.find(RESEARCHER, catalog, **wrong)  # type: ignore[arg-type]  # that is the point
