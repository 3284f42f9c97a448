"""Notices as people see them."""

from dataclasses import dataclass
from datetime import datetime

from catalog.model.actors import Person
from catalog.model.holdings import Agency, Dataset, Source
from catalog.model.identifiers import IdentifierType
from catalog.model.notices import Delivery, Notice
from catalog.model.runs import PauseReason, Run


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice with what it is about."""

    notice: Notice
    agency: Agency | None
    source: Source | None
    dataset: Dataset | None
    types: tuple[IdentifierType, ...]


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """A delivery that has not arrived; ``person`` None is the webhook."""

    delivery: Delivery
    notice: NoticeLine
    person: Person | None


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """The latest notices an actor sees, and for operators what has not arrived."""

    notices: tuple[NoticeLine, ...]
    waiting: tuple[DeliveryLine, ...]
    given_up: tuple[DeliveryLine, ...]


@dataclass(frozen=True, slots=True)
class Silent:
    """A source of which nothing was heard since its last window opened; ``paused`` is why its run waits, if it does."""

    source: Source
    agency: Agency
    window_opened: datetime
    heard_at: datetime | None
    paused: PauseReason | None


@dataclass(frozen=True, slots=True)
class Failing:
    """A source that has failed on two days or more, one after the other."""

    source: Source
    agency: Agency
    last_run: Run
    since: datetime


@dataclass(frozen=True, slots=True)
class Alarm:
    """What nobody may miss: silence, failure that lasts, notices that did not arrive or that nobody sends, and sign-ins
    by password, as well as accounts closed because passwords were tried on them.
    """

    silent: tuple[Silent, ...]
    failing: tuple[Failing, ...]
    given_up: int
    overdue: int
    by_password: int = 0

    @property
    def is_raised(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.silent or self.failing or self.given_up or self.overdue or self.by_password)
