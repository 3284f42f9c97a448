"""What somebody judged of found spans: kept by a digest, so that nobody's text is in this repository.

*right*: a person or a character of a story is named, and both ends stand where the name ends; forms of address
belong to no name. *boundary*: a part of such a name, or a bit more than it. *wrong*: any other words: places, works,
companies, things; gods, animals and programs; names of chat accounts; persons' names inside the name of a band, a law
or a work.
"""

import csv
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

_FILE = Path(__file__).with_name("labels.csv")


def digest(text: str, start: int, end: int) -> str:
    """What a span of a text is known by."""
    return sha256(f"{start}:{end}:{text}".encode()).hexdigest()[:24]


@lru_cache(maxsize=1)
def labels() -> dict[str, str]:
    """The judgement of each span that was read."""
    with _FILE.open(encoding="ascii", newline="") as rows:
        return {row["span"]: row["judgement"] for row in csv.DictReader(rows)}
