"""How much text a workbook unfolds to: its cells name texts that are kept once, and the parser copies them for each."""

import re
import zipfile
from collections.abc import Sequence

from catalog.sheets.extent import chunks

_SHARED = "xl/sharedStrings.xml"
_END_OF_TEXT = re.compile(rb"</(?:[^\s<>:]*:)?si\s*>")
_CELL = re.compile(rb"<(?:[^\s<>:]*:)?c(?:\s[^>]*[^/>])?>")
_NUMBER = re.compile(rb">\s*([0-9]{1,9})\s*<")
#: An attribute with a bare > in it, and a text in another encoding: no program writes them, and they hide cells.
_HIDING = re.compile(rb"=\s*[\"'][^\"'<>]*>|\0")


def too_much_text(archive: zipfile.ZipFile, most: int) -> bool:
    """Whether the cells of an .xlsx file hold more bytes of text than this, at most; what hides cells counts as more.

    A cell that seems to name no text is taken to name the longest.
    """
    lengths = _lengths(archive)
    longest, total = max(lengths, default=0), 0
    for member in archive.namelist():
        if not longest or _is_shared(member):
            continue
        for chunk in chunks(archive, member):
            if _HIDING.search(chunk):
                return True
            numbers = [int(number) for number in _NUMBER.findall(chunk)]
            total += sum(lengths[number] for number in numbers if number < len(lengths))
            total += longest * max(0, sum(1 for _ in _CELL.finditer(chunk)) - len(numbers))
            if total > most:
                return True
    return False


def _lengths(archive: zipfile.ZipFile) -> list[int]:
    """The length of each shared text, its markup among it."""
    parts = [archive.read(name) for name in archive.namelist() if _is_shared(name)]
    return [len(text) for part in parts for text in _END_OF_TEXT.split(part)]


def _is_shared(name: str) -> bool:
    return name.casefold() == _SHARED.casefold()  # the parser knows it however it is spelled


MOST_TEXT = 400_000_000
"""Bytes of text that the parser may make of one sheet."""
#: No sheet is without it, and nothing else has it.
_SHEET = re.compile(rb"sheetData|s\0h\0e\0e\0t\0D\0a\0t\0a")
_SMALLEST_CELL = 20
_OPENED = re.compile(rb"<(?:[^\s<>:]*:)?c(?:\s([^>]*))?>|<(?:[^\s<>:]*:)?v(?:\s[^>]*)?>\s*([0-9]{1,9})\s*<")
_OTHER_TYPE = re.compile(rb"\bt=[\"'](?:n|b|e|d|str|inlineStr)[\"']")


def too_much_in_a_sheet(archive: zipfile.ZipFile, most: int = MOST_TEXT) -> bool:
    """Whether the cells of a single sheet of any .xlsx file hold more bytes of shared text than this.

    Unlike :func:`too_much_text` it takes numbers for numbers and looks at sheets only: pictures and the like hide none.
    """
    lengths = _lengths(archive)
    longest = max(lengths, default=0)
    return any(
        longest * (member.file_size // _SMALLEST_CELL) > most
        and not _is_shared(member.filename)
        and _text_of_a_sheet(archive, member.filename, lengths, most) > most
        for member in archive.infolist()
    )


def _text_of_a_sheet(archive: zipfile.ZipFile, member: str, lengths: Sequence[int], most: int) -> int:
    """The bytes of shared text of a sheet, or a few more than ``most``; nothing of what is no sheet."""
    longest, total = max(lengths), 0
    is_sheet = is_hiding = is_open = False
    for chunk in chunks(archive, member):
        is_sheet = is_sheet or bool(_SHEET.search(chunk))
        is_hiding = is_hiding or bool(_HIDING.search(chunk))
        if not is_sheet:
            continue
        for found in _OPENED.finditer(chunk):
            number = found[2]
            if is_open:
                is_named = number is not None and int(number) < len(lengths)
                total += lengths[int(number)] if is_named else longest
            is_open = number is None and not (found[1] and (b"t=" not in found[1] or _OTHER_TYPE.search(found[1])))
        if is_hiding or total > most:
            return most + 1
    return total
