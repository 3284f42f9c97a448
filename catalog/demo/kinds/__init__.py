"""What a column of the demo city can hold: every kind by its name, with the identifier types it truly holds."""

from collections.abc import Callable
from dataclasses import dataclass

from catalog.demo.row import Make


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of column is made, and the codes of what it holds; ``NAME?`` says in part only."""

    make: Make
    holds: tuple[str, ...]


KINDS: dict[str, Kind] = {}


def kind(*holds: str) -> Callable[[Make], Make]:
    """Register a function as the kind of its name, less a closing underscore."""

    def register(make: Make) -> Make:
        name = getattr(make, "__name__").rstrip("_")  # noqa: B009  # a callable type promises no name
        if name in KINDS:
            raise ValueError(f"two kinds are called {name}")
        KINDS[name] = Kind(make, holds)
        return make

    return register


from catalog.demo.kinds import (  # noqa: E402  # each registers its kinds here, which has to be there first
    ids,
    outreach,
    person,
    places,
    plain,
    streets,
    welfare,
    work,
)

__all__ = ["KINDS", "Kind", "ids", "kind", "outreach", "person", "places", "plain", "streets", "welfare", "work"]
