"""Files of delimited text in many encodings, each with the cells that were written into it.

Made without any code of the readers: words from ``texts/*.toml``, Python's own codecs, and a writer of rows of ours.
"""

import random
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_TEXTS = Path(__file__).resolve().parent / "texts"
_WEST = "en es fr de pt it sv da fi is"
_MIDDLE = "pl cs sk hu ro hr"
_ALL = f"{_WEST} {_MIDDLE} cy mt eo tr lt lv et se ru uk bg sr el he ar th vi ja zh tw ko"

ENCODINGS = {
    "utf-8": _ALL,
    "utf-16-le": _ALL,
    "utf-16-be": _ALL,
    "utf-32-le": _ALL,
    "utf-32-be": _ALL,
    "cp1250": f"{_MIDDLE} de",
    "cp1251": "ru uk bg sr",
    "cp1252": f"{_WEST} et",
    "cp1253": "el",
    "cp1254": "tr",
    "cp1255": "he",
    "cp1256": "ar",
    "cp1257": "lt lv et",
    "cp1258": "vi",
    "iso8859_1": _WEST,
    "iso8859_2": f"{_MIDDLE} de",
    "iso8859_3": "mt eo",
    "iso8859_4": "lt lv et",
    "iso8859_5": "ru bg sr",
    "iso8859_6": "ar",
    "iso8859_7": "el",
    "iso8859_8": "he",
    "iso8859_9": "tr",
    "iso8859_10": "is se",
    "iso8859_13": "lt lv et",
    "iso8859_14": "cy",
    "iso8859_15": _WEST,
    "iso8859_16": "ro hr hu",
    "koi8_r": "ru bg",
    "koi8_u": "uk ru",
    "cp437": "en es fr de it sv",
    "cp850": _WEST,
    "cp852": f"{_MIDDLE} de",
    "cp866": "ru bg",
    "mac_roman": "en es fr de pt it sv da",
    "mac_cyrillic": "ru uk bg sr",
    "cp932": "ja",
    "euc_jp": "ja",
    "iso2022_jp": "ja",
    "gb2312": "zh",
    "gbk": "zh",
    "gb18030": "zh",
    "big5": "tw",
    "euc_kr": "ko",
    "cp949": "ko",
    "iso2022_kr": "ko",
    "tis_620": "th",
    "cp037": _WEST,
    "cp500": _WEST,
    "cp1140": _WEST,
}
"""Each encoding with the languages that were written in it."""

MARKS = {
    "utf-8": b"\xef\xbb\xbf",
    "utf-16-le": b"\xff\xfe",
    "utf-16-be": b"\xfe\xff",
    "utf-32-le": b"\xff\xfe\0\0",
    "utf-32-be": b"\0\0\xfe\xff",
}
ALIGNED = "aligned"
"""Not a delimiter: columns of one width, filled up with spaces."""
DELIMITERS = (
    *",\t;|^~:!#§¦¶",
    *"\x01\x1c\x1d\x1e\x1f",
    *("||", "|~|", "~|~", "::", "##", ", "),
    ALIGNED,
)
NEWLINES = ("\n", "\r\n", "\r", "mixed")
_HEADER = ("id", "name", "street", "town", "born", "amount", "phone", "remark")
_PLAIN = str.maketrans({"’": "'", "“": '"', "”": '"', "–": "-", "€": "E", "©": "(c)", "½": "1/2", "¢": "c", "£": "L"})
_CEDILLAS = str.maketrans("șțȘȚ", "şţŞŢ")


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """A file and the cells that were written into it, row by row; the first row may be a header or data."""

    label: str
    encoding: str
    language: str
    delimiter: str
    content: bytes
    rows: Sequence[Sequence[str]]


def labelled_files(seed: int, times: int = 1) -> Iterator[LabelledFile]:
    """Each encoding with each delimiter it knows, so many times, all else by chance."""
    chance = random.Random(seed)
    for _ in range(times):
        for encoding, languages in ENCODINGS.items():
            for delimiter in DELIMITERS:
                if delimiter == ALIGNED or _fitted(delimiter, encoding):
                    yield _file(encoding, chance.choice(languages.split()), delimiter, chance)


def is_right(found: Sequence[Sequence[str | None]], written: Sequence[Sequence[str]]) -> bool:
    """Whether each cell is the one that was written; cells that were not written are empty.

    Romanian letters with a comma and with a cedilla count as the same: encodings have one or the other.
    """
    width = max(map(len, (*found, *written)))

    def whole(rows: Sequence[Sequence[str | None]]) -> list[list[str]]:
        return [[(cell or "").translate(_CEDILLAS) for cell in row] + [""] * (width - len(row)) for row in rows]

    return whole(found) == whole(written)


def _file(encoding: str, language: str, delimiter: str, chance: random.Random) -> LabelledFile:
    is_quoted = delimiter != ALIGNED and chance.random() < 0.5
    rows = _rows(encoding, language, "" if is_quoted else delimiter, chance)
    if is_quoted:
        rows = [_with_marks(row, delimiter, chance) for row in rows]
    if chance.random() < 0.3:
        rows = [_ragged(row, chance, may_grow=delimiter != ALIGNED) for row in rows]
    if chance.random() < 0.6:
        rows = [_HEADER, *rows]
    newline = chance.choice(NEWLINES)
    ends = [chance.choice(("\n", "\r\n", "\r")) if newline == "mixed" else newline for _ in rows]
    lines = _lines(rows, delimiter, is_quoted)
    text = "".join(f"{line}{end}" for line, end in zip(lines, ends, strict=True))
    has_nuls = chance.random() < 0.2
    if has_nuls:
        text = "".join(f"{letter}\0" if chance.random() < 0.02 else letter for letter in text)
    mark = MARKS.get(encoding, b"") if chance.random() < 0.4 else b""
    label = (
        f"{encoding}{' with a mark' * bool(mark)} {language} {delimiter!r}{' quoted' * is_quoted} {newline!r} "
        f"{len(rows)} rows{' NULs' * has_nuls}"
    )
    return LabelledFile(label, encoding, language, delimiter, mark + text.encode(encoding), rows)


def _rows(encoding: str, language: str, without: str, chance: random.Random) -> list[Sequence[str]]:
    words = _words(language, encoding, "  " if without == ALIGNED else without.strip() or without)

    def one(kind: str) -> str:
        return chance.choice(words[kind])

    def row(number: int) -> Sequence[str]:
        born = f"{chance.randrange(1930, 2015)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        phone = f"212-555-{chance.randrange(10_000):04}"
        amount = f"{chance.randrange(100_000) / 100:.2f}"
        name = f"{one('given')} {one('family')}"
        return (str(number), name, one("street"), one("town"), born, amount, phone, one("remark"))

    count = chance.choice((3, 5, 10, 30, 100, 300))
    return [row(number) for number in range(1001, 1001 + count)]


@lru_cache(maxsize=4096)
def _words(language: str, encoding: str, without: str) -> dict[str, list[str]]:
    """The words of a language that the encoding can write, and that do not hold the delimiter."""
    found = {}
    for kind, texts in _languages()[language].items():
        fitted = [_fitted(text, encoding) for text in texts]
        found[kind] = [text for text in fitted if text and not (without and set(without) & set(text))] or ["none"]
    return found


@lru_cache(maxsize=1)
def _languages() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for path in sorted(_TEXTS.glob("*.toml")):
        found |= tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def _fitted(text: str, encoding: str) -> str:
    """The text as people of that encoding write it; empty where they cannot."""
    for candidate in (text, _decomposed(text, encoding), text.translate(_CEDILLAS), text.translate(_PLAIN)):
        try:
            if candidate.encode(encoding).decode(encoding) == candidate:
                return candidate
        except UnicodeError:
            continue
    return ""


def _decomposed(text: str, encoding: str) -> str:
    """With tones of Vietnamese as characters of their own."""
    if encoding != "cp1258":
        return text
    letters = []
    for letter in text:
        parts = unicodedata.decomposition(letter).split()
        is_whole = len(parts) != 2 or letter.encode(encoding, "ignore")
        letters.append(letter if is_whole else "".join(chr(int(part, 16)) for part in parts))
    return "".join(letters)


def _with_marks(row: Sequence[str], delimiter: str, chance: random.Random) -> Sequence[str]:
    """Some remarks hold what makes quoting needed."""
    extra = chance.choice(("", "", "", f"{delimiter}then", ' said "no"', "\nsecond line"))
    return (*row[:-1], f"{row[-1]}{extra}")


def _ragged(row: Sequence[str], chance: random.Random, *, may_grow: bool) -> Sequence[str]:
    kind = chance.random()
    if kind < 0.1:
        return row[: chance.randrange(2, len(row))]
    return (*row, "one more") if kind < 0.15 and may_grow else row


def _lines(rows: Sequence[Sequence[str]], delimiter: str, is_quoted: bool) -> list[str]:
    if delimiter == ALIGNED:
        widths = [2 + max(len(row[place]) for row in rows if place < len(row)) for place in range(len(_HEADER))]
        return ["".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in rows]
    if not is_quoted:
        return [delimiter.join(row) for row in rows]
    return [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
