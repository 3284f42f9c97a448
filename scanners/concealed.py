"""Values that are less than what a name says: masked, cut to their last digits or first letters, digests, tokens.

What the name says is in the column all the same, in another form: a part, a digest or a token leads to nobody alone.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from catalog.model.evidence import Evidence, EvidenceKind, Form
from scanners.looks import Look
from scanners.validators import is_hash, is_uuid

_OF_PARTS: Final = frozenset({EvidenceKind.PART, EvidenceKind.ATTRIBUTE, EvidenceKind.TEXT})
#: Of a few values, so many are asked first: most columns hold what their names say.
_AT_FIRST = 3
_NEARLY_ALL = 0.8
#: The form is no proof of the type: it only says how the type is held.
_TELLS_THE_FORM = 0.05

_HIDDEN = re.compile(r"[*#•●█]{2,}|[Xx]{3,}|\.{3}|…")
_VISIBLE = re.compile(r"[0-9A-WYZa-wyz]")
_YEAR = re.compile(r"(?:18[89]|19\d|20[0-4])\d")
_MONTH = re.compile(r"\d{4}[-/.]\d{1,2}|\d{1,2}[-/.]\d{4}|[A-Za-z]{3,9}\.?[- ]\d{4}")
_DAY = re.compile(r"\d{1,2}[-/.]\d{1,2}")
_LAST_FOUR = re.compile(r"\d{4}")
_INITIALS = re.compile(r"[A-Z]\.?[ -]?[A-Z]\.?(?:[ -]?[A-Z]\.?)?")
_POSTAL_AREA = re.compile(r"\d{3}(?:[*#Xx]{2})?")
_BLOCK = re.compile(r"\b\d*[Xx]{2}\b|\b\d+ ?(?:block|blk)\b", re.IGNORECASE)
#: Letters stand among the digits: in front of them they are those of an account or a license.
_SHORT_DIGEST = re.compile(r"(?=.*[0-9][a-fA-F])[0-9a-fA-F]{12,31}")
_TOKEN = re.compile(r"[A-Za-z]{2,8}[_:-](?=.*\d)[A-Za-z0-9_-]{10,}")

#: Secrets are judged by themselves, prose by what it says.
_READ_OTHERWISE: Final = frozenset({"CREDENTIAL", "FREE_TEXT_NARRATIVE"})
#: Types whose values are digests by nature.
_STAYS_WHOLE: Final = _READ_OTHERWISE | {"DEVICE_ID", "CASE_ID", "BIO_FINGERPRINT", "BIO_FACE", "SIGNATURE"}
#: Types whose values have a form of their own, unlike that of a token or a short digest.
_FORMED: Final = frozenset({
    "NAME", "SSN", "EMAIL", "PHONE", "DOB", "ADDR_HOME", "PAYMENT_CARD", "FIN_ACCOUNT", "DRIVER_LICENSE",
    "PASSPORT_NO", "TAXPAYER_ID",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to hold less than the whole.

    Parameters:
        say: our word for it.
        codes: the types that are held so, else all but those that are ``never``.
        weight: what the form adds to a type that is ``suspected`` at least so much.
    """

    form: Form
    say: str
    check: Callable[[str], bool]
    codes: frozenset[str] = frozenset()
    never: frozenset[str] = _STAYS_WHOLE
    suspected: float = 0.5
    weight: float = _TELLS_THE_FORM

    def may_hold(self, code: str, suspicion: float) -> bool:
        """Whether values that are taken for this type, so surely, may be held so."""
        return suspicion >= self.suspected and (code in self.codes if self.codes else code not in self.never)


def told(evidence: Sequence[Evidence], look: Look) -> tuple[Evidence, ...]:
    """The evidence in the form in which the values hold its types, and what shows that form."""
    suspected: dict[str, float] = {}
    for item in evidence:
        if _speaks_of_the_whole(item):
            suspected[item.type_code] = max(item.weight, suspected.get(item.type_code, 0.0))
    ways = {code: way for code in sorted(suspected) if (way := _way(code, suspected[code], look)) is not None}
    if ways:
        reformed = (_reformed(item, ways.get(item.type_code)) for item in evidence)
        forms = (_shown(code, way, look) for code, way in ways.items())
        evidence = [*reformed, *(form for form in forms if form not in evidence)]
    return (*evidence, *_whole_ones(evidence))


def shown(evidence: Iterable[Evidence]) -> set[tuple[str, Form]]:
    """The types, with their forms, whose values were seen to be held so: nothing of the whole speaks against them."""
    return {(item.type_code, item.form) for item in evidence if item.kind is EvidenceKind.SHAPE}


def are_replaced(evidence: Iterable[Evidence]) -> bool:
    """Whether the values stand for others: then they say nothing themselves."""
    return any(item.form in {Form.HASHED, Form.TOKENISED} and item.kind is EvidenceKind.SHAPE for item in evidence)


def _whole_ones(evidence: Sequence[Evidence]) -> Iterator[Evidence]:
    """Where values pass as whole among hidden ones, the name speaks of these too: one of them leads to somebody."""
    hidden = {code for code, form in shown(evidence) if form is Form.PARTIAL}
    if not hidden:
        return
    said = {item.type_code: item for item in evidence if item.kind is EvidenceKind.NAME and item.form is Form.PARTIAL}
    for item in evidence:
        part = "SSN_LAST4" if item.type_code == "SSN" else item.type_code
        passes = item.kind is EvidenceKind.VALIDATOR and item.form is Form.FULL and item.weight > 0
        if passes and part in hidden & said.keys():
            yield replace(said[part], type_code=item.type_code, form=Form.FULL)


def _way(code: str, suspicion: float, look: Look) -> _Way | None:
    some = look.some()
    for way in _WAYS:
        if not way.may_hold(code, suspicion) or not any(map(way.check, some[:_AT_FIRST])):
            continue
        if sum(map(way.check, some)) >= _NEARLY_ALL * len(some):
            return None if way.say == _LAST_DIGITS and all(map(_is_year, some)) else way
    return None


def _speaks_of_the_whole(item: Evidence) -> bool:
    """Whether it takes whole values for whole; what was found in parts of them has been judged for itself."""
    return item.form is Form.FULL and item.weight > 0 and item.kind not in _OF_PARTS


def _reformed(item: Evidence, way: _Way | None) -> Evidence:
    """The same in another form, unless it counts the few values that are whole among the others."""
    if way is None or not _speaks_of_the_whole(item) or item.agreed < _NEARLY_ALL * item.looked_at:
        return item
    return replace(item, type_code=_code(item.type_code, way), form=way.form)


def _shown(code: str, way: _Way, look: Look) -> Evidence:
    some = look.some()
    agreed = sum(map(way.check, some))
    return Evidence(
        _code(code, way),
        EvidenceKind.SHAPE,
        way.say,
        way.weight,
        form=way.form,
        looked_at=len(some),
        agreed=agreed,
        distinct=agreed,
    )


def _code(code: str, way: _Way) -> str:
    """Part of a Social Security number is a type of its own, named by the law."""
    return "SSN_LAST4" if code == "SSN" and way.form is Form.PARTIAL else code


def _is_masked(value: str) -> bool:
    rest, hidden = _HIDDEN.subn("", value)
    return hidden > 0 and _VISIBLE.search(rest) is not None


def _is_year(value: str) -> bool:
    return _YEAR.fullmatch(value) is not None


def _whole(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: pattern.fullmatch(value) is not None


_MASKED: Final = "hidden but for a part"
_LAST_DIGITS: Final = "the last digits"
_WAYS: Final = (
    _Way(Form.TOKENISED, "random identities", is_uuid),
    _Way(Form.HASHED, "digests", is_hash),
    _Way(Form.HASHED, "short digests", _whole(_SHORT_DIGEST), _FORMED),
    _Way(Form.TOKENISED, "tokens", _whole(_TOKEN), _FORMED),
    _Way(Form.PARTIAL, "blocks of a street", lambda value: _BLOCK.search(value) is not None, frozenset({"ADDR_HOME"})),
    _Way(Form.PARTIAL, "first digits", _whole(_POSTAL_AREA), frozenset({"POSTAL_CODE"})),
    _Way(Form.PARTIAL, _MASKED, _is_masked, never=_READ_OTHERWISE),
    # Nobody hides what is nobody's: a name that says little is believed.
    _Way(Form.PARTIAL, _MASKED, _is_masked, frozenset({"NAME", "FIN_ACCOUNT"}), suspected=0.3, weight=0.35),
    _Way(Form.PARTIAL, _LAST_DIGITS, _whole(_LAST_FOUR), frozenset({"SSN", "PAYMENT_CARD", "FIN_ACCOUNT"})),
    _Way(Form.PARTIAL, "years", _is_year, frozenset({"DOB", "DEATH_DATE"})),
    _Way(Form.PARTIAL, "months of a year", _whole(_MONTH), frozenset({"DOB", "DEATH_DATE"})),
    _Way(Form.PARTIAL, "days without a year", _whole(_DAY), frozenset({"DOB"})),
    _Way(Form.PARTIAL, "initials", _whole(_INITIALS), frozenset({"NAME"})),
)
