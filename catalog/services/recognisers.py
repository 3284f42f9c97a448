"""A city's own recognisers: kept as a draft, tried by the scan side, put in use, retired.

The web and the command line write texts and wishes here; the scan side takes up the trials and asks what is in use.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from catalog import plugins
from catalog.errors import Conflict, NotFound, RequestError, SettingsError
from catalog.model.actors import Actor
from catalog.model.holdings import Source
from catalog.model.recogniser_sets import RecogniserSet, SetState, Trial, TrialOutcome, TrialState, digest_of
from catalog.model.recogniser_views import RecogniserLine, SetLine, TrialPage
from catalog.model.recognition import Recogniser
from catalog.services import access, recogniser_pages, recogniser_texts
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.services.filtering import Chosen
from catalog.store import recognisers as stored
from catalog.store import register
from catalog.store.engine import Connection

PER_PAGE = 100
FACETS = tuple(recogniser_pages.DIMENSIONS)
#: What an error about the name of a set speaks of; all others speak of its text.
NAME = "The name"
_LONGEST_NAME = 100
_LOOK = "Look at it again and decide."
_STATE_WORDS = {SetState.DRAFT: "a draft", SetState.IN_USE: "in use", SetState.RETIRED: "no longer in use"}


def own() -> tuple[Recogniser, ...]:
    """Our own registry; none where the scan side is not installed."""
    if "own" not in plugins.names("recognisers"):
        return ()
    try:
        return tuple(plugins.load("recognisers", "own")())
    except SettingsError:
        return ()


def in_use_texts(catalog: Catalog) -> tuple[str, ...]:
    """The texts in use, by name: what every scan adds to our own."""
    with catalog.reading() as connection:
        return tuple(one.text for one in stored.in_use(connection))


def texts_with(actor: Actor, catalog: Catalog, set_id: int) -> tuple[str, ...]:
    """The texts that would be in use if this one were.

    Raises:
        NotFound: when there is none under this number.
    """
    access.require(actor, Action.RUN_SCANS)
    with catalog.reading() as connection:
        one = _existing(connection, set_id)
        others = [each.text for each in stored.in_use(connection) if each.name != one.name]
    return (*others, one.text)


def sets(actor: Actor, catalog: Catalog) -> tuple[RecogniserSet, ...]:
    """All versions of all names; by name, the newest version first."""
    access.require(actor, Action.MANAGE_RECOGNISERS)
    with catalog.reading() as connection:
        return tuple(stored.every(connection))


def lines(actor: Actor, catalog: Catalog) -> tuple[SetLine, ...]:
    """The same, each with what is in it and its latest trial."""
    access.require(actor, Action.MANAGE_RECOGNISERS)
    with catalog.reading() as connection:
        return recogniser_pages.set_lines(connection, catalog, stored.every(connection))


def registry(actor: Actor, catalog: Catalog) -> tuple[RecogniserLine, ...]:
    """Our own recognisers by type, each on or off as the sets in use have it."""
    access.require(actor, Action.MANAGE_RECOGNISERS)
    with catalog.reading() as connection:
        return recogniser_texts.registry(catalog, own(), stored.in_use(connection))


def set_of(actor: Actor, catalog: Catalog, set_id: int) -> RecogniserSet:
    """One version.

    Raises:
        NotFound: when there is none under this number.
    """
    access.require(actor, Action.MANAGE_RECOGNISERS)
    with catalog.reading() as connection:
        return _existing(connection, set_id)


def trial_page(
    actor: Actor,
    catalog: Catalog,
    set_id: int,
    chosen: Chosen | None = None,
    *,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> TrialPage:
    """One version with its latest trial and what that would change, filtered.

    Raises:
        NotFound: when there is no such version.
    """
    access.require(actor, Action.MANAGE_RECOGNISERS)
    with catalog.reading() as connection:
        return recogniser_pages.trial_page(
            connection, catalog, actor, set_id, chosen or {}, page=page, per_page=per_page
        )


def add(actor: Actor, catalog: Catalog, name: str, text: str) -> RecogniserSet:
    """Keep a text as a draft: the first version of a new name, or the next of a known one.

    Raises:
        Conflict: when there is a draft of this name already.
        RequestError: naming what is wrong with the name or the text.
    """
    access.require(actor, Action.MANAGE_RECOGNISERS)
    name = _checked(name)
    recogniser_texts.file_of(catalog, text)
    with catalog.changing(actor, "add_recognizers", f"recognizers:{name}", f"text {digest_of(text)[:12]}") as change:
        return _add_draft(actor, change, name, text)


def change(actor: Actor, catalog: Catalog, set_id: int, text: str, seen_digest: str) -> RecogniserSet:
    """Give a draft another text. A trial that waits is withdrawn: it was to be of the old one.

    Parameters:
        seen_digest: of the text that was changed.

    Raises:
        Conflict: when it is no draft, is being tried, or somebody else has changed it meanwhile.
        RequestError: naming what is wrong with the text.
    """
    access.require(actor, Action.MANAGE_RECOGNISERS)
    recogniser_texts.file_of(catalog, text)
    with _changing(actor, catalog, "change_recognizers", set_id, SetState.DRAFT) as (change, one):
        if one.digest != seen_digest:
            raise _moved(one)
        _withdraw_trial(change, one)
        return _put(actor, change, one, text=text, digest=digest_of(text))


def revise(actor: Actor, catalog: Catalog, set_id: int) -> RecogniserSet:
    """Begin a new draft with the text of a version that is or was in use.

    Raises:
        Conflict: when there is a draft of this name already.
    """
    with _changing(actor, catalog, "revise_recognizers", set_id, SetState.IN_USE, SetState.RETIRED) as (change, one):
        return _add_draft(actor, change, one.name, one.text)


def discard(actor: Actor, catalog: Catalog, set_id: int) -> None:
    """Forget a draft and its trials.

    Raises:
        Conflict: when it is no draft, or is being tried.
    """
    with _changing(actor, catalog, "discard_recognizers", set_id, SetState.DRAFT) as (change, one):
        _withdraw_trial(change, one)
        stored.discard(change.connection, one.id)
        change.compare(one, None)


def use(actor: Actor, catalog: Catalog, set_id: int) -> RecogniserSet:
    """Put a tried draft in use, in place of the version of its name that was.

    Raises:
        Conflict: when just this text was not tried to the end, or a recogniser in it is called as another at work.
    """
    with _changing(actor, catalog, "use_recognizers", set_id, SetState.DRAFT) as (change, one):
        trial = stored.latest_trial(change.connection, one.id, one.digest)
        if trial is None or trial.state is not TrialState.DONE:
            raise Conflict(f"Recognizers {one.name}", "this text has not been tried to the end", "Try it first.")
        before = stored.in_use(change.connection)
        others = [each for each in before if each.name != one.name]
        recogniser_texts.refuse_collisions(catalog, one, others, own())
        for each in before:
            if each.name == one.name:
                _put(actor, change, each, state=SetState.RETIRED)
        return _put(actor, change, one, state=SetState.IN_USE)


def retire(actor: Actor, catalog: Catalog, set_id: int) -> RecogniserSet:
    """Take a version out of use.

    Raises:
        Conflict: when it is not in use.
    """
    with _changing(actor, catalog, "retire_recognizers", set_id, SetState.IN_USE) as (change, one):
        return _put(actor, change, one, state=SetState.RETIRED)


def ask_trial(actor: Actor, catalog: Catalog, set_id: int, source_ids: Sequence[int]) -> Trial:
    """Ask the scan side to try a draft on some sources.

    Raises:
        Conflict: when it is no draft, or a trial of it waits or runs.
        NotFound: when there is no such source.
        RequestError: when no source is named.
    """
    with _changing(actor, catalog, "ask_trial", set_id, SetState.DRAFT) as (change, one):
        chosen = sorted(set(source_ids))
        if not chosen:
            raise RequestError("This trial", "it is on no source", "Choose at least one.")
        if set(chosen) - {source.id for source in register.all_sources(change.connection)}:
            raise NotFound("This source", "there is no such source", "See them under Scans.")
        if stored.open_trial(change.connection, one.id) is not None:
            raise Conflict(f"Recognizers {one.name}", "a trial waits or runs already", "Wait until it has ended.")
        wish = Trial(
            0, one.id, one.digest, TrialState.WAITING, actor.person_id, change.at, None, None, 0, 0, 0, problem=""
        )
        asked = stored.add_trial(change.connection, wish, chosen)
        change.compare(None, asked)
        return asked


def waiting(actor: Actor, catalog: Catalog) -> tuple[Trial, ...]:
    """The trials asked for and not yet taken up, oldest first."""
    return _trials_in(actor, catalog, TrialState.WAITING)


def unfinished(actor: Actor, catalog: Catalog) -> tuple[Trial, ...]:
    """The trials taken up and never finished."""
    return _trials_in(actor, catalog, TrialState.RUNNING)


def sources_of(actor: Actor, catalog: Catalog, trial: Trial) -> tuple[Source, ...]:
    """The sources a trial is for."""
    access.require(actor, Action.RUN_SCANS)
    with catalog.reading() as connection:
        return tuple(stored.sources_of(connection, trial.id))


def take(actor: Actor, catalog: Catalog, trial: Trial) -> None:
    """Note that the scan side has taken up a trial; until it is finished, the text of its set does not change.

    Raises:
        Conflict: when it no longer waits.
    """
    access.require(actor, Action.RUN_SCANS)
    with catalog.changing(actor, "take_trial", f"trial:{trial.id}") as change:
        _move(change, trial, TrialState.WAITING, state=TrialState.RUNNING, taken_at=change.at)


def finish(actor: Actor, catalog: Catalog, trial: Trial, outcome: TrialOutcome) -> None:
    """Note what a trial brought.

    Raises:
        Conflict: when it is not under way.
    """
    access.require(actor, Action.RUN_SCANS)
    state = TrialState.FAILED if outcome.problem else TrialState.DONE
    with catalog.changing(actor, "finish_trial", f"trial:{trial.id}", state.value) as change:
        _move(
            change,
            trial,
            TrialState.RUNNING,
            state=state,
            ended_at=change.at,
            datasets=outcome.datasets,
            not_looked_at=outcome.not_looked_at,
            columns=outcome.columns,
            problem=outcome.problem,
        )
        stored.add_flips(change.connection, trial.id, outcome.flips)


@contextmanager
def _changing(
    actor: Actor, catalog: Catalog, action: str, set_id: int, *states: SetState
) -> Iterator[tuple[Change, RecogniserSet]]:
    """A transaction on one version, which must be in one of these states."""
    known = set_of(actor, catalog, set_id)
    with catalog.changing(actor, action, f"recognizers:{known.name}", f"version {known.version}") as change:
        one = _existing(change.connection, set_id)
        if one.state not in states:
            raise Conflict(f"Recognizers {one.name}", f"version {one.version} is {_STATE_WORDS[one.state]}", _LOOK)
        yield change, one


def _moved(one: RecogniserSet) -> Conflict:
    return Conflict(f"Recognizers {one.name}", "somebody has changed them meanwhile", _LOOK)


def _put(actor: Actor, change: Change, one: RecogniserSet, **values: object) -> RecogniserSet:
    if not stored.change(change.connection, one, person_id=actor.person_id, changed_at=change.at, **values):
        raise _moved(one)
    now = _existing(change.connection, one.id)
    change.compare(one, now)
    return now


def _add_draft(actor: Actor, change: Change, name: str, text: str) -> RecogniserSet:
    known = stored.versions(change.connection, name)
    if any(one.state is SetState.DRAFT for one in known):
        raise Conflict(NAME, "there is a draft of this name already", "Change that draft, or take another name.")
    version = 1 + max((one.version for one in known), default=0)
    draft = RecogniserSet(
        0, name, version, text, digest_of(text), SetState.DRAFT, actor.person_id, change.at, change.at
    )
    made = stored.add(change.connection, draft)
    change.compare(None, made)
    return made


def _withdraw_trial(change: Change, one: RecogniserSet) -> None:
    trial = stored.open_trial(change.connection, one.id)
    if trial is None:
        return
    problem = "the text was changed before it was tried"
    values = {"state": TrialState.FAILED, "ended_at": change.at, "problem": problem}
    if not stored.move_trial(change.connection, trial.id, TrialState.WAITING, **values):
        raise Conflict(f"Recognizers {one.name}", "they are being tried right now", "Wait until the trial has ended.")


def _move(change: Change, trial: Trial, was: TrialState, **values: object) -> None:
    if not stored.move_trial(change.connection, trial.id, was, **values):
        raise Conflict(f"Trial {trial.id}", f"it is not {was.value}, or no longer", "Ask what is waiting now.")


def _trials_in(actor: Actor, catalog: Catalog, state: TrialState) -> tuple[Trial, ...]:
    access.require(actor, Action.RUN_SCANS)
    with catalog.reading() as connection:
        return tuple(stored.trials_in(connection, state))


def _existing(connection: Connection, set_id: int) -> RecogniserSet:
    found = stored.one(connection, set_id)
    if found is None:
        raise NotFound("These recognizers", "there are none under this number", "See them under Recognizers.")
    return found


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise RequestError(NAME, "it is empty", "Say whose recognizers they are, such as an agency’s.")
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise RequestError(
            NAME, f"it is longer than {_LONGEST_NAME} signs or holds some that do not show", "Change it."
        )
    return name
