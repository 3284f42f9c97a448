"""Files taken out of the catalog."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Export:
    """A list that somebody took away as a file: which, and how many rows of it."""

    id: int
    person_id: str
    name: str
    rows: int
    at: datetime
