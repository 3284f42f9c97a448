"""Filters and facets of lists that are held whole: each line has values on each dimension, and may have several."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from catalog.model.views import Facet, FacetValue

L = TypeVar("L")
Chosen = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Dimension(Generic[L]):
    """One way to filter a list: its title, the values of a line, and what a value of a line is called."""

    title: str
    values: Callable[[L], Iterable[tuple[str, str]]]


def passing(
    lines: Sequence[L], dimensions: Mapping[str, Dimension[L]], chosen: Chosen, *, but: str = ""
) -> tuple[L, ...]:
    """The lines that pass every filter: values of one dimension are alternatives, dimensions add up.

    Parameters:
        but: a dimension whose own filter is left out, to count what its other values would leave.
    """
    wanted = [
        (dimensions[key].values, set(values))
        for key, values in chosen.items()
        if key in dimensions and values and key != but
    ]
    return tuple(
        one for one in lines if all(not wants.isdisjoint(value for value, _ in of(one)) for of, wants in wanted)
    )


def facets(lines: Sequence[L], dimensions: Mapping[str, Dimension[L]], chosen: Chosen) -> tuple[Facet, ...]:
    """Each dimension with its values and the lines each would leave, given the filters on the others."""
    return tuple(_facet(lines, dimensions, chosen, key) for key in dimensions)


def page_of(lines: Sequence[L], number: int, per_page: int) -> tuple[Sequence[L], int, int]:
    """One page of the lines, its number and how many pages there are; one past the last is the last."""
    pages = max(1, -(-len(lines) // per_page))
    page = min(number, pages)
    return lines[(page - 1) * per_page : page * per_page], page, pages


def _facet(lines: Sequence[L], dimensions: Mapping[str, Dimension[L]], chosen: Chosen, key: str) -> Facet:
    picked = chosen.get(key, ())
    of = dimensions[key].values
    labels = {value: label for one in lines for value, label in of(one)}
    counts: dict[str, int] = dict.fromkeys(picked, 0)
    for one in passing(lines, dimensions, chosen, but=key):
        for value in {value for value, _ in of(one)}:
            counts[value] = counts.get(value, 0) + 1
    ordered = sorted(counts, key=lambda value: (-counts[value], labels.get(value, value)))
    values = tuple(FacetValue(value, labels.get(value, value), counts[value], value in picked) for value in ordered)
    return Facet(key, dimensions[key].title, values)
