"""What only people can say: items without words, each with the papers on record that whoever answers should look at."""

from collections.abc import Iterator

from catalog.model.register import ProtocolType
from catalog.model.report_drafts_sources import of_protocols
from catalog.model.report_facts import Facts
from catalog.model.report_form import HUMAN_ITEMS, Element
from catalog.model.report_items import Item

#: The papers that an answer of people's own goes by, where the agency has any.
_PAPERS: dict[Element, frozenset[ProtocolType]] = {
    Element.REQUEST_POLICY: frozenset({ProtocolType.AGENCY_GUIDANCE}),
    Element.PROPOSAL_POLICY: frozenset({ProtocolType.AGENCY_GUIDANCE}),
    Element.EXIGENT_POLICY: frozenset({ProtocolType.AGENCY_GUIDANCE}),
    Element.ACCESS: frozenset({ProtocolType.AGENCY_GUIDANCE, ProtocolType.PRIVACY_IMPACT_ASSESSMENT}),
    Element.IMPACT_LAW: frozenset(),
    Element.IMPACT_POLICY: frozenset({ProtocolType.AGENCY_GUIDANCE, ProtocolType.CPO_POLICY}),
}


def human(facts: Facts, element: Element) -> Iterator[Item]:
    """The items of an element that people answer in their own words."""
    papers = [one.protocol for one in facts.protocols if one.protocol.type in _PAPERS[element]]
    for key, label in HUMAN_ITEMS[element].items():
        name = f"{element}/{key}"
        yield Item(
            key=name,
            element=element,
            label=facts.names.get(name, label),
            fields=(),
            text="",
            sources=of_protocols(facts, papers),
        )
