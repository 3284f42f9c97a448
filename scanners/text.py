"""Free text: how many texts of a column hold which identifier. One hit in a thousand counts."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from catalog.model.evidence import Evidence, EvidenceKind, Form
from scanners import lexicons, recognisers
from scanners.spans import Span

#: Texts a language model may read: it is slow, and more of them do not change its answer.
MODEL_TEXTS = 20
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


def judge_text(counts: Mapping[str, int], codes: Iterable[str] = (), *, rows: int = 0) -> tuple[Evidence, ...]:
    """Look into every text of a column.

    Parameters:
        counts: the distinct texts, and how many rows have each.
        codes: the types that are looked for; all where there are none.
        rows: of the whole column, where only those of its texts are given that may hold something.

    Returns:
        One piece of evidence per type found, most frequent first; ``agreed`` counts values, ``distinct`` texts.
    """
    tallies: defaultdict[str, _Tally] = defaultdict(_Tally)
    _look_through(counts, codes, tallies)
    if not codes and "NAME" not in tallies and recognisers.installed_pipeline() is not None:
        for text in _for_the_model(counts):
            names = (span for span in recognisers.find(text, with_pipeline=True) if span.type_code == "NAME")
            _count(tallies, names, counts[text])
    every = rows or sum(counts.values())
    found = [_evidence(code, tally, tally.looked_at or every) for code, tally in tallies.items()]
    return tuple(sorted(found, key=lambda each: (-each.agreed, each.type_code)))


def _look_through(counts: Mapping[str, int], codes: Iterable[str], tallies: defaultdict[str, _Tally]) -> None:
    """Ask the recognisers about every text they may find something in; about names only until enough are known."""
    texts, names_read = list(counts), 0
    for place, suspected in recognisers.suspects(texts, codes):
        names_read += not suspected.isdisjoint(recognisers.OF_NAMES)
        if names_read > _NAME_TEXTS and "NAME" in tallies:
            tally = tallies["NAME"]
            tally.looked_at = tally.looked_at or sum(counts[text] for text in texts[:place])
            suspected.difference_update(recognisers.OF_NAMES)
        if suspected:
            _count(tallies, recognisers.read(texts[place], suspected), counts[texts[place]])


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


def _count(tallies: Mapping[str, _Tally], spans: Iterable[Span], rows: int) -> None:
    best: dict[str, Span] = {}
    for span in spans:
        if span.type_code not in best or best[span.type_code].score < span.score:
            best[span.type_code] = span
    for code, span in best.items():
        tally = tallies[code]
        tally.rows += rows
        tally.texts += 1
        if span.score > tally.score:
            tally.score, tally.clue = span.score, span.recogniser


def _for_the_model(counts: Mapping[str, int]) -> list[str]:
    return [text for text in counts if any(char.isupper() for char in text)][:MODEL_TEXTS]


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


def _is_prose(text: str) -> bool:
    words = [word.lower() for word in _WORD.findall(text[: recognisers.TEXT_CHARS])]
    if len(words) < _FEWEST_WORDS:
        return False
    return len(words) >= _MANY_WORDS or not lexicons.words("prose").isdisjoint(words)
