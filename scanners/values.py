"""What a column's values say: checks over every value, word lists over distinct ones, models over a few."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

from catalog.model.evidence import Evidence, EvidenceKind, Form
from scanners import births, forms, lexicons, persons, places
from scanners.looks import Look, Sort
from scanners.persons import Kind
from scanners.screens import passing
from scanners.validators import is_hash, is_uuid

_ENOUGH_DISTINCT = 3
_LONGEST_CATEGORY = 40
_OF_LETTERS = (Sort.WORDS, Sort.MIXED, Sort.PROSE)
_SOME_LETTERS = 0.1
#: Distinct values compared with word lists: more of them change no answer.
_FOR_LISTS = 100
#: Between these shares of words, a column holds them among other things.
_FEW_WORDS, _MOST_WORDS = 0.02, 0.8
#: Of those, so many are asked first; the others where not nearly all of these say the same.
_AT_FIRST = 40
_CLEAR = 0.9
_MANY_DISTINCT = 10
_MOST_CODES = 8
#: What one or two full names, all there is, are worth: enough beside a name that says so, not alone.
_FEW_PERSONS = 0.4
#: A state singles nobody out; it tells what its neighbours are.
_STATES = 0.1
#: So many persons among companies, and the column holds both.
_SOME_PERSONS = 0.1
_HARDLY_REPEATED = 0.8
_MANY_ROWS = 30
#: So many different names are no prefixes, suffixes or initials.
_MANY_NAMES = 20
_MANY_LETTERS = 8
_SHORTEST_DIGEST = 24
_SHORTEST, _LONGEST_NUMBER, _ENOUGH_LENGTHS = 7, 17, 3
#: Births of all people lie in so many years at least, those of children in so many.
_YEARS_OF_ALL, _YEARS_OF_SOME = 40, 10
INITIALS = "single letters"
ACCOUNTS = "numbers of many lengths"
BIRTHS = "dates as of births"
CHILDREN = "dates as of children's births"

_STATE_CODES = "state_codes"
#: Word lists of coded columns: type, list, our word, weight without a name, words that do not count alone.
_LISTS: tuple[tuple[str, str, str, float, frozenset[str]], ...] = (
    ("RACE", "races", "words for race or ethnicity", 0.72, frozenset({"white", "black"})),
    ("RELIGION", "religions", "names of religions", 0.7, frozenset({"orthodox"})),
    ("LANGUAGE", "languages", "names of languages", 0.62, frozenset()),
    ("IMMIGRATION_STATUS", "immigration", "words of immigration", 0.75, frozenset()),
    ("SEXUAL_ORIENTATION", "orientations", "words for sexual orientation", 0.8, frozenset({"straight"})),
    ("GENDER_IDENTITY", "genders", "words for gender identity", 0.75, frozenset()),
    ("NATIONALITY", "nationalities", "names of nationalities", 0.62, frozenset()),
    ("BENEFIT_STATUS", "benefits", "names of benefit programs", 0.55, frozenset()),
    ("LOCALITY", "boroughs", "names of boroughs", 0.7, frozenset({"kings", "richmond"})),
    ("LOCALITY", "cities", "names of cities", 0.6, frozenset()),
)
_STATUS_BEHIND = re.compile(
    rf"[-/,;:(]\s*(?:{'|'.join(map(re.escape, sorted(lexicons.phrases('immigration_telling'))))})\b", re.IGNORECASE
)
_NUMBER_AND_STREET = re.compile(r"\d+[A-Za-z]? [^\W\d]{2,}")
_SEX_WORDS = frozenset({"male", "female", "masculino", "femenino", "hombre", "mujer"})
_MARRIED_WORDS = frozenset({"married", "divorced", "widowed", "casado", "casada", "divorciado", "divorciada"})


def from_values(look: Look) -> tuple[Evidence, ...]:
    """Evidence in the values, without a look at the name."""
    if not look.filled:
        return ()
    return (
        *_checked(look),
        *forms.written(look),
        *_dated(look),
        *_lettered(look),
        *_long_numbers(look),
        *_coded(look),
        *(_worded(look.fewer(_FOR_LISTS)) if look.share(*_OF_LETTERS) >= _SOME_LETTERS else ()),
        *_among_others(look),
    )


def _worded(look: Look) -> Iterator[Evidence]:
    """Evidence in words, of as many values as lists of words are asked about."""
    yield from _listed(look)
    yield from _behind(look)
    yield from _named(look)
    yield from _placed(look)


def is_concealed(look: Look) -> bool:
    """Whether most values are digests or random identities: the type may be there, its values are not."""
    if look.mean_length < 0.8 * _SHORTEST_DIGEST:
        return False
    some = look.some()
    return sum(is_uuid(value) or is_hash(value) for value in some) > 0.8 * len(some)


def are_initials(look: Look) -> bool:
    """Whether most values are one letter: ``L.``, ``J``."""
    shapes = look.shape_counts()
    return sum(shapes[letter + dot] for letter in "Aa" for dot in ("", ".")) > 0.5 * look.filled


def are_whole(code: str, look: Look) -> bool:
    """Whether values are whole names or addresses of streets with their numbers, rather than parts of them."""
    if look.distinct < _MANY_NAMES:
        return False
    if code == "NAME":
        return _share_of(look, lambda value: len(value) > 2 and value.isalpha()) > 0.8
    return code == "ADDR_HOME" and _share_of(look, lambda value: _NUMBER_AND_STREET.match(value) is not None) > 0.6


def _share_of(look: Look, check: Callable[[str], bool]) -> float:
    some = look.some()
    return sum(map(check, some)) / len(some) if some else 0.0


def _dated(look: Look) -> Iterator[Evidence]:
    """Days spread over a life: births, as nothing else in a file of people is."""
    years = births.years_of(look)
    if years >= _YEARS_OF_SOME:
        clue, weight = (BIRTHS, 0.48) if years >= _YEARS_OF_ALL else (CHILDREN, 0.3)
        yield replace(
            _lexicon(look, "DOB", clue, weight, look.filled, look.distinct, by_chance=0.0), kind=EvidenceKind.PATTERN
        )


def _lettered(look: Look) -> Iterator[Evidence]:
    """One letter each, most of the alphabet: initials, if a name stands beside them."""
    if are_initials(look) and look.distinct >= _MANY_LETTERS:
        initials = _lexicon(look, "NAME", INITIALS, 0.25, look.filled, look.distinct, by_chance=0.0)
        yield replace(initials, kind=EvidenceKind.PATTERN, form=Form.PARTIAL)


def _long_numbers(look: Look) -> Iterator[Evidence]:
    """Long numbers of several lengths, as banks give their accounts."""
    long = [
        (len(shape), rows, distinct)
        for shape, rows, distinct in look.shape_tallies()
        if _SHORTEST <= len(shape) <= _LONGEST_NUMBER and shape.isdecimal()
    ]
    rows, distinct = sum(rows for _, rows, _ in long), sum(distinct for *_, distinct in long)
    if rows > 0.9 * look.filled and distinct >= _MANY_DISTINCT and len(long) >= _ENOUGH_LENGTHS:
        accounts = _lexicon(look, "FIN_ACCOUNT", ACCOUNTS, 0.15, rows, distinct, by_chance=0.0)
        yield replace(accounts, kind=EvidenceKind.PATTERN)


def _checked(look: Look) -> Iterator[Evidence]:
    for validator, passed in passing(look).items():
        if validator.comes_back and passed.distinct > _HARDLY_REPEATED * passed.rows and passed.rows >= _MANY_ROWS:
            continue
        yield Evidence(
            validator.type_code,
            EvidenceKind.VALIDATOR,
            validator.clue,
            validator.weight,
            form=validator.form,
            looked_at=look.filled,
            agreed=passed.rows,
            distinct=passed.distinct,
            # Values of other shapes have no chance to pass: more of them take nothing from what these prove.
            by_chance=validator.by_chance * passed.looked_at / look.filled,
        )


def _listed(look: Look) -> Iterator[Evidence]:
    """Columns of few short words, nearly all in one list, at least one of them telling."""
    if look.share(Sort.WORDS) < 0.7:
        return
    lower = {value: value.lower() for value in look.counts if len(value) <= _LONGEST_CATEGORY}
    lower = {value: word for value, word in lower.items() if word in _listed_words()}
    if not lower:
        return
    for code, name, clue, weight, common in _LISTS:
        listed = lexicons.phrases(name)
        held = [value for value, word in lower.items() if word in listed]
        rows, distinct = look.tally(held)
        telling = {lower[value] for value in held} - common
        if distinct >= _ENOUGH_DISTINCT and telling and rows >= 0.5 * look.filled:
            yield _lexicon(look, code, clue, weight, rows, distinct, by_chance=0.05)
    states = lexicons.phrases(_STATE_CODES)
    held = [value for value, word in lower.items() if word in states]
    if held and look.tally(held)[0] >= 0.9 * look.filled:
        yield _lexicon(look, "LOCALITY", "codes of states", _STATES, *look.tally(held), by_chance=0.0)


@lru_cache(maxsize=1)
def _listed_words() -> frozenset[str]:
    return lexicons.phrases(_STATE_CODES).union(*(lexicons.phrases(name) for _, name, *_ in _LISTS))


def _behind(look: Look) -> Iterator[Evidence]:
    """A status keyed behind something else, as clerks do where a form has no field for it: ``English - TPS``."""
    if look.share(Sort.WORDS) < 0.7:
        return
    rows, distinct = look.tally(value for value in look.counts if _STATUS_BEHIND.search(value))
    if distinct >= _ENOUGH_DISTINCT:
        clue = "an immigration status behind other words"
        evidence = _lexicon(look, "IMMIGRATION_STATUS", clue, 0.75, rows, distinct, by_chance=0.0)
        yield replace(evidence, kind=EvidenceKind.TEXT, form=Form.FREE_TEXT)


def _coded(look: Look) -> Iterator[Evidence]:
    """Sex, marital status, forms of address: two or more codes that are all in the list."""
    held = {value.lower().rstrip(".") for value in look.counts} if look.distinct <= _MOST_CODES else set()
    if len(held) < 2:
        return
    if held <= lexicons.words("sex") and (held & _SEX_WORDS or {"m", "f"} <= held):
        yield _code_list(look, "SEX", "codes of sex", 0.7 if held & _SEX_WORDS else 0.66)
    if held <= lexicons.words("marital") and held & _MARRIED_WORDS:
        yield _code_list(look, "MARITAL_STATUS", "codes of marital status", 0.7)
    if held <= lexicons.words("honorific"):
        yield _code_list(look, "NAME", "forms of address", 0.7, Form.PARTIAL)


def _code_list(look: Look, code: str, clue: str, weight: float, form: Form = Form.FULL) -> Evidence:
    evidence = _lexicon(look, code, clue, weight, look.filled, look.distinct, by_chance=0.05)
    return replace(evidence, form=form)


def _named(look: Look) -> Iterator[Evidence]:
    """Persons among short texts; companies speak against them."""
    if look.share(Sort.WORDS) < 0.2 and _share_of(look, persons.has_date_behind) < 0.5:
        return
    kinds = _kinds(few := look.fewer(_AT_FIRST))
    if _is_open(max(len(values) for kind, values in kinds.items() if kind is not Kind.OTHER), few):
        kinds = _kinds(few := look)
    # Many family names are given names too: they count for whichever the column turns out to hold.
    kinds[Kind.FAMILY].extend(name for name in kinds[Kind.GIVEN] if name.lower() in lexicons.frequent_surnames())
    for kind, clue, weight, by_chance in (
        (Kind.PERSON, "given and family names", 0.9, 0.15),
        (Kind.GIVEN, "given names", 0.75, 0.2),
        (Kind.FAMILY, "family names", 0.42, 0.3),
    ):
        rows, distinct = few.tally(kinds[kind])
        if distinct >= (_MANY_DISTINCT if kind is Kind.GIVEN else _ENOUGH_DISTINCT):
            yield _lexicon(few, "NAME", clue, weight, rows, distinct, by_chance)
        elif kind is Kind.PERSON and rows == few.filled:
            yield _lexicon(few, "NAME", clue, _FEW_PERSONS, rows, distinct, by_chance)
    yield from _against_persons(few, kinds)


def _among_others(look: Look) -> Iterator[Evidence]:
    """Full names among other things: codes and numbers beside them take nothing from what they are."""
    part = look.share(Sort.WORDS)
    if not _FEW_WORDS <= part <= _MOST_WORDS or look.distinct_of(Sort.WORDS) < _MANY_NAMES:
        return
    words = look.only(Sort.WORDS).fewer(_FOR_LISTS)
    rows, distinct = words.tally(_kinds(words)[Kind.PERSON])
    if distinct >= _MANY_DISTINCT:
        found = _lexicon(words, "NAME", "given and family names", 0.9, rows, distinct, by_chance=0.15)
        yield replace(found, looked_at=round(words.filled / part), by_chance=0.15 * part)


def _kinds(look: Look) -> dict[Kind, list[str]]:
    kinds: dict[Kind, list[str]] = {kind: [] for kind in Kind}
    for value, shape in look.shapes.items():
        if "a" in shape or "A" in shape:
            kinds[persons.kind_of(value)].append(value)
    return kinds


def _is_open(agreed: int, few: Look) -> bool:
    """Whether the values that were asked first leave it open what the column holds."""
    return few.distinct == _AT_FIRST and 0 < agreed < _CLEAR * few.distinct


def _against_persons(look: Look, kinds: dict[Kind, list[str]]) -> Iterator[Evidence]:
    """Companies, or texts of several words of which hardly one reads as a known name."""
    known, several_known = look.tally(kinds[Kind.PERSON])
    rows, distinct = look.tally(kinds[Kind.COMPANY])
    if rows > 0.5 * look.filled:
        is_mixed = several_known >= _ENOUGH_DISTINCT and known >= _SOME_PERSONS * look.filled
        yield _lexicon(look, "NAME", "words of companies", -0.2 if is_mixed else -0.6, rows, distinct, by_chance=0.05)
    several = [value for value in (*kinds[Kind.COMPANY], *kinds[Kind.OTHER]) if " " in value]
    rows, distinct = look.tally(several)
    if distinct >= _MANY_DISTINCT and known < 0.1 * rows and rows > 0.5 * look.filled:
        yield _lexicon(look, "NAME", "words other than names", -0.4, rows, distinct, by_chance=0.05)
    rows, distinct = look.tally(value for value in kinds[Kind.OTHER] if value.lower() in lexicons.ordinary_words())
    if rows == look.filled and distinct >= _ENOUGH_DISTINCT:
        yield _lexicon(look, "NAME", "everyday words", -0.5, rows, distinct, by_chance=0.05)


def _placed(look: Look) -> Iterator[Evidence]:
    if look.share(Sort.WORDS, Sort.MIXED) >= 0.4:
        few, rows, distinct = _agreeing(places.is_street_name, look)
        if distinct >= _ENOUGH_DISTINCT and rows >= 0.4 * few.filled:
            evidence = _lexicon(few, "ADDR_HOME", "street words", 0.65, rows, distinct, by_chance=0.05)
            yield replace(evidence, form=Form.PARTIAL)
    if look.share(Sort.MIXED, Sort.PROSE) < 0.1:
        return
    few, rows, distinct = _agreeing(places.is_street_address, look)
    if distinct >= _ENOUGH_DISTINCT and rows >= 0.1 * few.filled:
        yield _lexicon(few, "ADDR_HOME", "street words beside a number", 0.85, rows, distinct, by_chance=0.05)


def _agreeing(check: Callable[[str], bool], look: Look) -> tuple[Look, int, int]:
    """Rows and distinct values that pass among the few that are asked first, or among all where those leave it open."""
    few = look.fewer(_AT_FIRST)
    agreed = list(filter(check, few.counts))
    if _is_open(len(agreed), few):
        few, agreed = look, list(filter(check, look.counts))
    return few, *few.tally(agreed)


def _lexicon(look: Look, code: str, clue: str, weight: float, rows: int, distinct: int, by_chance: float) -> Evidence:
    return Evidence(
        code,
        EvidenceKind.LEXICON,
        clue,
        weight,
        form=Form.FULL,
        looked_at=look.filled,
        agreed=rows,
        distinct=distinct,
        by_chance=by_chance,
    )
