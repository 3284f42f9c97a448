"""A document as one accessible HTML file that stands alone: no script, nothing fetched, its few styles inside."""

from collections.abc import Iterable
from html import escape

from catalog.documents.document import Block, BulletList, Document, KeyValues, Paragraph, Section, Table

_DEEPEST = 6
_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; }
h1, h2, h3, h4, h5, h6 { line-height: 1.2; margin: 1.5em 0 .5em; }
p, li, td, th, dd { overflow-wrap: anywhere; white-space: pre-line; }
p, ul, dl { max-width: 44rem; }
dt { font-weight: 700; }
dd { margin: 0 0 .5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { font-weight: 700; text-align: left; padding: .5rem 0; }
th, td { border: 1px solid #71767a; padding: .35rem .5rem; text-align: left; vertical-align: top; min-width: 6rem; }
thead th { background: #f0f0f0; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; background: #fff; padding: .5rem; outline: 3px solid #1a4480; }
@media print { .skip { display: none; } thead { display: table-header-group; } tr { break-inside: avoid; } }
"""


def html(document: Document) -> bytes:
    """The file, in UTF-8."""
    return "\n".join(_lines(document)).encode() + b"\n"


def _lines(document: Document) -> Iterable[str]:
    yield "<!DOCTYPE html>"
    yield f'<html lang="{escape(document.language)}">'
    yield '<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(document.title)}</title>"
    yield f'<meta name="description" content="{escape(document.subject)}">'
    yield f'<meta name="author" content="{escape(document.author)}">'
    yield f'<meta name="date" content="{document.on.isoformat()}">'
    yield f"<style>{_STYLE}</style>\n</head>\n<body>"
    yield '<a class="skip" href="#content">Skip to the content</a>'
    yield f'<main id="content">\n<h1>{escape(document.title)}</h1>\n<p>{escape(document.subtitle)}</p>'
    for section in document.sections:
        yield from _section(section, 2)
    yield "</main>\n</body>\n</html>"


def _section(section: Section, level: int) -> Iterable[str]:
    name = f"h{min(level, _DEEPEST)}"
    yield f"<section>\n<{name}>{escape(section.heading)}</{name}>"
    for block in section.blocks:
        yield _block(block)
    for inner in section.sections:
        yield from _section(inner, level + 1)
    yield "</section>"


def _block(block: Block) -> str:
    match block:
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case BulletList(items):
            return "<ul>\n" + "".join(f"<li>{escape(item)}</li>\n" for item in items) + "</ul>"
        case KeyValues(pairs):
            return "<dl>\n" + "".join(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>\n" for a, b in pairs) + "</dl>"
        case Table():
            return _table(block)


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = "".join(f"<tr>{_row(row)}</tr>\n" for row in table.rows)
    inside = f"<caption>{escape(table.caption)}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>"
    # A region that scrolls can be reached by keyboard and says what it is.
    region = f'class="wide" role="region" aria-label="{escape(table.caption)}" tabindex="0"'
    return f"<div {region}><table>\n{inside}\n</table></div>"


def _row(row: tuple[str, ...]) -> str:
    return f'<th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
