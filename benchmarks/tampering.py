"""The audit log against somebody who holds the database: each way of changing it shows, and nothing else is called
changed. What anchors find and what they cannot is told apart.

``TAMPERINGS`` and ``ENTRIES`` make it smaller, for a first look.
"""

import os
import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import delete

from benchmarks.proof import Proof
from catalog.model.audit import GENESIS, RESTORED, Anchor, AuditEvent, key_id, mac
from catalog.services import audit, schedules, sources
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.services.schedules import Terms
from catalog.store import anchors, rows
from catalog.store import audit as store
from catalog.store.schema import audit_events, audit_head
from tests.support.builders import OPERATOR, a_catalog, an_agency
from tests.support.postgres import throwaway_postgres
from tests.support.tampering import unsealed

SEED = 20261128
OF_EACH = int(os.environ.get("TAMPERINGS", "40"))
ENTRIES = int(os.environ.get("ENTRIES", "200000"))
_ADMIN = local_administrator()
_APPENDED, _ROUNDS = 1000, 3
_NAMES = [field.name for field in fields(AuditEvent)]
_TEXTS = ["person_id", "role", "action", "thing", "detail", "agency_id", "before", "after", "request"]
_LONG = ["person_id", "role", "action", "thing", "detail", "before", "after"]
"""Those of them that may be of any length."""
_OLD = 12
"""Entries of before the log told what was before and after."""

Chain = list[AuditEvent]
#: Changes the entries; the head is set to the last one afterwards, unless the way leaves it as it was.
Way = Callable[[random.Random, Chain, bytes], Chain]


def proofs() -> Iterator[Proof]:
    """Tamper, walk, count."""
    with TemporaryDirectory(prefix="tampering-") as folder:
        log = _log(a_catalog(Path(folder)), Path(folder))
        yield from _tried(log, "SQLite", OF_EACH)
        yield from _controls(log)
        log.catalog.close()
    with TemporaryDirectory(prefix="tampering-") as folder, throwaway_postgres() as cluster:
        log = _log(a_catalog(Path(folder), cluster=cluster), Path(folder))
        yield from _tried(log, "PostgreSQL", max(1, OF_EACH // 8))
        log.catalog.close()
    with TemporaryDirectory(prefix="tampering-") as folder:
        yield from _speed(a_catalog(Path(folder)), Path(folder))


@dataclass(frozen=True)
class Log:
    """A log as it was, with the catalog it is in; the last anchor is ``_AFTER`` entries before its end."""

    catalog: Catalog
    chain: Chain

    @property
    def key(self) -> bytes:
        """The key it is sealed with."""
        return self.catalog.audit_key

    def is_found(self, chain: Chain, head: AuditEvent, *, anchors: bool = True) -> bool:
        """Whether a walk finds something, with these entries in the place of those that were."""
        _put(self.catalog, chain, head)
        settings = self.catalog.settings
        seen = self.catalog if anchors else replace(self.catalog, settings=_anchored(settings, None))
        return audit.verify(_ADMIN, seen).broken_at is not None


def _edit(rng: random.Random, chain: Chain, _key: bytes) -> Chain:
    at, name = rng.randrange(len(chain)), rng.choice(_NAMES)
    return [*chain[:at], replace(chain[at], **{name: _other(getattr(chain[at], name), name)}), *chain[at + 1 :]]


def _other(old: Any, name: str) -> Any:
    if isinstance(old, int):
        return old + 500
    if isinstance(old, datetime):
        return old + timedelta(microseconds=1)
    return f"{'1' if old[0] != '1' else '2'}{old[1:]}" if name in {"mac", "previous"} else f"{old}x"


def _blank(rng: random.Random, chain: Chain, _key: bytes) -> Chain:
    filled = [(at, name) for at, one in enumerate(chain) for name in _TEXTS if getattr(one, name)]
    at, name = rng.choice(filled)
    return [*chain[:at], replace(chain[at], **{name: ""}), *chain[at + 1 :]]


def _delete(rng: random.Random, chain: Chain, _key: bytes) -> Chain:
    at = rng.randrange(len(chain) - 1)
    return [*chain[:at], *chain[at + 1 :]]


def _delete_and_close_up(rng: random.Random, chain: Chain, key: bytes) -> Chain:
    left = _delete(rng, chain, key)
    return [replace(one, sequence=number) for number, one in enumerate(left, 1)]


def _insert(rng: random.Random, chain: Chain, key: bytes) -> Chain:
    at = rng.randrange(1, len(chain))
    forged = replace(chain[at], person_id="somebody", previous=chain[at - 1].mac)
    forged = replace(forged, mac=rng.choice([mac(rng.randbytes(32), forged), chain[at].mac, rng.randbytes(32).hex()]))
    later = [replace(one, sequence=one.sequence + 1) for one in chain[at:]]
    _ = key
    return [*chain[:at], forged, *later]


def _swap(rng: random.Random, chain: Chain, _key: bytes) -> Chain:
    one, other = sorted(rng.sample(range(len(chain)), 2))
    swapped = list(chain)
    swapped[one] = replace(chain[other], sequence=chain[one].sequence)
    swapped[other] = replace(chain[one], sequence=chain[other].sequence)
    return swapped


def _swap_contents(rng: random.Random, chain: Chain, _key: bytes) -> Chain:
    one, other = sorted(rng.sample(range(len(chain)), 2))
    links = ("sequence", "previous", "mac")
    swapped = list(chain)
    swapped[one] = replace(chain[other], **{name: getattr(chain[one], name) for name in links})
    swapped[other] = replace(chain[one], **{name: getattr(chain[other], name) for name in links})
    return swapped if swapped != chain else _swap_contents(rng, chain, _key)


def _renumber(rng: random.Random, chain: Chain, _key: bytes) -> Chain:
    at = rng.randrange(len(chain))
    by = rng.randint(1, 9)
    return [*chain[:at], *(replace(one, sequence=one.sequence + by) for one in chain[at:])]


def _mac_of_another(rng: random.Random, chain: Chain, _key: bytes) -> Chain:
    at, other = rng.sample(range(len(chain)), 2)
    return [*chain[:at], replace(chain[at], mac=chain[other].mac), *chain[at + 1 :]]


def _normalise(rng: random.Random, chain: Chain, _key: bytes) -> Chain:
    at = rng.choice([at for at, one in enumerate(chain) if unicodedata.normalize("NFD", one.detail) != one.detail])
    decomposed = unicodedata.normalize(rng.choice(["NFD", "NFKD"]), chain[at].detail)
    return [*chain[:at], replace(chain[at], detail=decomposed), *chain[at + 1 :]]


def _shift(rng: random.Random, chain: Chain, _key: bytes) -> Chain:
    """Move a text, or its end, from one field into another."""
    at = rng.randrange(len(chain))
    source = rng.choice([name for name in _TEXTS if getattr(chain[at], name)])
    target = rng.choice([name for name in _LONG if name != source])
    text = getattr(chain[at], source)
    kept = rng.randrange(len(text))
    moved = {source: text[:kept], target: text[kept:] + getattr(chain[at], target)}
    return [*chain[:at], replace(chain[at], **moved), *chain[at + 1 :]]


def _edit_old(rng: random.Random, chain: Chain, key: bytes) -> Chain:
    """Edit an entry of before 0006, or give it what such entries never had."""
    at, name = rng.randrange(_OLD), rng.choice(["agency_id", "before", "after", "request", "detail"])
    _ = key
    return [*chain[:at], replace(chain[at], **{name: "x" + getattr(chain[at], name)}), *chain[at + 1 :]]


def _another_key(rng: random.Random, chain: Chain, _key: bytes) -> Chain:
    return _sealed(_edit(rng, chain, _key), rng.randbytes(32))


def _forged_restore(rng: random.Random, chain: Chain, _key: bytes) -> Chain:
    at = rng.randrange(len(chain))
    said = f"agreed=0 anchor={chain[-1].sequence} mac={chain[-1].mac} backup"
    return [*chain[:at], replace(chain[at], action=RESTORED, detail=said), *chain[at + 1 :]]


#: Found by the chain alone.
WAYS: dict[str, Way] = {
    "a field edited": _edit,
    "a field emptied": _blank,
    "an entry deleted": _delete,
    "an entry deleted and the rest closed up": _delete_and_close_up,
    "a forged entry put in": _insert,
    "two entries exchanged": _swap,
    "what two entries say exchanged": _swap_contents,
    "entries renumbered": _renumber,
    "the seal of another entry": _mac_of_another,
    "another form of the same characters": _normalise,
    "a text moved into another field": _shift,
    "an entry of before 0006 edited": _edit_old,
    "everything sealed anew with another key": _another_key,
    "a forged record of a restore": _forged_restore,
}


def _cut(rng: random.Random, chain: Chain, key: bytes) -> Chain:
    _ = key
    return chain[: rng.randrange(1, len(chain) - _AFTER - 1)]


def _fork(rng: random.Random, chain: Chain, key: bytes) -> Chain:
    """An older copy, on which work went on with the right key."""
    left = _cut(rng, chain, key)
    more = [replace(one, thing=f"other:{rng.random()}") for one in chain[len(left) :]]
    return _sealed([*left, *more[: rng.randrange(1, len(more) + 1)]], key)


def _rewrite(rng: random.Random, chain: Chain, key: bytes) -> Chain:
    """The whole chain made anew by somebody who has the key, with an old entry changed."""
    at = rng.randrange(len(chain) - _AFTER - 1)
    return _sealed([*chain[:at], replace(chain[at], detail="changed"), *chain[at + 1 :]], key)


#: Found by anchors alone: whoever does this has the key, or an older copy.
ANCHORED_WAYS: dict[str, Way] = {
    "the end cut off, with the head set back": _cut,
    "an older copy, with work going on": _fork,
    "everything sealed anew with the right key": _rewrite,
}
_AFTER = 5
"""Entries that are newer than the last anchor."""


def _sealed(chain: Chain, key: bytes) -> Chain:
    made: Chain = []
    for number, one in enumerate(chain, 1):
        linked = replace(one, sequence=number, previous=made[-1].mac if made else GENESIS)
        made.append(replace(linked, mac=mac(key, linked)))
    return made


def _log(catalog: Catalog, folder: Path) -> Log:
    """A log with entries of several kinds, old ones without what is told today, and anchors on the way."""
    catalog = replace(catalog, settings=_anchored(catalog.settings, folder / "anchors"))
    for number in range(12):
        agency_id = f"a{number}"
        sources.add_agency(OPERATOR, catalog, an_agency(agency_id, f"Agency {number}"))
        sources.add_agency(OPERATOR, catalog, an_agency(agency_id, f"Agency {number} renamed"))
        system = sources.add_system(OPERATOR, catalog, agency_id, f"System {number}")
        source = sources.add_source(OPERATOR, catalog, system.id, f"s{number}", "sqlite", {"path": f"/srv/{number}"})
        schedules.put(OPERATOR, catalog, source.id, Terms(seconds_a_day=number + 1))
        schedules.hold(OPERATOR, catalog, source.id, f"café n° {number}, Zoë moves")
        audit.read(_ADMIN, catalog, f"dataset:{number}", agency_id)
    with catalog.reading() as connection:
        chain = list(store.events(connection))
    old = [replace(one, agency_id="", before="", after="", request="") for one in chain[:_OLD]]
    chain = _sealed([*old, *chain[_OLD:]], catalog.audit_key)
    for end in (len(chain) // 3, len(chain) // 2, len(chain) - _AFTER):
        last = chain[end - 1]
        anchors.add(folder / "anchors", Anchor(last.at, last.sequence, last.mac, key_id(catalog.audit_key)))
    _put(catalog, chain, chain[-1])
    return Log(catalog, chain)


def _anchored(settings: Any, path: Path | None) -> Any:
    return settings.model_copy(update={"anchors": path})


def _put(catalog: Catalog, chain: Chain, head: AuditEvent) -> None:
    """Put these entries in the place of those that are there, as whoever holds the database can."""
    with unsealed(catalog) as connection:
        connection.execute(delete(audit_events))
        rows.add_all(connection, audit_events, chain)
        rows.change(connection, audit_head, audit_head.c.id == 1, sequence=head.sequence, mac=head.mac)


def _tried(log: Log, where: str, of_each: int) -> Iterator[Proof]:
    rng = random.Random(SEED)
    tried, missed = 0, []
    for name, way in (WAYS | ANCHORED_WAYS).items():
        for _ in range(of_each):
            chain = way(rng, log.chain, log.key)
            # Half of them set the head to what is last now, so that nothing but the entries themselves can tell.
            head = chain[-1] if name in ANCHORED_WAYS or rng.random() < 0.5 else log.chain[-1]
            tried += 1
            if not log.is_found(chain, head):
                missed.append(name)
    for sequence in range(1, of_each + 1):
        tried += 1
        if not log.is_found(log.chain, log.chain[-1 - sequence % (len(log.chain) - 1)]):
            missed.append("the head set back")
    ways = f"{len(WAYS) + len(ANCHORED_WAYS) + 1} ways"
    told = f", missed: {', '.join(sorted(set(missed)))}" if missed else ""
    figure = f"{tried - len(missed)} of {tried}, in {ways}{told}"
    most = 500 if where == "SQLite" else 50
    yield Proof(
        f"Every tampering with the audit log shows ({where})",
        figure,
        f"all of {most} or more",
        not missed and (tried >= most or of_each < 5),
        SEED,
    )


def _controls(log: Log) -> Iterator[Proof]:
    """What must not be found, and what cannot be."""
    rng = random.Random(SEED)
    false = sum(log.is_found(_sealed(log.chain, log.key), log.chain[-1], anchors=bool(at % 2)) for at in range(OF_EACH))
    yield Proof("A log that nobody changed is never called changed", f"{false} of {OF_EACH}", "0", not false, SEED)
    late = [log.chain[: -rng.randint(1, _AFTER)] for _ in range(OF_EACH)]
    found = sum(log.is_found(chain, chain[-1]) for chain in late)
    bare = [_cut(rng, log.chain, log.key) for _ in range(OF_EACH)]
    unseen = sum(log.is_found(chain, chain[-1], anchors=False) for chain in bare)
    yield Proof(
        "The limit: an end cut off after the last anchor, or without anchors, with the head set back",
        f"{found} of {len(late)} and {unseen} of {len(bare)} found",
        "none can be: anchors every hour",
        found == unseen == 0,
        SEED,
    )


def _speed(catalog: Catalog, folder: Path) -> Iterator[Proof]:
    """Entries written one by one as acts are, and walked."""
    anchored = replace(catalog, settings=_anchored(catalog.settings, folder / "anchors"))
    audit.anchor(_ADMIN, anchored)
    rounds = [(_appended(catalog), _appended(anchored)) for _ in range(_ROUNDS)]
    (bare, _), (with_anchors, working) = (max(each) for each in zip(*rounds, strict=True))
    yield Proof(
        "Entries of the audit log a second, one a transaction (SQLite, in TMPDIR: a disk adds its syncs)",
        f"{with_anchors:,.0f} held against the anchor, {bare:,.0f} without; {working:,.0f} a second of processor time; "
        f"best of {_ROUNDS} rounds of {_APPENDED:,}",
        "500 or more",
        with_anchors >= 500,
        SEED,
    )
    _grow(catalog, ENTRIES)
    began, worked = perf_counter(), process_time()
    report = audit.verify(_ADMIN, anchored)
    by_clock, rate = report.entries / (perf_counter() - began), report.entries / (process_time() - worked)
    yield Proof(
        f"Entries of the audit log walked in a second of one processor (SQLite, {report.entries:,} entries)",
        f"{rate:,.0f}: 10 million in {10_000_000 / rate / 60:.1f} minutes; by the clock {by_clock:,.0f}",
        "10 million in 5 minutes: 33,334",
        rate >= 33_334 and report.broken_at is None,
        SEED,
    )


def _grow(catalog: Catalog, count: int) -> None:
    """Add so many entries at once, sealed as they would be one by one."""
    with catalog.reading() as connection:
        chain = list(store.events(connection))
    chain = _sealed(
        [*chain, *(replace(chain[-1], thing=f"dataset:{number}") for number in range(count))], catalog.audit_key
    )
    with catalog.engine.execution_options(writes=True).begin() as connection:
        for at in range(len(chain) - count, len(chain), 5000):
            rows.add_all(connection, audit_events, chain[at : at + 5000])
        rows.change(connection, audit_head, audit_head.c.id == 1, sequence=chain[-1].sequence, mac=chain[-1].mac)


def _appended(catalog: Catalog) -> tuple[float, float]:
    """Entries a second by the clock, and by the processor's."""
    began, worked = perf_counter(), process_time()
    for number in range(_APPENDED):
        with catalog.changing(OPERATOR, "test", f"thing:{number}", "said"):
            pass
    return _APPENDED / (perf_counter() - began), _APPENDED / (process_time() - worked)
