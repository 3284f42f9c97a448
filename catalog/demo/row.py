"""One row in the making: whom it is about, and the random stream of its table."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from catalog.demo.people import Resident


@dataclass(slots=True)
class Row:
    """What a kind of column may draw on.

    Parameters:
        rng: the stream of the table, so that a change to one table leaves the others as they were.
        number: the row's number in its table, from 0.
        person: whom the row is about; ``place`` is that person's place among the residents.
        other: somebody else, such as kin or a contact.
        made: the cells made so far, by column.
    """

    rng: Random
    number: int
    place: int
    person: Resident
    other: Resident
    made: dict[str, object] = field(default_factory=dict)


#: Makes one cell from the row and the words written behind the kind.
Make = Callable[[Row, tuple[str, ...]], object]
