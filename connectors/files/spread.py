"""Values that nest, of one place in each of many rows, spread over columns named by paths."""

from collections.abc import Collection, Iterable, Sequence

from connectors.files.columns import DEEPEST, Columns, Path, Step, too_deep
from connectors.files.geometry import is_geometry, written
from connectors.files.json_text import Chosen, ChosenObject, Json, Object
from connectors.files.maplike import keys_are_data

_WIDEST_ROW = 1000

Placed = tuple[int, Json]
"""A value and the number of the row it belongs to."""


class Spread:
    """Spreads values over columns, place by place: all values of one place at once, as only together they show
    whether keys are data.

    Parameters:
        columns: where they go.
        thing: what errors call the dataset.
    """

    def __init__(self, columns: Columns, thing: str) -> None:
        self._columns = columns
        self._thing = thing

    def put(self, path: Path, placed: Sequence[Placed], rows: int) -> None:
        """Put the values of one place, which belong to so many rows.

        Raises:
            DatasetError: when they are nested too deep.
        """
        self.check_depth(path)
        plain = [(row, text_of(value)) for row, value in placed if not isinstance(value, list | Object)]
        plain += [(row, written(value)) for row, value in placed if isinstance(value, Object) and is_geometry(value)]
        objects = [(row, value) for row, value in placed if isinstance(value, Object) and not is_geometry(value)]
        lists = [(row, value) for row, value in placed if isinstance(value, list)]
        if any(text is not None for _, text in plain) or (path and not objects and not lists):
            self._columns.put(path, plain, rows)
        if lists:
            self._spread_lists(path, lists, rows)
        if objects:
            self._spread_objects(path, objects, rows)

    def _spread_lists(self, path: Path, lists: Sequence[tuple[int, list[Json]]], rows: int) -> None:
        self.note_choice(value for _, value in lists)
        width = max(len(value) for _, value in lists)
        if path[-1:] != (Step.EACH,) or width > _WIDEST_ROW:
            elements = [(row, element) for row, value in lists for element in value]
            self.put((*path, Step.EACH), elements, rows)
            return
        if not width:
            self._columns.put(path, [], rows)
        # An array in an array is a row without names.
        for place in range(width):
            cells = [(row, value[place]) for row, value in lists if place < len(value)]
            self.put((*path, f"column {place + 1}"), cells, rows)

    def _spread_objects(self, path: Path, objects: Sequence[tuple[int, Object]], rows: int) -> None:
        self.note_choice(value for _, value in objects)
        if keys_are_data([value for _, value in objects]):
            self._columns.put((*path, Step.STAR), [(row, key) for row, value in objects for key, _ in value], rows)
            members = [(row, each) for row, value in objects for _, each in value]
            self.put_members((*path, Step.STAR), members, rows)
            return
        by_key: dict[str, list[Placed]] = {}
        for row, value in objects:
            for key, each in value:
                by_key.setdefault(key, []).append((row, each))
        if path and not by_key:
            self._columns.put(path, [], rows)
        for key, members in by_key.items():
            self.put((*path, key), members, rows)

    def put_members(self, path: Path, members: Sequence[Placed], rows: int) -> None:
        """Put the values under keys that are data; plain ones need a path of their own beside the keys."""
        plain = [(row, value) for row, value in members if not isinstance(value, list | Object)]
        if any(value is not None for _, value in plain):
            self.put((*path, Step.VALUE), plain, rows)
        nested = [(row, value) for row, value in members if isinstance(value, list | Object)]
        if nested:
            self.put(path, nested, rows)

    def note_choice(self, values: Iterable[Collection[object]]) -> None:
        """Say so where a list inside a row was so large that only some of it was kept."""
        if any(seen_of(value) > len(value) for value in values):
            self._columns.note_cut()

    def check_depth(self, path: Path) -> None:
        """Refuse a path that is deeper than anything honest.

        Raises:
            DatasetError: always then.
        """
        if len(path) > DEEPEST:
            raise too_deep(self._thing)


def seen_of(values: Collection[object]) -> int:
    """How many there were, of which these may be only some."""
    return values.seen if isinstance(values, Chosen | ChosenObject) else len(values)


def text_of(value: Json) -> str | None:
    """A value that does not nest, as text."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else None
