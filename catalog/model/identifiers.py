"""Identifier types: the kinds of identifying information, as dated data, and the law's view of them."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum


class Grade(StrEnum):
    """Whether a type names, locates or reaches one person on its own (direct) or in combination (quasi)."""

    DIRECT = "direct"
    QUASI = "quasi"
    NONE = "none"


class Tier(IntEnum):
    """Harm if disclosed, built on the factors of NIST SP 800-122 with §10-501 of the Code as a floor."""

    NOTHING_FOUND = -1
    UNKNOWN = 0
    CONTEXTUAL = 1
    IDENTIFYING = 2
    SENSITIVE = 3
    RESTRICTED = 4

    @property
    def label(self) -> str:
        """The word people see."""
        return self.name.capitalize().replace("_", " ")


class Origin(StrEnum):
    """Where a type comes from."""

    LAW = "law"
    CPO = "cpo"
    GENERAL_WORDS = "general_words"
    QUASI = "quasi"


class BreachFlag(StrEnum):
    """Whether the type alone makes a record "private information" under §10-501(b)."""

    YES = "yes"
    NO = "no"
    IN_COMBINATION = "in_combination"


@dataclass(frozen=True, slots=True)
class IdentifierType:
    """One kind of identifying information.

    ``words`` are the statute's or its source's own; ``search_words`` are what people type; ``unverified`` keeps
    the mark of facts recalled and not yet read in a primary source.
    """

    code: str
    label: str
    description: str
    report_group: str
    grade: Grade
    tier: Tier
    tier_reason: str
    origin: Origin
    words: str
    citation: str
    breach: BreachFlag
    dpv: tuple[str, ...]
    search_words: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    unverified: bool
