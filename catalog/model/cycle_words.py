"""What the states, steps and tasks of an inventory cycle are called, on pages and in commands alike."""

from collections.abc import Mapping

from catalog.model.cycles import CycleEvent, CycleState
from catalog.model.report_answers import Origin, Since, TaskState

CYCLE_TEXT: Mapping[CycleState, str] = {
    CycleState.OPEN: "Not started",
    CycleState.IN_PROGRESS: "In progress",
    CycleState.APO_REVIEW: "To be signed by the privacy officer",
    CycleState.AGENCY_HEAD_SIGNOFF: "To be signed by the agency head",
    CycleState.SUBMITTED: "Submitted",
    CycleState.UNDER_COMMITTEE_REVIEW: "With the committee",
    CycleState.RECOMMENDATIONS_RECEIVED: "Recommendations received",
    CycleState.RETURNED: "Sent back",
    CycleState.CLOSED: "Closed",
}
EVENT_TEXT: Mapping[CycleEvent, str] = {
    CycleEvent.OPENED: "Opened",
    CycleEvent.STARTED: "Started",
    CycleEvent.READY: "Ready to be signed",
    CycleEvent.TAKEN_BACK: "Taken back",
    CycleEvent.SIGNED_BY_OFFICER: "Signed by the privacy officer",
    CycleEvent.SIGNED_BY_HEAD: "Signed for the agency and submitted",
    CycleEvent.RETURNED: "Sent back",
    CycleEvent.TO_COMMITTEE: "Accepted and handed to the committee",
    CycleEvent.RECOMMENDED: "Recommendations received",
    CycleEvent.CLOSED: "Closed",
    CycleEvent.REDATED: "Its days changed by the privacy office",
}
TASK_STATE_TEXT: Mapping[TaskState, str] = {
    TaskState.NOT_STARTED: "Not started",
    TaskState.IN_PROGRESS: "Started",
    TaskState.LOOK_AGAIN: "Look again",
    TaskState.DONE: "Attested",
}
SINCE_TEXT: Mapping[Since, str] = {
    Since.NO_LAST: "No earlier report",
    Since.SAME: "As before",
    Since.NEW: "New",
    Since.CHANGED: "Changed",
    Since.GONE: "No longer said",
}
ORIGIN_TEXT: Mapping[Origin, str] = {
    Origin.RECORDS: "From the records",
    Origin.CARRIED: "Carried over from the last report",
    Origin.WRITTEN: "Written for this report",
    Origin.NONE: "Nothing said yet",
}
