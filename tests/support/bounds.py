"""How far connectors of tests may go: to servers on this machine."""

from catalog.model.egress import Egress
from catalog.ports import Bounds

EGRESS = "127.0.0.1, [::1]"
"""The setting under which the throwaway servers may be read."""


def here(file_mb: int = 64) -> Bounds:
    """Bounds that let these be read."""
    return Bounds(file_mb, Egress.of(EGRESS))
