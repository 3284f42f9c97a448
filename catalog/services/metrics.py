"""Figures for Prometheus, from the catalog alone: whoever asks for them causes no work at any source.

Labels are ids and names of sources, which operators chose, and our own words: never a name read from a source. Figures
by source are given for so many sources at most, and how many are left out is a figure too.
"""

import hmac
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Gauge, Info, generate_latest

from catalog import __version__, keys, logs
from catalog.errors import NotFound, SettingsError
from catalog.model.actors import Actor, Grant, Role, Scope
from catalog.model.coverage import Look
from catalog.model.notices import DeliveryState
from catalog.model.runs import RunState
from catalog.model.views import SourceLine
from catalog.services import access, scans
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import audit, holdings, migrate
from catalog.store import metrics as store
from catalog.store import notices as deliveries
from catalog.store.engine import Connection

#: Sources with figures of their own.
MOST_SOURCES = 1000
#: What a scrape says it is: the text format every version of Prometheus reads.
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

#: A machine that watches: no person, and it may do nothing but read.
_WATCHMAN = Actor("metrics", "metrics", frozenset({Grant(Role.OPERATOR)}))
_LOG = logs.get("metrics")
_PREFIX = "privacy_catalog"
_SOURCE = ("source_id", "source")
_NEVER = "never"
_DAY = timedelta(days=1)


def exposition(actor: Actor, catalog: Catalog) -> bytes:
    """All figures in Prometheus' text format."""
    access.require(actor, Action.READ_AUDIT)
    registry, now = CollectorRegistry(), catalog.clock.now()
    Info(_PREFIX, "The program and its tables.", registry=registry).info(
        {"version": __version__, "schema": migrate.current(catalog.engine) or ""}
    )
    with catalog.reading() as connection:
        lines = scans.source_lines(connection, actor)
        shown = lines[:MOST_SOURCES]
        _states(registry, lines, len(lines) - len(shown))
        _last_complete(registry, shown, now)
        _going(registry, connection, shown)
        _cost(registry, connection, shown, now)
        _whole(registry, connection, access.scope(actor, Action.READ_RUNS))
    return generate_latest(registry)


def for_holder(catalog: Catalog, token: str) -> bytes:
    """All figures, for whoever shows the token of the settings.

    Raises:
        NotFound: when it is another, or the settings name none: who has no token learns of no figures.
    """
    if not _fits(catalog.settings.metrics_token, token):
        raise NotFound("This page", "there is no such page", "Go back or search for it.")
    return exposition(_WATCHMAN, catalog)


def _fits(reference: str, token: str) -> bool:
    if not reference:
        return False
    try:
        expected = keys.resolve(reference)
    except SettingsError as error:
        _LOG.error("The token of the figures cannot be had", reason=error.cause)
        return False
    return hmac.compare_digest(expected.encode(), token.encode())


def _gauge(registry: CollectorRegistry, name: str, words: str, labels: Sequence[str] = ()) -> Gauge:
    return Gauge(f"{_PREFIX}_{name}", words, labels, registry=registry)


def _states(registry: CollectorRegistry, lines: Sequence[SourceLine], left_out: int) -> None:
    gauge = _gauge(registry, "sources", "Sources by the state of their last run.", ["state"])
    states = Counter(line.last_run.state.value if line.last_run else _NEVER for line in lines)
    for state in (*RunState, _NEVER):
        gauge.labels(str(state)).set(states[str(state)])
    _gauge(registry, "sources_left_out", "Sources too many to have figures of their own.").set(left_out)
    looks = _gauge(registry, "datasets", "Datasets by how the last look at them went.", ["look"])
    for look in Look:
        looks.labels(look.value).set(sum(_looked(line, look) for line in lines))


def _looked(line: SourceLine, look: Look) -> int:
    counts = {
        Look.SCANNED: line.looks.scanned,
        Look.PARTLY: line.looks.partly,
        Look.COULD_NOT_LOOK: line.looks.could_not_look,
        Look.NOT_SCANNED: line.looks.not_scanned,
    }
    return counts[look]


def _last_complete(registry: CollectorRegistry, lines: Sequence[SourceLine], now: datetime) -> None:
    """A source never read to the end has no age: Prometheus tells what is missing by ``absent``."""
    words = "Seconds since the last run that read the source to the end."
    age = _gauge(registry, "source_last_complete_run_age_seconds", words, _SOURCE)
    ended = _gauge(registry, "source_last_complete_run_timestamp_seconds", "When that run ended.", _SOURCE)
    for line in lines:
        if line.last_complete_at is not None:
            age.labels(*_labels(line)).set((now - line.last_complete_at).total_seconds())
            ended.labels(*_labels(line)).set(line.last_complete_at.timestamp())


def _going(registry: CollectorRegistry, connection: Connection, lines: Sequence[SourceLine]) -> None:
    due = _gauge(registry, "run_datasets_due", "Datasets that the run now going on has to look at.", _SOURCE)
    done = _gauge(registry, "run_datasets_done", "Datasets that the run now going on has looked at.", _SOURCE)
    by_id = _by_id(lines)
    for run in store.going_runs(connection, by_id):
        due.labels(*_labels(by_id[run.source_id])).set(run.datasets_due)
        done.labels(*_labels(by_id[run.source_id])).set(run.datasets_done)


def _cost(registry: CollectorRegistry, connection: Connection, lines: Sequence[SourceLine], now: datetime) -> None:
    seconds = _gauge(registry, "source_busy_seconds_last_day", "How long the source was kept at work.", _SOURCE)
    sent = _gauge(registry, "source_sent_bytes_last_day", "How much the source was asked to send.", _SOURCE)
    by_id = _by_id(lines)
    for source_id, (milliseconds, size) in store.cost_by_source(connection, by_id, now - _DAY).items():
        seconds.labels(*_labels(by_id[source_id])).set(milliseconds / 1000)
        sent.labels(*_labels(by_id[source_id])).set(size)


def _whole(registry: CollectorRegistry, connection: Connection, scope: Scope) -> None:
    notices = _gauge(registry, "deliveries", "Notices on their way, and given up.", ["state"])
    for state in (DeliveryState.WAITING, DeliveryState.GIVEN_UP):
        notices.labels(state.value).set(deliveries.count(connection, state))
    _, suggested = holdings.columns_by_standing(connection, scope)
    waiting = _gauge(registry, "decisions_waiting", "Columns with a suggestion nobody has decided on.")
    waiting.set(suggested)
    reopened = _gauge(registry, "decisions_reopened", "Columns whose data moved away from a decision.")
    reopened.set(holdings.reopened(connection, scope))
    entries = _gauge(registry, "audit_entries", "Entries of the record of who did what.")
    entries.set(audit.head(connection).sequence)


def _by_id(lines: Sequence[SourceLine]) -> Mapping[int, SourceLine]:
    return {line.source.id: line for line in lines}


def _labels(line: SourceLine) -> tuple[str, str]:
    return str(line.source.id), line.source.name
