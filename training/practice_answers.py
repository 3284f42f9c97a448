"""What is right to say of a suggestion, and why, from what a column truly holds."""

from catalog.model.review import ActKind
from catalog.taxonomy.loader import load
from training.practice_tables import Labelled

#: Labels that begin with a capital inside a sentence too.
_PROPER = ("Social Security", "ZIP", "IP")


def answers_of(holds: tuple[str, ...], code: str) -> tuple[str, ...]:
    """The acts that are right, each with the type to change to where it changes one."""
    if code in holds:
        return (ActKind.CONFIRM.value,)
    if not holds:
        return (ActKind.NOT_IDENTIFYING.value, ActKind.REJECT.value)
    return (*(f"{ActKind.CHANGE_TYPE.value} {held}" for held in holds), ActKind.REJECT.value)


def because(column: Labelled, code: str) -> str:
    """Why, in a sentence or two."""
    holds = column.told or _within(load().types[column.holds[0]].label)
    if code in column.holds:
        return f"It is this type: the column holds {holds}."
    if not column.holds:
        return f"It is nothing about a person: the column holds {holds}."
    types = " or ".join(_within(load().types[held].label) for held in column.holds)
    return f"It is not this type: the column holds {holds}; the type is {types}."


def _within(label: str) -> str:
    return label if label.startswith(_PROPER) else label[:1].lower() + label[1:]
