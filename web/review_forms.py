"""What the forms of review send: which columns, as they were seen, and what is to be done with them."""

from collections.abc import Iterable, Sequence

from catalog.errors import RequestError
from catalog.model.review import MOST_AT_ONCE, ActKind, Order, Pick, Why
from web.forms import LONGEST_REASON, Form
from web.routing import number

#: What a form of review can ask for.
KINDS = (
    ActKind.CONFIRM,
    ActKind.REJECT,
    ActKind.CHANGE_TYPE,
    ActKind.NOT_IDENTIFYING,
    ActKind.DEFER,
    ActKind.ASK,
)
#: What needs no more than to be asked for.
PLAIN = frozenset({ActKind.CONFIRM, ActKind.NOT_IDENTIFYING})
_LONGEST_TOKEN = 64
_WRONG = RequestError(
    "These columns", "the form does not say which they are", "Go back and use the buttons of the page."
)


def packed(picks: Iterable[Pick]) -> str:
    """Picks in few characters: those of one type and version together, ``SSN full:high.0.0 12 13;…``. Without a version
    none that there is now will be taken for it. What else of a column was seen stands behind it: ``full:high.0.0+7``.
    """
    together: dict[tuple[str, str], list[str]] = {}
    for pick in picks:
        seen = f"{pick.version or '-'}{f'+{pick.seen}' if pick.seen else ''}"
        together.setdefault((pick.type_code, seen), []).append(str(pick.column_id))
    return ";".join(" ".join((code, version, *ids)) for (code, version), ids in together.items())


def picks(form: Form) -> tuple[Pick, ...]:
    """The columns chosen, each once.

    Raises:
        RequestError: when none is chosen, more than one decision takes, or the form was tampered with.
    """
    found = tuple(dict.fromkeys(pick for text in form.values("pick") for pick in unpacked(text)))
    if not found:
        raise RequestError("This decision", "no column is chosen", "Tick at least one.")
    if len(found) > MOST_AT_ONCE:
        cause = f"{len(found):,} columns are chosen, and one decision takes {MOST_AT_ONCE:,}"
        raise RequestError("This decision", cause, "Choose fewer, then decide the rest.")
    return found


def order(form: Form) -> Order:
    """What is to be done; what is wrong with a field stands in the form's errors."""
    kind = form.choice("kind", ActKind)
    if kind not in KINDS:
        form.errors["kind"] = "Choose one of these."
    is_later, is_asked = kind is ActKind.DEFER, kind is ActKind.ASK
    reason = form.line("question" if is_asked else "reason", longest=LONGEST_REASON)
    return Order(
        kind,
        why=form.choice_if_any("why", Why) if kind is ActKind.REJECT else None,
        reason=reason,
        to_code=(form.value("to_code") or None) if kind is ActKind.CHANGE_TYPE else None,
        until=form.day_if_any("until") if is_later else None,
        to_person_id=(form.value("steward" if is_asked else "person") or None) if is_later or is_asked else None,
    )


def require(form: Form, wanted: Order) -> None:
    """Say beside each field that it has to be filled in, where it is not.

    Raises:
        RequestError: when a field cannot be taken as it is.
    """
    needed = "Fill this in."
    if wanted.kind is ActKind.REJECT and wanted.why is None:
        form.errors.setdefault("why", "Choose one of these.")
    if wanted.why is Why.OTHER and not wanted.reason:
        form.errors.setdefault("reason", needed)
    if wanted.kind is ActKind.CHANGE_TYPE and not wanted.to_code:
        form.errors.setdefault("to_code", "Choose one of these.")
    if wanted.kind is ActKind.DEFER and not wanted.until and not wanted.to_person_id:
        form.errors.setdefault("until", "Give a day, or somebody to hand it to.")
    if wanted.kind is ActKind.ASK and not wanted.to_person_id:
        form.errors.setdefault("steward", "Choose one of these.")
    if wanted.kind is ActKind.ASK and not wanted.reason:
        form.errors.setdefault("question", needed)
    form.check()


def token(form: Form) -> str | None:
    """What the form was given when it was made; None where it was given nothing of ours."""
    return form.value("token")[:_LONGEST_TOKEN] or None


def unpacked(text: str) -> Sequence[Pick]:
    """The picks of :func:`packed`.

    Raises:
        RequestError: when they are none.
    """
    found: list[Pick] = []
    for part in text.split(";"):
        code, *rest = part.split() or [""]
        numbers = [number(one) for one in rest[1:]]
        version, _, beside = rest[0].partition("+") if rest else ("", "", "")
        newest = number(beside) if beside else 0
        if not numbers or None in numbers or newest is None:
            raise _WRONG
        found += [Pick(one, code, version, newest) for one in numbers if one is not None]
    return found
