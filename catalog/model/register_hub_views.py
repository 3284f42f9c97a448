"""What the first page of the register shows: what it holds, and what waits for whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog.model.approval_views import Decided


class Holds(StrEnum):
    """What a register holds."""

    COLLECTIONS = "collections"
    DISCLOSURES = "disclosures"
    PROTOCOLS = "protocols"
    PROGRAMMES = "programmes"
    SYSTEMS = "systems"


@dataclass(frozen=True, slots=True)
class Awaiting:
    """What waits for an actor; None where it is not theirs to deal with. ``gravest`` of the ``differences`` are about
    restricted information; ``asked`` counts those about which data stewards were asked. ``first`` are the first of the
    approvals: their numbers and titles; ``lately`` is what was decided against what the actor had asked for.
    """

    approvals: int | None = None
    mirrors: int | None = None
    requests: int | None = None
    differences: int | None = None
    gravest: int | None = None
    asked: int | None = None
    memberships: int | None = None
    first: tuple[tuple[int, str], ...] = ()
    lately: tuple[Decided, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether anything at all waits."""
        parts = (self.approvals, self.mirrors, self.requests, self.differences, self.asked, self.memberships)
        return any(parts) or bool(self.lately)


@dataclass(frozen=True, slots=True)
class HubPage:
    """What the actor sees of the register, counted, and what waits for them."""

    holds: Mapping[Holds, int]
    awaiting: Awaiting
