"""A document as plain data: what reports are turned into first, and every format is made from.

It knows headings, paragraphs, lists, tables and pairs, and nothing of how they look. Levels of headings follow from how
sections lie in each other, so none is left out. Texts are people's: :func:`document` shows what nobody sees.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any

#: How many characters a line of a table has about, with what stands empty beside a cell; a word that is longer than
#: the longest may break, and what is longer than the most gets no more of the line.
_LINE, _BESIDE, _LONGEST_WORD, _MOST = 118, 3, 14, 240
#: What no format can hold or everybody would read differently: controls, halves of characters, what is no character,
#: what turns the direction of the text around it, and what takes no room or stands for nothing, by which two texts that
#: look the same would differ. Joiners stay between letters and signs that need them, and nowhere else.
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufff9-\ufffb"
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_EMPTY = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e007f"
)
_NO_CHARACTERS = "".join(chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
_NEVER = f"{_CONTROLS}{_TURNING}{_EMPTY}{_NO_CHARACTERS}"
_LETTER = f"[^\\s\x00-\x7f\u200c\u200d{_NEVER}]"
_UNSEEN = re.compile(f"[{_NEVER}]|(?<!{_LETTER})[\u200c\u200d]|[\u200c\u200d](?!{_LETTER})")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; line breaks in it are kept."""

    text: str


@dataclass(frozen=True, slots=True)
class BulletList:
    """Short things of which none comes first."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption and headings above its columns; the first cell of a row is what the row is about."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class KeyValues:
    """Names with what they are, in order."""

    pairs: tuple[tuple[str, str], ...]


Block = Paragraph | BulletList | Table | KeyValues


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it: first the blocks, then the sections in it."""

    heading: str
    blocks: tuple[Block, ...] = ()
    sections: tuple["Section", ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. ``on`` is the day it is of, never that of the clock; ``author`` who issues it."""

    title: str
    subtitle: str
    language: str
    on: date
    subject: str
    author: str
    sections: tuple[Section, ...]


def shown(text: str) -> str:
    """The text with what nobody sees or no format can hold as its Unicode number: ``[U+202E]``. A line has one end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub(number, lines)


def in_full_view(document: Document) -> Document:
    """The same document with every text as :func:`shown`, and every heading on one line that says something."""
    seen = each_text(document, shown)
    return replace(seen, title=_heading(seen.title), sections=tuple(map(_headed, seen.sections)))


def each_text(document: Document, change: Callable[[str], str]) -> Document:
    """The same document with each of its texts changed."""
    changed: Document = _each_text(document, change)
    return changed


def shares(table: Table) -> list[int]:
    """How much of the line each column gets: room for its longest word, and of what is left by how much it says."""
    columns = list(zip(table.columns, *table.rows, strict=True))
    least = [_longest_word(heading, cells) + _BESIDE for heading, *cells in columns]
    wanted = [max(0, _usual(each) - room) for each, room in zip(columns, least, strict=True)]
    left = max(0, _LINE - sum(least))
    return [room + left * more // (sum(wanted) or 1) for room, more in zip(least, wanted, strict=True)]


def _usual(column: Sequence[str]) -> int:
    """How much a column says: mostly what most of its cells say, so that one that is long takes no room from others."""
    lengths = [len(cell) for cell in column]
    return min(_MOST, (max(lengths) + 3 * sum(lengths) // len(lengths)) // 4)


def _longest_word(heading: str, cells: Sequence[str]) -> int:
    """How many characters the longest word takes; headings are bold, and their letters a quarter wider."""
    bold = max((len(word) * 5 // 4 for word in heading.split()), default=1)
    plain = max((len(word) for cell in cells for word in cell.split()), default=1)
    return min(_LONGEST_WORD, max(bold, plain))


def every_section(sections: Sequence[Section], level: int = 2) -> Iterator[tuple[int, Section]]:
    """Each section with its level, in the order of reading."""
    for section in sections:
        yield level, section
        yield from every_section(section.sections, level + 1)


def _headed(section: Section) -> Section:
    return replace(section, heading=_heading(section.heading), sections=tuple(map(_headed, section.sections)))


def _heading(text: str) -> str:
    """A heading is one line, and one can see it."""
    seen = any(unicodedata.category(letter)[0] in "LNPS" for letter in text)
    return " ".join(text.split()) if seen else "Without a title"


def number(found: re.Match[str]) -> str:
    """A character as its Unicode number."""
    return f"[U+{ord(found[0]):04X}]"


def _each_text(part: Any, change: Callable[[str], str]) -> Any:
    if isinstance(part, str):
        return change(part)
    if isinstance(part, tuple):
        return tuple(_each_text(each, change) for each in part)
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{each.name: _each_text(getattr(part, each.name), change) for each in fields(part)})
    return part
