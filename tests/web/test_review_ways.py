"""Ways through the queue of review as somebody new to it goes them: filters, messages, and what cannot be done."""

from collections.abc import Callable

from tests.support.browsing import HouseClient
from tests.support.page_forms import asking
from tests.web.test_review import words

Visit = Callable[[str | None], HouseClient]


def test_lists_left_at_any_filter_by_nothing(visit: Visit) -> None:
    client = visit("officer-dss")
    form = asking(client.get("/review").text, "/review")
    assert [""] in form.fields.values()
    assert "6 groups" in words(form.ask(client).text)
    one = form.ask(client, type=["", "EMAIL"])
    assert "1 group" in words(one.text)
    assert "email" in one.text
