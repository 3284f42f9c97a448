"""What a proof is: one figure that a promise is held to, measured at full size."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Proof:
    """One promise, its figure and its target, both in words; ``kept`` says whether it holds."""

    promise: str
    figure: str
    target: str
    kept: bool
    seed: int | None = None
