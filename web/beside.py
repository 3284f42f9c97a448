"""What stands beside a thing on its own page: the differences between paper and data that are about it."""

from catalog.model.difference_views import DifferencesPage
from catalog.model.differences import State
from catalog.services import reconciling
from web.context import actor, catalog

#: What is shown on the page of another thing, and on that of a dataset, where nothing else says it; all of it is one
#: link away.
_FIRST, _OF_DATASET = 5, 30
#: What waits for somebody, or for an answer.
_STANDS = [State.OPEN.value, State.REOPENED.value, State.ASKED.value]


def differences(key: str, value: int | str) -> DifferencesPage:
    """The gravest differences of one dataset, activity, agency or programme (``key``) that nobody has settled."""
    most = _OF_DATASET if key == "dataset" else _FIRST
    return reconciling.find(actor(), catalog(), {key: [str(value)], "state": _STANDS}, per_page=most)
