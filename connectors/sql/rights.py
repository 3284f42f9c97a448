"""What an account may do, told in the words of a connection's test: enough to read, and nothing more."""

from collections.abc import Callable, Mapping, Sequence

from catalog.errors import SkipReason, SourceError
from catalog.ports import Check

NOT_LOOKED_AT = "whether the account may change data is not looked at, as the settings say"
ONLY_READS = "the account may only read"
_SHOWN = 4


def checks_of(steps: Mapping[str, Callable[[], str]]) -> list[Check]:
    """Take each step, whose words or whose error are what is told of it."""
    return [_check(name, step) for name, step in steps.items()]


def told_of_readable(label: str, readable: int, shown: int, right: str) -> str:
    """How many of the tables and views that a server shows may be read.

    Parameters:
        label: what errors call the source.
        right: what an account needs for reading.

    Raises:
        SourceError: when none may.
    """
    if not shown:
        cause, next_step = "the server shows no table or view", "There may be none in it yet. If there are, grant"
        raise SourceError(label, cause, f"{next_step} the account {right}.", reason=SkipReason.NO_PERMISSION)
    if not readable:
        cause = f"none of the {shown} tables and views that the server shows may be read"
        raise SourceError(label, cause, f"Grant the account {right}.", reason=SkipReason.NO_PERMISSION)
    return f"{readable} of the {shown} tables and views that the server shows may be read"


def refuse_writing(label: str, rights: Sequence[str], writable: Callable[[], int]) -> str:
    """Say that an account may only read.

    Parameters:
        label: what errors call the source.
        rights: those that are more than reading.
        writable: counts what the account may change one by one; asked only where there are no such rights.

    Raises:
        SourceError: when it may change data.
    """
    if rights:
        more = f" and {len(rights) - _SHOWN} more" if len(rights) > _SHOWN else ""
        raise can_write(label, f"it has these rights: {', '.join(rights[:_SHOWN])}{more}")
    if count := writable():
        raise can_write(label, f"it may change or run {count} tables, views and procedures")
    return ONLY_READS


def can_write(label: str, cause: str) -> SourceError:
    """The error of an account that may change data."""
    next_step = (
        "Use an account that may only read, or say why not: privacy-catalog source change NAME -o allow_write=yes "
    )
    next_step += "--reason TEXT."
    return SourceError(label, f"the account may change data: {cause}", next_step, reason=SkipReason.CAN_WRITE)


def _check(name: str, step: Callable[[], str]) -> Check:
    try:
        return Check(name, passed=True, message=step())
    except SourceError as error:
        return Check(name, passed=False, message=str(error))
