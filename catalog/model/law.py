"""Laws as dated data, and what each calls the identifier types: derived from what is held, without rescanning.

A law names types in two ways. Section 23-1201 names them by where they come from (its own list, what the CPO added,
its general words): those are its ``origins``. Other laws have classes of their own, some of which need two things in
one place (an e-mail address with a password). A bill is a law that is not one yet: its classes are added to the law it
amends as if it had passed.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from catalog.model.identifiers import IdentifierType, Origin


class LawStatus(StrEnum):
    """Whether a law is in force here, only proposed, or an example of how another is written down."""

    IN_FORCE = "in_force"
    PROPOSED = "proposed"
    EXAMPLE = "example"


LAW_STATUS_TEXT: Mapping[LawStatus, str] = {
    LawStatus.IN_FORCE: "In force",
    LawStatus.PROPOSED: "Proposed, not law",
    LawStatus.EXAMPLE: "An example of another law",
}


NAMED_BY_TEXT: Mapping[Origin, str] = {
    Origin.LAW: "In the list of the statute",
    Origin.CPO: "Added by the Chief Privacy Officer",
    Origin.GENERAL_WORDS: "Under its general words",
    Origin.QUASI: "Under its general words, together with other information",
}


@dataclass(frozen=True, slots=True)
class LegalClass:
    """A class of information that a law names.

    ``types`` are the identifier types that fall in it, where the dataset holds one of ``together_with`` too (empty:
    wherever they are). ``words`` are the law's own. ``not_seen`` is what the law names in this class and no identifier
    type is for: no scan finds it.
    """

    code: str
    label: str
    words: str
    citation: str
    types: tuple[str, ...]
    together_with: tuple[str, ...] = ()
    not_seen: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Law:
    """A law as it reads over time.

    ``origins`` say which origins of identifier types count from when (Charter §8(h) lets the CPO add types);
    ``classes`` what else it names, from ``since`` on where they say nothing else. ``whole_only`` where a part, a digest
    or a token of a number does not count. ``amends`` is the law that a bill would change; ``unverified`` marks what was
    recalled and not yet read in a primary source.
    """

    code: str
    title: str
    short: str
    citation: str
    status: LawStatus
    note: str
    source: str
    since: date | None = None
    origins: Mapping[Origin, date] = field(default_factory=dict)
    classes: tuple[LegalClass, ...] = ()
    amends: str = ""
    whole_only: bool = False
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """What a law calls one identifier type on a day."""

    type_code: str
    origin: Origin
    words: str
    citation: str


class Effect(StrEnum):
    """What a bill would do to a type under the law it amends."""

    COVERED = "covered"
    MOVED = "moved"
    SAME = "same"


EFFECT_TEXT: Mapping[Effect, str] = {
    Effect.COVERED: "Would be covered for the first time",
    Effect.MOVED: "Would be in the statute itself",
    Effect.SAME: "Is in the statute already",
}


@dataclass(frozen=True, slots=True)
class TypeEffect:
    """What a bill would do to one type: how the law names it today, None where it does not, and how it would."""

    type: IdentifierType
    legal_class: LegalClass
    before: Label | None
    after: Label
    effect: Effect


def labels(law: Law, types: Iterable[IdentifierType], on: date) -> tuple[Label, ...]:
    """The labels ``law`` gives by their origin to ``types`` on the day ``on``, in the order given."""
    return tuple(Label(kind.code, kind.origin, kind.words, kind.citation) for kind in types if in_force(law, kind, on))


def in_force(law: Law, kind: IdentifierType, on: date) -> bool:
    """Whether ``law`` covers ``kind`` by its origin on the day ``on``."""
    since = law.origins.get(kind.origin)
    if since is None or on < max(since, kind.valid_from):
        return False
    return kind.valid_to is None or on < kind.valid_to


def classes_on(law: Law, on: date) -> tuple[LegalClass, ...]:
    """The classes of ``law`` that are in force on the day ``on``; a bill's are in force on no day."""
    return tuple(one for one in law.classes if _is_on(law, one, on))


def classes_of(law: Law, held: Collection[str], on: date) -> tuple[LegalClass, ...]:
    """The classes of ``law`` in which a dataset falls that holds these types.

    Parameters:
        held: the codes of what it holds; of a law that counts only what is whole, those it holds whole.
    """
    here = frozenset(held)
    return tuple(
        one
        for one in classes_on(law, on)
        if here.intersection(one.types) and (not one.together_with or here.intersection(one.together_with))
    )


def effects(law: Law, bill: Law, types: Mapping[str, IdentifierType], on: date) -> tuple[TypeEffect, ...]:
    """What ``bill`` would do to the types it names if it were in force on the day ``on``, in its own order."""
    return tuple(
        _effect(law, types[code], legal_class, on) for legal_class in bill.classes for code in legal_class.types
    )


def _effect(law: Law, kind: IdentifierType, legal_class: LegalClass, on: date) -> TypeEffect:
    before = next(iter(labels(law, [kind], on)), None)
    after = Label(kind.code, Origin.LAW, legal_class.words, legal_class.citation)
    return TypeEffect(kind, legal_class, before, after, _kind_of(before))


def _kind_of(before: Label | None) -> Effect:
    if before is None:
        return Effect.COVERED
    return Effect.SAME if before.origin is Origin.LAW else Effect.MOVED


def _is_on(law: Law, legal_class: LegalClass, on: date) -> bool:
    since = legal_class.valid_from or law.since
    if law.status is LawStatus.PROPOSED or since is None or on < since:
        return False
    return legal_class.valid_to is None or on < legal_class.valid_to
