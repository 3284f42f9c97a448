"""The words that drafts are put together from: lists, counts, days and quotations in plain English."""

from collections.abc import Sequence

from catalog.model.register import Ground

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
#: How a ground reads after what it is the ground of.
_GROUNDS: dict[Ground, str] = {
    Ground.FURTHERS_PURPOSE: "furthers the purpose or mission of the agency",
    Ground.REQUIRED_BY_LAW: "is required by law or treaty",
    Ground.INDIVIDUAL_AUTHORIZATION: "is authorized in writing by the individual",
    Ground.CPO_FINDING: "is in the best interests of the city, as the Chief Privacy Officer found",
}


def listed(words: Sequence[str]) -> str:
    """Words as a list in a sentence: "a", "a and b", "a, b, and c"; parted by semicolons where one has a comma."""
    if len(words) <= 1:
        return "".join(words)
    comma = ";" if any("," in word for word in words) else ","
    if len(words) == 2:
        return f"{words[0]} and {words[1]}" if comma == "," else f"{words[0]}; and {words[1]}"
    return f"{f'{comma} '.join(words[:-1])}{comma} and {words[-1]}"


def number(count: int) -> str:
    """A number as it stands in a sentence: "no", "one", "12"."""
    return _SMALL[count] if count < len(_SMALL) else f"{count:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """A number with what it counts: "no requests", "one request", "12 requests"."""
    return f"{number(count)} {one if count == 1 else many or f'{one}s'}"


def were(count: int) -> str:
    """The verb that goes with a count."""
    return "was" if count == 1 else "were"


def capital(sentence: str) -> str:
    """A sentence with a capital first letter; the rest of it is left as it is."""
    return sentence[:1].upper() + sentence[1:]


def ended(text: str) -> str:
    """What somebody wrote, with one mark at its end."""
    said = text.strip()
    return said if said.endswith(("?", "!")) else f"{said.rstrip('.')}." if said else ""


def quoted(text: str) -> str:
    """What somebody wrote, in quotation marks, with one mark at its end."""
    return f"“{ended(text)}”"


def on_ground(subject: str, ground: Ground | None) -> str:
    """The sentence that says on which ground something takes place; nothing where no ground is recorded."""
    return f"{subject} {_GROUNDS[ground]}." if ground else ""


def sentences(*parts: str) -> str:
    """Sentences in a row; those that say nothing are left out."""
    return " ".join(part for part in parts if part)
