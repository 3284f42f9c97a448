"""Free text: how many texts of a column hold which identifier. One hit in a thousand counts."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from catalog.model.evidence import Evidence, EvidenceKind, Form
from scanners import lexicons
from scanners.recognisers import TEXT_CHARS, Recognisers
from scanners.roles import Role, role
from scanners.spans import Span

#: Texts a language model may read: it is slow, and these stand for all.
MODEL_TEXTS = 60
#: A language model alone is believed where it saw so many different names: one wrong guess comes again and again.
ENOUGH_NAMES = 5
_BELIEVED, _DOUBTED = 0.6, 0.3
#: Texts that lists of names read once they know somebody: more of them do not change their answer.
_NAME_TEXTS = 200
#: Values looked at to tell prose from codes.
PROSE_VALUES = 200
_PROSE_SHARE = 0.25
_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS = 6
_MANY_WORDS = 14
_FEWEST_IN_SENTENCE = 4
_FEWEST_SENTENCES = 3


@dataclass(slots=True)
class _Tally:
    rows: int = 0
    texts: int = 0
    score: float = 0.0
    clue: str = ""
    looked_at: int = 0
    roles: Counter[Role] = field(default_factory=Counter)

    def count(self, text: str, span: Span, rows: int) -> None:
        """Count a text that so many rows have."""
        self.rows += rows
        self.texts += 1
        if found := role(text, span):
            self.roles[found] += rows
        if span.score > self.score:
            self.score, self.clue = span.score, span.recogniser


def judge_text(
    counts: Mapping[str, int], by: Recognisers, codes: Iterable[str] = (), *, rows: int = 0
) -> tuple[Evidence, ...]:
    """Look into every text of a column.

    Parameters:
        counts: the distinct texts, and how many rows have each.
        by: what looks into them.
        codes: the types that are looked for; all where there are none.
        rows: of the whole column, where only those of its texts are given that may hold something.

    Returns:
        One piece of evidence per type found, most frequent first; ``agreed`` counts values, ``distinct`` texts. One
        more for names by a language model, and one for each role in which somebody appears.
    """
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    _look_through(counts, by, codes, tallies)
    every = rows or sum(counts.values())
    found = [_evidence(code, tally, tally.looked_at or every) for code, tally in tallies.items()]
    if not codes and by.pipeline is not None and (modelled := _by_model(counts, by)) is not None:
        found.append(replace(_evidence("NAME", modelled, modelled.looked_at), distinct=modelled.texts))
        tallies["NAME"].roles = tallies["NAME"].roles or modelled.roles
    who = [_appears(code, part, tally) for code, tally in tallies.items() for part in sorted(tally.roles)]
    return (*sorted(found, key=lambda each: (-each.agreed, each.type_code)), *who)


def _look_through(
    counts: Mapping[str, int], by: Recognisers, codes: Iterable[str], tallies: defaultdict[str, _Tally]
) -> None:
    """Ask the recognisers about every text they may find something in; about names only until enough are known."""
    texts, names_read = list(counts), 0
    for place, suspected in by.suspects(texts, codes):
        names_read += not suspected.isdisjoint(by.of_names)
        if names_read > _NAME_TEXTS and "NAME" in tallies:
            tally = tallies["NAME"]
            tally.looked_at = tally.looked_at or sum(counts[text] for text in texts[:place])
            suspected.difference_update(by.of_names)
        if suspected:
            for span in _surest(by.read(texts[place], suspected)):
                tallies[span.type_code].count(texts[place], span, counts[texts[place]])


def _by_model(counts: Mapping[str, int], by: Recognisers) -> _Tally | None:
    """What a language model and lists of names find together in a few texts that stand for all; ``texts`` counts names.

    None where the model sees nobody.
    """
    texts = list(counts)[:: max(1, len(counts) // MODEL_TEXTS)][:MODEL_TEXTS]
    listed = {place: by.read(texts[place], asked) for place, asked in by.suspects(texts, ["NAME"])}
    names: set[str] = set()
    tally = _Tally(looked_at=sum(counts[text] for text in texts))
    for place, (text, seen) in enumerate(zip(texts, by.persons(texts), strict=True)):
        names.update(_plain(text[span.start : span.end]) for span in seen)
        for span in (*seen, *listed.get(place, ()))[:1]:
            tally.count(text, span, counts[text])
    tally.texts, tally.clue = len(names), by.pipeline.clue if by.pipeline else ""
    tally.score = _BELIEVED if len(names) >= ENOUGH_NAMES else _DOUBTED
    return tally if names else None


def looks_like_prose(values: Sequence[str]) -> bool:
    """Whether enough values read like sentences: several words, some of them the small words of a language."""
    distinct = list(dict.fromkeys(value for value in values if value and not value.isspace()))[:PROSE_VALUES]
    enough = max(1, math.ceil(_PROSE_SHARE * len(distinct)))
    return len(list(islice(filter(_is_prose, distinct), enough))) == enough


def ends_like_sentences(values: Sequence[str]) -> bool:
    """Whether enough values are several words and end with a full stop: short notes, not titles or codes."""
    distinct = list(dict.fromkeys(value.strip() for value in values if value and not value.isspace()))[:PROSE_VALUES]
    ended = [value for value in distinct if value[-1] in ".!?" and len(_WORD.findall(value)) >= _FEWEST_IN_SENTENCE]
    read = [value for value in ended if not value.split()[-1][:-1].isupper() and _small_words(value)]
    return len(distinct) >= _FEWEST_SENTENCES and len(read) >= _PROSE_SHARE * len(distinct)


def _small_words(text: str) -> bool:
    return not lexicons.words("prose").isdisjoint(word.lower() for word in _WORD.findall(text))


def _surest(spans: Iterable[Span]) -> Iterable[Span]:
    """Of each type the surest."""
    best: dict[str, Span] = {}
    for span in spans:
        if span.type_code not in best or best[span.type_code].score < span.score:
            best[span.type_code] = span
    return best.values()


def _evidence(code: str, tally: _Tally, looked_at: int) -> Evidence:
    return Evidence(
        code,
        EvidenceKind.TEXT,
        tally.clue,
        tally.score,
        form=Form.FREE_TEXT,
        looked_at=looked_at,
        agreed=tally.rows,
        distinct=tally.texts,
    )


def _appears(code: str, part: Role, tally: _Tally) -> Evidence:
    """It tells whose the identifiers are and makes nothing surer, so it weighs nothing."""
    return Evidence(
        code,
        EvidenceKind.SUBJECT,
        part.value,
        0.0,
        form=Form.FREE_TEXT,
        looked_at=max(tally.rows, tally.roles[part]),
        agreed=tally.roles[part],
    )


def _plain(name: str) -> str:
    """A name for telling it from others: the same in capitals or with a possessive is no other one."""
    return " ".join(_WORD.findall(name.lower().removesuffix("'s").removesuffix("’s")))


def _is_prose(text: str) -> bool:
    words = [word.lower() for word in _WORD.findall(text[:TEXT_CHARS])]
    if len(words) < _FEWEST_WORDS:
        return False
    return len(words) >= _MANY_WORDS or not lexicons.words("prose").isdisjoint(words)
