"""Runs of which nobody waits for an error: what went wrong is said in words, and what is a fault of ours is logged."""

import secrets
from typing import Any

from catalog import logs
from catalog.errors import CatalogError, Conflict
from catalog.model.actors import Actor
from catalog.model.holdings import Source
from catalog.model.runs import Run
from catalog.services.catalog import Catalog
from scanners.runs import run_source
from scanners.steering import StoppedError

_LOG = logs.get("scan")


def attempt(actor: Actor, catalog: Catalog, source: Source, **terms: Any) -> Run | str:
    """Run over a source on the terms of :func:`~scanners.runs.run_source`; where that was not possible, say why.

    Raises:
        StoppedError: when the process is to end.
    """
    try:
        return run_source(actor, catalog, source, **terms)
    except Conflict as error:
        return str(error)
    except CatalogError as error:
        _LOG.warning("A scan could not go on", error=type(error).__name__, source=source.id)
        return str(error)
    except StoppedError:
        raise
    except Exception as error:  # noqa: BLE001  # the last door of a thread: told without its text, which may quote data
        reference = secrets.token_hex(4)
        logs.fault(error, reference)
        return f"Source {source.name}: unexpected fault {reference}. Report it with the log lines of this reference."
