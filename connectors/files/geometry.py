"""The geometries of GeoJSON as one text each, in the notation that databases write: ``POINT (-73.98 40.75)``."""

from connectors.files.json_text import Json, Object

_DEPTHS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}


def is_geometry(value: Object) -> bool:
    """Whether an object is a geometry and nothing else: coordinates apart would not be known as a place."""
    members = dict(value)
    kind = members.get("type")
    if len(value) != 2 or not isinstance(kind, str) or kind not in _DEPTHS:
        return False
    return _is_of_depth(members.get("coordinates"), _DEPTHS[kind])


def written(value: Object) -> str:
    """A geometry as text."""
    members = dict(value)
    coordinates = _written(members["coordinates"])
    return f"{str(members['type']).upper()} {coordinates if coordinates.startswith('(') else f'({coordinates})'}"


def _is_of_depth(value: Json, depth: int) -> bool:
    if not isinstance(value, list) or not value:
        return False
    if depth:
        return all(_is_of_depth(each, depth - 1) for each in value)
    return all(isinstance(each, str) for each in value)


def _written(value: Json) -> str:
    if not isinstance(value, list):
        return str(value)
    if all(isinstance(each, str) for each in value):
        return " ".join(map(str, value))
    return f"({', '.join(map(_written, value))})"
