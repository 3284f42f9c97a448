"""How much text a workbook unfolds to: its cells name texts that are kept once, and the parser copies them for each."""

import re
import zipfile

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
