"""Drafts an agency's report from its records: the items in the order of the report, and nothing stored.

Pure: equal facts give equal items. Every item names the records it rests on, each whole, and rests on nothing else.
"""

from collections.abc import Callable, Iterator, Mapping

from catalog.model.report_drafts_flows import classified, cpo_approved, retention, why_collect
from catalog.model.report_drafts_human import human
from catalog.model.report_drafts_parties import agreements, contractors, entities
from catalog.model.report_drafts_practice import divisions, exigent, minimising
from catalog.model.report_drafts_types import types
from catalog.model.report_facts import Facts
from catalog.model.report_form import Element
from catalog.model.report_items import Item

_DRAFTS: Mapping[Element, Callable[[Facts], Iterator[Item]]] = {
    Element.TYPES: types,
    Element.WHY_COLLECT: why_collect,
    Element.RETENTION: retention,
    Element.CLASSIFIED: classified,
    Element.CPO_APPROVED: cpo_approved,
    Element.REQUEST_POLICY: lambda facts: human(facts, Element.REQUEST_POLICY),
    Element.PROPOSAL_POLICY: lambda facts: human(facts, Element.PROPOSAL_POLICY),
    Element.EXIGENT_POLICY: exigent,
    Element.DIVISIONS: divisions,
    Element.ACCESS: lambda facts: human(facts, Element.ACCESS),
    Element.MINIMISING: minimising,
    Element.AGREEMENTS: agreements,
    Element.ENTITIES: entities,
    Element.IMPACT_LAW: lambda facts: human(facts, Element.IMPACT_LAW),
    Element.IMPACT_POLICY: lambda facts: human(facts, Element.IMPACT_POLICY),
    Element.CONTRACTORS: contractors,
}


def items(facts: Facts) -> tuple[Item, ...]:
    """What the records say for an agency's report, in the order of the report (§23-1205(a))."""
    return tuple(item for element in Element for item in _DRAFTS[element](facts))
