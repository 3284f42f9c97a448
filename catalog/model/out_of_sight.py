"""What lies in shares and nobody can look into: how much of it there is, by what it is and why."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.errors import SkipReason
from catalog.model.holdings import Agency, DatasetKind

_SAID = re.compile(
    r"(?:(?P<files>\d[\d,]*) files: )?(?P<what>.*), (?P<size>\d[\d,]*(?:\.\d)?) (?P<unit>bytes?|KB|MB|GB|TB)"
)
_UNITS = {"byte": 1, "bytes": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
#: Files of which only that they are there is known.
NOT_KNOWN = "file"
#: What nobody may look into, so that not even the number of files in it is known.
CLOSED = "folder"
#: In these there was nothing to see.
NOTHING_MISSED = frozenset({SkipReason.EMPTY, SkipReason.VANISHED})


@dataclass(frozen=True, slots=True)
class Unread:
    """A file, or alike files, as the listing describes them: what they are, how many, about how many bytes."""

    what: str
    files: int
    size: int


@dataclass(frozen=True, slots=True)
class OutOfSight:
    """All that is alike of one agency; of folders the number of files is not known, and told as none."""

    agency: Agency
    what: str
    reason: SkipReason
    datasets: int
    files: int
    size: int


@dataclass(frozen=True, slots=True)
class OutOfSightPage:
    """What an actor's shares hold out of sight, most bytes first; ``looked_at`` datasets of shares were looked at."""

    lines: tuple[OutOfSight, ...]
    looked_at: int

    @property
    def files(self) -> int:
        """All files out of sight that are known."""
        return sum(line.files for line in self.lines)

    @property
    def folders(self) -> int:
        """Folders nobody may look into."""
        return sum(line.datasets for line in self.lines if line.what == CLOSED)

    @property
    def size(self) -> int:
        """Their bytes, about."""
        return sum(line.size for line in self.lines)


def unread(said: str) -> Unread:
    """What a comment of ours says: ``JPEG picture, 2.3 MB``, or ``5,000 files: JPEG picture, 12 GB``."""
    found = _SAID.fullmatch(said)
    if found is None:
        return Unread(NOT_KNOWN, 1, 0)
    files = int((found["files"] or "1").replace(",", ""))
    return Unread(found["what"], files, round(float(found["size"].replace(",", "")) * _UNITS[found["unit"]]))


def gathered(found: Iterable[tuple[Agency, DatasetKind, str, SkipReason]]) -> tuple[OutOfSight, ...]:
    """Lines of what is alike, most bytes first, from each dataset's agency, kind, comment and reason."""
    lines: dict[tuple[str, str, SkipReason], OutOfSight] = {}
    for agency, kind, said, reason in found:
        one = Unread(CLOSED, 0, 0) if kind is DatasetKind.FOLDER else unread(said)
        key = (agency.id, one.what, reason)
        so_far = lines.get(key) or OutOfSight(agency, one.what, reason, 0, 0, 0)
        lines[key] = OutOfSight(
            agency, one.what, reason, so_far.datasets + 1, so_far.files + one.files, so_far.size + one.size
        )
    return tuple(sorted(lines.values(), key=lambda line: (-line.size, -line.files, line.agency.id, line.what)))
