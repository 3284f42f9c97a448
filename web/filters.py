"""The filters in use on a page with facets, as chips to take off; and what a form has to carry along."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import request

from catalog.model.approval_views import WAITS_TEXT
from catalog.model.views import Facet


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in use."""

    key: str
    value: str
    text: str


def chosen(keys: Iterable[str]) -> dict[str, list[str]]:
    """The values chosen in the address, by facet; a list left at "any" is sent empty and chooses nothing."""
    return {key: values for key in keys if (values := _values(key))}


#: The words of a value that no line may have at the moment.
_WAITS: Mapping[str, str] = {waits.value: words for waits, words in WAITS_TEXT.items()}


def chips(facets: Iterable[Facet]) -> list[Chip]:
    """The filters in use; one whose value nothing has any more can still be taken off."""
    listed = list(facets)
    labels = {(facet.key, value.value): value.label for facet in listed for value in facet.values}
    return [
        Chip(facet.key, value, f"{facet.title}: {labels.get((facet.key, value)) or _WAITS.get(value, value)}")
        for facet in listed
        for value in dict.fromkeys(_values(facet.key))
    ]


def words() -> str:
    """The words asked for; a control character, which may stand in no page, is a blank."""
    text = request.args.get("q", "")[:200]
    return "".join(each if each.isprintable() else " " for each in text).strip()


def _values(key: str) -> list[str]:
    return [value for value in request.args.getlist(key) if value]
