"""What stands beside a thing on its own page: the differences between paper and data that are about it."""

from catalog.model.difference_views import Gravest
from catalog.model.differences import State
from catalog.model.register import Verb
from catalog.model.views import ActivityView
from catalog.services import access, mirrors, reconciling
from catalog.services.access import Action
from web.context import actor, catalog

#: What is shown on the page of another thing, and on that of a dataset, where nothing else says it; all of it is one
#: link away.
_FIRST, _OF_DATASET = 5, 30
#: What waits for somebody, or for an answer.
_STANDS = [State.OPEN.value, State.REOPENED.value, State.ASKED.value]


def our_side(view: ActivityView) -> bool:
    """Whether a disclosure goes to an agency whose register this visitor keeps, and is not recorded there."""
    to = view.party.agency_id if view.party else None
    if view.activity.verb is not Verb.DISCLOSURE or to is None or not access.may(actor(), Action.KEEP_REGISTER, to):
        return False
    return any(one.disclosure.activity.id == view.activity.id for one in mirrors.to_record(actor(), catalog()))


def differences(key: str, value: int | str) -> Gravest:
    """The gravest differences of one dataset, activity, agency or programme (``key``) that nobody has settled."""
    most = _OF_DATASET if key == "dataset" else _FIRST
    return reconciling.gravest(actor(), catalog(), {key: [str(value)], "state": _STANDS}, most)
