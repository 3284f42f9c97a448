"""How keeping the register reads on a page: what each field is called, and how an enum's members are offered."""

from collections.abc import Mapping
from enum import StrEnum

from catalog.model.register import METHOD_TEXT, RETENTION_TEXT, VOLUMES
from catalog.model.requests import REQUEST_KIND_TEXT, REQUEST_TEXT
from catalog.model.revisions import RECORD_TEXT

#: What a field is called where its page says what is wrong with it; others are called after their names.
FIELD_TEXT: dict[str, str] = {
    "activity": "Covered by",
    "citation": "Where it is written",
    "dataset": "Datasets",
    "dpv": "Concept of the Data Privacy Vocabulary",
    "document": "Where its text is filed",
    "effective_on": "Takes effect on",
    "employees": "Categories of employees",
    "ended_on": "Ended on",
    "expires_on": "Expires on",
    "issuer": "Issued by",
    "kind": "Kind",
    "mirror": "The disclosure it is the other side of",
    "party": "Other party",
    "programme": "Program",
    "protocol": "Protocols",
    "reason": "Why",
    "received_on": "Received on",
    "review_due_on": "Review due on",
    "started_on": "Since",
    "subjects": "Whom it is about",
    "type": "Identifier types",
}


def options(words: Mapping[StrEnum, str]) -> list[tuple[str, str]]:
    """The members of an enum as pairs of value and words, to choose from."""
    return [(one.value, text) for one, text in words.items()]


FILTERS = {"options": options}
WORDS = {
    "FIELD_TEXT": FIELD_TEXT,
    "METHODS_TEXT": METHOD_TEXT,
    "RETENTION_TEXT": RETENTION_TEXT,
    "VOLUMES": VOLUMES,
    "REQUEST_KIND_TEXT": REQUEST_KIND_TEXT,
    "REQUEST_TEXT": REQUEST_TEXT,
    "RECORD_TEXT": RECORD_TEXT,
}
