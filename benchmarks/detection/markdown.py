"""Tables in Markdown."""

from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column is text and whose others are figures."""
    rule = ("---", *("---:" for _ in header[1:]))
    return "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in (header, rule, *rows)) + "\n"


def of(part: int, whole: int) -> str:
    """A share beside its counts, since most are small."""
    return f"{part / whole:.2f} ({part} of {whole})" if whole else "–"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
