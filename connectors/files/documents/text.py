"""Prose in plain text: letters, minutes, notes and logs."""

import gzip
from collections.abc import Iterable, Iterator
from contextlib import closing

from catalog.model.coverage import Caveat
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files.delimited import Binary, Lines
from connectors.files.documents.passages import Gathering, paragraphs

ENDINGS = (".txt", ".text", ".md", ".log")
_LINE_BY_LINE = (".log",)


def sample_text(stream: Binary, name: str, plan: SamplePlan, thing: str) -> Sample:
    """Read a bounded, seeded sample of the paragraphs of a text; of a log, of its lines.

    Raises:
        DatasetError: when it is no text or holds nothing.
    """
    plain = name.lower().removesuffix(".gz")
    binary: Binary = gzip.GzipFile(fileobj=stream) if plain != name.lower() else stream
    into = Gathering(plan, thing)
    with closing(Lines(binary, plan, thing)) as lines:
        lines.leading()  # refuses what is no text
        passages = _noting(lines, into)
        return into.sample(passages if plain.endswith(_LINE_BY_LINE) else paragraphs(passages))


def _noting(lines: Lines, into: Gathering) -> Iterator[str]:
    """The lines, and afterwards whether they were all."""
    yield from _within(lines, into)
    if not lines.is_certain:
        into.caveats.add(Caveat.ENCODING)
    if lines.torn:
        into.caveats.add(Caveat.TORN)
    if lines.cut:
        into.cut()


def _within(lines: Iterable[str], into: Gathering) -> Iterator[str]:
    for line in lines:
        if not into.goes_on(len(line)):
            return
        yield line
