"""Identifiers inside texts: Hyperscan says which recogniser may find something, and only that one is asked.

The recognisers are Presidio's, behind ``presidio``, which is loaded when first one of them has to be asked.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec

from catalog.errors import DetectorError
from scanners.patterns import PATTERNS
from scanners.sieve import Sieve
from scanners.spans import Span, without_overlaps

#: Longer texts are cut: tokenising is quadratic on hostile ones.
TEXT_CHARS = 4096
#: Matches less sure than this are no matches.
LEAST_SCORE = 0.4
#: Two words with capitals, perhaps an initial or a comma between them: without them a text holds no full name.
_PAIR = r"[A-ZÀ-ÖØ-Þ][\w'’-]*(?:,[ \t]{0,2}|[ \t]{1,2}(?:[A-Z]\.?[ \t])?)[A-ZÀ-ÖØ-Þ]"
#: The number of the recogniser of full names, behind those of the patterns; and all that find names.
FULL_NAMES = len(PATTERNS)
OF_NAMES = frozenset({FULL_NAMES, *(number for number, each in enumerate(PATTERNS) if each.type_code == "NAME")})


def find(text: str, *, with_pipeline: bool = False) -> tuple[Span, ...]:
    """Find the identifiers in one text, strongest first; where some overlap, the surest stands for all.

    Parameters:
        text: looked at up to :data:`TEXT_CHARS`.
        with_pipeline: also ask the installed spaCy pipeline for persons (slow).

    Raises:
        DetectorError: when a recogniser fails, without its words.
    """
    cut = text[:TEXT_CHARS]
    if with_pipeline and installed_pipeline() is not None:
        return _read(cut, None)
    return next((_read(cut, numbers) for _, numbers in suspects([cut])), ())


def suspects(texts: Sequence[str], codes: Iterable[str] = ()) -> Iterator[tuple[int, set[int]]]:
    """Which texts may hold something, in their order, and the numbers of the recognisers that may find it.

    Parameters:
        texts: all texts of a column.
        codes: the types that are looked for; all where there are none.
    """
    wanted = tuple(sorted(codes))
    numbers, sieve = _sieve(wanted)
    found = sieve.suspects(texts)
    return ((place, {numbers[number] for number in found[place]}) for place in sorted(found))


def read(text: str, numbers: Iterable[int]) -> tuple[Span, ...]:
    """Ask some recognisers, by their numbers, about a text.

    Raises:
        DetectorError: when one fails, without its words.
    """
    return _read(text[:TEXT_CHARS], numbers)


def _read(text: str, numbers: Iterable[int] | None) -> tuple[Span, ...]:
    from scanners import presidio  # noqa: PLC0415 - loading it takes seconds, and most columns hold no text

    try:
        found = presidio.read_with_pipeline(text) if numbers is None else presidio.read(text, sorted(numbers))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # errors of recognisers quote the text they read
        raise DetectorError(
            "Recognisers for text", "one of them failed", "Report this with the version of presidio-analyzer."
        ) from None
    return without_overlaps(span for span in found if span.score >= LEAST_SCORE)


@lru_cache(maxsize=8)
def _sieve(codes: tuple[str, ...]) -> tuple[tuple[int, ...], Sieve]:
    """A sieve for these types, and the numbers of the recognisers behind its expressions."""
    expressions = [(number, each.type_code, each.regex) for number, each in enumerate(PATTERNS)]
    kept = [each for each in (*expressions, (FULL_NAMES, "NAME", _PAIR)) if not codes or each[1] in codes]
    return tuple(number for number, *_ in kept), Sieve([expression for *_, expression in kept])


@lru_cache(maxsize=1)
def installed_pipeline() -> str | None:
    """The name of an installed English spaCy pipeline, the largest first; None when there is none."""
    names = [f"en_core_web_{size}" for size in ("trf", "lg", "md", "sm")]
    return next((name for name in names if find_spec(name) is not None), None)
