"""What the parts of an .xlsx workbook say of its sheets, read without laying any sheet out."""

import re
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from catalog.sheets.extent import chunks

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MOST_BYTES = 8_000_000
_BOOK, _LINKS, _STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
_CELL = re.compile(rb"<(?:[^\s<>:]*:)?c\s([^>]*)>")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})[0-9]')
_STYLE = re.compile(rb'\bs="([0-9]{1,6})"')
#: A number shown in groups of so many digits with leading noughts: 00000, 000\-00\-0000.
_NOUGHTS = re.compile(r'(?:0|[-() ]|\\[-(). /]|"[-(). /]*")+')
_FEWEST_NOUGHTS = 3


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet of a workbook, and the part of the archive that holds its cells."""

    name: str
    part: str


def sheet_parts(stream: BinaryIO) -> list[SheetPart] | None:
    """The sheets of cells, hidden ones too, from the directory of the archive and two small parts of it.

    None where they are not told plainly, so that who wants to know has to ask the parser.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            links = {link.get("Id"): link for link in _root(archive, _LINKS)}
            return [
                SheetPart(sheet.get("name", ""), _part(link.get("Target", "")))
                for sheet in _named(_root(archive, _BOOK), "sheet")
                if (link := links[_link_of(sheet)]).get("Type", "").endswith("/worksheet")
            ]
    except (KeyError, ValueError, ParseError, DefusedXmlException, *_DAMAGED):
        return None


_DAMAGED = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError)


def shown_numbers(stream: BinaryIO, sheet: str) -> Mapping[int, str]:
    """By column of a sheet, counted from 0, how its numbers are shown, where that is with leading noughts, as numbers
    of people and postal codes are: ``000-00-0000``. Columns of other numbers are left out.
    """
    parts = {each.name: each.part for each in sheet_parts(stream) or ()}
    with suppress(KeyError, ValueError, ParseError, DefusedXmlException, *_DAMAGED), zipfile.ZipFile(stream) as archive:
        styles = _noughts(_root(archive, _STYLES))
        return _by_column(archive, parts[sheet], styles) if styles else {}
    return {}


def as_shown(number: int, shown: str) -> str:
    """A whole number as its column shows it; as it is where it has more digits."""
    digits = str(number).zfill(shown.count("0"))
    if number < 0 or len(digits) > shown.count("0"):
        return str(number)
    left = iter(digits)
    return "".join(next(left) if sign == "0" else sign for sign in shown)


def _root(archive: zipfile.ZipFile, part: str) -> "Element":
    """A small part, parsed.

    Raises:
        KeyError: when there is none.
        ParseError: when it is not small either, as what is cut off is not well-formed.
    """
    with archive.open(part) as stream:
        root: Element = fromstring(stream.read(_MOST_BYTES), forbid_dtd=True)
    return root


def _named(root: "Element", name: str) -> Iterator["Element"]:
    return (each for each in root.iter() if each.tag.rpartition("}")[2] == name)


def _link_of(sheet: "Element") -> str | None:
    return next((value for name, value in sheet.items() if name.endswith("}id")), None)


def _part(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _noughts(styles: "Element") -> dict[int, str]:
    """By number of a style, how it shows numbers, of those with leading noughts."""
    codes = {each.get("numFmtId"): _shown(each.get("formatCode", "")) for each in _named(styles, "numFmt")}
    used = [each for cells in _named(styles, "cellXfs") for each in cells]
    return {place: code for place, each in enumerate(used) if (code := codes.get(each.get("numFmtId")))}


def _shown(code: str) -> str:
    """What a format of numbers shows, a nought for each digit; nothing where it is another kind of format."""
    positive = code.partition(";")[0]
    if not _NOUGHTS.fullmatch(positive) or positive.count("0") < _FEWEST_NOUGHTS:
        return ""
    return positive.replace("\\", "").replace('"', "")


def _by_column(archive: zipfile.ZipFile, part: str, styles: Mapping[int, str]) -> dict[int, str]:
    met: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for chunk in chunks(archive, part):
        for attributes in _CELL.findall(chunk):
            place, style = _PLACE.search(attributes), _STYLE.search(attributes)
            if place and style and (shown := styles.get(int(style[1]))):
                met[_number(place[1])][shown] += 1
    return {column: counts.most_common(1)[0][0] for column, counts in met.items()}


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
