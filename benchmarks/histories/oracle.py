"""What has to become of decisions, written from the specification alone; nothing of the product's own rules is asked.

A decision belongs to the column it was made on for as long as that column is known: by the engine's own id, by its
name, or because nothing else can be meant. Where it is not, the decision waits for a person. It is open again when,
and only when, what is found speaks against it by a band more than what it judged, or is of another form.
"""

from dataclasses import dataclass, field

#: A form, and a strength of 0 to 1.
Found = tuple[str, float]
_EDGES = (0.5, 0.8)
_SLACK = 0.05


@dataclass
class Judged:
    """One decision: whether it says yes, on what, and which it is."""

    confirms: bool
    on: Found | None
    number: int

    def is_open(self, now: Found | None) -> bool:
        """Whether what is found now is materially worse for it."""
        if now == self.on:
            return False
        if now is None:
            return self.confirms
        if self.on is None:
            return not self.confirms
        (form, strength), (then, judged) = now, self.on
        if form != then:
            return True
        if self.confirms:
            return _band(strength + _SLACK) < _band(judged)
        return _band(strength - _SLACK) > _band(judged)


@dataclass
class Entry:
    """A column as the catalog should know it."""

    name: str
    found: dict[str, Found] = field(default_factory=dict)
    decided: dict[str, Judged] = field(default_factory=dict)
    ids: set[int] = field(default_factory=set)
    is_live: bool = True
    is_settled: bool = False

    @property
    def is_orphan(self) -> bool:
        """Whether its decisions wait for a person."""
        return bool(self.ids) and not self.is_live and not self.is_settled

    def go(self) -> None:
        """It is not found any more."""
        self.is_live = self.is_settled = False

    def come_back(self) -> None:
        """It is there again, under its name."""
        self.is_live = True

    def decide(self, code: str, number: int, *, confirms: bool) -> None:
        """A person decides on what is found now."""
        self.decided[code] = Judged(confirms, self.found.get(code), number)
        self.ids.add(number)

    def settle(self, other: "Entry | None") -> None:
        """A person says that its decisions go on with another column, or rest; a column's own decisions stay."""
        self.is_settled = True
        if other is not None:
            for code in self.decided.keys() - other.decided.keys():
                other.decided[code] = self.decided[code]
                other.ids.add(self.decided[code].number)


def _band(strength: float) -> int:
    return sum(strength >= edge for edge in _EDGES)
