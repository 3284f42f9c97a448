"""``law``: what laws call what the catalog holds, and what would change if a bill passed."""

from datetime import date, datetime
from typing import Any

import click

from catalog.cli import answer, needs, opened, say
from catalog.model.law import EFFECT_TEXT, LAW_STATUS_TEXT, NAMED_BY_TEXT
from catalog.model.legal_views import ClassLine, ImpactLine, LawPage
from catalog.services import laws
from catalog.services.access import Action, local_administrator

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
on_day = click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As the law reads on this day; else today.")
_MORE = "Not every dataset was looked at: there may be more."


@click.group()
def law() -> None:
    """Look at laws as of any day, and at what a bill would change."""


@needs(Action.READ_HOLDINGS)
@law.command("list")
@as_json
def list_laws(*, as_json: bool) -> None:
    """List the laws and bills there are."""
    rows = [
        {
            "code": one.code,
            "title": one.title,
            "status": LAW_STATUS_TEXT[one.status],
            "since": _day(one.since),
            "verified": not one.unverified,
        }
        for one in laws.every(local_administrator(), opened())
    ]
    answer(rows, as_json=as_json, title="Laws", empty="There is no law.")


@needs(Action.READ_HOLDINGS)
@law.command()
@click.argument("code")
@on_day
@as_json
def show(code: str, on: datetime | None, *, as_json: bool) -> None:
    """Show what a law names on a day, and how many datasets fall in its classes."""
    page = laws.law(local_administrator(), opened(), code, on.date() if on else None)
    rows = _named(page) + [_class(line) for line in page.classes]
    answer(rows, as_json=as_json, title=page.law.title, empty=f"On {page.on} it names nothing.")
    if not as_json and page.law.unverified:
        say("Recalled, not yet verified against its text.")
    if not as_json and page.classes and not page.looked:
        say(_MORE)


@needs(Action.READ_HOLDINGS)
@law.command()
@click.argument("bill")
@on_day
@as_json
def impact(bill: str, on: datetime | None, *, as_json: bool) -> None:
    """Show what would change if a bill passed. Nothing is scanned for it, and nothing is changed."""
    page = laws.impact(local_administrator(), opened(), bill, on.date() if on else None)
    answer([_impact(line) for line in page.lines], as_json=as_json, title=page.bill.title, empty="It names no type.")
    if not as_json and page.not_seen:
        say(f"No scan finds: {', '.join(page.not_seen)}.")
    if not as_json and not page.looked:
        say(_MORE)


def _named(page: LawPage) -> list[dict[str, Any]]:
    return [
        {"named": kind.label, "words": kind.words, "by": NAMED_BY_TEXT[origin], "types": kind.code}
        for origin, types in page.origins.items()
        for kind in types
    ]


def _class(line: ClassLine) -> dict[str, Any]:
    one, held = line.legal_class, line.held
    types = ", ".join(one.types) + (f" with {', '.join(one.together_with)}" if one.together_with else "")
    return {
        "named": one.label,
        "words": one.words,
        "by": one.citation,
        "types": types,
        "confirmed": held.confirmed,
        "suggested": held.suggested,
    }


def _impact(line: ImpactLine) -> dict[str, Any]:
    one = line.effect
    return {
        "type": one.type.code,
        "today": NAMED_BY_TEXT[one.before.origin] if one.before else "not named",
        "if_passed": EFFECT_TEXT[one.effect],
        "agencies": len(line.by_agency),
        "datasets_confirmed": line.held.confirmed,
        "datasets_suggested": line.held.suggested,
        "activities": line.activities,
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
