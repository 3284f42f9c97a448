"""How decisions without a column read on a page."""

from collections.abc import Iterable

from catalog.model.identity import Trait

TRAIT_TEXT: dict[Trait, str] = {
    Trait.NAME: "words of the name",
    Trait.TYPE: "declared type",
    Trait.POSITION: "place in the table",
    Trait.NEIGHBOURS: "columns beside it",
    Trait.EMPTY: "share of empty rows",
    Trait.DISTINCT: "share of distinct values",
    Trait.SHAPES: "shapes of values",
}


def in_common(traits: Iterable[Trait]) -> str:
    """Words of the name, declared type."""
    return ", ".join(TRAIT_TEXT[trait] for trait in traits).capitalize()
