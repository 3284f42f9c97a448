"""Which files of a folder are one dataset: monthly exports, partitions, folders full of letters or pictures.

Told from names, and for text of unlike names from how it begins. What members' names do not share stands as ``*`` in
the name of the dataset. What they do share stays, be it the name of somebody, as far as whoever keeps it lets it.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from catalog.ports import FoundFile
from connectors.files.beginnings import PROSE, Beginnings, Peek

FEWEST_ALIKE = 3
FEWEST_PAPERS = 20
FEWEST_NAMES = 3
"""So many names that papers have in common are no reason to tell each, as they may be those of people."""
VARIES = "*"

_APART = "\0"
"""Between the parts of a locator: no path and no first line of text holds it."""
_KEY_LETTERS = 16
#: Digits in a key might be somebody's number to whoever keeps it, and hashed.
_IN_LETTERS = str.maketrans("0123456789", "abcdefabcd")
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_VARYING = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
    # Beside a digit or last only: May, June and April are people, too.
    rf"|(?<![^\W\d_])(?:{_MONTHS})(?=[-_., ]{{0,2}}\d|\Z)"
    rf"|(?:(?<=\d)|(?<=\d[-_., ]))(?:{_MONTHS})(?![^\W\d_])"
    r"|(?<![^\W_])(?=[a-f]*\d)[0-9a-f]{8,}(?![^\W_])"
    r"|\d+|\*",
    re.IGNORECASE,
)
_VARYING_IN_A_ROW = re.compile(r"\*(?:[-_., ]{0,2}\*)+")
#: Digits of an ending such as .mp3 do not vary, those of a mainframe's EXTRACT.D20240101 do.
_ENDING = re.compile(r"\.(?:[a-z]{1,8}\d{0,2}|7z)(?:\.gz)?", re.IGNORECASE)
_COMPRESSED = ".gz"
_KEY_AND_VALUE = re.compile(r"([A-Za-z_][\w.-]*)=.+")
_DATED = re.compile(
    r"(?<!\d)(?:19|20)\d\d([-_.]?)(?:0[1-9]|1[0-2])(?:\1(?:0[1-9]|[12]\d|3[01])"
    r"(?:[T_. -]?(?:[01]\d|2[0-3])(?:[-_.:]?[0-5]\d){1,2})?)?(?!\d)"
)
_WORDS_OF_TIME = re.compile(r"(?:fy|sfy|cy|q|w|wk|week|y|year|m|month|d|day|t|z|[-_., *])*", re.IGNORECASE)


class Sort(Enum):
    """What may become of files of one format.

    ``LINES`` is delimited text, ``PLAIN`` that or prose, ``ROWS`` any other file that is one table, ``PAPER`` a
    document, mail or what nobody can look into; what is ``ALONE`` is no single table and never joined to others.
    """

    LINES = "lines"
    PLAIN = "plain"
    ROWS = "rows"
    PAPER = "paper"
    ALONE = "alone"


SortOf = Callable[[str], Sort]


@dataclass(frozen=True, slots=True)
class AlikeFiles:
    """Many files that are one dataset.

    Parameters:
        folder: below the root of the place; empty for the root itself.
        pattern: what the members' paths below it share, ``*`` for what they do not.
        members: sorted by path: at least three, with those alike that may not be opened and are told one by one.
        shown: the header they share or :data:`~connectors.files.beginnings.PROSE`, where their beginnings made them
            one.
    """

    folder: str = field(repr=False)
    pattern: str = field(repr=False)
    members: tuple[FoundFile, ...] = field(repr=False)
    shown: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """What people know it by."""
        return f"{self.folder}/{self.pattern}" if self.folder else self.pattern

    @property
    def key(self) -> str:
        """What it is known by when members come and go: no file's. Those that their beginnings made one may have the
        name of others in their folder, so a digest of what is shown follows.
        """
        return f"{self.name}/{_digest(self.shown)}" if self.shown else f"{self.name}/"

    @property
    def locator(self) -> str:
        """What :func:`members_of` needs."""
        return _APART.join((self.folder, self.pattern, self.shown))

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
        peek: gives the beginning of a file; without it unlike names are never joined.
    """
    held: dict[str, list[FoundFile]] = {}
    for file in files:
        home = "/".join(_split(file.path)[0])
        while held and not _is_below(home, newest := next(reversed(held))):
            yield from _parted(newest, held.pop(newest), sort_of, peek)
        if file.is_folder or sort_of(file.path) is Sort.ALONE:
            yield file
        else:
            held.setdefault(home, []).append(file)
    while held:
        newest = next(reversed(held))
        yield from _parted(newest, held.pop(newest), sort_of, peek)


def members_of(locator: str, files: Iterable[FoundFile], sort_of: SortOf, peek: Peek) -> tuple[FoundFile, ...]:
    """The members, now, of what was listed; none when it is gone. No file is peeked into that could not be one.

    Args:
        locator: of :class:`AlikeFiles`.
        files: of its folder (see :func:`folder_of`), listed anew.
        sort_of: as when it was listed.
        peek: the same.
    """
    folder, pattern, shown = locator.split(_APART, 2)
    some = (file for file in files if not file.is_folder and _may_be_of(folder, pattern, file.path))
    for item in grouped(some, sort_of, peek if shown else None):
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


def _digest(shown: str) -> str:
    digest = hashlib.sha256(shown.encode("utf-8", "surrogateescape")).hexdigest()
    return digest[:_KEY_LETTERS].translate(_IN_LETTERS)


def _may_be_of(folder: str, pattern: str, path: str) -> bool:
    """Whether a file lies where members do and has their ending."""
    above, _, name = path.rpartition("/")
    home = "/".join(_split(path)[0]) if "/" in pattern else above
    return home == folder and ending_of(name).lower() == ending_of(pattern.rpartition("/")[2]).lower()


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
    if VARIES in pattern and _WORDS_OF_TIME.fullmatch(pattern):
        return pattern
    return _DATED.sub(VARIES, folder) if _DATED.search(folder) else ""


Group = tuple[str, str]
"""The folder a dataset is in, and its pattern."""
Rule = Callable[[FoundFile, str, Sort], Group | None]
Joined = Mapping[str, Sequence[FoundFile]]
"""Files that are one dataset, by what their beginnings show; nothing where their names told it."""
Join = Callable[[Group, Sequence[FoundFile]], Joined]


def _parted(home: str, files: list[FoundFile], sort_of: SortOf, peek: Peek | None) -> Iterator[FoundFile | AlikeFiles]:
    """The files of one folder and of those that part it: those that are alike together, the others one by one."""
    left = files
    sorts = {file.path: sort_of(file.path) for file in files}
    for rule, join in (*_BY_NAME, *(_by_beginning(Beginnings(peek)) if peek else ())):
        groups, left = _taken(left, [rule(file, home, sorts[file.path]) for file in left], join)
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


def _prose_below(file: FoundFile, home: str, sort: Sort) -> Group | None:
    """What may be prose in parts of a folder, whatever it is called."""
    return _papers_below(file, home, Sort.PAPER) if sort is Sort.PLAIN else None


def _prose_beside(file: FoundFile, home: str, sort: Sort) -> Group | None:
    """What may be prose in one folder, whatever it is called."""
    return _papers_beside(file, home, Sort.PAPER) if sort is Sort.PLAIN else None


def _tables_beside(file: FoundFile, __: str, sort: Sort) -> Group | None:
    """What may be tables in one folder, whatever they are called."""
    folder, _, name = file.path.rpartition("/")
    return (folder, f"{VARIES}{ending_of(name)}") if sort in {Sort.LINES, Sort.PLAIN} else None


def _many(group: Group, files: Sequence[FoundFile]) -> Joined:
    """Files of one name."""
    return _opened(files) if _are_one(group, files, FEWEST_ALIKE) else {}


def _many_papers(group: Group, files: Sequence[FoundFile]) -> Joined:
    """Documents of any names."""
    return _opened(files) if _are_one(group, files, FEWEST_PAPERS) or _have_many_names(group, files) else {}


def _have_many_names(group: Group, files: Sequence[FoundFile]) -> bool:
    """Whether documents of one folder would be several datasets by their names."""
    names = Counter(pattern_of(file.path.rpartition("/")[2]) for file in files)
    return "/" not in group[1] and sum(count >= FEWEST_ALIKE for count in names.values()) >= FEWEST_NAMES


def _opened(files: Sequence[FoundFile]) -> Joined:
    """Those that may be opened: the others count, so that no group falls apart with them, and are told one by one."""
    members = [file for file in files if not file.refused]
    return {"": members} if members else {}


def _refused(files: Sequence[FoundFile]) -> Sequence[FoundFile]:
    return [file for file in files if file.refused]


def _are_one(group: Group, files: Sequence[FoundFile], fewest: int) -> bool:
    """Whether they are enough; what is in one part of a folder only does not show that the folder is parted."""
    is_parted = "/" in group[1]
    return len(files) >= fewest and (not is_parted or len({file.path.rpartition("/")[0] for file in files}) > 1)


_BY_NAME: Sequence[tuple[Rule, Join]] = (
    (_papers_below, _many_papers),
    (_alike_below, _many),
    (_papers_beside, _many_papers),
    (_alike_beside, _many),
)


def _by_beginning(beginnings: Beginnings) -> Sequence[tuple[Rule, Join]]:
    """How text of unlike names is joined."""

    def prose(group: Group, files: Sequence[FoundFile]) -> Joined:
        found = beginnings.prose(files) if _are_one(group, files, FEWEST_PAPERS) else []
        return {PROSE: found} if found and _are_one(group, [*found, *_refused(files)], FEWEST_PAPERS) else {}

    def tables(_: Group, files: Sequence[FoundFile]) -> Joined:
        found = beginnings.headers(files) if len(files) >= FEWEST_ALIKE else {}
        others = len(_refused(files)) if len(found) == 1 else 0
        return {header: some for header, some in found.items() if len(some) + others >= FEWEST_ALIKE}

    return ((_prose_below, prose), (_prose_beside, prose), (_tables_beside, tables))


def _taken(
    files: Sequence[FoundFile], groups: Sequence[Group | None], join: Join
) -> tuple[list[AlikeFiles], list[FoundFile]]:
    """What a rule, which put each file in a group or in none, joins, and what it leaves."""
    by_group: dict[Group, list[FoundFile]] = {}
    for file, group in zip(files, groups, strict=True):
        if group is not None:
            by_group.setdefault(group, []).append(file)
    found = [
        AlikeFiles(*group, tuple(sorted(members, key=lambda file: file.path)), shown)
        for group, some in sorted(by_group.items())
        for shown, members in sorted(join(group, some).items())
    ]
    taken = {file.path for group in found for file in group.members}
    return found, [file for file in files if file.path not in taken]
