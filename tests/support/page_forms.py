"""The forms of a page, as a browser without scripts would send them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import html5lib
from werkzeug.test import TestResponse

from tests.support.browsing import SAME_ORIGIN, HouseClient

_XHTML = "{http://www.w3.org/1999/xhtml}"


@dataclass
class PageForm:
    """A form: where it is sent, what its fields hold, and its buttons by their words."""

    action: str
    fields: dict[str, list[str]]
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)

    def send(self, client: HouseClient, button: str = "", **changed: str | Sequence[str]) -> TestResponse:
        """Send it with some fields filled in otherwise; ``button`` is the first word or words of one of its buttons."""
        data: dict[str, object] = {**self.fields, **changed}
        if button:
            name, value = next(pair for words, pair in self.buttons.items() if words.startswith(button))
            data |= {name: value} if name else {}
        return client.post(self.action, data=data, headers=SAME_ORIGIN)

    def ask(self, client: HouseClient, **changed: str | Sequence[str]) -> TestResponse:
        """Send it as a form that only asks: all its fields stand in the address, those that are empty too."""
        return client.get(self.action, query_string=urlencode({**self.fields, **changed}, doseq=True))


def forms(text: str) -> list[PageForm]:
    """All forms of a page that change something, in their order."""
    return _forms(text, "post")


def asking(text: str, address: str) -> PageForm:
    """The first form of a page that only asks, and does so at this address."""
    return next(form for form in _forms(text, "get") if form.action == address and len(form.fields) > 1)


def _forms(text: str, method: str) -> list[PageForm]:
    page = html5lib.parse(text)
    found = [form for form in page.iter(f"{_XHTML}form") if form.get("method") == method]
    apart = [each for each in page.iter() if each.get("form")]
    return [_form(form, [each for each in apart if each.get("form") == form.get("id")]) for form in found]


def to(text: str, address: str, **holding: str) -> PageForm:
    """The first form that is sent to an address and whose fields hold this."""
    return next(form for form in forms(text) if form.action.startswith(address) and _holds(form, holding))


def _holds(form: PageForm, holding: Mapping[str, str]) -> bool:
    return all(value in form.fields.get(name, ()) for name, value in holding.items())


def _form(form: Element, apart: Sequence[Element]) -> PageForm:
    made = PageForm(form.get("action", ""), {})
    for each in (*form.iter(), *apart):
        kind, name = each.tag.removeprefix(_XHTML), each.get("name", "")
        if kind == "button":
            made.buttons[" ".join("".join(each.itertext()).split())] = (name, each.get("value", ""))
        elif name and kind in {"input", "select", "textarea"}:
            made.fields.setdefault(name, []).extend(_values(each, kind))
    return made


def _values(each: Element, kind: str) -> Sequence[str]:
    if kind == "select":
        options = list(each.iter(f"{_XHTML}option"))
        chosen = [one for one in options if one.get("selected") is not None] or options[:1]
        return [one.get("value", "") for one in chosen]
    if kind == "textarea":
        return [each.text or ""]
    ticked = each.get("type") not in {"checkbox", "radio"} or each.get("checked") is not None
    return [each.get("value", "")] if ticked else []
