"""Errors on their way between processes: as texts of our own error tree, or without any."""

from catalog.errors import CatalogError, RequestError, SettingsError, SkipReason, SourceError
from scanners.naming import clean
from scanners.wire import Fault

SENTENCE_CHARS = 500


def told(error: CatalogError) -> Fault:
    """An error of ours as it is told."""
    reason = SkipReason.CRASHED
    if isinstance(error, SourceError):
        reason = error.reason
    elif isinstance(error, SettingsError | RequestError):
        reason = SkipReason.BAD_SETTINGS
    thing, cause, next_step = (clean(text, SENTENCE_CHARS) for text in (error.thing, error.cause, error.next_step))
    return Fault(reason, thing, cause, next_step)


def fault(reason: SkipReason) -> Fault:
    """Anything else: its text may quote data."""
    return Fault(reason, "The source", "reading it failed", "Look at it with the program that wrote it.")
