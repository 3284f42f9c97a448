"""Where the records behind an answer of an agency's report are shown."""

from typing import Any

from flask import url_for

from catalog.model.report_items import Source, SourceKind
from catalog.model.report_said import SaidSource
from catalog.services.access import Action, may
from web.context import actor
from web.routing import number

#: By kind: the endpoint of its page, the name of what the address is made of ("" for the list that it stands in),
#: whether that is a number, and who may open it.
_PAGES: dict[SourceKind, tuple[str, str, bool, Action]] = {
    SourceKind.AGENCY: ("agencies.show", "agency_id", False, Action.READ_HOLDINGS),
    SourceKind.TYPE: ("identifier_types.show", "code", False, Action.READ_HOLDINGS),
    SourceKind.ACTIVITY: ("flows.show", "activity_id", True, Action.READ_FLOWS),
    SourceKind.PROTOCOL: ("protocols.show", "protocol_id", True, Action.READ_HOLDINGS),
    SourceKind.DESIGNATION: ("approvals.show", "designation_id", True, Action.READ_FLOWS),
    SourceKind.CONTRACT: ("contracts.index", "", False, Action.KEEP_REGISTER),
    SourceKind.SYSTEM: ("declared.index", "", False, Action.READ_FLOWS),
    SourceKind.PARTY: ("parties.index", "", False, Action.READ_FLOWS),
    SourceKind.REQUEST: ("requests.show", "request_id", True, Action.READ_FLOWS),
    SourceKind.EXIGENT_EVENT: ("exigent.show", "event_id", True, Action.READ_EVENTS),
    SourceKind.VIOLATION: ("violations.show", "violation_id", True, Action.READ_EVENTS),
    SourceKind.MEASURE: ("measures.index", "", False, Action.READ_FLOWS),
    SourceKind.LAST_REPORT: ("inventory.show", "cycle_id", True, Action.READ_REPORTS),
}


def link_of(source: Source | SaidSource) -> str | None:
    """The address of a record, or of the list it stands in; None where it has no page that the visitor may open."""
    if source.kind not in _PAGES:
        return None
    endpoint, name, is_number, action = _PAGES[source.kind]
    if not may(actor(), action):
        return None
    value = number(source.id) if is_number else source.id
    if name and not value:
        return None
    address: dict[str, Any] = {name: value} if name else {}
    return url_for(endpoint, **address)
