"""What the telephone plans of the world say; their library is loaded with the first number that is asked about."""

from functools import lru_cache


@lru_cache(maxsize=1024)
def is_area(area: int) -> bool:
    """Whether a North American area code is in service: asked once per code, as the library is slow."""
    import phonenumbers  # noqa: PLC0415 - most tables hold no number

    return area >= 200 and phonenumbers.is_valid_number(phonenumbers.parse(f"{area}2345678", "US"))


def is_possible(number: str) -> bool:
    """Whether a number with its country code has a length its country gives out."""
    import phonenumbers  # noqa: PLC0415 - most tables hold no number

    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return False
