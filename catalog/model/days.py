"""Days in words, the same whatever language the machine speaks."""

from datetime import date

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day_words(on: date) -> str:
    """A day as people write it: July 31, 2026."""
    return f"{_MONTHS[on.month - 1]} {on.day}, {on.year}"


def month_words(on: date) -> str:
    """A month as people write it: July 2026."""
    return f"{_MONTHS[on.month - 1]} {on.year}"
