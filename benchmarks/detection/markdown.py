"""Tables in Markdown."""

from collections.abc import Collection, Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, texts: Collection[int] = (0,)) -> str:
    """A table whose columns at the places ``texts`` are text and whose others are figures."""
    rule = ["---" if place in texts else "---:" for place in range(len(header))]
    return "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in (header, rule, *rows)) + "\n"


def of(part: int, whole: int) -> str:
    """A share beside its counts, since most are small."""
    return f"{part / whole:.2f} ({part} of {whole})" if whole else "–"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
