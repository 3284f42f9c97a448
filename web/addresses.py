"""This page's address with something changed: filters, sort and page live in the query string and nowhere else."""

from urllib.parse import urlencode

from flask import request

_PAGE_DIGITS = 7


def here(**changes: str | int | None) -> str:
    """This view with some parameters set, or left out where None; a change leads back to the first page."""
    kept = [(key, value) for key, value in _pairs() if key not in changes and key != "page"]
    return _address(kept + [(key, str(value)) for key, value in changes.items() if value is not None])


def toggled(key: str, value: str) -> str:
    """This view with one value of a filter taken in, or out when it is in."""
    pairs = [pair for pair in _pairs() if pair[0] != "page"]
    kept = [pair for pair in pairs if pair != (key, value)]
    return _address(kept if len(kept) < len(pairs) else [*pairs, (key, value)])


def carried(*without: str) -> list[tuple[str, str]]:
    """What a form has to carry along as hidden fields: this view's parameters but these, and not the page."""
    return [(key, value) for key, value in _pairs() if key not in (*without, "page")]


def page_number() -> int:
    """The page asked for, 1 where that is unreadable."""
    text = request.args.get("page", "1")[:_PAGE_DIGITS]
    return max(1, int(text)) if text.isascii() and text.isdigit() else 1


def one_of(name: str, choices: tuple[str, ...]) -> str:
    """A parameter that must be one of the choices; the first one otherwise."""
    value = request.args.get(name, "")
    return value if value in choices else choices[0]


def _pairs() -> list[tuple[str, str]]:
    return [(key, value) for key, value in request.args.items(multi=True) if key != "format"]


def _address(pairs: list[tuple[str, str]]) -> str:
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path
