"""Column types that carry the model's own: UTC times, enums by value, tuples and mappings as JSON."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any, TypeVar

from sqlalchemy import DateTime, Dialect, Integer, String, Text, TypeDecorator

E = TypeVar("E", bound=StrEnum)
I = TypeVar("I", bound=IntEnum)  # noqa: E741  # "I" for an integer enum beside "E"


class Utc(TypeDecorator[datetime]):
    """An aware UTC time. SQLite has no zones, so times are stored naive there and come back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: they are a bug, not a time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Word(TypeDecorator[E]):
    """A :class:`StrEnum` by value."""

    impl = String(40)
    cache_ok = True

    def __init__(self, kind: type[E]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Store the value."""
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Give the member back."""
        return None if value is None else self.kind(value)


class Level(TypeDecorator[I]):
    """An :class:`IntEnum` by value."""

    impl = Integer
    cache_ok = True

    def __init__(self, kind: type[I]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: I | None, dialect: Dialect) -> int | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Store the value."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> I | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Give the member back."""
        return None if value is None else self.kind(value)


class Texts(TypeDecorator[tuple[str, ...]]):
    """A tuple of texts, as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002  # SQLAlchemy's signature
        """Store the list."""
        return json.dumps(list(value or ()), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:  # noqa: ARG002  # SQLAlchemy's signature
        """Give the tuple back."""
        return tuple(json.loads(value)) if value else ()


class Several(TypeDecorator[tuple[E, ...]]):
    """A tuple of members of one :class:`StrEnum`, by value, as JSON."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[E]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002  # SQLAlchemy's signature
        """Store the values."""
        return json.dumps([self.kind(one).value for one in value or ()])

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[E, ...]:  # noqa: ARG002  # SQLAlchemy's signature
        """Give the members back."""
        return tuple(self.kind(one) for one in json.loads(value)) if value else ()


class Options(TypeDecorator[Mapping[str, str]]):
    """A mapping of texts, as JSON with sorted keys."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002  # SQLAlchemy's signature
        """Store the mapping."""
        return json.dumps(dict(value or {}), ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Mapping[str, str]:  # noqa: ARG002  # SQLAlchemy's signature
        """Give the mapping back."""
        return dict(json.loads(value)) if value else {}
