"""What the texts of recognisers say, as far as that needs no engine: for pages, and to refuse names that collide."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from catalog.errors import Conflict, RequestError
from catalog.model.identifiers import IdentifierType
from catalog.model.recogniser_sets import RecogniserSet
from catalog.model.recogniser_views import Content, RecogniserLine
from catalog.model.recognition import Recogniser, RecogniserFile
from catalog.services.catalog import Catalog
from catalog.taxonomy.recognisers import read

_OURS = "Privacy Catalog"


def file_of(catalog: Catalog, text: str) -> RecogniserFile:
    """What a text says.

    Raises:
        RequestError: naming what is wrong with it.
    """
    return _read(text, frozenset(catalog.taxonomy.types))


def content(catalog: Catalog, text: str) -> Content:
    """What a text says, or why it can no longer be read: types may have gone since it was written."""
    try:
        file = file_of(catalog, text)
    except RequestError as error:
        return Content((), (), str(error))
    shown = [RecogniserLine(one, _type(catalog, one), one.enabled) for one in file.recognisers]
    return Content(tuple(shown), tuple(sorted(file.switched.items())))


def registry(
    catalog: Catalog, own: Iterable[Recogniser], in_use: Sequence[RecogniserSet]
) -> tuple[RecogniserLine, ...]:
    """Our own recognisers by type, each on or off as the sets in use have it; what finds no identifier comes last."""
    switches = [(name, enabled, one.name) for one in in_use for name, enabled in content(catalog, one.text).switched]
    by_name = {name: (enabled, city) for name, enabled, city in switches}
    shown = [RecogniserLine(one, _type(catalog, one), *by_name.get(one.name, (one.enabled, ""))) for one in own]
    return tuple(sorted(shown, key=lambda line: (line.type is None, line.type.label if line.type else "")))


def refuse_collisions(
    catalog: Catalog, new: RecogniserSet, in_use: Iterable[RecogniserSet], own: Iterable[Recogniser]
) -> None:
    """Refuse a text with a recogniser whose name another one at work has.

    Raises:
        Conflict: naming both.
    """
    names = {one.name for one in file_of(catalog, new.text).recognisers}
    others = [(one.name, {line.recogniser.name for line in content(catalog, one.text).lines}) for one in in_use]
    for owner, taken in [*others, (_OURS, {one.name for one in own})]:
        for name in sorted(names & taken):
            raise Conflict(
                f"Recognizer {name}",
                f"{new.name} and {owner} both have one of this name",
                "Give it another name and try the text again.",
            )


@lru_cache(maxsize=64)
def _read(text: str, types: frozenset[str]) -> RecogniserFile:
    return read(text, types)


def _type(catalog: Catalog, one: Recogniser) -> IdentifierType | None:
    return None if one.negative else catalog.taxonomy.types.get(one.type_code)
