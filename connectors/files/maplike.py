"""Whether the keys of an object are data: ``{"870-12-3456": {…}}`` says who somebody is where a name should stand.

Keys of data become values of one column; a mistake the other way would make somebody's number the name of a column.
In doubt they are data, unless nearly all objects at the same place share them, as records share their fields.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from connectors.files.table import MOST_COLUMNS

_LOOKS_LIKE_DATA = re.compile(r"(?:\D*\d){4}|.*@|\d+$|\W*$|[0-9a-f]{8}-|.{65}", re.DOTALL)
_ENOUGH_OBJECTS = 5
_SHARED = 0.8
_SELDOM = 0.1
_ONCE = 1.5
_FEW = 10
_MANY = 100
_ALIKE_OBJECTS = 4


def keys_are_data(objects: Sequence[Collection[tuple[str, object]]]) -> bool:
    """Judge all objects that stand at one place of the records.

    Parameters:
        objects: each as its pairs of key and value.
    """
    uses = Counter(key for each in objects for key in {key for key, _ in each})
    if not uses:
        return False
    if len(uses) > MOST_COLUMNS:
        return True
    by_key = uses.total() / len(uses)
    if len(objects) >= _ENOUGH_OBJECTS and by_key >= _SHARED * len(objects):
        return False
    values = [value for each in objects for _, value in each]
    return (
        2 * sum(1 for key in uses if _LOOKS_LIKE_DATA.match(key)) >= len(uses)
        or _are_seldom_shared(by_key, len(uses), len(objects), values)
        or (len(uses) >= _ALIKE_OBJECTS and _are_alike_objects(values))
    )


def _are_seldom_shared(by_key: float, keys: int, objects: int, values: Sequence[object]) -> bool:
    fewest = _FEW if objects >= _ENOUGH_OBJECTS else _MANY
    return keys >= fewest and by_key <= max(_ONCE, _SELDOM * objects) and _are_of_one_kind(values)


def _are_of_one_kind(values: Sequence[object]) -> bool:
    """Whether nearly all are objects, or lists, or plain values."""
    kinds = Counter(type(value) if isinstance(value, list | tuple) else str for value in values if value is not None)
    return not kinds or kinds.most_common(1)[0][1] >= 0.9 * kinds.total()


def _are_alike_objects(values: Sequence[object]) -> bool:
    """Whether the values are objects, themselves of the same few keys."""
    objects = [value for value in values if isinstance(value, tuple)]
    if len(objects) < 0.9 * len(values):
        return False
    uses = Counter(key for each in objects for key in {key for key, _ in each})
    common = sum(count for count in uses.values() if 2 * count >= len(objects))
    return uses.total() > 0 and common >= 0.6 * uses.total()
