"""Many people decide on the same columns at once, and send what they decide twice: nothing is lost or done twice.

Clients come in pairs that share a person and a script, so that every form is sent by two at about the same time. They
decide on few columns, on versions some of which are stale, and undo what they did. What came of it is then replayed act
by act by rules that share no code with the services, and held against the catalog row by row.
"""

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from catalog.errors import Conflict, StoreError
from catalog.model.actors import Actor, Grant, Role, Scope
from catalog.model.decisions import Decision, Standing, StandingRecord
from catalog.model.decisions import Verdict as Word
from catalog.model.evidence import FindingRecord
from catalog.model.review import ActKind, LeftOutBecause, Order, Pick, ReviewAct, Why
from catalog.model.review_views import Outcome
from catalog.services import audit, review, sources
from catalog.services import people as accounts
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.services.review_truth import Truth
from catalog.store import rows
from catalog.store.review_schema import review_acts
from catalog.store.schema import decisions, findings, standings
from tests.support.builders import OPERATOR, a_catalog, a_finding, an_agency
from tests.support.review_world import scan

Pair = tuple[int, str]
#: The type that others are changed to, which nothing found.
ADDED = "LANGUAGE"
_ORDERS = (
    Order(ActKind.CONFIRM),
    Order(ActKind.CONFIRM),
    Order(ActKind.REJECT, Why.TEST_DATA),
    Order(ActKind.CHANGE_TYPE, to_code=ADDED),
    Order(ActKind.NOT_IDENTIFYING),
)
#: Of ten turns, in how many somebody undoes, in how many what they see is stale, and in how many a form is sent twice.
_UNDOES, _STALE, _TWICE = 2, 2, 3
_WORD = {Word.CONFIRMED: Standing.CONFIRMED, Word.REJECTED: Standing.REJECTED, Word.WITHDRAWN: None}
_ENTRIES = text("SELECT count(*) FROM audit_events WHERE action IN ('decide', 'undo_decision')")


@dataclass
class Told:
    """What the clients were answered."""

    outcomes: list[tuple[Order | int, Sequence[Pick], Outcome]] = field(default_factory=list)
    conflicts: int = 0
    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Verdict:
    """What is wrong, in words, and what was counted."""

    amiss: Sequence[str]
    counted: Mapping[str, int]


def a_crowd(folder: Path, cluster: str, *, tables: int, people: int) -> tuple[Catalog, list[Actor], list[Pair]]:
    """A catalog with some tables of three columns, the officers who decide on them, and what there is to decide."""
    catalog = a_catalog(folder, cluster=cluster)
    sources.add_agency(OPERATOR, catalog, an_agency())
    system = sources.add_system(OPERATOR, catalog, "dso", "Shelter")
    source = sources.add_source(OPERATOR, catalog, system.id, "shelter", "sqlite", {"path": "/srv/x.db"})
    columns = [
        ("ssn", [a_finding("SSN"), a_finding("PHONE", 0.6)]),
        ("mail", [a_finding("EMAIL")]),
        ("dob", [a_finding("DOB")]),
    ]
    scan(catalog, source.id, {f"t{number}": columns for number in range(tables)})
    actors = [Actor(f"officer-{n}", f"Officer {n}", frozenset({Grant(Role.OFFICER, "dso")})) for n in range(people)]
    for one in actors:
        accounts.add_person(OPERATOR, catalog, one.person_id, one.name, Role.OFFICER, "dso")
    with catalog.reading() as connection:
        pairs = [(one.column_id, one.type_code) for one in rows.find(connection, findings, FindingRecord)]
    return catalog, actors, pairs


def play(
    opened: Callable[[], Catalog], actors: Sequence[Actor], pairs: Sequence[Pair], *, clients: int, each: int, seed: int
) -> Told:
    """Let an even number of clients send so many forms each, all at once.

    Parameters:
        opened: opens the catalog anew for each client.
        actors: who they are, two clients after another the same.
        pairs: what they decide on; every actor may on all of it.
    """
    told = [Told() for _ in range(clients)]
    begin = threading.Barrier(clients)
    catalogs = [opened() for _ in range(clients)]

    def run(number: int) -> None:
        begin.wait()
        _client(catalogs[number], actors[number // 2 % len(actors)], pairs, each, f"{seed} {number // 2}", told[number])
        catalogs[number].close()

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(run, range(clients)))
    return Told(
        [one for those in told for one in those.outcomes],
        sum(those.conflicts for those in told),
        [one for those in told for one in those.failed],
    )


def held_against(catalog: Catalog, told: Told) -> Verdict:
    """Replay what was answered, in the order of the acts, and hold it against the catalog."""
    done = {one.act.id: picks for _, picks, one in told.outcomes if not one.repeated}
    repeated = [one.act.id for _, _, one in told.outcomes if one.repeated]
    with catalog.reading() as connection:
        acts = rows.find(connection, review_acts, ReviewAct)
        made = rows.find(connection, decisions, Decision)
        stand = {
            (one.column_id, one.type_code): one.standing for one in rows.find(connection, standings, StandingRecord)
        }
        found = {(one.column_id, one.type_code) for one in rows.find(connection, findings, FindingRecord)}
        entries = connection.execute(_ENTRIES).scalar_one()
    numbers = {one.id for one in acts}
    check = audit.verify(local_administrator(), catalog)
    amiss = [*told.failed, *_overwritten(done, made)]
    amiss += ["acts answered and acts on record differ"] if set(done) != numbers else []
    amiss += ["entries of acts in the audit log and acts differ"] if entries != len(acts) else []
    amiss += ["a form was answered as sent before, and was not"] if not set(repeated) <= numbers else []
    amiss += ["an act was answered as done twice"] if len(done) + len(repeated) != len(told.outcomes) else []
    amiss += [f"the audit chain breaks at {check.broken_at}"] if check.broken_at is not None else []
    said, wrong = _replayed(acts, made)
    amiss += wrong
    expected = dict.fromkeys(found, Standing.SUGGESTED) | said
    stands = {pair: standing for pair, standing in expected.items() if standing}
    amiss += ["standings differ from the replay"] if stands != stand else []
    amiss += _lost(told, made)
    counted = {"acts": len(acts), "decisions": len(made), "repeated": len(repeated), "conflicts": told.conflicts}
    return Verdict(amiss, counted)


def _client(catalog: Catalog, actor: Actor, pairs: Sequence[Pair], each: int, script: str, told: Told) -> None:
    chance = random.Random(script)
    seen: dict[Pair, str] = {}
    own: list[int] = []
    for turn in range(each):
        chosen = chance.sample(pairs, min(len(pairs), chance.choice((1, 1, 1, 2, 5))))
        order, undoes, is_stale = chance.choice(_ORDERS), chance.randrange(10) < _UNDOES, chance.randrange(10) < _STALE
        which, is_sent_twice = chance.random(), chance.randrange(10) < _TWICE
        try:
            if undoes and own:
                act_id = own[int(which * len(own))]
                outcome = review.undo(actor, catalog, act_id, token=f"{script} {turn}")
                told.outcomes.append((act_id, (), outcome))
            else:
                picks = _picks(catalog, chosen, seen, is_stale=is_stale)
                for _ in range(1 + is_sent_twice):
                    outcome = review.act(actor, catalog, order, picks, token=f"{script} {turn}")
                    told.outcomes.append((order, picks, outcome))
            own.append(outcome.act.id)
        except Conflict:
            told.conflicts += 1
        except StoreError as error:
            told.failed.append(str(error))


def _picks(catalog: Catalog, chosen: Sequence[Pair], seen: dict[Pair, str], *, is_stale: bool) -> list[Pick]:
    """What a form would send: what is seen now, or was before."""
    now = seen if is_stale and all(pair in seen for pair in chosen) else {}
    if not now:
        with catalog.reading() as connection:
            today = catalog.clock.now().date()
            truth = Truth(connection, Scope(None), {column_id for column_id, _ in chosen}, today)
            now = {pair: truth.known(*pair).item.version for pair in chosen}
        seen.update(now)
    return [Pick(*pair, now[pair]) for pair in chosen]


def _lost(told: Told, made: Sequence[Decision]) -> list[str]:
    """Acts that did not decide on just what they answered."""
    columns: dict[int, set[int]] = {}
    for one in made:
        columns.setdefault(one.act_id or 0, set()).add(one.column_id)
    amiss = []
    for _, picks, outcome in told.outcomes:
        left_out = {(one.column_id, one.type_code) for one in outcome.left_out}
        # What is said of a whole column leaves it out whole, for the sake of the type that it names.
        whole = {one.column_id for one in outcome.left_out if one.because is LeftOutBecause.OTHER_TYPE_DECIDED}
        taken = {one.column_id for one in picks if (one.column_id, one.type_code) not in left_out} - whole
        if picks and not outcome.repeated and (taken, len(taken)) != (columns[outcome.act.id], outcome.done):
            amiss.append(f"act {outcome.act.id} decided on other columns than it answered")
    return amiss


def _overwritten(done: Mapping[int, Sequence[Pick]], made: Sequence[Decision]) -> list[str]:
    """Decisions made on a version of an item that was not the last one."""
    last: dict[Pair, int] = {}
    amiss = []
    for one in made:
        pair = (one.column_id, one.type_code)
        seen = {(pick.column_id, pick.type_code): pick.version or "" for pick in done.get(one.act_id or 0, ())}
        if pair in seen and seen[pair].split(".")[-2] != str(last.get(pair, 0)):
            amiss.append(f"act {one.act_id} decided on {pair} without seeing decision {last.get(pair)}")
        last[pair] = one.id
    return amiss


@dataclass(frozen=True)
class _Said:
    """A word in a pile: the act that said it, what holds since, and the act that first said that."""

    act_id: int
    word: Standing | None
    first: int


def _replayed(acts: Sequence[ReviewAct], made: Sequence[Decision]) -> tuple[dict[Pair, Standing | None], list[str]]:
    """What each item comes to by a pile of words for each, and the undoings that said something else."""
    piles: dict[Pair, list[_Said]] = {}
    by_act: dict[int, dict[Pair, Standing | None]] = {}
    for one in made:
        by_act.setdefault(one.act_id or 0, {})[one.column_id, one.type_code] = _WORD[one.verdict]
    amiss = []
    for act in acts:
        words = {pair: _Said(act.id, word, act.id) for pair, word in by_act.get(act.id, {}).items()}
        if act.kind is ActKind.UNDO:
            back = _taken_back(piles, act)
            amiss += (
                [f"undo {act.id} said something else"]
                if by_act.get(act.id, {}) != {k: v.word for k, v in back.items()}
                else []
            )
            words = back
        for pair, said in words.items():
            piles.setdefault(pair, []).append(said)
    return {pair: pile[-1].word for pair, pile in piles.items() if pile[-1].word or pair[1] == ADDED}, amiss


def _taken_back(piles: Mapping[Pair, Sequence[_Said]], act: ReviewAct) -> dict[Pair, _Said]:
    """What an undoing says of each item whose last word is that of the act, or puts it back: what was before it."""
    back = {}
    for pair, pile in piles.items():
        if act.of_id in {pile[-1].act_id, pile[-1].first}:
            at = next(place for place, said in enumerate(pile) if said.act_id == act.of_id)
            before = pile[at - 1] if at else _Said(0, None, 0)
            back[pair] = _Said(act.id, before.word, before.first if before.word else act.id)
    return back
