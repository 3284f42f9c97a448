"""What the telephone plans of the world say; their library is loaded with the first number that is asked about."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt


@lru_cache(maxsize=1)
def areas() -> npt.NDArray[np.bool_]:
    """Which of all numbers of three digits are North American area codes in service: the library is slow to ask."""
    import phonenumbers  # noqa: PLC0415 - most tables hold no number

    in_service = np.zeros(1000, dtype=bool)
    for area in range(200, 1000):
        in_service[area] = phonenumbers.is_valid_number(phonenumbers.parse(f"{area}2345678", "US"))
    return in_service


def is_possible(number: str) -> bool:
    """Whether a number with its country code has a length its country gives out."""
    import phonenumbers  # noqa: PLC0415 - most tables hold no number

    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return False
