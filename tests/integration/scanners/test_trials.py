"""A city's own recognisers from a draft to findings: tried by the scan side, put in use, looked for, retired."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.model.actors import Role
from catalog.model.holdings import Source
from catalog.model.recogniser_sets import RecogniserSet, Trial, TrialState
from catalog.services import holdings, people, recognisers, scans, sources
from catalog.services.catalog import Catalog
from scanners.crew import Crew
from scanners.processes import Template
from scanners.runs import run_source
from scanners.watch import ScanSide, watch
from tests.support.builders import CPO, OPERATOR, a_catalog, an_agency
from tests.support.recognisers import CARDS


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = a_catalog(tmp_path, workers=1)
    sources.add_agency(OPERATOR, made, an_agency())
    people.add_person(OPERATOR, made, OPERATOR.person_id, OPERATOR.name, Role.OPERATOR)
    yield made
    made.close()


def a_share(catalog: Catalog, folder: Path, name: str = "library") -> Source:
    folder.mkdir()
    (folder / "loans.csv").write_text("ref,days\n" + "".join(f"QX-{n:06},{n % 9}\n" for n in range(60)))
    system = sources.add_system(OPERATOR, catalog, "dso", name)
    return sources.add_source(OPERATOR, catalog, system.id, name, "files", {"path": str(folder)})


def side(catalog: Catalog, template: Template) -> ScanSide:
    return ScanSide(OPERATOR, catalog, template, Crew(1))


def asked(catalog: Catalog, text: str, *tried_on: Source) -> tuple[RecogniserSet, Trial]:
    draft = recognisers.add(OPERATOR, catalog, "Cards", text)
    return draft, recognisers.ask_trial(OPERATOR, catalog, draft.id, [each.id for each in tried_on])


def outcome(catalog: Catalog, draft: RecogniserSet) -> Trial:
    view = recognisers.trial_page(OPERATOR, catalog, draft.id).line.trial
    assert view is not None
    return view.trial


def types_of(catalog: Catalog, source: Source) -> list[list[str]]:
    (dataset_id,) = scans.dataset_ids(OPERATOR, catalog, source.id).values()
    return [[tag.type.code for tag in column.tags] for column in holdings.dataset(CPO, catalog, dataset_id).columns]


def test_from_a_draft_to_findings_and_back(catalog: Catalog, template: Template, tmp_path: Path) -> None:
    source = a_share(catalog, tmp_path / "share")
    run_source(OPERATOR, catalog, source, template=template)
    draft, _ = asked(catalog, CARDS, source)

    assert side(catalog, template).try_once()
    assert not side(catalog, template).try_once()
    page = recognisers.trial_page(OPERATOR, catalog, draft.id)
    (line,) = page.flips
    assert (line.flip.column_name, line.flip.type_code, line.flip.gained) == ("ref", "CASE_ID", True)
    trial = outcome(catalog, draft)
    assert (trial.state, trial.datasets, trial.not_looked_at, trial.columns) == (TrialState.DONE, 1, 0, 2)
    assert types_of(catalog, source) == [[], []]  # tried, not used

    recognisers.use(OPERATOR, catalog, draft.id)
    assert run_source(OPERATOR, catalog, source, template=template).datasets_due == 1  # unchanged, yet due
    assert types_of(catalog, source) == [["CASE_ID"], []]
    assert run_source(OPERATOR, catalog, source, template=template).datasets_due == 0
    recognisers.retire(OPERATOR, catalog, draft.id)
    run_source(OPERATOR, catalog, source, template=template)
    assert types_of(catalog, source) == [[], []]


def test_a_source_that_is_away_fails_no_trial_and_is_told(catalog: Catalog, template: Template, tmp_path: Path) -> None:
    there, away = a_share(catalog, tmp_path / "there", "there"), a_share(catalog, tmp_path / "away", "away")
    for source in (there, away):
        run_source(OPERATOR, catalog, source, template=template)
    (tmp_path / "away").rename(tmp_path / "gone")
    draft, _ = asked(catalog, CARDS, there, away)
    side(catalog, template).try_once()
    trial = outcome(catalog, draft)
    assert (trial.state, trial.datasets, trial.not_looked_at) == (TrialState.DONE, 1, 1)


def test_a_text_that_breaks_its_promise_fails_its_trial(catalog: Catalog, template: Template, tmp_path: Path) -> None:
    source = a_share(catalog, tmp_path / "share")
    draft, _ = asked(catalog, CARDS.replace("QX-1'", "QX-000124'"), source)
    side(catalog, template).try_once()
    trial = outcome(catalog, draft)
    assert (trial.state, "no_match example 1" in trial.problem) == (TrialState.FAILED, True)


def test_a_trial_never_runs_beside_a_scan_of_the_same_source(
    catalog: Catalog, template: Template, tmp_path: Path
) -> None:
    source = a_share(catalog, tmp_path / "share")
    draft, _ = asked(catalog, CARDS, source)
    with scans.locked(OPERATOR, catalog, source.id):
        side(catalog, template).try_once()
    trial = outcome(catalog, draft)
    assert (trial.state, "a run of it is going on" in trial.problem) == (TrialState.FAILED, True)


def test_a_trial_that_was_cut_off_is_told_when_the_scan_side_is_back(catalog: Catalog, tmp_path: Path) -> None:
    draft, trial = asked(catalog, CARDS, a_share(catalog, tmp_path / "share"))
    recognisers.take(OPERATOR, catalog, trial)
    rounds = iter([False, True])
    watch(OPERATOR, catalog, stopped=lambda: next(rounds))
    assert outcome(catalog, draft).state is TrialState.FAILED
