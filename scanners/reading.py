"""Reads what words say: prose, numbers among other words, and names and addresses where they are suspected."""

import re
from collections.abc import Sequence
from functools import lru_cache

from catalog.model.evidence import Evidence, EvidenceKind, Form
from scanners import persons, places, text
from scanners.grading import NARRATIVE
from scanners.looks import Look, Sort
from scanners.recognisers import Recognisers
from scanners.screens import for_shape
from scanners.shapes import MANY_SHAPES

_PROSE_SHARE = 0.25
_SUSPECTED = 0.4
_MOSTLY_WORDS = 0.5
#: Word lists that know nearly all values of a column leave the sequence models nothing to say.
_CLEAR = 0.9
_CLEAR_WEIGHT = 0.85
_LONGEST_BODY = 120
#: Types that are certain enough to be believed inside a cell that is no prose: e-mail addresses and long numbers.
_EMBEDDED = frozenset({"SSN", "EMAIL", "PHONE", "PAYMENT_CARD"})
_DIGITS_OF_A_PERSONS_NUMBER = 9
_LENGTH_WITH_OTHER_WORDS = 15
_MOMENT = re.compile(r"9{4}-99-99[ T]99:99(?::99(?:\.9+)?)?(?:[-+]99(?::?99)?|A)?")


def read(
    look: Look, by: Recognisers, said: Sequence[Evidence] = (), *, are_texts: bool = False
) -> tuple[Evidence, ...]:
    """Read prose, every text of it: one number in a thousand notes counts.

    Parameters:
        by: what looks into texts.
        said: what the column's name says: one that speaks of notes has them read, sentences or not.
        are_texts: whether the values are known to be texts, which are read as well.
    """
    are_notes = are_texts or _are_notes(look, said)
    if not are_notes and (not _is_prose(look) or _are_organizations(look)):
        return _embedded(look, by)
    if not _is_prose(look):
        return text.judge_text(look.counts, by)
    prose = Evidence(
        NARRATIVE,
        EvidenceKind.SHAPE,
        "sentences",
        0.3,
        form=Form.FREE_TEXT,
        looked_at=look.filled,
        agreed=look.sorts[Sort.PROSE],
    )
    return (prose, *text.judge_text(look.counts, by))


def _is_prose(look: Look) -> bool:
    """Long texts that read like sentences, or short ones that end like them."""
    if not look.share(Sort.WORDS, Sort.MIXED, Sort.PROSE):
        return False
    few = min(look.distinct, text.PROSE_VALUES)
    distinct = look.distinct_of(Sort.PROSE) if look.sorts[Sort.PROSE] else 0
    is_long = max(look.share(Sort.PROSE), distinct / max(1, look.distinct)) >= _PROSE_SHARE
    if is_long and text.looks_like_prose(look.some(text.PROSE_VALUES)):
        return True
    return look.ending_sentences >= _PROSE_SHARE * few and text.ends_like_sentences(look.some(text.PROSE_VALUES))


def _are_notes(look: Look, said: Sequence[Evidence]) -> bool:
    """Whether the name speaks of notes and the values are words, whatever they look like."""
    is_said = any(item.type_code == NARRATIVE and item.weight >= _SUSPECTED for item in said)
    return is_said and look.share(Sort.WORDS, Sort.MIXED, Sort.PROSE) >= _MOSTLY_WORDS


def _are_organizations(look: Look) -> bool:
    """Whether most of the longer texts are names of bodies: they may hold a person's name, as a street does."""
    some = look.some()
    return sum(len(value) <= _LONGEST_BODY and persons.names_company(value) for value in some) > 0.7 * len(some)


def _embedded(look: Look, by: Recognisers) -> tuple[Evidence, ...]:
    """Read cells that are no prose where a number or address of a person may stand among other words."""
    counts = look.counts_of(_may_hold_more)
    return text.judge_text(counts, by, _EMBEDDED, rows=look.filled) if counts else ()


@lru_cache(maxsize=MANY_SHAPES)
def _may_hold_more(shape: str) -> bool:
    """Whether values of a shape may hold a number or address that is not all of them."""
    is_short = shape.count("9") < _DIGITS_OF_A_PERSONS_NUMBER or len(shape) < _LENGTH_WITH_OTHER_WORDS
    if (is_short and "@" not in shape) or _MOMENT.fullmatch(shape):
        return False
    return not any(validator.type_code in _EMBEDDED for validator in for_shape(shape))


def asked(look: Look, said: Sequence[Evidence], seen: Sequence[Evidence]) -> list[Evidence]:
    """Ask the sequence models, on a few values, about what a name (or, of addresses, a street word) made us suspect."""
    suspected = {item.type_code for item in said if item.weight >= _SUSPECTED and item.form is Form.FULL}
    found: list[Evidence] = []
    if "NAME" in suspected and look.share(Sort.WORDS) > 0.5 and not _is_clear("NAME", seen):
        some = [value for value in look.some() if " " in value]
        if some:
            found.append(_pattern("NAME", "person names", 0.5, len(some), persons.parsed_as_person(some), 0.5))
    hinted = any(item.type_code == "ADDR_HOME" and item.form is Form.FULL for item in seen)
    is_hinted = hinted or {"ADDR_HOME", "ADDR_WORK"} & suspected
    if is_hinted and look.share(Sort.MIXED, Sort.PROSE) > 0.2 and not _is_clear("ADDR_HOME", seen):
        some = look.some()
        found.append(_pattern("ADDR_HOME", "street addresses", 0.6, len(some), places.parsed_as_address(some), 0.05))
    return [item for item in found if item.agreed]


def _is_clear(code: str, seen: Sequence[Evidence]) -> bool:
    """Whether word lists already know nearly every value as a whole one of the type."""
    return any(
        item.type_code == code
        and item.form is Form.FULL
        and item.weight >= _CLEAR_WEIGHT
        and item.agreed >= _CLEAR * item.looked_at
        for item in seen
    )


def _pattern(code: str, clue: str, weight: float, looked_at: int, agreed: int, by_chance: float) -> Evidence:
    return Evidence(
        code,
        EvidenceKind.PATTERN,
        clue,
        weight,
        looked_at=looked_at,
        agreed=agreed,
        distinct=agreed,
        by_chance=by_chance,
    )
