"""Names that break programs: quotes of every kind, payloads, letters that hide, turn or join, as long as is allowed."""

import random
import unicodedata
from collections.abc import Callable, Iterator
from itertools import count

_QUOTES = (
    "'",
    "''",
    '"',
    '""',
    "`",
    "``",
    "[",
    "]",
    "]]",
    "[]",
    "(",
    ")",
    "{",
    "}",
    "\\",
    "\\\\",
    "\\'",
    '\\"',
    "/",
    "//",
)
_SIGNS = (
    "%",
    "%%",
    "%s",
    "%(a)s",
    "%d",
    "{0}",
    "{}",
    "$1",
    "$$",
    ":a",
    "?",
    "@@",
    ".",
    "..",
    ";",
    "--",
    "#",
    "/*",
    "*/",
)
_BLANKS = ("\n", "\r\n", "\r", "\t", " ", "\x01", "\x1b[31m", "\x7f", "\u00a0", "\u2028", "\u3000", "\x0b", "\x85")
_HIDDEN = ("\u200b", "\u200d", "\u202e", "\u2066", "\u202c", "\ufeff", "\u00ad", "\ufffd", "\ufffe")
_LETTERS = (
    "é",
    "e\u0301",
    "a\u0300\u0301\u0302",
    "ß",
    "İ",
    "ı",
    "ſ",
    "Ω",
    "עברית",
    "عربى",
    "田中",
    "ｆｕｌｌ",
    "ﬁ",
    "Å",
    "A\u030a",
)
_BEYOND = ("\U0001f600", "\U0001f469\u200d\U0001f4bb", "\U0001f1fa\U0001f1f8", "\U00020000", "\U000e0041", "\U0001d49c")
_PAYLOADS = (
    *('"; DROP TABLE canary; --', "'; DROP TABLE canary; --", "`; DROP TABLE canary; --", "1 OR 1=1", "') OR ('1'='1"),
    *("]; DELETE FROM canary; --", "*/ DELETE FROM canary /*", "UNION SELECT * FROM canary", "LIMIT 0", "NULL", "null"),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "javascript:alert(1)"),
    *("&lt;b&gt;", "{{ 7*7 }}", "{% include 'x' %}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{{config}}"),
    *('=HYPERLINK("x")', "+1+1", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A0", "a,b", 'a";b'),
    *("../../etc/passwd", "C:\\con", "nul", "~", "*", "SELECT", "ctid", "rowid", "_rowid_", "id", "0", "1e9", "-0"),
)  # fmt: skip
_PIECES = (_QUOTES, _SIGNS, _BLANKS, _HIDDEN, _LETTERS, _BEYOND, _PAYLOADS)
_MARK = 5
"""Letters at an end of each name that tell it from all others, also to who looks at neither case nor accents."""


def names(seed: int, fits: Callable[[str], bool], *, beyond: bool = True) -> Iterator[str]:
    """Different names without end, each of which ``fits``; one in eight is as long as may be.

    Parameters:
        beyond: with letters beyond the first 65,536.
    """
    chance = random.Random(seed)
    for number in count():
        wanted = 200 if number % 8 == 7 else chance.randrange(1, 9)
        pieces = [piece for piece in (_piece(chance) for _ in range(wanted)) if beyond or _is_plain(piece)]
        yield _within(chance, f"{number:0{_MARK}}", pieces, fits)


def _is_plain(piece: str) -> bool:
    return all(ord(letter) < 0x10000 for letter in piece)


def _within(chance: random.Random, mark: str, pieces: list[str], fits: Callable[[str], bool]) -> str:
    """Pieces and their mark; as many pieces are taken away, and the last one letter by letter, as do not fit."""
    in_front = chance.random() < 0.5
    while True:
        words = "".join(pieces)
        name = mark + words + "z" if in_front else words + mark
        if fits(name):
            return name
        pieces[-1:] = [pieces[-1][:-1]] if len(pieces[-1]) > 1 else []


def _piece(chance: random.Random) -> str:
    if chance.random() < 0.2:
        start, end = chance.choice(((1, 0x80), (0xA0, 0xD7FF), (0x1F300, 0x1FAFF)))
        letter = chr(chance.randrange(start, end))
        return "" if unicodedata.category(letter) == "Cn" else letter
    return chance.choice(chance.choice(_PIECES))
