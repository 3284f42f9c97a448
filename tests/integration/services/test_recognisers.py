"""A city's own recognisers: what is kept, who may, and that nothing untried is ever in use."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Role
from catalog.model.holdings import Source
from catalog.model.recogniser_sets import Flipped, RecogniserSet, SetState, TrialOutcome, TrialState, digest_of
from catalog.search.memory_index import MemoryIndex
from catalog.services import people, recognisers, recording, sources
from catalog.services.catalog import Catalog
from catalog.store import audit, continuity, engine, scans
from catalog.store import recognisers as stored
from catalog.taxonomy.recognisers import read
from tests.support.builders import (
    CPO,
    OPERATOR,
    RESEARCHER,
    FixedClock,
    a_catalog,
    a_column,
    a_result,
    an_agency,
    listed,
    officer,
)
from tests.support.recognisers import text_of, tried

TEXT = text_of("outreach file number")

both = pytest.mark.parametrize("catalog", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Made once; tests work on copies."""
    made = a_catalog(tmp_path_factory.mktemp("prepared"))
    fill(made)
    made.close()
    return made


@pytest.fixture(params=["sqlite"])
def catalog(request: pytest.FixtureRequest, prepared: Catalog, tmp_path: Path) -> Iterator[Catalog]:
    if request.param == "postgresql":
        made = a_catalog(tmp_path, cluster=request.getfixturevalue("postgres_cluster"))
        fill(made)
    else:
        copy = shutil.copytree(prepared.settings.data_dir, tmp_path / "copy")
        its_own = prepared.settings.model_copy(update={"data_dir": copy})
        made = Catalog.open(its_own, clock=FixedClock(), index=MemoryIndex())
    yield made
    made.close()


def fill(catalog: Catalog) -> None:
    sources.add_agency(OPERATOR, catalog, an_agency())
    for actor, role in ((CPO, Role.CPO), (OPERATOR, Role.OPERATOR)):
        people.add_person(OPERATOR, catalog, actor.person_id, actor.name, role)


def a_dataset(catalog: Catalog, source: Source, name: str = "files") -> int:
    run = recording.begin(OPERATOR, catalog, source.id, 7, full=True)
    (dataset_id,) = recording.record_listing(OPERATOR, catalog, run, [listed(name)], []).values()
    recording.record_result(OPERATOR, catalog, run, dataset_id, "v1", a_result([a_column("ref")]))
    return dataset_id


def in_use(catalog: Catalog, name: str = "Shelter", text: str = TEXT) -> RecogniserSet:
    draft = recognisers.add(OPERATOR, catalog, name, text)
    tried(catalog, draft)
    return recognisers.use(CPO, catalog, draft.id)


def test_a_text_goes_from_draft_to_use_to_retired(catalog: Catalog, source: Source) -> None:
    draft = recognisers.add(OPERATOR, catalog, "  Shelter  ", TEXT)
    assert (draft.name, draft.version, draft.state, draft.digest) == ("Shelter", 1, SetState.DRAFT, digest_of(TEXT))
    assert recognisers.in_use_texts(catalog) == ()
    with pytest.raises(Conflict, match="has not been tried to the end"):
        recognisers.use(OPERATOR, catalog, draft.id)
    tried(catalog, draft)
    used = recognisers.use(CPO, catalog, draft.id)
    assert (used.state, used.person_id) == (SetState.IN_USE, CPO.person_id)
    assert recognisers.in_use_texts(catalog) == (TEXT,)
    recognisers.retire(OPERATOR, catalog, draft.id)
    assert recognisers.in_use_texts(catalog) == ()
    with engine.reading(catalog.engine) as connection:
        told = [event.action for event in list(audit.events(connection))[-6:]]
    assert told == [
        "add_recognizers", "ask_trial", "take_trial", "finish_trial", "use_recognizers", "retire_recognizers"
    ]  # fmt: skip


def test_the_next_version_takes_the_place_of_the_one_before(catalog: Catalog, source: Source) -> None:
    first = in_use(catalog)
    second = recognisers.revise(CPO, catalog, first.id)
    assert (second.version, second.text, second.state) == (2, TEXT, SetState.DRAFT)
    better = text_of("outreach file number", "bed number")
    second = recognisers.change(OPERATOR, catalog, second.id, better, second.digest)
    assert recognisers.in_use_texts(catalog) == (TEXT,), "until it is tried and put in use, the first one works"
    tried(catalog, second)
    recognisers.use(OPERATOR, catalog, second.id)
    assert recognisers.in_use_texts(catalog) == (better,)
    assert recognisers.set_of(OPERATOR, catalog, first.id).state is SetState.RETIRED


def test_texts_in_use_come_by_name(catalog: Catalog, source: Source) -> None:
    later, sooner = text_of("z number"), text_of("a number")
    in_use(catalog, "Zoning", later)
    in_use(catalog, "Aging", sooner)
    assert recognisers.in_use_texts(catalog) == (sooner, later)


def test_a_trial_judges_with_what_would_be_in_use(catalog: Catalog, source: Source) -> None:
    first, other = text_of("b number"), text_of("a number")
    used = in_use(catalog, "Shelter", first)
    in_use(catalog, "Aging", other)
    draft = recognisers.revise(OPERATOR, catalog, used.id)
    newer = text_of("c number")
    recognisers.change(OPERATOR, catalog, draft.id, newer, draft.digest)
    assert recognisers.texts_with(OPERATOR, catalog, draft.id) == (other, newer)
    assert recognisers.in_use_texts(catalog) == (other, first)


def test_a_trial_of_another_text_is_none(catalog: Catalog, source: Source) -> None:
    draft = recognisers.add(OPERATOR, catalog, "Shelter", TEXT)
    tried(catalog, draft)
    changed = recognisers.change(OPERATOR, catalog, draft.id, text_of("other"), draft.digest)
    with pytest.raises(Conflict, match="has not been tried"):
        recognisers.use(OPERATOR, catalog, draft.id)
    page = recognisers.trial_page(OPERATOR, catalog, draft.id)
    assert page.line.trial is not None
    assert not page.line.trial.of_this_text
    assert not page.ready
    recognisers.change(OPERATOR, catalog, draft.id, TEXT, changed.digest)
    assert recognisers.use(OPERATOR, catalog, draft.id).state is SetState.IN_USE


def test_the_latest_trial_counts(catalog: Catalog, source: Source) -> None:
    draft = recognisers.add(OPERATOR, catalog, "Shelter", TEXT)
    tried(catalog, draft)
    tried(catalog, draft, problem="An example is not found.")
    with pytest.raises(Conflict, match="has not been tried"):
        recognisers.use(OPERATOR, catalog, draft.id)
    tried(catalog, draft)
    recognisers.ask_trial(OPERATOR, catalog, draft.id, [source.id])
    with pytest.raises(Conflict, match="has not been tried"):
        recognisers.use(OPERATOR, catalog, draft.id)


def test_a_change_withdraws_a_trial_that_waits_and_not_one_that_runs(catalog: Catalog, source: Source) -> None:
    draft = recognisers.add(OPERATOR, catalog, "Shelter", TEXT)
    trial = recognisers.ask_trial(CPO, catalog, draft.id, [source.id])
    assert recognisers.waiting(OPERATOR, catalog) == (trial,)
    assert recognisers.sources_of(OPERATOR, catalog, trial) == (source,)
    with pytest.raises(Conflict, match="waits or runs"):
        recognisers.ask_trial(CPO, catalog, draft.id, [source.id])
    draft = recognisers.change(OPERATOR, catalog, draft.id, text_of("other"), draft.digest)
    assert recognisers.waiting(OPERATOR, catalog) == ()
    with pytest.raises(Conflict, match="not waiting"):
        recognisers.take(OPERATOR, catalog, trial)
    trial = recognisers.ask_trial(CPO, catalog, draft.id, [source.id])
    with pytest.raises(Conflict, match="not running"):
        recognisers.finish(OPERATOR, catalog, trial, TrialOutcome("", 1, 0, 1, ()))
    recognisers.take(OPERATOR, catalog, trial)
    assert [one.id for one in recognisers.unfinished(OPERATOR, catalog)] == [trial.id]
    for verb in (
        lambda: recognisers.change(OPERATOR, catalog, draft.id, TEXT, draft.digest),
        lambda: recognisers.discard(OPERATOR, catalog, draft.id),
    ):
        with pytest.raises(Conflict, match="being tried right now"):
            verb()
    recognisers.finish(OPERATOR, catalog, trial, TrialOutcome("An example is not found.", 0, 0, 0, ()))
    assert recognisers.unfinished(OPERATOR, catalog) == ()
    page = recognisers.trial_page(OPERATOR, catalog, draft.id)
    assert page.line.trial is not None
    assert (page.line.trial.trial.state, page.line.trial.trial.problem) == (
        TrialState.FAILED,
        "An example is not found.",
    )


def test_a_draft_changed_by_somebody_else_is_not_overwritten(catalog: Catalog, source: Source) -> None:
    draft = recognisers.add(OPERATOR, catalog, "Shelter", TEXT)
    recognisers.change(CPO, catalog, draft.id, text_of("theirs"), draft.digest)
    with pytest.raises(Conflict, match="somebody has changed"):
        recognisers.change(OPERATOR, catalog, draft.id, text_of("mine"), draft.digest)


@pytest.mark.parametrize("moved", [{"state": SetState.IN_USE}, {"digest": "d"}])
def test_what_another_process_changed_in_between_is_not_written_over(
    moved: dict[str, Any], catalog: Catalog, source: Source
) -> None:
    draft = recognisers.add(OPERATOR, catalog, "Shelter", TEXT)
    trial = recognisers.ask_trial(OPERATOR, catalog, draft.id, [source.id])
    with engine.writing(catalog.engine) as connection:
        assert not stored.change(connection, replace(draft, **moved), text="other")
        assert not stored.move_trial(connection, trial.id, TrialState.RUNNING, state=TrialState.DONE)
    assert recognisers.set_of(OPERATOR, catalog, draft.id) == draft
    assert recognisers.waiting(OPERATOR, catalog) == (trial,)


def test_what_is_no_draft_is_neither_changed_nor_discarded_nor_tried(catalog: Catalog, source: Source) -> None:
    used = in_use(catalog)
    verbs: list[Callable[[], object]] = [
        lambda: recognisers.change(OPERATOR, catalog, used.id, text_of("x"), used.digest),
        lambda: recognisers.discard(OPERATOR, catalog, used.id),
        lambda: recognisers.ask_trial(OPERATOR, catalog, used.id, [source.id]),
        lambda: recognisers.use(OPERATOR, catalog, used.id),
    ]
    for verb in verbs:
        with pytest.raises(Conflict, match="version 1 is in use"):
            verb()
    draft = recognisers.revise(OPERATOR, catalog, used.id)
    for verb in (
        lambda: recognisers.retire(OPERATOR, catalog, draft.id),
        lambda: recognisers.revise(OPERATOR, catalog, draft.id),
    ):
        with pytest.raises(Conflict, match="version 2 is a draft"):
            verb()
    with pytest.raises(Conflict, match="there is a draft"):
        recognisers.revise(OPERATOR, catalog, used.id)
    with pytest.raises(Conflict, match="there is a draft"):
        recognisers.add(OPERATOR, catalog, "Shelter", TEXT)


@both
def test_a_discarded_draft_takes_its_trials_and_flips_along(catalog: Catalog, source: Source) -> None:
    draft = recognisers.add(OPERATOR, catalog, "Shelter", TEXT)
    tried(catalog, draft, Flipped(a_dataset(catalog, source), "ref", "CASE_ID", 0.1, 0.8))
    recognisers.ask_trial(OPERATOR, catalog, draft.id, [source.id])
    recognisers.discard(OPERATOR, catalog, draft.id)
    assert recognisers.sets(OPERATOR, catalog) == ()
    assert recognisers.waiting(OPERATOR, catalog) == ()
    with engine.reading(catalog.engine) as connection:
        for table in ("trials", "trial_sources", "flips"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 0
    with pytest.raises(NotFound):
        recognisers.trial_page(OPERATOR, catalog, draft.id)


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\x00b", "right\u202eleft"])
def test_a_name_must_be_one(name: str, catalog: Catalog) -> None:
    with pytest.raises(RequestError, match="The name"):
        recognisers.add(OPERATOR, catalog, name, TEXT)


def test_a_text_that_says_nothing_is_refused_and_nothing_kept(catalog: Catalog, source: Source) -> None:
    with pytest.raises(RequestError, match="no identifier type NOTHING"):
        recognisers.add(OPERATOR, catalog, "Shelter", text_of("x", entity="NOTHING"))
    draft = recognisers.add(OPERATOR, catalog, "Shelter", TEXT)
    with pytest.raises(RequestError, match="YAML"):
        recognisers.change(OPERATOR, catalog, draft.id, "recognizers: [", draft.digest)
    assert recognisers.set_of(OPERATOR, catalog, draft.id) == draft


def test_a_trial_needs_a_source_there_is(catalog: Catalog, source: Source) -> None:
    draft = recognisers.add(OPERATOR, catalog, "Shelter", TEXT)
    with pytest.raises(RequestError, match="on no source"):
        recognisers.ask_trial(OPERATOR, catalog, draft.id, [])
    with pytest.raises(NotFound):
        recognisers.ask_trial(OPERATOR, catalog, draft.id, [source.id, 999])


def test_two_at_work_are_never_called_the_same(
    catalog: Catalog, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_use(catalog, "Shelter", text_of("bed number", "file number"))
    with pytest.raises(Conflict, match="Recognizer file number: Health and Shelter both have one"):
        in_use(catalog, "Health", text_of("file number"))
    ours = read(text_of("permit number"), catalog.taxonomy.types).recognisers
    monkeypatch.setattr(recognisers, "own", lambda: ours)
    with pytest.raises(Conflict, match="Parks and Privacy Catalog both have one"):
        in_use(catalog, "Parks", text_of("permit number"))
    assert len(recognisers.in_use_texts(catalog)) == 1


def test_a_later_version_may_keep_the_names_of_the_one_before(catalog: Catalog, source: Source) -> None:
    first = in_use(catalog)
    second = recognisers.revise(OPERATOR, catalog, first.id)
    tried(catalog, second)
    assert recognisers.use(OPERATOR, catalog, second.id).state is SetState.IN_USE


def test_our_own_are_on_or_off_as_the_sets_in_use_have_them(
    catalog: Catalog, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = read(text_of("plate number", "a date") + "    verified: false\n", catalog.taxonomy.types).recognisers
    monkeypatch.setattr(recognisers, "own", lambda: (*ours, replace(ours[0], name="no date", type_code="")))
    shown = {line.recogniser.name: (line.enabled, line.switched_by) for line in recognisers.registry(CPO, catalog)}
    assert shown == {"plate number": (True, ""), "a date": (False, ""), "no date": (True, "")}
    assert recognisers.registry(CPO, catalog)[-1].type is None
    switches = (
        "  - name: plate number\n    type: predefined\n    enabled: false\n"
        "  - name: a date\n    type: predefined\n    enabled: true\n"
    )
    in_use(catalog, "Shelter", text_of("x number", more=switches))
    shown = {line.recogniser.name: (line.enabled, line.switched_by) for line in recognisers.registry(CPO, catalog)}
    assert shown == {"plate number": (False, "Shelter"), "a date": (True, "Shelter"), "no date": (True, "")}


def test_own_is_nothing_where_the_scan_side_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognisers.plugins, "names", lambda group: ())
    assert recognisers.own() == ()


@both
def test_what_a_trial_would_change_is_told_with_where_it_is(catalog: Catalog, source: Source) -> None:
    dataset_id = a_dataset(catalog, source)
    draft = recognisers.add(OPERATOR, catalog, "Shelter", TEXT)
    flips = [Flipped(dataset_id, f"c{n}", "CASE_ID", 0.1, 0.8) for n in range(3)]
    tried(catalog, draft, *flips, Flipped(dataset_id, "ssn", "SSN", 0.9, 0.2), Flipped(999_999, "x", "SSN", 0, 1))
    page = recognisers.trial_page(CPO, catalog, draft.id)
    assert page.ready
    assert page.datasets_due == 1
    assert [(moves.type.code, moves.gained, moves.lost) for moves in page.moves] == [("CASE_ID", 3, 0), ("SSN", 0, 1)]
    first = page.flips[0]
    assert (first.flip.column_name, first.flip.gained, first.dataset.name) == ("ssn", False, "files")
    assert (first.system.name, first.source.name, first.agency.id) == ("System of shelter-db", "shelter-db", "dso")
    gained = recognisers.trial_page(CPO, catalog, draft.id, {"change": ["gained"]}, page=2, per_page=2)
    assert (gained.total, gained.known, gained.page, gained.pages, len(gained.flips)) == (3, 4, 2, 2, 1)
    (line,) = recognisers.lines(CPO, catalog)
    assert line.trial is not None
    assert (line.trial.gained, line.trial.lost, line.trial.sources, line.person) == (3, 1, 1, "Olu Peters")


def test_flips_go_on_with_a_renamed_dataset_and_stay_when_it_is_gone(catalog: Catalog, source: Source) -> None:
    run = recording.begin(OPERATOR, catalog, source.id, 7, full=True)
    due = recording.record_listing(OPERATOR, catalog, run, [listed("old"), listed("new")], [])
    draft = recognisers.add(OPERATOR, catalog, "Shelter", TEXT)
    tried(catalog, draft, Flipped(due["new"], "ref", "CASE_ID", 0.1, 0.8))
    with engine.writing(catalog.engine) as connection:
        known = {one.id: one for one in scans.datasets_of(connection, source.id)}
        continuity.go_on_as(connection, known[due["old"]], known[due["new"]])
        scans.retire(connection, [known[due["old"]]], catalog.clock.now())
    (line,) = recognisers.trial_page(OPERATOR, catalog, draft.id).flips
    assert line.dataset.id == due["old"]
    assert line.dataset.retired_at is not None


def test_who_may_not_is_refused(catalog: Catalog, source: Source) -> None:
    draft = recognisers.add(CPO, catalog, "Shelter", TEXT)
    trial = recognisers.ask_trial(CPO, catalog, draft.id, [source.id])
    verbs: list[Callable[[Any], object]] = [
        lambda who: recognisers.sets(who, catalog),
        lambda who: recognisers.lines(who, catalog),
        lambda who: recognisers.registry(who, catalog),
        lambda who: recognisers.set_of(who, catalog, draft.id),
        lambda who: recognisers.trial_page(who, catalog, draft.id),
        lambda who: recognisers.add(who, catalog, "Other", TEXT),
        lambda who: recognisers.change(who, catalog, draft.id, TEXT, draft.digest),
        lambda who: recognisers.revise(who, catalog, draft.id),
        lambda who: recognisers.discard(who, catalog, draft.id),
        lambda who: recognisers.use(who, catalog, draft.id),
        lambda who: recognisers.retire(who, catalog, draft.id),
        lambda who: recognisers.ask_trial(who, catalog, draft.id, [source.id]),
    ]
    of_the_scan_side: list[Callable[[Any], object]] = [
        lambda who: recognisers.waiting(who, catalog),
        lambda who: recognisers.unfinished(who, catalog),
        lambda who: recognisers.sources_of(who, catalog, trial),
        lambda who: recognisers.take(who, catalog, trial),
        lambda who: recognisers.finish(who, catalog, trial, TrialOutcome("", 1, 0, 1, ())),
    ]
    for who in (officer("dso"), RESEARCHER):
        for verb in (*verbs, *of_the_scan_side):
            with pytest.raises(NotAllowed):
                verb(who)
    for verb in of_the_scan_side:
        with pytest.raises(NotAllowed):
            verb(CPO)
