"""The content of a quarterly report as canonical JSON, as it is hashed and kept, and back from it."""

import hashlib

from pydantic import TypeAdapter, ValidationError

from catalog.errors import RequestError
from catalog.model.quarterly_content import QuarterlyContent
from catalog.services import contents

_CONTENT = TypeAdapter(QuarterlyContent)


def encode(content: QuarterlyContent) -> str:
    """The content in the one form of it: keys in order, no blanks. Equal contents are equal bytes."""
    return contents.canonical(_CONTENT.dump_python(content, mode="json"))


def decode(text: str) -> QuarterlyContent:
    """The content that this is the form of.

    Raises:
        RequestError: when it is none.
    """
    try:
        return _CONTENT.validate_json(text, strict=True, extra="forbid")
    except ValidationError:
        cause = "its content cannot be read"
        raise RequestError("The quarterly report", cause, "Read it with the release that made it.") from None


def digest(text: str) -> str:
    """SHA-256 of the canonical form."""
    return hashlib.sha256(text.encode()).hexdigest()
