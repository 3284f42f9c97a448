"""Likely copies: found in both directions, told to who sees both, decided by people, never overwritten by a scan."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor, Grant, Role, Scope
from catalog.model.copies import CopyStanding, CopyVerdict
from catalog.model.copy_views import CopyLine
from catalog.model.coverage import Caveat, Look
from catalog.model.holdings import DatasetKind, Source
from catalog.model.runs import ColumnResult, ListedDataset, RunState, SafeName
from catalog.services import copies, recording, scans, sources
from catalog.services.catalog import Catalog
from catalog.store import copies as stored
from catalog.store import holdings
from catalog.store import scans as stored_scans
from catalog.store.copy_schema import column_keys, likely_copies
from catalog.store.engine import Connection
from tests.integration.services.conftest import DATABASES, add_source, two_agencies
from tests.support.builders import CPO, OPERATOR, RESEARCHER, a_column, a_finding, a_result, officer

OFFICER, FOREIGN = officer("dso"), officer("dch")
AUDITOR = Actor("audit", "Ana Lytic", frozenset({Grant(Role.AUDITOR)}))
STEWARD = Actor("steward", "Ivo Petrov", frozenset({Grant(Role.STEWARD, "dso")}))
NO_COPY, WITHDRAWN = CopyVerdict.NOT_A_COPY, CopyVerdict.WITHDRAWN
NAMES = ("Intake No", "shelterId", "CLIENT_NAME", "dob", "ssn", "beds")
SAME = ("intake_no", "shelter_id", "client_name", "dob", "ssn")


@pytest.fixture(params=["sqlite"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    with two_agencies(request, tmp_path) as made:
        yield made


@pytest.fixture
def database(catalog: Catalog) -> Source:
    return add_source(catalog, "dso", "records-db")


@pytest.fixture
def share(catalog: Catalog, database: Source, tmp_path: Path) -> Source:
    folder = tmp_path / "share"
    folder.mkdir()
    return sources.add_source(OPERATOR, catalog, database.system_id, "records-share", "files", {"path": str(folder)})


def columns(names: Sequence[str]) -> list[ColumnResult]:
    held = {"ssn": "SSN", "dob": "DOB"}
    codes = [held.get(name.rpartition(": ")[2]) for name in names]
    return [
        a_column(name, [a_finding(code)] if code else [], position=place)
        for place, (name, code) in enumerate(zip(names, codes, strict=True))
    ]


def scan(
    catalog: Catalog,
    source: Source,
    name: str,
    names: Sequence[str],
    kind: DatasetKind = DatasetKind.FILE,
    *,
    hidden: Sequence[str] = (),
) -> int:
    """A run in which one dataset is found to have these columns; what else the source has stays listed."""
    run = recording.begin(OPERATOR, catalog, source.id, 7, full=True)
    with catalog.reading() as connection:
        known = [one for one in stored_scans.datasets_of(connection, source.id) if one.name != name]
    one = ListedDataset(SafeName(name, name, False), kind, "", 10, "v1")
    rest = [ListedDataset(SafeName(other.name, other.key, False), other.kind, "", 10, "v1") for other in known]
    dataset_id = recording.record_listing(OPERATOR, catalog, run, [one, *rest], [])[name]
    found = columns(names) + [
        replace(a_column("", position=90 + place), name=SafeName("name withheld (Aaaa)", key, True))
        for place, key in enumerate(hidden)
    ]
    recording.record_result(OPERATOR, catalog, run, dataset_id, "v1", a_result(found))
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    return dataset_id


def pairs(catalog: Catalog, dataset_id: int, actor: Actor = OFFICER) -> list[tuple[int, int]]:
    found = copies.of_dataset(actor, catalog, dataset_id)
    return [(line.copy.dataset_id, line.copy.of_dataset_id) for line in found]


def only(catalog: Catalog, dataset_id: int) -> CopyLine:
    (line,) = copies.of_dataset(OFFICER, catalog, dataset_id)
    return line


def forget_all(connection: Connection) -> None:
    """As a catalog is that was made before there were comparisons."""
    for table in (likely_copies, column_keys):
        connection.execute(table.delete())


def decide(catalog: Catalog, dataset_id: int, verdict: CopyVerdict, actor: Actor = OFFICER) -> None:
    copy = only(catalog, dataset_id).copy
    copies.decide(actor, catalog, copy.dataset_id, copy.of_dataset_id, verdict, "As we know it", copy.digest)


@pytest.mark.parametrize("catalog", DATABASES, indirect=True)
def test_a_file_with_the_columns_of_a_table_is_pointed_out_on_both(
    catalog: Catalog, database: Source, share: Source
) -> None:
    table = scan(catalog, database, "intakes", NAMES, DatasetKind.TABLE)
    file = scan(catalog, share, "old/intakes.csv", SAME)
    assert pairs(catalog, file) == pairs(catalog, table) == [(file, table)]
    copy = only(catalog, file).copy
    assert (copy.common, copy.columns, copy.of_columns) == (5, 5, 6)
    assert (copy.agreeing, copy.comparable, copy.in_order) == (2, 2, True)


def test_whichever_was_looked_at_first_the_same_is_found(catalog: Catalog, database: Source, share: Source) -> None:
    file = scan(catalog, share, "old/intakes.csv", SAME)
    assert pairs(catalog, file) == []
    table = scan(catalog, database, "intakes", NAMES, DatasetKind.TABLE)
    first = only(catalog, file).copy
    scan(catalog, share, "old/intakes.csv", SAME)
    assert pairs(catalog, file) == [(file, table)]
    assert replace(only(catalog, file).copy, at=first.at) == first


def test_two_tables_or_two_files_are_no_copies_of_each_other(catalog: Catalog, database: Source, share: Source) -> None:
    tables = [scan(catalog, database, name, NAMES, DatasetKind.TABLE) for name in ("intakes", "intakes_old")]
    assert [pairs(catalog, one) for one in tables] == [[], []]
    file = scan(catalog, share, "a.csv", ("w", "x", "y", "z"))
    scan(catalog, share, "b.csv", ("w", "x", "y", "z"))
    assert pairs(catalog, file) == []


def test_names_withheld_count_by_what_stands_for_them(catalog: Catalog, database: Source, share: Source) -> None:
    known = NAMES[:2]
    table = scan(catalog, database, "wide", known, DatasetKind.TABLE, hidden=("h1", "h2", "h3"))
    same = scan(catalog, share, "same.csv", known, hidden=("h1", "h2", "h3"))
    other = scan(catalog, share, "other.csv", known, hidden=("h4", "h5", "h6"))
    assert pairs(catalog, same) == [(same, table)]
    assert pairs(catalog, other) == []


def test_a_table_inside_a_document_is_pointed_out_as_that_table(
    catalog: Catalog, database: Source, share: Source
) -> None:
    table = scan(catalog, database, "intakes", NAMES, DatasetKind.TABLE)
    inside = ("text", "table 1: a", *(f"table 2: {name}" for name in SAME))
    memo = scan(catalog, share, "memo.docx", inside, DatasetKind.DOCUMENT)
    assert pairs(catalog, memo) == [(memo, table)]
    assert (only(catalog, memo).copy.part, only(catalog, memo).copy.columns) == ("table 2", 5)


def test_a_decision_takes_it_off_the_list_until_the_columns_move(
    catalog: Catalog, database: Source, share: Source
) -> None:
    scan(catalog, database, "intakes", NAMES, DatasetKind.TABLE)
    file = scan(catalog, share, "old/intakes.csv", SAME)
    decide(catalog, file, NO_COPY)
    assert only(catalog, file).standing is CopyStanding.REJECTED
    assert copies.pointed_out(OFFICER, catalog).lines == ()
    scan(catalog, share, "old/intakes.csv", SAME)
    scan(catalog, database, "intakes", (*NAMES, "another"), DatasetKind.TABLE)
    assert only(catalog, file).standing is CopyStanding.REJECTED
    scan(catalog, share, "old/intakes.csv", (*SAME, "beds"))
    assert only(catalog, file).standing is CopyStanding.REOPENED
    assert [line.copy.dataset_id for line in copies.pointed_out(OFFICER, catalog).lines] == [file]


def test_a_decision_is_taken_back(catalog: Catalog, database: Source, share: Source) -> None:
    scan(catalog, database, "intakes", NAMES, DatasetKind.TABLE)
    file = scan(catalog, share, "old/intakes.csv", SAME)
    decide(catalog, file, NO_COPY)
    decide(catalog, file, WITHDRAWN)
    assert only(catalog, file).standing is CopyStanding.LIKELY
    with catalog.reading() as connection:
        (every,) = stored.decisions_of(connection, [file]).values()
    assert [one.verdict for one in every] == [NO_COPY, WITHDRAWN]


def test_a_decision_on_what_has_moved_meanwhile_or_without_a_reason_is_refused(
    catalog: Catalog, database: Source, share: Source
) -> None:
    scan(catalog, database, "intakes", NAMES, DatasetKind.TABLE)
    file = scan(catalog, share, "old/intakes.csv", SAME)
    copy = only(catalog, file).copy
    with pytest.raises(Conflict, match="have changed meanwhile"):
        copies.decide(OFFICER, catalog, file, copy.of_dataset_id, NO_COPY, "No", "other")
    with pytest.raises(RequestError, match="no reason is given"):
        copies.decide(OFFICER, catalog, file, copy.of_dataset_id, NO_COPY, " ", copy.digest)
    with pytest.raises(NotFound):
        copies.decide(OFFICER, catalog, copy.of_dataset_id, file, NO_COPY, "No", copy.digest)


def test_a_copy_in_an_agency_the_viewer_may_not_see_is_not_told(
    catalog: Catalog, database: Source, tmp_path: Path
) -> None:
    table = scan(catalog, database, "intakes", NAMES, DatasetKind.TABLE)
    other = add_source(catalog, "dch", "other-db")
    (tmp_path / "other").mkdir()
    path = {"path": str(tmp_path / "other")}
    share = sources.add_source(OPERATOR, catalog, other.system_id, "other-share", "files", path)
    file = scan(catalog, share, "intakes.csv", SAME)
    assert pairs(catalog, file, CPO) == pairs(catalog, table, CPO) == [(file, table)]
    for actor in (OFFICER, FOREIGN):
        assert pairs(catalog, file, actor) == pairs(catalog, table, actor) == []
        page = copies.pointed_out(actor, catalog)
        assert (page.lines, page.total, page.by_standing, page.by_agency, page.by_kind) == ((), 0, {}, {}, {})
    seen = copies.of_dataset(CPO, catalog, file)[0].copy.digest
    with pytest.raises(NotFound):
        copies.decide(FOREIGN, catalog, file, table, NO_COPY, "Guessed", seen)


def test_who_reads_only_decides_nothing_and_researchers_read_nothing_of_it(
    catalog: Catalog, database: Source, share: Source
) -> None:
    scan(catalog, database, "intakes", NAMES, DatasetKind.TABLE)
    file = scan(catalog, share, "old/intakes.csv", SAME)
    for actor in (AUDITOR, STEWARD):
        assert [line.may_decide for line in copies.of_dataset(actor, catalog, file)] == [False]
        with pytest.raises(NotAllowed):
            decide(catalog, file, NO_COPY, actor)
    with pytest.raises(NotAllowed):
        copies.pointed_out(RESEARCHER, catalog)
    with pytest.raises(NotAllowed):
        copies.of_dataset(RESEARCHER, catalog, file)


def test_what_is_no_longer_listed_is_not_told_and_comes_back_with_it(
    catalog: Catalog, database: Source, share: Source
) -> None:
    scan(catalog, database, "intakes", NAMES, DatasetKind.TABLE)
    file = scan(catalog, share, "old/intakes.csv", SAME)
    with catalog.changing(OPERATOR, "record_listing", f"dataset:{file}") as change:
        known = holdings.datasets_by_id(change.connection, Scope(None), [file])
        stored_scans.retire(change.connection, list(known.values()), change.at)
    assert copies.pointed_out(OFFICER, catalog).total == 0
    scan(catalog, share, "old/intakes.csv", SAME)
    assert copies.pointed_out(OFFICER, catalog).total == 1


def test_the_list_is_filtered_by_agency_kind_and_standing(catalog: Catalog, database: Source, share: Source) -> None:
    scan(catalog, database, "intakes", NAMES, DatasetKind.TABLE)
    scan(catalog, share, "a.csv", SAME)
    memo = scan(catalog, share, "memo.docx", tuple(f"table 1: {name}" for name in SAME), DatasetKind.DOCUMENT)
    page = copies.pointed_out(CPO, catalog, per_page=1)
    assert (page.total, page.pages, len(page.lines)) == (2, 2, 1)
    assert page.by_standing == {CopyStanding.LIKELY: 2}
    chosen = copies.pointed_out(CPO, catalog, kind=DatasetKind.DOCUMENT)
    assert [line.copy.dataset_id for line in chosen.lines] == [memo]
    assert copies.pointed_out(CPO, catalog, agency_id="dch").total == 0
    assert copies.pointed_out(CPO, catalog, standing=CopyStanding.REJECTED).total == 0


def test_what_was_looked_at_before_there_were_comparisons_is_compared_once(
    catalog: Catalog, database: Source, share: Source
) -> None:
    scan(catalog, database, "intakes", NAMES, DatasetKind.TABLE)
    file = scan(catalog, share, "old/intakes.csv", SAME)
    decide(catalog, file, NO_COPY)
    before = copies.of_dataset(OFFICER, catalog, file)
    catalog.note(forget_all)
    assert copies.of_dataset(OFFICER, catalog, file) == ()
    copies.look_around(OPERATOR, catalog)
    assert copies.of_dataset(OFFICER, catalog, file) == before
    with catalog.reading() as connection:
        assert stored.not_compared(connection) == []
    with pytest.raises(NotAllowed):
        copies.look_around(OFFICER, catalog)


@pytest.mark.parametrize("catalog", DATABASES, indirect=True)
def test_why_a_look_saw_only_a_part_is_kept_and_told_with_its_run(catalog: Catalog, share: Source) -> None:
    caveats = (Caveat.ENCODING, Caveat.TORN)
    run = recording.begin(OPERATOR, catalog, share.id, 7, full=True)
    one = ListedDataset(SafeName("a.csv", "a.csv", False), DatasetKind.FILE, "", 10, "v1")
    key = recording.record_listing(OPERATOR, catalog, run, [one], [])["a.csv"]
    result = replace(a_result([a_column("ssn")], Look.PARTLY), caveats=caveats)
    recording.record_result(OPERATOR, catalog, run, key, "v1", result)
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    with catalog.reading() as connection:
        assert holdings.coverage_by_id(connection, [key])[key].caveats == caveats
    (view,) = scans.run(CPO, catalog, run.id).outcomes
    assert view.caveats == caveats
    scan(catalog, share, "a.csv", ("ssn",))
    (view,) = scans.run(CPO, catalog, run.id).outcomes
    assert view.caveats == ()
