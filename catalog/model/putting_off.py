"""When, and with whom, something may be put off in review."""

from datetime import date, timedelta

from catalog.model.review import ActKind, Order

#: The longest that something is put off.
LONGEST = timedelta(days=365)


def amiss(order: Order, today: date) -> tuple[str, str] | None:
    """What is wrong with when, or with whom, an order puts off, and what to do; None where nothing is."""
    if order.kind is not ActKind.DEFER:
        return None
    if (order.until is None) == (order.to_person_id is None):
        return "it is put off neither to a day nor to a person, or to both", "Choose one of the two."
    if order.until is not None and order.until <= today:
        return "the day is not one to come", "Choose tomorrow or later."
    if order.until is not None and order.until > today + LONGEST:
        return "the day is more than a year away", "Choose an earlier one."
    return None
