"""A report's content as canonical JSON, as it is signed, hashed and frozen, and back from it."""

import hashlib
import json

from pydantic import TypeAdapter, ValidationError

from catalog.errors import RequestError
from catalog.model.report_content import SCHEMA, ReportContent
from catalog.services import contents

_CONTENT = TypeAdapter(ReportContent)


def encode(content: ReportContent) -> str:
    """The content in the one form of it: keys in order, no blanks, days as ISO 8601. Equal contents are equal bytes."""
    return contents.canonical(_CONTENT.dump_python(content, mode="json"))


def decode(text: str) -> ReportContent:
    """The content that this is the form of.

    Raises:
        RequestError: when it is none, or of a schema that this release does not know.
    """
    try:
        told = json.loads(text)
        schema = told["schema"]
    except (ValueError, TypeError, KeyError):
        raise _unreadable("it is not one") from None
    if schema != SCHEMA:
        raise _unreadable(f"its schema is {schema}, and this release reads {SCHEMA}")
    try:
        return _CONTENT.validate_json(text, strict=True, extra="forbid")
    except ValidationError:
        raise _unreadable("it does not say all that its schema has") from None


def digest(text: str) -> str:
    """SHA-256 of the canonical form: what is signed."""
    return hashlib.sha256(text.encode()).hexdigest()


def _unreadable(cause: str) -> RequestError:
    return RequestError("The content of a report", cause, "Read it with the release that made it.")
