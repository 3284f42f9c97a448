"""The keys of the review queue: one printable character for each command, which everybody may change for themselves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalog.errors import RequestError


class Command(StrEnum):
    """What a key does, in the order in which keys are listed."""

    NEXT = "next"
    PREVIOUS = "previous"
    CONFIRM = "confirm"
    REJECT = "reject"
    CHANGE_TYPE = "change_type"
    NOT_IDENTIFYING = "not_identifying"
    DEFER = "defer"
    ASK = "ask"
    SELECT = "select"
    APPLY = "apply"
    EVIDENCE = "evidence"
    OPEN = "open"
    UNDO = "undo"
    HELP = "help"


#: The usual key of each command.
USUAL: Mapping[Command, str] = {
    Command.NEXT: "j",
    Command.PREVIOUS: "k",
    Command.CONFIRM: "a",
    Command.REJECT: "r",
    Command.CHANGE_TYPE: "c",
    Command.NOT_IDENTIFYING: "n",
    Command.DEFER: "d",
    Command.ASK: "s",
    Command.SELECT: "x",
    Command.APPLY: "b",
    Command.EVIDENCE: "e",
    Command.OPEN: "o",
    Command.UNDO: "u",
    Command.HELP: "?",
}


@dataclass(frozen=True, slots=True)
class Keyboard:
    """The keys as somebody has them: whether at all, and the one of each command."""

    is_on: bool
    by_command: Mapping[Command, str]

    @property
    def by_key(self) -> Mapping[str, str]:
        """The commands by their keys; none where keys are off."""
        return {key: command.value for command, key in self.by_command.items()} if self.is_on else {}

    @property
    def as_json(self) -> str:
        """``by_key`` as a page hands it to its script."""
        return json.dumps(self.by_key)


def keyboard(*, is_on: bool, chosen: Mapping[str, str]) -> Keyboard:
    """The keys, where some are not the usual ones.

    Parameters:
        chosen: keys by command; one of a command that is no more is left out.
    """
    return Keyboard(is_on, {command: chosen.get(command, usual) for command, usual in USUAL.items()})


def chosen(wished: Mapping[Command, str]) -> dict[str, str]:
    """What of a wish is not usual, as it is kept. A command that is not wished for has its usual key.

    Raises:
        RequestError: when a key is not one printable character, or has two commands.
    """
    keys = {command: wished.get(command, usual).casefold() for command, usual in USUAL.items()}
    for command, key in keys.items():
        if len(key) != 1 or not key.isprintable() or key.isspace():
            raise RequestError(
                f"The key to {WORDS[command]}", "it is not one character that can be typed", "Give a letter or a sign."
            )
    for command, key in keys.items():
        twin = next(other for other, its in keys.items() if its == key)
        if twin is not command:
            cause = f"it would both {WORDS[twin]} and {WORDS[command]}"
            raise RequestError(f"The key {key}", cause, "Give each its own.")
    return {command.value: key for command, key in keys.items() if key != USUAL[command]}


#: What each command does, after "to".
WORDS: Mapping[Command, str] = {
    Command.NEXT: "go to the next",
    Command.PREVIOUS: "go to the previous",
    Command.CONFIRM: "confirm",
    Command.REJECT: "say not this type",
    Command.CHANGE_TYPE: "change the type",
    Command.NOT_IDENTIFYING: "say not identifying",
    Command.DEFER: "decide later",
    Command.ASK: "ask the steward",
    Command.SELECT: "select a column",
    Command.APPLY: "apply to the selection",
    Command.EVIDENCE: "show the evidence full width",
    Command.OPEN: "open the dataset",
    Command.UNDO: "undo the last",
    Command.HELP: "list the keys",
}
