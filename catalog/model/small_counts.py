"""Which numbers may be told to people outside: none so small that a reader could know who is meant, nor another from
which such a number follows.

After the rule of the Centers for Medicare & Medicaid Services for cells of 1 to 10, with the city's own floor of five.
"""

from catalog.model.holdings import Magnitude


def told(people: Magnitude, rows: Magnitude, fewest: int) -> tuple[Magnitude | None, Magnitude | None]:
    """How many people and how many rows are told of a dataset: each None where it is not known or kept back, so that
    the two cannot be told apart.

    A band is told where even its smallest number is ``fewest`` or more. A dataset has hardly more people than rows: so
    where the people are kept back, the smallest band of rows that might be told is kept back as well.
    """
    shown = people if _may_be_told(people, fewest) else None
    if not _may_be_told(rows, fewest):
        return shown, None
    smallest = min(band for band in Magnitude if _may_be_told(band, fewest))
    return shown, rows if shown is not None or rows > smallest else None


def _may_be_told(band: Magnitude, fewest: int) -> bool:
    """NOT_KNOWN begins at none, so it is among what is not."""
    return band.at_least >= max(fewest, 1)
