"""Names are data twice: hostile, and possibly somebody's. Every name read from a source passes here before it is kept.

A name judged identifying is kept as its shape and a keyed hash, so that it is still recognised next time and by
nobody without the key. Guessing is inevitable: what may be a person's number is withheld even when it is none.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from catalog.model.runs import SafeName
from scanners import recognisers, validators
from scanners.fullnames import full_names, is_lone_name, is_surname
from scanners.recognisers import Recognisers
from scanners.shapes import folded, shape_of
from scanners.written import escaped

#: Characters of a name that are kept; the rest is cut.
NAME_CHARS = 200
#: What stands in the place of a description that may be about somebody.
WITHHELD_COMMENT = "description withheld"

_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
_BLANKS = re.compile(r"\s+")
_SEPARATORS = re.compile(r"[_\-./\\,;:|+~()\[\]{}#]+")
_PATH_SIGNS = re.compile(r"[/\\.#!]")
_NUMBERS_AND_SIGNS = re.compile(r"[\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_EXTENSION = re.compile(r"\.[A-Za-z]{2,7}\d?(?=$|[/!])")
_SSN_FORM = re.compile(r"(?<!\d)\d{3}([-_. ])\d{2}\1\d{4}(?!\d)")
_NINE_DIGITS = re.compile(r"(?<!\d)\d{9}(?!\d)")
_LONG_NUMBER = re.compile(r"(?<!\d)(?:\d{10}|\d{13,19})(?!\d)")
_ADDRESS_PART = re.compile(r"[^\s@]@[^\W_]")
_BIRTH_DAY = re.compile(
    r"(?i:dob|born|birth[\W_]?(?:day|date))[\W_]{0,3}(?:on |is )?"
    r"(?:\d{4}[\W_]?\d{2}[\W_]?\d{2}|\d{1,2}[\W_]\d{1,2}[\W_]\d{2,4})"
)
#: Without a mail address, four digits or a number before a word nobody is numbered, reached or located in a name.
_MAY_IDENTIFY = re.compile(r"@|(?:\d\D*){4}|\d[A-Za-z]?[\W_]+[^\W\d_]")
_TITLE = re.compile(r"(?<![^\W_])(?:mrs?|ms|miss|dr)\.? ([^\W\d_]{3,})", re.IGNORECASE)

#: What the recognisers may find in a name; a name of a person is asked for more strictly here, as "Dr Number" is none.
_NUMBERS = frozenset(
    {"SSN", "EMAIL", "PHONE", "PAYMENT_CARD", "FIN_ACCOUNT", "TAXPAYER_ID", "HEALTH_ID", "BENEFIT_ID", "JUSTICE_ID"}
    | {"IMMIGRATION_ID", "DOB", "ADDR_HOME", "STUDENT_ID", "PASSPORT_NO", "DRIVER_LICENSE", "VEHICLE_INFO", "DEVICE_ID"}
)
_LEAST_SCORE = 0.6


class NameGuard:
    """Turns names as sources write them into names that may be stored.

    Parameters:
        key: of the keyed hashes; whoever lacks it cannot test guesses against them.
        by: recognisers whose finds are withheld too, where a city has added some.
        as_written: give names that are kept with every blank and sign, escaped
            (see :func:`~scanners.written.as_written`).
    """

    def __init__(self, key: bytes, by: Recognisers | None = None, *, as_written: bool = False) -> None:
        self._key = key
        self._by = by if by is not None and by.added else None
        self._citys = frozenset(each.clue for each in by.added) if by else frozenset()
        self._as_written = as_written

    def __repr__(self) -> str:
        return "<NameGuard>"

    def name(self, text: str, identity: str = "") -> SafeName:
        """A column, dataset or sheet name, or a path: itself, or its shape where it may identify somebody.

        Parameters:
            text: the name.
            identity: what the source knows it by where that is not its name (an engine's id).
        """
        shown, key = clean(text), identity or text
        if self._withholds(text):
            return SafeName(f"name withheld ({folded(shape_of(shown))})", self._hash(key), withheld=True)
        is_plain = key == clean(key) and not self._withholds(key)
        told = shown if not self._as_written or len(escaped(text)) > NAME_CHARS else escaped(text)
        return SafeName(told, key if is_plain else self._hash(key), withheld=False)

    def comment(self, text: str) -> str:
        """A description written in the source, cut, or a note that it was withheld."""
        return WITHHELD_COMMENT if self._withholds(text) else clean(text)

    def _withholds(self, text: str) -> bool:
        if is_identifying(text):
            return True
        found = self._by.find(text) if self._by else ()
        return any(span.recogniser in self._citys and span.score >= _LEAST_SCORE for span in found)

    def _hash(self, text: str) -> str:
        digest = hmac.new(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return f"hmac:{digest.hexdigest()[:32]}"


def clean(text: str, most: int = NAME_CHARS) -> str:
    """A text without control characters and direction marks, its blanks single, cut at ``most`` characters."""
    visible = _BLANKS.sub(" ", _INVISIBLE.sub(" ", text)).strip()
    return visible if len(visible) <= most else visible[:most] + "…"


@lru_cache(maxsize=4096)
def is_identifying(text: str) -> bool:
    """Whether a name or description may itself name, number or reach one person."""
    plain = unicodedata.normalize("NFKC", text)
    return any(map(_identifies, dict.fromkeys(_INVISIBLE.sub(blank, plain) for blank in ("", " "))))


def _identifies(bare: str) -> bool:
    words = _BLANKS.sub(" ", _SEPARATORS.sub(" ", _CAMEL.sub(" ", _EXTENSION.sub("", bare)))).strip()
    if _names_someone(bare, words) or _holds_number(bare) or any(map(is_lone_name, _parts(bare))):
        return True
    return _MAY_IDENTIFY.search(bare) is not None and any(
        map(_is_recognised, dict.fromkeys((bare, words, words.title())))
    )


def _parts(bare: str) -> Iterator[str]:
    """The words of each folder, file, sheet, schema and table of a path, without numbers."""
    for part in _PATH_SIGNS.split(_CAMEL.sub(" ", _EXTENSION.sub("", bare))):
        yield _NUMBERS_AND_SIGNS.sub(" ", part)


def _names_someone(*readings: str) -> bool:
    if any(_has_name(reading) for reading in readings):
        return True
    last_words = readings[-1].split(" ")
    return len(last_words) == 2 and _has_name(f"{last_words[0]}, {last_words[1]}")


def _has_name(text: str) -> bool:
    titled = _TITLE.findall(text)
    return next(full_names(text, any_case=True), None) is not None or any(map(is_surname, titled))


def _is_recognised(text: str) -> bool:
    spans = recognisers.standard().find(text)
    return any(span.type_code in _NUMBERS and span.score >= _LEAST_SCORE for span in spans)


def _holds_number(text: str) -> bool:
    """Whether it holds a number or mail address with the form of a person's; made-up or cut ones count."""
    if _SSN_FORM.search(text) or _BIRTH_DAY.search(text) or _ADDRESS_PART.search(text):
        return True
    if any(validators.is_ssn(match.group()) for match in _NINE_DIGITS.finditer(text)):
        return True
    return any(map(_is_phone_or_card, _LONG_NUMBER.findall(text)))


def _is_phone_or_card(digits: str) -> bool:
    return validators.is_phone(digits) if len(digits) == 10 else validators.is_card(digits)
