"""Forms: read field by field within limits, and shown again as they were filled in with what is wrong beside it.

::

    @routes.post("/parties/new", Action.KEEP_REGISTER)
    def add() -> ResponseReturnValue:
        return forms.kept(_keep, _show)        # _keep(form) -> address to go on to; _show(form) -> page

``_keep`` reads every field, calls :meth:`Form.check`, and only then a service. Templates use ``macros/forms.html``.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum
from typing import TypeVar

from flask import redirect, request
from flask.typing import ResponseReturnValue

from catalog.errors import NotAllowed, NotFound, RequestError
from catalog.model.revisions import RecordKind
from web.routing import number

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

LONGEST_LINE = 200
LONGEST_TEXT = 2000
LONGEST_REASON = 500
_NEEDED = "Fill this in."
_CHOOSE = "Choose one of these."
#: Said in the same words of what is not there and of what the visitor may not know of.
_GONE = NotFound("Something chosen here", "there is nothing like it that you may see", "Choose again.")


@dataclass(slots=True)
class Form:
    """What the fields of a form hold, as text; and what is wrong, by field, or (``problem``) with all of it."""

    given: Mapping[str, Sequence[str]]
    errors: dict[str, str] = field(default_factory=dict)
    problem: RequestError | None = None

    @classmethod
    def of(cls, **now: object) -> "Form":
        """A form filled in with what is so now: texts, numbers, days, members of enums, None, or several of them."""
        return cls({name: _texts(value) for name, value in now.items()})

    @classmethod
    def sent(cls) -> "Form":
        """The form of this request. What can stand in no page is a blank."""
        return cls({name: [_plain(one) for one in texts] for name, texts in request.form.lists()})

    @classmethod
    def asked(cls, *names: str) -> "Form":
        """A new form, with what the address says of these fields filled in."""
        return cls({name: [_plain(one) for one in request.args.getlist(name)] for name in names})

    def value(self, name: str) -> str:
        """What a field holds."""
        texts = self.given.get(name)
        return texts[0] if texts else ""

    def values(self, name: str) -> Sequence[str]:
        """What a field holds that may hold several."""
        return self.given.get(name, ())

    def without(self, *names: str) -> "Form":
        """The same form with these fields empty."""
        return Form({name: texts for name, texts in self.given.items() if name not in names})

    def line(self, name: str, *, needed: bool = False, longest: int = LONGEST_LINE) -> str:
        """One line of text."""
        return self._short(name, " ".join(self.value(name).split()), needed, longest)

    def text(self, name: str, *, needed: bool = False, longest: int = LONGEST_TEXT) -> str:
        """Lines of text."""
        return self._short(name, self.value(name).strip(), needed, longest)

    def parts(self, name: str, *, longest: int = LONGEST_REASON) -> tuple[str, ...]:
        """Words between commas, each once."""
        parts = (" ".join(part.split()) for part in self.line(name, longest=longest).split(","))
        return tuple(dict.fromkeys(filter(None, parts)))

    def day_if_any(self, name: str) -> date | None:
        """A day, or None where none is given."""
        text = self.value(name).strip()
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.errors[name] = "Give a day such as 2026-11-30."
            return None

    def day(self, name: str) -> date:
        """A day that has to be given."""
        found = self.day_if_any(name)
        return found or self._wrong(name, _NEEDED, date.min)

    def choice_if_any(self, name: str, among: type[E]) -> E | None:
        """One of an enum's members, or None where none is chosen."""
        text = self.value(name)
        if not text:
            return None
        return among(text) if text in set(among) else self._wrong(name, _CHOOSE, None)

    def choice(self, name: str, among: type[E]) -> E:
        """One of an enum's members, which has to be chosen."""
        found = self.choice_if_any(name, among)
        return found or self._wrong(name, _CHOOSE, next(iter(among)))

    def one_of(self, name: str, among: Collection[str], now: str = "") -> str:
        """One of some texts, or what was recorded before there was a choice, or none."""
        text = self.value(name)
        return text if text in {"", now, *among} else self._wrong(name, _CHOOSE, "")

    def number_if_any(self, name: str) -> int | None:
        """The number of something chosen, or None where nothing is."""
        text = self.value(name)
        if not text:
            return None
        found = number(text)
        return self._wrong(name, _CHOOSE, None) if found is None else found

    def number(self, name: str) -> int:
        """The number of something that has to be chosen, or of how often something was changed."""
        found = self.number_if_any(name)
        return self._wrong(name, _CHOOSE, 0) if found is None else found

    def numbers(self, name: str) -> tuple[int, ...]:
        """The numbers of all that is chosen."""
        found = [one for text in self.values(name) if (one := number(text)) is not None]
        if len(found) < len(self.values(name)):
            self.errors[name] = _CHOOSE
        return tuple(dict.fromkeys(found))

    def many(self, name: str, among: Collection[str] | None = None) -> tuple[str, ...]:
        """All that is chosen, of what there is to choose from."""
        found = tuple(dict.fromkeys(self.values(name)))
        if among is not None and not set(found) <= set(among):
            self.errors[name] = _CHOOSE
        return found

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.value(name))

    def why(self) -> tuple[str, int]:
        """Why a record is changed, where it is said, and the number of the revision that the form was filled from."""
        return self.line("reason", longest=LONGEST_REASON), self.number("expected")

    def check(self) -> None:
        """Go on only where every field can be taken as it is.

        Raises:
            RequestError: when one cannot; which, and why, stands beside each.
        """
        if self.errors:
            many = len(self.errors)
            cause = "one field cannot be taken as it is" if many == 1 else f"{many} fields cannot be taken as they are"
            raise RequestError("This form", cause, "What is wrong stands beside each.")

    def _short(self, name: str, text: str, needed: bool, longest: int) -> str:
        if needed and not text:
            self.errors[name] = _NEEDED
        if len(text) > longest:
            self.errors[name] = f"Use at most {longest:,} characters; these are {len(text):,}."
        return text

    def _wrong(self, name: str, words: str, instead: T) -> T:
        self.errors.setdefault(name, words)
        return instead


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the fields of a form that keeps a record: its title, the way to it and back.

    ``id`` is None for a new record, and ``expected`` the number of the revision that the form was filled from.
    ``warning`` is said above the fields; with ``is_closed`` they can be read, and not be kept. ``wants_reason`` when it
    is changed only with a reason.
    """

    title: str
    crumbs: Sequence[tuple[str, str]]
    back: str
    kind: RecordKind
    id: int | None = None
    expected: int = 0
    warning: str = ""
    is_closed: bool = False
    wants_reason: bool = False


def kept(keep: Callable[[Form], str], again: Callable[[Form], str]) -> ResponseReturnValue:
    """Keep what was sent and lead on; or show the form again as it was filled in, with what is wrong with it.

    A button called ``look`` only shows the form again, with more to choose from.

    Parameters:
        keep: keeps the form through a service, and answers the address to go on to.
        again: the page with the form; it raises NotFound where its subject is not there for this visitor.

    Raises:
        NotAllowed: when the visitor may not do it, however the form is filled in.
        NotFound: when there is no such thing that the visitor may see.
    """
    form = Form.sent()
    if form.ticked("look"):
        return again(form)
    try:
        return redirect(keep(form), 303)
    except NotAllowed:
        raise
    except RequestError as error:
        form.problem = _GONE if isinstance(error, NotFound) else error
        return again(form), error.http_status


def _plain(text: str) -> str:
    """What can stand in a page, with the line ends it was written with: browsers send others."""
    return "".join(one if one.isprintable() or one == "\n" else " " for one in text.replace("\r\n", "\n"))


def _texts(value: object) -> Sequence[str]:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [text for one in value for text in _texts(one)]
    return [] if value is None else [_text(value)]


def _text(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "yes" if value else ""
    return value.isoformat() if isinstance(value, date) else str(value)
