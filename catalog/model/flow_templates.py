"""Templates: what many alike flows have in common, written once (such as referral slips of every agency)."""

from dataclasses import dataclass

from catalog.model.register import Classification, Ground, Verb


@dataclass(frozen=True, slots=True)
class FlowTemplate:
    """What the flows made from it have in common. ``agency_id`` is who keeps it, None for the privacy office;
    ``party_id`` the end they share; ``version`` counts its changes.
    """

    id: int
    agency_id: str | None
    code: str
    title: str
    purpose: str
    verb: Verb
    classification: Classification
    ground: Ground | None
    party_id: int | None
    programme_id: int | None
    type_codes: tuple[str, ...]
    subject_categories: tuple[str, ...]
    frequency: str
    volume: str
    retention: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class TemplateProtocol:
    """A protocol that every flow made from a template stands on."""

    template_id: int
    protocol_id: int
