"""What has to become of decisions, written from the specification alone; nothing of the product's own rules is asked.

A decision belongs to the column it was made on for as long as that column is known: by the engine's own id, by its
name, or because nothing else can be meant. Where it is not, the decision waits for a person. It is open again when,
and only when, what is found speaks against it by a band more than what it judged, or is of another form.

Undoing an act takes back what it said where nobody has spoken since: then what was said before holds again, or nothing.
What is put off stays so until its day, as long as the form and the band of what is found stay, and no decision that was
made later is in effect; so undoing that decision, or what put it off once more, leaves it put off again.
"""

from dataclasses import dataclass, field
from datetime import date

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


@dataclass(frozen=True)
class PutOff:
    """One type put off until a day, on what was found then, by the act with this number."""

    on: Found | None
    until: date
    number: int

    def holds(self, now: Found | None, today: date) -> bool:
        """Whether it still waits for its day."""
        return today < self.until and _seen(now) == _seen(self.on)


@dataclass(eq=False)
class Entry:
    """A column as the catalog should know it; ``words`` are what was said of each type and not taken back."""

    name: str
    found: dict[str, Found] = field(default_factory=dict)
    words: dict[str, list[Judged]] = field(default_factory=dict)
    put_off: dict[str, list[PutOff]] = field(default_factory=dict)
    ids: set[int] = field(default_factory=set)
    is_live: bool = True
    is_settled: bool = False

    @property
    def decided(self) -> dict[str, Judged]:
        """What is in effect, by type."""
        return {code: said[-1] for code, said in self.words.items() if said}

    @property
    def is_orphan(self) -> bool:
        """Whether its decisions wait for a person."""
        return bool(self.decided) and not self.is_live and not self.is_settled

    def states(self, today: date) -> dict[str, str]:
        """Where each type stands in review on a day: what is neither found nor decided stands nowhere."""
        return {code: self._state(code, today) for code in self.found.keys() | self.decided.keys()}

    def go(self) -> None:
        """It is not found any more."""
        self.is_live = self.is_settled = False

    def come_back(self) -> None:
        """It is there again, under its name."""
        self.is_live = True

    def decide(self, code: str, number: int, *, confirms: bool) -> None:
        """A person decides on what is found now."""
        self._say(code, Judged(confirms, self.found.get(code), number))

    def undo(self, code: str, number: int, today: date) -> bool:
        """The act with this number is undone; whether it was the last word here."""
        put_off, said, now = self.put_off.get(code, []), self.words.get(code, []), self.found.get(code)
        if put_off and put_off[-1].number == number and not (said and said[-1].number > number):
            put_off.pop()
            if put_off and not put_off[-1].holds(now, today):
                put_off.clear()
            return True
        if said and said[-1].number == number:
            said.pop()
            return True
        return False

    def delay(self, code: str, number: int, until: date) -> None:
        """A person puts off what is found now until a day."""
        self.put_off.setdefault(code, []).append(PutOff(self.found.get(code), until, number))

    def settle(self, other: "Entry | None") -> None:
        """A person says that its decisions go on with another column, or rest; a column's own decisions stay."""
        self.is_settled = True
        if other is not None:
            for code in self.decided.keys() - other.decided.keys():
                other._say(code, self.decided[code])
                other.put_off.pop(code, None)

    def _say(self, code: str, judged: Judged) -> None:
        self.words.setdefault(code, []).append(judged)
        self.ids.add(judged.number)

    def _state(self, code: str, today: date) -> str:
        put_off, judged, now = self.put_off.get(code), self.decided.get(code), self.found.get(code)
        if put_off and put_off[-1].holds(now, today) and not (judged and judged.number > put_off[-1].number):
            return "deferred"
        if judged is None:
            return "suggested"
        if judged.is_open(now):
            return "reopened"
        return "confirmed" if judged.confirms else "rejected"


def _seen(found: Found | None) -> tuple[str, int] | None:
    """As much of what is found as a person is taken to have seen."""
    return None if found is None else (found[0], _band(found[1]))


def _band(strength: float) -> int:
    return sum(strength >= edge for edge in _EDGES)
