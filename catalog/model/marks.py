"""What a catalog knows of itself."""

from dataclasses import dataclass

#: The mark of a catalog whose data is made up, with the value ``yes``: only such a one may be entered without proof.
DEMONSTRATION = "demonstration"


@dataclass(frozen=True, slots=True)
class Mark:
    """One fact about this catalog as a whole."""

    name: str
    value: str
