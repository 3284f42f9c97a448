"""The main job on real input: PostgreSQL, SQLite, CSV and Excel, scanned into both kinds of catalog."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from openpyxl import Workbook

from catalog.errors import SkipReason, StoreError
from catalog.model.actors import Role
from catalog.model.coverage import Look
from catalog.model.evidence import Share
from catalog.model.holdings import Source
from catalog.model.runs import IntentKind, RunState
from catalog.model.views import DatasetPage
from catalog.services import audit, holdings, indexing, people, recording, scans, search, sources
from catalog.services.catalog import Catalog
from scanners.crew import Crew
from scanners.processes import Template
from scanners.runs import Progress, run_source
from scanners.watch import ScanSide, watch
from tests.support.builders import CPO, OPERATOR, a_catalog, an_agency
from tests.support.postgres import create_database
from tests.support.sources import BuiltSource, Table, files_source, postgres_source, sqlite_source

CLIENTS = Table(
    ("client_id", "first_name", "email", "ssn", "amount"),
    [
        (
            str(7000 + i),
            name,
            f"{name.lower()}{i}@example.org",
            f"{212 + i:03d}-{11 + i % 80:02d}-{4000 + i}",
            str(i * 3),
        )
        for i, name in enumerate(["Maria", "James", "Wei", "Olga", "Fatima", "Carlos", "Aisha", "John"] * 8)
    ],
)
STOCK = Table(("sku", "quantity"), [(f"P-{i}", str(i % 9)) for i in range(40)])


@pytest.fixture(params=["sqlite", "postgresql"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    cluster = request.getfixturevalue("postgres_cluster") if request.param == "postgresql" else ""
    made = a_catalog(tmp_path, cluster=cluster)
    sources.add_agency(OPERATOR, made, an_agency())
    people.add_person(OPERATOR, made, OPERATOR.person_id, OPERATOR.name, Role.OPERATOR)
    yield made
    made.close()


@pytest.mark.parametrize("catalog", ["sqlite"], indirect=True)
def test_what_is_out_of_bounds_fails_with_its_reason(catalog: Catalog, template: Template) -> None:
    beyond = BuiltSource("postgres", {"host": "10.9.9.9", "database": "d", "user": "u"})
    own = BuiltSource("files", {"path": str(catalog.settings.data_dir)})
    for name, built in {"beyond": beyond, "own": own}.items():
        run = run_source(OPERATOR, catalog, _add(catalog, name, built), template=template)
        assert (run.state, run.reason) == (RunState.FAILED, SkipReason.NOT_ALLOWED)


def _add(catalog: Catalog, name: str, built: BuiltSource) -> Source:
    system = sources.add_system(OPERATOR, catalog, "dso", "System")
    return sources.add_source(OPERATOR, catalog, system.id, name, built.kind, built.options)


def test_every_kind_of_source_ends_in_the_same_catalog(
    catalog: Catalog, tmp_path: Path, postgres_cluster: str, template: Template
) -> None:
    tables = {"clients": CLIENTS, "stock": STOCK}
    (tmp_path / "db").mkdir()
    built = {
        "postgres": postgres_source(create_database(postgres_cluster), tables),
        "sqlite": sqlite_source(tmp_path / "db", tables),
        "files": files_source(tmp_path, tables),
    }
    share = Path(built["files"].options["path"])
    book = Workbook()
    for row in (CLIENTS.columns, *CLIENTS.rows):
        book.worksheets[0].append(row)
    book.save(share / "book.xlsx")
    (share / "torn.xlsx").write_bytes((share / "book.xlsx").read_bytes()[:900])
    (share / "nothing.csv").write_bytes(b"")

    for name, source in built.items():
        assert run_source(OPERATOR, catalog, _add(catalog, name, source), template=template).state is RunState.DONE

    indexing.refresh(catalog)
    found = {}
    for line in search.find(CPO, catalog, "", per_page=100).datasets:
        page = holdings.dataset(CPO, catalog, line.dataset.id)
        found[line.source.name, line.dataset.name] = {
            column.column.name: column.tags[0].type.code for column in page.columns if column.tags
        }
    expected = {"first_name": "NAME", "email": "EMAIL", "ssn": "SSN"}
    for place in [
        ("sqlite", "clients"),
        ("files", "clients.csv"),
        ("files", "book.xlsx#Sheet"),
        ("postgres", "public.clients"),
    ]:
        assert expected.items() <= found[place].items(), place
        assert "amount" not in found[place]
    assert found["sqlite", "stock"] == found["files", "stock.csv"] == {}
    looks = {line.dataset.name: line.look for line in search.find(CPO, catalog, "torn nothing").datasets}
    assert looks == {"torn.xlsx": Look.COULD_NOT_LOOK, "nothing.csv": Look.SCANNED}
    reasons = {
        view.dataset.name: view.outcome.reason
        for run in scans.runs(OPERATOR, catalog)
        for view in scans.run(OPERATOR, catalog, run.run.id).outcomes
    }
    assert reasons["torn.xlsx"] is SkipReason.UNREADABLE
    assert reasons["nothing.csv"] is None
    assert audit.verify(CPO, catalog).broken_at is None


def test_a_source_out_of_reach_fails_its_run_and_keeps_what_is_known(
    catalog: Catalog, tmp_path: Path, template: Template
) -> None:
    source = _add(catalog, "db", sqlite_source(tmp_path, {"clients": CLIENTS}))
    run_source(OPERATOR, catalog, source, template=template)
    indexing.refresh(catalog)
    (tmp_path / "source.db").rename(tmp_path / "elsewhere.db")
    run = run_source(OPERATOR, catalog, source, template=template)
    assert (run.state, run.listing_complete) == (RunState.FAILED, False)
    assert run.reason is not None
    (line,) = search.find(CPO, catalog, "clients").datasets
    assert line.columns_identifying >= 3
    (tmp_path / "elsewhere.db").rename(tmp_path / "source.db")
    assert run_source(OPERATOR, catalog, source, template=template).datasets_done == 0, (
        "nothing changed, nothing is read again"
    )


def test_the_scan_side_acts_on_what_the_web_asked_for(catalog: Catalog, tmp_path: Path, template: Template) -> None:
    source = _add(catalog, "db", sqlite_source(tmp_path, {"clients": CLIENTS}))
    for kind in (None, IntentKind.TEST, IntentKind.SCAN, IntentKind.CANCEL):
        if kind:
            scans.ask(OPERATOR, catalog, kind, source.id)
        with Crew(1) as crew:
            assert ScanSide(OPERATOR, catalog, template, crew).act_once() is (kind is not None)
    outcomes = [intent.outcome for intent in scans.run(OPERATOR, catalog, 1).intents]
    assert outcomes == ["no run was going on", "run 1 done", "everything that is needed works"]


def test_a_wish_to_cancel_ends_the_run_between_two_datasets(
    catalog: Catalog, tmp_path: Path, template: Template
) -> None:
    source = _add(catalog, "db", sqlite_source(tmp_path, {f"t{i}": STOCK for i in range(6)}))
    asked = []

    def ask_once(progress: Progress) -> None:
        if progress.done and not asked:
            asked.append(scans.ask(OPERATOR, catalog, IntentKind.CANCEL, source.id))

    run = run_source(OPERATOR, catalog, source, watch=ask_once, template=template)
    assert (run.state, run.datasets_done) == (RunState.CANCELLED, 1)
    assert scans.intents(OPERATOR, catalog) == ()
    assert run_source(OPERATOR, catalog, source, template=template).datasets_done == 5, "the next run does the rest"


def test_a_new_scan_side_takes_up_what_a_killed_one_left(catalog: Catalog, tmp_path: Path) -> None:
    source = _add(catalog, "db", sqlite_source(tmp_path, {"clients": CLIENTS}))
    intent = scans.ask(OPERATOR, catalog, IntentKind.SCAN, source.id)
    scans.take(OPERATOR, catalog, intent)
    recording.begin(OPERATOR, catalog, source.id, seed=1)
    turns = iter([False, True])
    watch(OPERATOR, catalog, stopped=lambda: next(turns))
    (run,) = scans.runs(OPERATOR, catalog)
    assert (run.run.state, run.looks.looked_at) == (RunState.DONE, 1)
    assert scans.unanswered(OPERATOR, catalog) == ()
    assert scans.run(OPERATOR, catalog, run.run.id).intents[0].outcome == "the scan side ended before it was done"


def test_the_scan_side_outlives_a_database_that_is_away(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise StoreError("The catalog's database", "it is away", "Wait.")

    monkeypatch.setattr(scans, "intents", away)
    monkeypatch.setattr("scanners.watch.PAUSE", 0.0)
    turns = iter([False, False, True])
    watch(OPERATOR, catalog, stopped=lambda: next(turns))
    assert next(turns, None) is None


def test_how_many_work_at_once_changes_no_finding(tmp_path: Path, template: Template) -> None:
    (tmp_path / "db").mkdir()
    sparse = Table(
        ("id", "ref"), [(str(n), f"{212 + n % 300}-11-{4000 + n}" if n % 7 < 2 else "none") for n in range(900)]
    )
    built = sqlite_source(tmp_path / "db", {f"clients_{n}": sparse for n in range(6)} | {"stock": STOCK})
    found = []
    for workers in (1, 3):
        with _catalog_of(tmp_path / f"{workers}", workers) as catalog:
            run_source(OPERATOR, catalog, _add(catalog, "clients", built), template=template)
            lines = search.find(CPO, catalog, "", per_page=100).datasets
            pages = [holdings.dataset(CPO, catalog, line.dataset.id) for line in lines]
            found.append(sorted(map(_findings, pages), key=lambda one: one[0]))
    assert found[0] == found[1]
    assert any(share and 0 < share.mid < 1 for _, columns in found[0] for _, tags in columns for *_, share in tags)


@contextmanager
def _catalog_of(folder: Path, workers: int) -> Iterator[Catalog]:
    made = a_catalog(folder, workers=workers, sample_rows=100)
    sources.add_agency(OPERATOR, made, an_agency())
    yield made
    made.close()


def _findings(page: DatasetPage) -> tuple[str, list[tuple[str, list[tuple[str, float | None, Share | None]]]]]:
    columns = [
        (one.column.name, [(tag.type.code, tag.strength, tag.share) for tag in one.tags]) for one in page.columns
    ]
    return page.line.dataset.name, columns
