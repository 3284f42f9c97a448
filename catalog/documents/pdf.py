"""A document as a tagged PDF file (PDF/UA-1), set by Typst with the fonts it brings.

What people wrote reaches the template as data alone, never as markup. A character those fonts lack is printed as its
Unicode number, and the file says so at its end.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

import typst

from catalog.documents.document import (
    Block,
    BulletList,
    Document,
    KeyValues,
    Paragraph,
    Section,
    Table,
    each_text,
    every_section,
    number,
    shares,
)

_DEEPEST = 6
#: Words that are longer may break anywhere: they would stand out of the line, or of a cell.
_LONG_WORD, _LONG_IN_CELL = re.compile(r"\S{60,}"), re.compile(r"\S{14,}")
#: A character with the marks on it.
_PIECE = re.compile("(?s:.)[\u0300-\u036f\u200d\ufe0e\ufe0f]*")
#: What every font has, in every order.
_NOT_PLAIN = re.compile("[^\n\t -~\xa1-\xac\xae-\xff\u2010-\u2027\u20ac]")
_MISSING = Section(
    "Characters in this file",
    (
        Paragraph(
            "The fonts of this file lack some characters. They are given as their Unicode numbers, like [U+4E2D]. The "
            "Word, HTML and data files have the characters themselves."
        ),
    ),
)
_FOOTER = 90

Said = str | list[list[str]]


def write(document: Document) -> bytes:
    """The file; equal documents make equal bytes."""
    try:
        return _set(_with_numbers(document, _lacking()))
    except typst.TypstError:
        # Characters that are there one by one, but not in this order: marks on letters of another font.
        return _set(_with_numbers(document, _NOT_PLAIN))


def _set(document: Document) -> bytes:
    on = document.on
    made: bytes = typst.compile(
        resources.files("catalog.documents").joinpath("report.typ").read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=datetime(on.year, on.month, on.day, tzinfo=UTC),
        sys_inputs={"document": json.dumps(_data(document))},
    )
    return made


def _with_numbers(document: Document, lacking: re.Pattern[str]) -> Document:
    spelled = each_text(document, lambda text: lacking.sub(number, text))
    return document if spelled == document else replace(spelled, sections=(*spelled.sections, _MISSING))


@cache
def _lacking() -> re.Pattern[str]:
    """What the fonts do not have."""
    ranges = (line.split("-") for line in _characters().splitlines() if line and not line.startswith("#"))
    there = "".join(f"{re.escape(chr(int(each[0], 16)))}-{re.escape(chr(int(each[-1], 16)))}" for each in ranges)
    return re.compile(f"[^\n\t{there}]")


def _characters() -> str:
    return resources.files("catalog.documents").joinpath("characters.txt").read_text("ascii")


def _data(document: Document) -> dict[str, Any]:
    language, _, region = document.language.partition("-")
    return {
        "title": document.title,
        "subject": document.subject,
        "author": document.author,
        "lang": language,
        "region": region or None,
        "on": [document.on.year, document.on.month, document.on.day],
        "footer": document.title[:_FOOTER],
        "blocks": list(_blocks(document)),
    }


def _blocks(document: Document) -> Iterator[dict[str, Any]]:
    yield {"kind": "heading", "level": 1, "text": _said(document.title)}
    yield {"kind": "paragraph", "text": _said(document.subtitle)}
    for level, section in every_section(document.sections):
        yield {"kind": "heading", "level": min(level, _DEEPEST), "text": _said(section.heading)}
        yield from map(_block, section.blocks)


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph(text):
            return {"kind": "paragraph", "text": _said(text)}
        case BulletList(items):
            return {"kind": "list", "items": list(map(_said, items))}
        case KeyValues(pairs):
            return {"kind": "pairs", "pairs": [[_said(name), _said(words)] for name, words in pairs]}
        case Table(caption, columns, rows):
            return {
                "kind": "table",
                "caption": _said(caption),
                "columns": [_said(column, _LONG_IN_CELL) for column in columns],
                "cells": [_said(cell, _LONG_IN_CELL) for row in rows for cell in row],
                "widths": shares(block),
            }


def _said(text: str, long: re.Pattern[str] = _LONG_WORD) -> Said:
    """A text as it is; as lines of pieces where it has more than one line, or words that have to break."""
    if "\n" not in text and not long.search(text):
        return text
    return [_pieces(line, long) for line in text.split("\n")]


def _pieces(line: str, long: re.Pattern[str]) -> list[str]:
    pieces, end = [], 0
    for word in long.finditer(line):
        pieces += [line[end : word.start()], *_PIECE.findall(word[0])]
        end = word.end()
    return [piece for piece in (*pieces, line[end:]) if piece] or [""]
