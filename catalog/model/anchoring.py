"""The chain beside its anchors: which agree, which do not, and which of those a recorded restore explains."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.model.audit import Anchor, AuditEvent

_LOST = "anchors lost: "
_WRITTEN = re.compile(r"agreed=(\d+) anchor=(\d+) mac=([0-9a-f]{64}) (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Restore:
    """What a recorded restore says: up to ``agreed`` an anchor vouches for the log, and it was anchored up to
    ``anchored``. What was left then, before the entry that records it, no anchor vouches for; the rest is gone. Where
    ``mac`` is empty the anchors themselves were lost or moved: there is no more that could say how far the log was.
    """

    sequence: int
    agreed: int
    anchored: int
    mac: str
    reason: str

    @property
    def gap(self) -> str:
        """What is known of the entries between the last anchor that agrees and the newest, in words."""
        left = max(self.agreed, min(self.sequence - 1, self.anchored))
        unsure = f"no anchor vouches for {_span(self.agreed + 1, left)}" if left > self.agreed else ""
        gone = f"what was in {_span(left + 1, self.anchored)} is gone" if self.anchored > left else ""
        return " and ".join(part for part in (unsure, gone) if part)


@dataclass(frozen=True, slots=True)
class Compared:
    """How many anchors agree with the chain, and the numbers of those that do not though nobody has said why."""

    agreed: int
    disagreed: tuple[int, ...]


def _span(first: int, last: int) -> str:
    return f"entry {first:,}" if first == last else f"entries {first:,} to {last:,}"


def restore_text(restore: Restore) -> str:
    """A restore as the log has it."""
    if not restore.mac:
        return _LOST + restore.reason
    return f"agreed={restore.agreed} anchor={restore.anchored} mac={restore.mac} {restore.reason}"


def restore_of(event: AuditEvent) -> Restore | None:
    """The restore that an entry records; None where it says something else."""
    if event.detail.startswith(_LOST):
        return Restore(event.sequence, 0, 0, "", event.detail.removeprefix(_LOST))
    found = _WRITTEN.fullmatch(event.detail)
    if found is None:
        return None
    agreed, anchored, mac, reason = found.groups()
    return Restore(event.sequence, int(agreed), int(anchored), mac, reason)


def compare(lines: Sequence[Anchor | None], macs: Mapping[int, str], restores: Sequence[Restore]) -> Compared:
    """Hold anchors against the chain.

    A restore explains the anchors set up to the one it names that are of entries after the last one it left.

    Parameters:
        lines: the anchors in the order they were set; None for a line that nobody understands.
        macs: the MACs that the chain has at their numbers.
    """
    known = [(place, one) for place, one in enumerate(lines) if one is not None]
    named = {(one.sequence, one.mac): place for place, one in known}
    ends = [(named.get((one.anchored, one.mac), -1), one.agreed) for one in restores]
    off = [(place, one.sequence) for place, one in known if macs.get(one.sequence) != one.mac]
    disagreed = [at for place, at in off if not any(place <= end and at > agreed for end, agreed in ends)]
    return Compared(len(known) - len(off), tuple(disagreed))
