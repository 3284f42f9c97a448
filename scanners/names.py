"""What a column's name says: split, expanded, matched against our own phrases (data/headers.toml)."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from catalog.model.evidence import Evidence, EvidenceKind, Form

_PIECES = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|#")
_NUMBERED = re.compile(r"(?:_?(?:column|col|field|var|unnamed|[cfvx]))?[ _:.-]*\d*", re.IGNORECASE)
#: Names that tell no more than a place in the row: ``FLD_07``, ``KEY_3``, ``D04``, ``M01-A05``, ``REF_B``, ``k``.
_HOLLOW = re.compile(
    r"(?:fld|field|col|key|ref|data|val|value|item|attr|elem|[a-z]{1,2})[ _:.-]?[a-z]?\d{1,4}(?:[ _.-][a-z]?\d{1,4})?"
    r"|(?:fld|field|key|ref|data|val|value)[ _:.-][a-z]|[a-z](?:[_.-](?:no|nr|num))?|data|value|val",
    re.IGNORECASE,
)
_SHORT_PARTS = frozenset({"no", "id", "nm", "dt", "cd", "cc", "dl", "ip", "ph", "yr", "st"})
_LONGEST = 6
#: So much weight and no other reading of a name is tried.
_CLEAR = 0.5
#: In a name of so many words a single vague one says nothing: it is a whole question.
_LONG = 9
_LIKE_A_COUNT = frozenset({"count", "flag"})
_COMMENT_SHARE = 0.7
_COMMENT_WORDS = 14
_NOTHING = "NONE"
#: Small words that stand between the telling ones, in English and Spanish.
_SMALL = frozenset({"the", "your", "de", "del", "la", "las", "el", "los"})
#: How a question begins that stands above its answers.
_QUESTION = ("what", "which")
_VERBS = frozenset({"is", "are", "was", "were"})


@dataclass(frozen=True, slots=True)
class Rule:
    """Phrases that speak of one type."""

    code: str
    say: str
    weight: float
    form: Form
    tail: frozenset[str]
    unless: frozenset[str]
    asks: str = ""


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    tokens: dict[str, tuple[str, ...]]
    kinds: dict[str, frozenset[str]]
    words: frozenset[str]
    phrases: dict[tuple[str, ...], tuple[Rule, ...]]
    exact: dict[tuple[str, ...], tuple[Rule, ...]]
    asks: dict[tuple[str, str], str]
    written: dict[str, Rule]


@dataclass(frozen=True, slots=True)
class _Hit:
    rule: Rule
    start: int
    end: int


@lru_cache(maxsize=4096)
def from_name(name: str) -> tuple[Evidence, ...]:
    """Evidence in a column's name: remembered, as the same names come back from table to table."""
    return from_value(name)


def from_value(name: str) -> tuple[Evidence, ...]:
    """Evidence in a name that stands among the values, as of an attribute or a key: never remembered."""
    rule = _vocabulary().written.get(name.rpartition(".")[2].strip().lower())
    if rule is not None:
        return (Evidence(rule.code, EvidenceKind.NAME, rule.say, rule.weight, form=rule.form),)
    tokens = _without_question(words_of(name))
    said = _said_by(tokens, name)
    if not said and "." in name:
        return from_value(name.rpartition(".")[2])
    unnumbered = _without_numbers(tokens)
    if unnumbered == tokens or _loudest(said) >= _CLEAR:
        return said
    again = _said_by(unnumbered, name)
    return again if _loudest(again) > _loudest(said) else said


def _said_by(tokens: tuple[str, ...], name: str) -> tuple[Evidence, ...]:
    found: dict[tuple[str, Form], Evidence] = {}
    for hit in _longest(_hits(tokens)):
        evidence = _evidence(hit, tokens, name)
        if evidence is None:
            continue
        kept = found.get((evidence.type_code, evidence.form))
        if kept is None or abs(kept.weight) < abs(evidence.weight):
            found[evidence.type_code, evidence.form] = evidence
    return tuple(found.values())


def _loudest(said: tuple[Evidence, ...]) -> float:
    return max((item.weight for item in said), default=0.0)


def _without_numbers(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Words without the number between them that tells one of several: ``CONTACT_1_NAME``."""
    inner = tuple(word for word in tokens[1:-1] if not (word.isdigit() and len(word) == 1))
    return (*tokens[:1], *inner, *tokens[1:][-1:])


def says_nothing(name: str) -> bool:
    """Whether a name is only a place in the row: ``Column 3``, ``col_3``, ``_c3``, and of a path its last part."""
    last = name.strip().rpartition(".")[2] or name.strip()
    if _NUMBERED.fullmatch(last):
        return True
    return _HOLLOW.fullmatch(last) is not None and not from_name(last)


def asked(evidence: Evidence) -> str:
    """The form values must have before this evidence of a name decides; nothing where it stands by itself."""
    if evidence.kind is not EvidenceKind.NAME:
        return ""
    return _vocabulary().asks.get((evidence.type_code, evidence.clue), "")


def from_comment(comment: str) -> tuple[Evidence, ...]:
    """Evidence in a column's description: weaker than a name, as it may speak of something beside."""
    tokens = words_of(comment)[:_COMMENT_WORDS]
    hits = [hit for hit in _longest(_phrase_hits(tokens)) if hit.rule.weight > 0]
    found = {hit.rule.code: hit.rule for hit in sorted(hits, key=lambda hit: hit.rule.weight)}
    return tuple(
        Evidence(rule.code, EvidenceKind.COMMENT, rule.say, round(rule.weight * _COMMENT_SHARE, 3), form=rule.form)
        for rule in found.values()
    )


def words_of(name: str) -> tuple[str, ...]:
    """A name as full words: split at signs, capitals and digits; glued words cut; abbreviations written out."""
    plain = unicodedata.normalize("NFKD", name[:200]).encode("ascii", "ignore").decode("ascii").replace("'s", "s")
    found: list[str] = []
    for chunk in re.split(r"[^A-Za-z0-9#]+", plain):
        found.extend(word for piece in _pieces(chunk) for word in _expanded(piece))
    return tuple(word for word in found if word not in _SMALL) or tuple(found)


def _without_question(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """``What is your date of birth?`` asks for a date; ``is`` at the start of a name asks for a yes or no."""
    return tokens[2:] if tokens[:1] and tokens[0] in _QUESTION and _VERBS & {*tokens[1:2]} else tokens


def _pieces(chunk: str) -> list[str]:
    """Cut at capitals, unless the chunk as it stands is a word of ours (``eMail``, ``iPv4``)."""
    lower = chunk.lower()
    if lower in _vocabulary().tokens or lower in _vocabulary().words:
        return [lower]
    return ["number" if piece == "#" else piece.lower() for piece in _PIECES.findall(chunk)]


def _expanded(piece: str) -> tuple[str, ...]:
    known = _known(piece)
    if known is not None:
        return known
    parts = _in_parts(piece) if 4 <= len(piece) <= 40 else None
    return tuple(word for part in parts for word in (_known(part) or (part,))) if parts else (piece,)


def _in_parts(piece: str) -> tuple[str, ...] | None:
    return (_cut(piece) if len(piece) >= 5 else None) or _cut_behind_prefix(piece)


def _known(piece: str) -> tuple[str, ...] | None:
    vocabulary = _vocabulary()
    for form in (piece, piece[:-1] if piece.endswith("s") and len(piece) > 3 else piece):
        if form in vocabulary.tokens:
            return vocabulary.tokens[form]
        if form in vocabulary.words:
            return (form,)
    return None


def _cut(piece: str) -> tuple[str, ...] | None:
    """Cut glued words (``lastname``) into the fewest words we know; None when that does not work out."""
    best: list[tuple[str, ...] | None] = [()] + [None] * len(piece)
    for end in range(1, len(piece) + 1):
        for start in range(max(0, end - 14), end):
            head, part = best[start], piece[start:end]
            if head is None or not (part in _SHORT_PARTS or (len(part) > 2 and _known(part))):
                continue
            kept = best[end]
            if kept is None or len(head) + 1 < len(kept):
                best[end] = (*head, part)
    return best[-1]


def _cut_behind_prefix(piece: str) -> tuple[str, ...] | None:
    """``CLSSNNO``, ``RZIP``: a table's one or two letters before words that stand for nothing else."""
    telling = _vocabulary().kinds["telling"]
    for start in (1, 2):
        rest = piece[start:]
        parts = (rest,) if rest in telling else _cut(rest) if len(rest) >= 5 else None
        if parts and parts[0] in telling:
            return (piece[:start], *parts)
    return None


def _hits(tokens: tuple[str, ...]) -> Iterator[_Hit]:
    end = len(tokens)
    while end > 1 and tokens[end - 1].isdigit() and len(tokens[0]) > 1:
        end -= 1
    for last in dict.fromkeys((len(tokens), end)):
        for rule in _vocabulary().exact.get(tokens[:last], ()):
            yield _Hit(rule, 0, last)
    yield from _phrase_hits(tokens)


def _phrase_hits(tokens: Sequence[str]) -> Iterator[_Hit]:
    phrases = _vocabulary().phrases
    for start in range(len(tokens)):
        for end in range(start + 1, min(len(tokens), start + _LONGEST) + 1):
            for rule in phrases.get(tuple(tokens[start:end]), ()):
                yield _Hit(rule, start, end)


def _longest(hits: Iterator[_Hit]) -> list[_Hit]:
    """Hits that lie in no longer one; where NONE covers the same words it wins."""
    ordered = sorted(hits, key=lambda hit: (hit.start - hit.end, hit.rule.code != _NOTHING, hit.start, hit.rule.say))
    kept: list[_Hit] = []
    for hit in ordered:
        if not any(_covers(other, hit) for other in kept):
            kept.append(hit)
    return kept


def _covers(outer: _Hit, inner: _Hit) -> bool:
    if not (outer.start <= inner.start and inner.end <= outer.end):
        return False
    return outer.end - outer.start > inner.end - inner.start or (outer.rule.code == _NOTHING and inner.rule.weight > 0)


def _is_out_of_play(hit: _Hit, tokens: tuple[str, ...], name: str) -> bool:
    before, after = tokens[: hit.start], tokens[hit.end :]
    if hit.rule.unless & {*before, *after}:
        return True
    kinds = _vocabulary().kinds
    for kind in ("flag", "count", "code", "time", "date", "id"):
        if kind not in hit.rule.tail and kinds[kind] & set(after):
            return True
        if kind in _LIKE_A_COUNT and kind not in hit.rule.tail and kinds[kind] & set(before):
            return True
    if hit.rule.code == "CASE_ID" and len(tokens) == 1 and name.rstrip().lower().endswith("s"):
        return True
    return _counts_something(before, name) and "count" not in hit.rule.tail


def _counts_something(before: tuple[str, ...], name: str) -> bool:
    """``num credit cards``, ``number of phones``: a number of things, not a thing."""
    return before[:1] == ("number",) and (before[1:2] == ("of",) or name.rstrip().lower().endswith("s"))


def _evidence(hit: _Hit, tokens: tuple[str, ...], name: str) -> Evidence | None:
    rule, said = hit.rule, tokens[hit.start : hit.end]
    is_something_else = rule.code == _NOTHING or bool(rule.unless & {*tokens[: hit.start], *tokens[hit.end :]})
    if is_something_else and said[-1:] == ("name",) and rule.code in {_NOTHING, "NAME"}:
        return Evidence("NAME", EvidenceKind.NAME, "name of something else", -0.5)
    if rule.code == _NOTHING and said[-1:] == ("date",):
        return Evidence("DOB", EvidenceKind.NAME, "some other date", -0.5)
    if rule.code == _NOTHING or (rule.asks and len(tokens) >= _LONG) or _is_out_of_play(hit, tokens, name):
        return None
    return Evidence(rule.code, EvidenceKind.NAME, rule.say, rule.weight, form=rule.form)


@lru_cache(maxsize=1)
def _vocabulary() -> _Vocabulary:
    text = files("scanners").joinpath("data", "headers.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    tokens = {key: tuple(value.split()) for key, value in data["tokens"].items()}
    kinds = {kind: frozenset(value.split()) for kind, value in data["kinds"].items()}
    phrases: dict[tuple[str, ...], tuple[Rule, ...]] = {}
    exact: dict[tuple[str, ...], tuple[Rule, ...]] = {}
    asks: dict[tuple[str, str], str] = {}
    written: dict[str, Rule] = {}
    known = {word for words in (*tokens.values(), *kinds.values()) for word in words}
    for entry in data["rule"]:
        rule = _rule(entry)
        asks[rule.code, rule.say] = rule.asks
        written.update(dict.fromkeys(entry.get("written", ()), rule))
        known |= rule.unless
        for key, table in (("phrases", phrases), ("exact", exact)):
            for phrase in entry.get(key, ()):
                words = _written_out(phrase, tokens)
                known |= set(words)
                table[words] = tuple(dict.fromkeys((*table.get(words, ()), rule)))
    return _Vocabulary(tokens, kinds, frozenset(known), phrases, exact, asks, written)


def _rule(entry: dict[str, Any]) -> Rule:
    return Rule(
        code=entry["code"],
        say=entry["say"],
        weight=entry["weight"],
        form=Form(entry.get("form", "full")),
        tail=frozenset(entry.get("tail", ())),
        unless=frozenset(entry.get("unless", ())),
        asks=entry.get("asks", ""),
    )


def _written_out(phrase: str, tokens: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    words = tuple(word for piece in phrase.split() for word in tokens.get(piece, (piece,)))
    return tuple(word for word in words if word not in _SMALL) or words
