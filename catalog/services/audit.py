"""Checking the audit chain."""

import hmac
from contextlib import closing
from dataclasses import dataclass

from catalog.model.actors import Actor
from catalog.model.audit import GENESIS, mac
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import audit


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What a check of the chain found; ``broken_at`` is the first sequence that does not fit, None when all do."""

    entries: int
    broken_at: int | None


def verify(actor: Actor, catalog: Catalog) -> AuditReport:
    """Walk the chain from its beginning to its head.

    A tail cut off together with its head is not detectable here; it needs an anchor kept elsewhere.
    """
    access.require(actor, Action.READ_AUDIT)
    key = catalog.audit_key
    previous, sequence = GENESIS, 0
    with catalog.reading() as connection, closing(audit.events(connection)) as events:
        for event in events:
            sequence += 1
            fits = event.sequence == sequence and event.previous == previous
            if not fits or not hmac.compare_digest(event.mac, mac(key, event)):
                return AuditReport(sequence, sequence)
            previous = event.mac
        head = audit.head(connection)
    broken = None if (head.sequence, head.mac) == (sequence, previous) else sequence + 1
    return AuditReport(sequence, broken)
