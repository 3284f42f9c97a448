"""A small static picture of who gives to whom: senders on the left, receivers on the right, a line for each pair."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.model.law_views import End, FlowLine

#: More ends than this make a tangle, not a picture: the table beside it has to do.
MOST_ENDS = 30

_STEP = 34
_TOP = 18
_LABEL = 34


@dataclass(frozen=True, slots=True)
class Node:
    """One end of flows, ``y`` from the top."""

    name: str
    y: int
    is_agency: bool


@dataclass(frozen=True, slots=True)
class Link:
    """All flows from one end to another; ``counts_only`` where every one of them is figures alone."""

    y_from: int
    y_to: int
    references: tuple[str, ...]
    counts_only: bool

    @property
    def width(self) -> int:
        """How thick: one flow, a few, many."""
        return 1 + (len(self.references) > 1) + (len(self.references) > 3)


@dataclass(frozen=True, slots=True)
class Pair:
    """The flows from one end to another, for the table."""

    sender: End
    receiver: End
    flows: tuple[FlowLine, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture; ``height`` fits all ends."""

    senders: tuple[Node, ...]
    receivers: tuple[Node, ...]
    links: tuple[Link, ...]
    height: int


def pairs(flows: Sequence[FlowLine]) -> tuple[Pair, ...]:
    """The flows by from whom and to whom, in the order they are first told; one told by both sides, once."""
    told = {one.view.activity.id for one in flows}
    found: dict[tuple[str, str], list[FlowLine]] = {}
    for one in flows:
        if one.view.activity.mirror_of_id in told:
            continue
        found.setdefault((one.sender.name, one.receiver.name), []).append(one)
    return tuple(Pair(each[0].sender, each[0].receiver, tuple(each)) for each in found.values())


def draw(every: Sequence[Pair]) -> Picture | None:
    """The picture of these pairs; None where there is nothing to draw or too much to read."""
    senders = _nodes([pair.sender for pair in every])
    receivers = _nodes([pair.receiver for pair in every])
    if not every or len(senders) + len(receivers) > MOST_ENDS:
        return None
    links = tuple(
        Link(
            senders[pair.sender.name].y,
            receivers[pair.receiver.name].y,
            tuple(one.view.activity.reference or "·" for one in pair.flows),
            all(one.counts_only for one in pair.flows),
        )
        for pair in every
    )
    height = _TOP + _STEP * max(len(senders), len(receivers))
    return Picture(tuple(senders.values()), tuple(receivers.values()), links, height)


def _nodes(ends: Sequence[End]) -> dict[str, Node]:
    names = {end.name: end.agency_id is not None for end in ends}
    return {
        name: Node(_short(name or "not recorded"), _TOP + _STEP * place, is_agency)
        for place, (name, is_agency) in enumerate(names.items())
    }


def _short(name: str) -> str:
    return name if len(name) <= _LABEL else f"{name[: _LABEL - 1]}…"
