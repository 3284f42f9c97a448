"""The commands of ``privacy-catalog review`` that decide: each over the columns of a group, and undo."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any

import click

from catalog.cli import answer, needs, opened, say
from catalog.errors import RequestError
from catalog.model import review_words
from catalog.model.actors import Actor
from catalog.model.review import MOST_AT_ONCE, ActKind, Order, Pick, Why
from catalog.model.review_views import LeftOut, Outcome, Preview
from catalog.services import review as deciding
from catalog.services import review_acts, review_pages, roles
from catalog.services.access import Action, local_administrator
from catalog.services.catalog import Catalog

_OPTIONS = (
    click.argument("group", metavar="GROUP"),
    click.option("--agency", help="Its columns of one agency alone, by id or short name."),
    click.option("--column", "columns", type=int, multiple=True, help="Only this column, by number; repeatable."),
    click.option("--all", "everything", is_flag=True, help="Also the columns whose evidence is not the usual."),
    click.option("--reason", default="", help="In words; kept for good: name nobody."),
    click.option("--check", "checking", is_flag=True, help="Only say what would happen."),
    click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs."),
)
_WHYS = click.Choice([one.value for one in Why])


def _over_a_group(command: Callable[..., Order]) -> Callable[..., None]:
    """A command that makes an order of its own options, carried out over columns of a group."""

    @wraps(command)
    def run(
        group: str,
        agency: str | None,
        columns: tuple[int, ...],
        reason: str,
        *,
        everything: bool,
        checking: bool,
        as_json: bool,
        **own: Any,
    ) -> None:
        actor, catalog = local_administrator(), opened()
        order = command(reason=reason, **own)
        agency_id = roles.agency_named(actor, catalog, agency)
        picks = _picks(actor, catalog, group, agency_id, columns, everything=everything)
        if checking:
            _tell_preview(deciding.preview(actor, catalog, order, picks), as_json=as_json)
        else:
            _tell(deciding.act(actor, catalog, order, picks), as_json=as_json)

    for option in reversed(_OPTIONS):
        run = option(run)
    return run


@needs(Action.DECIDE)
@click.command()
@_over_a_group
def confirm(reason: str) -> Order:
    """Confirm that the columns of the GROUP hold the type suggested."""
    return Order(ActKind.CONFIRM, reason=reason)


@needs(Action.DECIDE)
@click.command()
@_over_a_group
@click.option("--why", type=_WHYS, required=True, help="Why it is not right.")
def reject(reason: str, why: str) -> Order:
    """Say that the columns of the GROUP do not hold the type suggested."""
    return Order(ActKind.REJECT, Why(why), reason)


@needs(Action.DECIDE)
@click.command()
@_over_a_group
@click.option("--to", "to_code", required=True, help="The type that it is, by its code.")
def change(reason: str, to_code: str) -> Order:
    """Say that the columns of the GROUP hold another type than the one suggested."""
    return Order(ActKind.CHANGE_TYPE, Why.WRONG_TYPE, reason, to_code=to_code)


@needs(Action.DECIDE)
@click.command("not-identifying")
@_over_a_group
@click.option("--why", type=_WHYS, help="Why it is not right.")
def not_identifying(reason: str, why: str | None) -> Order:
    """Say that the columns of the GROUP hold no identifying information of any type."""
    return Order(ActKind.NOT_IDENTIFYING, Why(why) if why else None, reason)


@needs(Action.DECIDE)
@click.command()
@_over_a_group
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The day on which it waits again.")
@click.option("--to", "to_person", help="Whom it is handed to, by account.")
def defer(reason: str, until: datetime | None, to_person: str | None) -> Order:
    """Put the columns of the GROUP off, to a day or to another person who may decide."""
    return Order(ActKind.DEFER, None, reason, None, until.date() if until else None, to_person)


@needs(Action.DECIDE)
@click.command()
@_over_a_group
@click.option("--to", "to_person", required=True, help="Which data steward is asked, by account.")
def ask(reason: str, to_person: str) -> Order:
    """Ask a data steward what the columns of the GROUP are: the question is the --reason."""
    return Order(ActKind.ASK, reason=reason, to_person_id=to_person)


@needs(Action.DECIDE)
@click.command()
@click.argument("number", type=int, required=False, metavar="[NUMBER]")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
def undo(number: int | None, *, as_json: bool) -> None:
    """Undo what was done last from this command line, or the decision with this NUMBER of `mine`."""
    actor, catalog = local_administrator(), opened()
    if number is None:
        last = review_acts.last(actor, catalog)
        if last is None:
            raise RequestError("Undo", "there is nothing to undo", "See: review mine")
        number = last.act.id
    _tell(deciding.undo(actor, catalog, number), as_json=as_json)


#: All of them.
COMMANDS: tuple[click.Command, ...] = (confirm, reject, change, not_identifying, defer, ask, undo)


def _picks(
    actor: Actor, catalog: Catalog, group: str, agency_id: str | None, columns: Sequence[int], *, everything: bool
) -> tuple[Pick, ...]:
    """The columns chosen of the first that wait, each as it is now.

    Raises:
        RequestError: when a column is not among them, or none is chosen.
    """
    every = everything or bool(columns)
    found = review_pages.picks(actor, catalog, group, agency_id=agency_id, unusual=every)
    waits = {pick.column_id: pick for pick in found}
    missing = [number for number in columns if number not in waits]
    if missing:
        cause = f"it is not among the first {MOST_AT_ONCE:,} that wait in this group"
        raise RequestError(f"Column {missing[0]}", cause, "See: review show GROUP")
    if not found:
        raise RequestError("This group", "none of its columns has the usual evidence", "Choose with --column or --all.")
    return tuple(waits[number] for number in dict.fromkeys(columns)) or found


def _tell_preview(seen: Preview, *, as_json: bool) -> None:
    told = {
        "done": False,
        "columns": seen.columns,
        "datasets": seen.datasets,
        "agencies": [agency.acronym for agency in seen.agencies],
        "second_person": seen.proposed,
    }
    if as_json:
        say(json.dumps(told | {"left_out": _left_out(seen.left_out)}, ensure_ascii=False, indent=2))
        return
    say(f"It would be {seen.columns:,} columns of {seen.datasets:,} datasets{_second(seen.proposed)}.")
    _tell_left_out(seen.left_out)


def _tell(outcome: Outcome, *, as_json: bool) -> None:
    if as_json:
        told = {
            "done": True,
            "number": outcome.act.id,
            "columns": outcome.done,
            "second_person": outcome.proposed,
            "left_out": _left_out(outcome.left_out),
        }
        say(json.dumps(told, ensure_ascii=False, indent=2))
        return
    say(f"Done for {outcome.done:,} columns{_second(outcome.proposed)}. To undo it: review undo {outcome.act.id}")
    _tell_left_out(outcome.left_out)


def _second(count: int) -> str:
    return f"; {count:,} wait for a second person" if count else ""


def _left_out(left: Sequence[LeftOut]) -> list[dict[str, object]]:
    return [{"column": one.column_id, "place": one.place, "because": _because(one)} for one in left]


def _because(left: LeftOut) -> str:
    last = left.last
    said = f": {last.person} {review_words.SAID[last.verdict]}, {last.at:%Y-%m-%d %H:%M} UTC" if last else ""
    return review_words.LEFT_OUT[left.because] + said


def _tell_left_out(left: Sequence[LeftOut]) -> None:
    if left:
        answer(_left_out(left), as_json=False, title=f"{len(left):,} left out", empty="")
