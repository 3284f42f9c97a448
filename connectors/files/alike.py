"""Which files of a folder are one dataset: monthly exports, partitions, folders full of letters or pictures.

Told from names alone, and for delimited text of unlike names from an equal first line. What members' names do not share
stands as ``*`` in the name of the dataset, so nobody's name or number gets into it.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from catalog.ports import FoundFile

FEWEST_ALIKE = 3
FEWEST_PAPERS = 20
MOST_PEEKS = 200
PEEK_BYTES = 4096
VARIES = "*"

_APART = "\0"
"""Between the parts of a locator: no path and no first line of text holds it."""
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_VARYING = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
    rf"|(?<![^\W\d_])(?:{_MONTHS})(?![^\W\d_])"
    r"|(?<![^\W_])(?=[a-f]*\d)[0-9a-f]{8,}(?![^\W_])"
    r"|\d+|\*",
    re.IGNORECASE,
)
_VARYING_IN_A_ROW = re.compile(r"\*(?:[-_., ]{0,2}\*)+")
#: Digits of an ending such as .mp3 do not vary, those of a mainframe's EXTRACT.D20240101 do.
_ENDING = re.compile(r"\.(?:[a-z]{1,8}\d{0,2}|7z)(?:\.gz)?", re.IGNORECASE)
_COMPRESSED = ".gz"
_KEY_AND_VALUE = re.compile(r"([A-Za-z_][\w.-]*)=.+")
_DATED = re.compile(r"(?<!\d)(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])(?!\d{3})")
_WORDS_OF_TIME = re.compile(r"(?:fy|sfy|cy|q|w|wk|week|y|year|m|month|d|day|t|z|[-_., *])*", re.IGNORECASE)
_BETWEEN_CELLS = re.compile(r"[,;\t|]")


class Sort(Enum):
    """What may become of files of one format.

    ``LINES`` is delimited text, ``ROWS`` any other file that is one table, ``PAPER`` a document, mail or what nobody
    can look into; what is ``ALONE`` is no single table and never joined to others.
    """

    LINES = "lines"
    ROWS = "rows"
    PAPER = "paper"
    ALONE = "alone"


SortOf = Callable[[str], Sort]
Peek = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class AlikeFiles:
    """Many files that are one dataset.

    Parameters:
        folder: below the root of the place; empty for the root itself.
        pattern: what the members' paths below it share, ``*`` for what they do not.
        members: at least three, sorted by path.
        header: the first line they share, where that made them one.
    """

    folder: str = field(repr=False)
    pattern: str = field(repr=False)
    members: tuple[FoundFile, ...] = field(repr=False)
    header: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """What people know it by."""
        return f"{self.folder}/{self.pattern}" if self.folder else self.pattern

    @property
    def key(self) -> str:
        """What it is known by when members come and go: no file's, as no path ends so. A header makes it no plain text,
        of which only a keyed hash is stored.
        """
        return f"{self.name}/{_APART}{self.header}" if self.header else f"{self.name}/"

    @property
    def locator(self) -> str:
        """What :func:`members_of` needs."""
        return _APART.join((self.folder, self.pattern, self.header))

    @property
    def bytes(self) -> int:
        """Of all members."""
        return sum(file.size for file in self.members)

    @property
    def mark(self) -> str:
        """Moves when a member comes, goes or changes; empty where the place does not tell that of each."""
        if not all(file.mark for file in self.members):
            return ""
        digest = hashlib.sha256()
        for file in self.members:
            digest.update(f"{file.path}{_APART}{file.mark}{_APART}".encode("utf-8", "surrogateescape"))
        return digest.hexdigest()


def grouped(files: Iterable[FoundFile], sort_of: SortOf, peek: Peek | None = None) -> Iterator[FoundFile | AlikeFiles]:
    """Yield each file alone or among those alike, every one of them once; a folder as soon as it is left.

    Args:
        files: of a place, in the order of :meth:`catalog.ports.Place.files`.
        sort_of: what may become of a file, told from its path.
        peek: gives the first :data:`PEEK_BYTES` of a file; without it unlike names are never joined.
    """
    held: dict[str, list[FoundFile]] = {}
    for file in files:
        home = "/".join(_split(file.path)[0])
        while held and not _is_below(home, newest := next(reversed(held))):
            yield from _parted(newest, held.pop(newest), sort_of, peek)
        if file.refused or file.is_folder or sort_of(file.path) is Sort.ALONE:
            yield file
        else:
            held.setdefault(home, []).append(file)
    while held:
        newest = next(reversed(held))
        yield from _parted(newest, held.pop(newest), sort_of, peek)


def members_of(
    locator: str, files: Iterable[FoundFile], sort_of: SortOf, peek: Peek | None = None
) -> tuple[FoundFile, ...]:
    """The members, now, of what was listed; none when it is gone.

    Args:
        locator: of :class:`AlikeFiles`.
        files: of its folder (see :func:`folder_of`), listed anew.
        sort_of: as when it was listed.
        peek: the same.
    """
    for item in grouped(files, sort_of, peek):
        if isinstance(item, AlikeFiles) and item.locator == locator:
            return item.members
    return ()


def folder_of(locator: str) -> str:
    """The folder to list for :func:`members_of`."""
    return locator.partition(_APART)[0]


def pattern_of(name: str) -> str:
    """The name of a file or folder with ``*`` for numbers, dates, months and random names, its ending as it is."""
    ending = ending_of(name)
    stem = name[: len(name) - len(ending)]
    return _VARYING_IN_A_ROW.sub(VARIES, _VARYING.sub(VARIES, stem)) + ending


def ending_of(name: str) -> str:
    """The ending of a file's name, with the one before it where that says only how it is packed."""
    place = name.rfind(".", 0, -len(_COMPRESSED) if name.lower().endswith(_COMPRESSED) else None)
    ending = name[place:] if place > 0 else ""
    return ending if _ENDING.fullmatch(ending) else ""


def same_header(heads: Sequence[tuple[FoundFile, bytes]]) -> dict[str, list[FoundFile]]:
    """The files by the first line they share with others, of those whose first line can only be a header.

    Args:
        heads: files with their first bytes.
    """
    by_line: defaultdict[str, list[FoundFile]] = defaultdict(list)
    for file, head in heads:
        if line := _header_line(head):
            by_line[line].append(file)
    return {line: files for line, files in by_line.items() if len(files) >= FEWEST_ALIKE}


def _is_below(folder: str, upper: str) -> bool:
    return not upper or folder == upper or folder.startswith(f"{upper}/")


def _split(path: str) -> tuple[list[str], list[str], str]:
    """The folder a file belongs to, the folders below it that only part alike files, and its name."""
    *folders, name = path.split("/")
    place = len(folders)
    while place and _parting(folders[place - 1]):
        place -= 1
    return folders[:place], folders[place:], name


def _parting(folder: str) -> str:
    """The pattern of a folder that only parts alike files (``dt=2024-01-01``, ``2024``, ``FY24-Q1``), or nothing."""
    if found := _KEY_AND_VALUE.fullmatch(folder):
        return f"{found[1]}={VARIES}"
    pattern = _VARYING_IN_A_ROW.sub(VARIES, _VARYING.sub(VARIES, folder))
    if _DATED.search(folder) or (VARIES in pattern and _WORDS_OF_TIME.fullmatch(pattern)):
        return pattern
    return ""


Group = tuple[str, str]
"""The folder a dataset is in, and its pattern."""
Rule = Callable[[FoundFile, str, Sort], Group | None]


def _parted(home: str, files: list[FoundFile], sort_of: SortOf, peek: Peek | None) -> Iterator[FoundFile | AlikeFiles]:
    """The files of one folder and of those that part it: those that are alike together, the others one by one."""
    left = files
    sorts = {file.path: sort_of(file.path) for file in files}
    for rule, fewest in _RULES:
        groups, left = _taken(left, [rule(file, home, sorts[file.path]) for file in left], fewest)
        yield from groups
    if peek:
        groups, left = _with_one_header([file for file in left if sorts[file.path] is Sort.LINES], left, peek)
        yield from groups
    yield from left


def _papers_below(file: FoundFile, home: str, sort: Sort) -> Group | None:
    """Documents in parts of a folder, whatever they are called."""
    _, parts, name = _split(file.path)
    ending = ending_of(name).lower()
    if sort is not Sort.PAPER or not ending or not parts:
        return None
    return home, "/".join([*map(_parting, parts), f"{VARIES}{ending}"])


def _alike_below(file: FoundFile, home: str, __: Sort) -> Group | None:
    """Files of one name, but for what varies, in parts of a folder."""
    _, parts, name = _split(file.path)
    return (home, "/".join([*map(_parting, parts), pattern_of(name)])) if parts else None


def _papers_beside(file: FoundFile, __: str, sort: Sort) -> Group | None:
    """Documents in one folder, whatever they are called: often after whom they are about."""
    folder, _, name = file.path.rpartition("/")
    ending = ending_of(name).lower()
    return (folder, f"{VARIES}{ending}") if sort is Sort.PAPER and ending else None


def _alike_beside(file: FoundFile, __: str, ___: Sort) -> Group | None:
    """Files of one name, but for what varies, in one folder."""
    folder, _, name = file.path.rpartition("/")
    pattern = pattern_of(name)
    return (folder, pattern) if VARIES in pattern else None


_RULES: Sequence[tuple[Rule, int]] = (
    (_papers_below, FEWEST_PAPERS),
    (_alike_below, FEWEST_ALIKE),
    (_papers_beside, FEWEST_PAPERS),
    (_alike_beside, FEWEST_ALIKE),
)


def _taken(
    files: Sequence[FoundFile], groups: Sequence[Group | None], fewest: int
) -> tuple[list[AlikeFiles], list[FoundFile]]:
    """What a rule, which put each file in a group or in none, joins, and what it leaves."""
    by_group: dict[Group, list[FoundFile]] = {}
    for file, group in zip(files, groups, strict=True):
        if group is not None:
            by_group.setdefault(group, []).append(file)
    taken = {group: members for group, members in by_group.items() if _are_one(group, members, fewest)}
    found = [AlikeFiles(folder, pattern, _sorted(members)) for (folder, pattern), members in sorted(taken.items())]
    return found, [file for file, group in zip(files, groups, strict=True) if group not in taken]


def _are_one(group: Group, members: Sequence[FoundFile], fewest: int) -> bool:
    """Whether they are enough; what is in one part of a folder only does not show that the folder is parted."""
    is_parted = "/" in group[1]
    return len(members) >= fewest and (not is_parted or len({file.path.rpartition("/")[0] for file in members}) > 1)


def _with_one_header(
    candidates: Sequence[FoundFile], files: Sequence[FoundFile], peek: Peek
) -> tuple[list[AlikeFiles], list[FoundFile]]:
    """Tables of unlike names in one folder that begin with the same header, and what is left of all files."""
    by_kind: defaultdict[Group, list[FoundFile]] = defaultdict(list)
    for file in candidates:
        folder, _, name = file.path.rpartition("/")
        by_kind[folder, f"{VARIES}{ending_of(name)}"].append(file)
    found = [
        AlikeFiles(folder, pattern, _sorted(members), header)
        for (folder, pattern), some in sorted(by_kind.items())
        if len(some) >= FEWEST_ALIKE
        for header, members in sorted(_by_header(some, peek).items())
    ]
    taken = {file.path for group in found for file in group.members}
    return found, [file for file in files if file.path not in taken]


def _by_header(files: Sequence[FoundFile], peek: Peek) -> dict[str, list[FoundFile]]:
    """The files by their header. Of more than may be looked at, all are one where all that are looked at agree."""
    step = -(-len(files) // MOST_PEEKS)
    looked_at = files[::step]
    found = same_header([(file, peek(file.path)) for file in looked_at])
    if step == 1:
        return found
    return {line: list(files) for line, members in found.items() if len(members) == len(looked_at)}


def _header_line(head: bytes) -> str:
    """The first line of a text, where it can only be a header: of two cells at least, none without a letter."""
    line, end, _ = head.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n").partition(b"\n")
    text = line.decode("latin-1").strip()
    cells = [cell.strip(" \"'") for cell in _BETWEEN_CELLS.split(text)]
    is_header = end and "\0" not in text and sum(map(bool, cells)) > 1 and all(map(_may_be_a_name, cells))
    return text if is_header else ""


def _may_be_a_name(cell: str) -> bool:
    return not cell or ("@" not in cell and any(character.isalpha() for character in cell))


def _sorted(files: Iterable[FoundFile]) -> tuple[FoundFile, ...]:
    return tuple(sorted(files, key=lambda file: file.path))
