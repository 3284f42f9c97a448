"""What the name of many alike files, one dataset, says of single files: ``*`` stands for what varies in each name."""

import re
from functools import lru_cache

VARIES = "*"
#: The label of the table inside a sample that holds the names of the files.
NAMES_OF_FILES = "files"
_ANY_NAME = re.compile(r"\*(?:\.[^.*]*){0,2}")


def may_hold(group: str, path: str) -> bool:
    """Whether a file may be one of the group, told from its path alone."""
    return group.count("/") == path.count("/") and may_reach_into(group, path)


def may_reach_into(group: str, path: str) -> bool:
    """Whether a file may be one of the group, or files of the group may be in a folder."""
    names, patterns = path.split("/"), group.split("/")
    return len(names) <= len(patterns) and all(
        _fitting(pattern).fullmatch(name) for name, pattern in zip(names, patterns, strict=False)
    )


def is_parted(group: str) -> bool:
    """Whether its files lie in several folders."""
    return VARIES in group.rpartition("/")[0]


def tells_only_endings(group: str) -> bool:
    """Whether any name of one ending fits it: its files were joined by more than their names."""
    return _ANY_NAME.fullmatch(group.rpartition("/")[2]) is not None


@lru_cache(maxsize=1024)
def _fitting(pattern: str) -> re.Pattern[str]:
    """Names of a pattern; of endings a group tells the small letters only."""
    return re.compile(".*".join(map(re.escape, pattern.split(VARIES))), re.IGNORECASE | re.DOTALL)
