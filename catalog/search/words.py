"""Words as every index and every question takes them."""

from catalog.model.words import clean, split

__all__ = ["clean", "joined", "split"]


def joined(text: str) -> str:
    """The words without their gaps: what two spellings of one name have in common."""
    return "".join(split(text))
