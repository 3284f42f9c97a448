"""A source's options: a fixed set of keys per connector, so that nothing reaches a driver unseen."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from catalog.errors import SettingsError, SkipReason, SourceError

_LONGEST = 4096
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one source, known to be present, short and printable.

    Parameters:
        label: what errors call the source, for example ``PostgreSQL source``.
    """

    label: str
    given: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(
        cls, label: str, given: Mapping[str, str], *, required: Sequence[str], optional: Sequence[str] = ()
    ) -> "Options":
        """Check ``given`` against the known keys.

        Raises:
            SourceError: for an unknown key, a missing one or an absurd value.
        """
        known = (*required, *optional)
        options = cls(label, {key: value for key, value in given.items() if value != ""})
        if unknown := [key for key in given if key not in known]:
            # Not told as it was written: it may be a secret in the wrong place.
            near = get_close_matches(unknown[0], known, 1)
            meant = f"Did you mean {near[0]}? " if near else ""
            raise options.bad("there is an option of an unknown name", f"{meant}There are: {', '.join(known)}.")
        for key in required:
            if key not in options.given:
                raise options.bad(f"the option {key} is missing", f"Give the source the option {key}.")
        for key, value in options.given.items():
            if len(value) > _LONGEST or _CONTROL.search(value):
                raise options.bad(f"the option {key} is too long or holds a control character", f"Correct {key}.")
        return options

    def text(self, key: str, default: str = "") -> str:
        """The option ``key`` as it was given."""
        return self.given.get(key, default)

    def matching(self, key: str, pattern: str, default: str = "") -> str:
        """The option ``key``, which must match ``pattern`` as a whole."""
        value = self.text(key, default)
        if not re.fullmatch(pattern, value):
            raise self.bad(f"the option {key} is not one that can be used", f"Correct {key}.")
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str:
        """The option ``key``, one of ``choices``; the first is the default."""
        value = self.text(key, choices[0])
        if value not in choices:
            raise self.bad(f"the option {key} is not one that can be used", f"Choose one of: {', '.join(choices)}.")
        return value

    def number(self, key: str, default: int, *, low: int, high: int) -> int:
        """The option ``key`` as a whole number between ``low`` and ``high``."""
        value = self.text(key, str(default))
        if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
            raise self.bad(f"the option {key} is not one that can be used", f"Give a number from {low} to {high}.")
        return int(value)

    def words(self, key: str) -> tuple[str, ...]:
        """The option ``key`` as a list separated by commas."""
        return tuple(word.strip() for word in self.text(key).split(",") if word.strip())

    def secret(self, key: str, resolve: Callable[[str], str]) -> str | None:
        """The secret behind the reference in ``key``; None when there is no such option."""
        reference = self.text(key)
        if not reference:
            return None
        try:
            return resolve(reference)
        except SettingsError as error:
            # Its words are ours and hold nothing of the secret.
            raise self.bad(
                f"the secret that the option {key} refers to cannot be had: {error.thing}: {error.cause}",
                f"{error.next_step} The scanning process is who has to find it.",
            ) from None

    def bad(self, cause: str, next_step: str) -> SourceError:
        """The error of settings that cannot be used."""
        return SourceError(self.label, cause, next_step, reason=SkipReason.BAD_SETTINGS)
