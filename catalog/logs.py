"""Structured logs on standard error: what happened, with listed keys only and never a value of anybody's data.

A log call is ``log.info("A dataset was judged", run=run_id, dataset=dataset_id, seconds=1.2)``: the event is a constant
sentence, and everything that varies has a listed key. Other keys are dropped, so a careless call leaks nothing.
"""

import logging
import secrets
import sys
import traceback
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import TextIO

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor

KEYS = frozenset(
    {
        "action", "actor", "address", "at", "columns", "connector", "count", "dataset", "detector", "error", "event",
        "findings", "level", "logger", "method", "outcome", "part", "pid", "port", "reason", "reference", "request",
        "route", "rows", "run", "seconds", "setting", "skipped", "source", "status", "version",
    }
)  # fmt: skip
"""The keys a log line may have. ``source``, ``dataset`` and ``actor`` take ids, never names."""

_reference: ContextVar[str] = ContextVar("reference", default="")

_LONGEST = 500
# Presidio adds a handler to this one when imported, and writes the analyzed text to it.
_NEVER_HEARD = "decision_process"


def configure(level: str, stream: TextIO | None = None) -> None:
    """Send our logs to ``stream`` (standard error), as JSON lines or, on a terminal, for reading.

    Libraries are heard from WARNING up, and only that they spoke: their messages quote what they work on.
    """
    output = stream or sys.stderr
    shown: Processor = (
        structlog.dev.ConsoleRenderer(colors=False) if output.isatty() else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _with_reference,
            _keep_listed,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(output),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[_Libraries(logging.WARNING)], force=True)
    logging.getLogger(_NEVER_HEARD).disabled = True


def begin_request() -> str:
    """Give what begins now a random reference: its log lines, its audit entries and its error page all carry it."""
    reference = secrets.token_hex(4).upper()
    _reference.set(reference)
    return reference


def end_request() -> None:
    """What this thread does from now on belongs to no request."""
    _reference.set("")


def reference() -> str:
    """The reference of the request or command at work; empty where there is none."""
    return _reference.get()


def get(part: str) -> FilteringBoundLogger:
    """The log of one part of the product."""
    logger: FilteringBoundLogger = structlog.get_logger(part=part)
    return logger


def fault(error: BaseException, reference: str) -> None:
    """Write down a fault of ours: its kind and the places it went through, innermost first, never its text."""
    frames = list(traceback.walk_tb(error.__traceback__))[::-1]
    places = " < ".join(f"{frame.f_globals.get('__name__')}:{line}" for frame, line in frames)
    get("fault").error("An unexpected fault", reference=reference, error=error, at=places)


class _Libraries(logging.Handler):
    """Says that a library warned, not what: texts of drivers and parsers quote data."""

    def emit(self, record: logging.LogRecord) -> None:
        log = get("library")
        speak = log.error if record.levelno >= logging.ERROR else log.warning
        speak("A library reported a problem", logger=record.name, error=record.exc_info and record.exc_info[1])


def _with_reference(_logger: object, _method: str, event: MutableMapping[str, object]) -> EventDict:
    told = dict(event)
    if reference():
        told.setdefault("reference", reference())
    return told


def _keep_listed(_logger: object, _method: str, event: MutableMapping[str, object]) -> EventDict:
    return {key: _safe(value) for key, value in event.items() if key in KEYS}


def _safe(value: object) -> str | int | float | None:
    if value is None or isinstance(value, int | float):
        return value
    if not isinstance(value, str):
        return type(value).__name__
    shown = "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in value[:_LONGEST])
    return shown if len(value) <= _LONGEST else f"{shown}…"
