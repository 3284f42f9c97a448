"""The schema of an Avro file: cleaned of what does not say how its bytes are read, and refused where it does harm."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, NoReturn

from fastavro import schemaless_reader
from fastavro.schema import parse_schema

from catalog.errors import DatasetError, SkipReason
from connectors.files.columns import DEEPEST, too_deep

MOST_PLACES = 20_000
"""Places a value of one record may stand in; a schema whose types refer to one another may mean billions."""

_KEPT = ("type", "name", "namespace", "items", "values", "symbols", "size", "logicalType", "precision", "scale")
_LEAST = {"null": 0, "float": 4, "double": 8}


@dataclass(slots=True)
class Schema:
    """A schema as the parser takes it, and its named types.

    Parameters:
        least: bytes that a record has at least.
    """

    parsed: Any = field(repr=False)
    named: Mapping[str, Any] = field(repr=False)
    least: int = 0

    def read(self, content: BytesIO) -> Any:
        """The next record.

        Raises:
            Exception: any, where it is damaged; its text quotes data.
        """
        return schemaless_reader(content, self.parsed, None, handle_unicode_errors="replace")

    def resolved(self, kind: Any) -> Any:
        """A type, also where it stands as the name of one."""
        return self.named.get(kind, kind) if isinstance(kind, str) else kind


def schema_of(text: bytes, thing: str) -> Schema:
    """Read a schema.

    Raises:
        DatasetError: when it is none, when a type holds itself, or when it means too many places.
    """
    named: dict[str, Any] = {}
    try:
        parsed = parse_schema(_cleaned(json.loads(text)), named)
    except (DatasetError, MemoryError):
        raise
    except RecursionError:
        raise too_deep(thing) from None
    except Exception:  # noqa: BLE001 - the parser raises anything, and quotes names in it
        refuse(thing)
    schema = Schema(parsed, named)
    schema.least = _Measure(schema, thing).least(parsed, ())
    return schema


def refuse(thing: str) -> NoReturn:
    """Refuse a file that is not what its beginning says.

    Raises:
        DatasetError: always.
    """
    raise DatasetError(
        thing,
        "its content is damaged or not Avro",
        "Ask its owner for an intact copy.",
        reason=SkipReason.UNREADABLE,
    ) from None


def _cleaned(kind: Any) -> Any:
    """A type without defaults, documentation and what the parser would take for its own marks."""
    if isinstance(kind, list):
        return [_cleaned(each) for each in kind]
    if not isinstance(kind, dict):
        return kind
    clean = {key: kind[key] for key in _KEPT if key in kind}
    for key in ("type", "items", "values"):
        if key in clean:
            clean[key] = _cleaned(clean[key])
    if "fields" in kind:
        fields = kind["fields"]
        clean["fields"] = [{"name": each["name"], "type": _cleaned(each["type"])} for each in fields]
    return clean


class _Measure:
    """Counts places and bytes, following each name to what it stands for."""

    def __init__(self, schema: Schema, thing: str) -> None:
        self._schema = schema
        self._thing = thing
        self._left = MOST_PLACES

    def least(self, kind: Any, within: tuple[str, ...]) -> int:
        """Bytes that a value of a type has at least.

        Parameters:
            within: the names of the types it stands in.

        Raises:
            DatasetError: when the type holds itself, or means too many places.
        """
        self._left -= 1
        if self._left < 0:
            raise self._too_many()
        if isinstance(kind, list):
            return 1 + min((self.least(each, within) for each in kind), default=0)
        kind = self._schema.resolved(kind)
        if not isinstance(kind, dict):
            return _LEAST.get(kind, 1)
        if (name := kind.get("name", "")) in within or len(within) > DEEPEST:
            # Followed on the machine's stack, a chain of it would end the process.
            raise too_deep(self._thing)
        return self._complex(kind, (*within, name or "."))

    def _complex(self, kind: Mapping[str, Any], within: tuple[str, ...]) -> int:
        match kind["type"]:
            case "record" | "error":
                return sum(self.least(each["type"], within) for each in kind["fields"])
            case "array":
                if not self.least(kind["items"], within):
                    # A list of nothings may have as many as there are numbers.
                    raise self._too_many()
                return 1
            case "map":
                self.least(kind["values"], within)
                return 1
            case "fixed":
                return int(kind["size"])
            case "enum":
                return 1
            case inner:
                return self.least(inner, within)

    def _too_many(self) -> DatasetError:
        cause = "its schema means more places than a record can have"
        return DatasetError(
            self._thing, cause, "Ask its owner for a copy with fewer columns.", reason=SkipReason.TOO_LARGE
        )
