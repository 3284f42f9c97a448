"""Expressions of people we do not know, searched by RE2: in time linear in the text, whatever either holds."""

import re
from functools import lru_cache
from typing import Any

import re2

_MOST_MEMORY = 8 << 20
_LOOKS_AROUND = frozenset({"(?=", "(?!", "(?<", "(?<=", "(?<!"})
_REFERS_BACK = re.compile(r"\\[1-9]|\(\?P")


def refusal(expression: str) -> str:
    """Why an expression cannot be searched in linear time, in words; empty where it can."""
    try:
        compiled(expression)
    except re2.error as error:
        (why, *_) = error.args
        return _in_words(why.decode("utf-8", "replace") if isinstance(why, bytes) else str(why))
    return ""


def _in_words(why: str) -> str:
    _, _, part = why.partition(": ")
    if part in _LOOKS_AROUND:
        return f"it looks ahead or behind ({part}), which takes no linear time; use \\b, or words under after"
    if _REFERS_BACK.fullmatch(part):
        return f"it refers back ({part}), which takes no linear time; write the part out again"
    return f"it is no expression of RE2 ({why})"


@lru_cache(maxsize=1024)
def compiled(expression: str) -> Any:
    """The expression ready to search.

    Raises:
        re2.error: where RE2 does not know it, or would need more than 8 MB for it.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MOST_MEMORY
    return re2.compile(expression, options)
