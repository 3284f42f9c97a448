"""Which files of a share are part of it, by their paths alone: for whoever lists them and whoever opens them."""

from fnmatch import fnmatchcase

_LONGEST = 20_000

LOG_ENDINGS = ("-wal", "-journal")
"""What the name of a file of a SQLite database's newest changes has behind the database's own."""


def is_passed_over(name: str) -> bool:
    """Whether a file or folder of this name is no part of a share: hidden, or a lock of an office program."""
    return name.startswith((".", "~$"))


def is_wanted(path: str, include: tuple[str, ...]) -> bool:
    """Whether a file is one of those asked for; all are where nothing is asked for."""
    return not include or any(
        fnmatchcase(path, pattern) or fnmatchcase(path.rpartition("/")[2], pattern) for pattern in include
    )


def is_below(path: str) -> bool:
    """Whether a path leads below the root of a share, and not out of it."""
    return len(path) <= _LONGEST and "\0" not in path and all(part not in {"", ".", ".."} for part in path.split("/"))


def is_log_of_part(path: str, include: tuple[str, ...]) -> bool:
    """Whether this could hold the newest changes of a database that is part of a share."""
    return any(path.endswith(ending) and is_part(path.removesuffix(ending), include) for ending in LOG_ENDINGS)


def is_part(path: str, include: tuple[str, ...] = ()) -> bool:
    """Whether a walk over a share could come upon this file."""
    return is_below(path) and not any(map(is_passed_over, path.split("/"))) and is_wanted(path, include)
