"""What goes on in Port Meridian's register: the purpose library, the policies' rules, requests, approvals that wait."""

from collections.abc import Mapping
from datetime import date, timedelta

from catalog.demo import entries
from catalog.demo.entries import Entry, every, made
from catalog.model.designations import Designation, DesignationEvent
from catalog.model.parties import Party
from catalog.model.policy_rules import PolicyRule
from catalog.model.purposes import Purpose
from catalog.model.register import Activity
from catalog.model.requests import Request, RequestState
from catalog.services import approvals, policy_rules, purposes, requests
from catalog.services.catalog import Catalog


def keep(catalog: Catalog, parties: Mapping[str, Party], activities: Mapping[tuple[str, str], Activity]) -> None:
    """Record it all, each part by whose it is."""
    chief = entries.chief()
    for entry in every("purpose"):
        keeper = entries.officer(entry["agency"]) if "agency" in entry else chief
        purposes.add(keeper, catalog, made(Purpose, entry, agency_id=entry.get("agency")))
    for entry in every("policy_rule"):
        policy_rules.add(chief, catalog, made(PolicyRule, entry))
    for entry in every("request"):
        _ask(catalog, parties, entry)
    for entry in every("waiting"):
        _wait(catalog, activities[entry["agency"], entry["ref"]], entry)


def _ask(catalog: Catalog, parties: Mapping[str, Party], entry: Entry) -> None:
    """Record a request and what became of it, by the officer of whom it is asked."""
    officer = entries.officer(entry["agency"])
    said = {**entry, "state": RequestState.RECEIVED, "decision": ""}
    asked = made(Request, said, agency_id=entry["agency"], party_id=parties[entry["party"]].id)
    asked = requests.add(officer, catalog, asked)
    for number, move in enumerate(entry.get("moves", ()), 1):
        to, words = RequestState(move["to"]), move.get("words", "")
        requests.move(officer, catalog, asked.id, to, on=move["on"], words=words, expected=number)


def _wait(catalog: Catalog, activity: Activity, entry: Entry) -> None:
    """Draft an approval and take it as far as it has come."""
    today = catalog.clock.now().date()
    first = entry["steps"][0]
    drafted = approvals.draft(
        entries.person(first["by"]),
        catalog,
        activity.id,
        answers=entry["answers"],
        review_due_on=_in_days(today, entry.get("review_in_days")),
        expires_on=_in_days(today, entry.get("expires_in_days")),
        submit=first["event"] == "submit",
        reason=first["reason"],
    )
    for step in entry["steps"][1:]:
        drafted = _step(catalog, drafted, step)


def _step(catalog: Catalog, designation: Designation, step: Entry) -> Designation:
    return approvals.move(
        entries.person(step["by"]),
        catalog,
        designation.id,
        DesignationEvent(step["event"]),
        reason=step["reason"],
        statement=step.get("statement", ""),
        seen=designation.content_hash,
    )


def _in_days(today: date, days: int | None) -> date | None:
    return today + timedelta(days=days) if days else None
