"""Protocols: under which rule something is collected or disclosed, what falls under it, and what under none."""

from collections import Counter
from collections.abc import Mapping, Sequence

from catalog.model.actors import Actor
from catalog.model.decisions import Standing
from catalog.model.law_views import Cross, Gap, GapLine, GapsPage, ProtocolLine, ProtocolPage, ProtocolsPage
from catalog.model.reconciliation import FORCE_TEXT, Approval, force
from catalog.model.register import PROTOCOL_TEXT, Protocol, ProtocolClass
from catalog.services import access, filtering, lines, reconciliation, records
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.filtering import Chosen, Dimension
from catalog.services.flows import terms
from catalog.services.records import Records
from catalog.store import facets, holdings
from catalog.store.engine import Connection

SORTS = ("title", "activities", "datasets", "effective")
PER_PAGE = 50
_CITY = "city"
_CLASSES = {ProtocolClass.AUTHORITY: "Authority: permits", ProtocolClass.HANDLING: "Handling rule: binds"}
_DIMENSIONS: Mapping[str, Dimension[ProtocolLine]] = {
    "class": Dimension(
        "Class",
        lambda one: [(one.protocol.type.protocol_class.value, _CLASSES[one.protocol.type.protocol_class])],
    ),
    "kind": Dimension("Type of protocol", lambda one: [(one.protocol.type.value, PROTOCOL_TEXT[one.protocol.type])]),
    "force": Dimension("State", lambda one: [(one.force.value, FORCE_TEXT[one.force])]),
    "issuer": Dimension(
        "Issued by", lambda one: [(one.issuer.id, one.issuer.name) if one.issuer else (_CITY, "No single agency")]
    ),
    "type": Dimension("Identifier type", lambda one: [(kind.code, kind.label) for kind in one.types]),
}
FACETS = tuple(_DIMENSIONS)


def every(
    actor: Actor,
    catalog: Catalog,
    chosen: Chosen | None = None,
    text: str = "",
    *,
    sort: str = "title",
    page: int = 1,
    per_page: int = PER_PAGE,
) -> ProtocolsPage:
    """The protocols this actor may know of that pass the filters, with how much they see under each."""
    access.require(actor, Action.READ_HOLDINGS)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        shown = _shown(connection, actor, known)
    found = [_line(known, one, shown) for one in known.protocols.values()]
    spoken = [one for one in found if _says(one, text)]
    passed = sorted(filtering.passing(spoken, _DIMENSIONS, chosen or {}), key=lambda one: _rank(one, sort))
    listed, page, pages = filtering.page_of(passed, page, per_page)
    return ProtocolsPage(
        lines=tuple(listed),
        total=len(passed),
        known=len(found),
        page=page,
        pages=pages,
        facets=filtering.facets(spoken, _DIMENSIONS, chosen or {}),
        matrix=_by_type(known, passed),
    )


def successors(actor: Actor, catalog: Catalog, protocol_id: int) -> tuple[Protocol, ...]:
    """The protocols that take the place of one, as far as the actor may see them."""
    access.require(actor, Action.READ_HOLDINGS)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor).protocols.values()
    return tuple(one for one in known if one.supersedes_id == protocol_id)


def protocol(actor: Actor, catalog: Catalog, protocol_id: int) -> ProtocolPage:
    """One protocol and what falls under it.

    Raises:
        NotFound: when there is no such protocol that the actor may see.
    """
    access.require(actor, Action.READ_HOLDINGS)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        found = known.protocols.get(protocol_id)
        if found is None:
            raise access.nothing_here()
        under = known.under.get(protocol_id, ())
        seen = reconciliation.data_of(connection, actor, known, under)
        ids = sorted({key for activity_id in under for key in known.datasets.get(activity_id, ())})
        datasets = lines.dataset_lines(connection, catalog, access.scope(actor), ids)
    return ProtocolPage(
        line=_line(known, found, frozenset(line.dataset.id for line in datasets)),
        terms=terms(known, found),
        flows=reconciliation.flow_lines(known, seen, actor, under),
        datasets=datasets,
    )


def gaps(actor: Actor, catalog: Catalog, *, page: int = 1, per_page: int = PER_PAGE) -> GapsPage:
    """Datasets that hold a type for which no authority is in force, the worst first: by the gravest type that is
    confirmed, then by the gravest that is suggested, then by how many.
    """
    access.require(actor, Action.READ_EVIDENCE)
    scope = access.scope(actor)
    with catalog.reading() as connection:
        known = records.everything(connection, catalog)
        held = holdings.held_types(connection, scope, facets.matching(connection, scope, (), None))
        permitted = _permitted(known)
        found = {key: _gaps(known, held[key], permitted.get(key, {})) for key in held}
        worst = sorted((key for key in found if found[key]), key=lambda key: _gravity(found[key]))
        ids, page, pages = filtering.page_of(worst, page, per_page)
        shown = lines.dataset_lines(connection, catalog, scope, ids)
    return GapsPage(
        lines=tuple(GapLine(line, found[line.dataset.id]) for line in shown),
        total=len(worst),
        holding=len(held),
        page=page,
        pages=pages,
    )


def _permitted(known: Records) -> Mapping[int, Mapping[str, Approval]]:
    """For each dataset and type declared on it, the best approval of an activity that declares it."""
    order = [Approval.NOT_NEEDED, Approval.IN_FORCE, Approval.LAPSED, Approval.NONE]
    found: dict[int, dict[str, Approval]] = {}
    for key in known.activities:
        approval = known.view(key).approval
        for dataset_id in known.datasets.get(key, ()):
            of = found.setdefault(dataset_id, {})
            for code in known.types.get(key, ()):
                of[code] = min(of.get(code, Approval.NONE), approval, key=order.index)
    return found


def _gaps(known: Records, held: Sequence[holdings.HeldType], permitted: Mapping[str, Approval]) -> tuple[Gap, ...]:
    found = [
        Gap(
            type=known.kinds[one.type_code],
            standing=Standing.CONFIRMED if one.confirmed else Standing.SUGGESTED,
            columns=one.columns,
            lapsed=permitted.get(one.type_code) is Approval.LAPSED,
            declared=one.type_code in permitted,
        )
        for one in held
        if permitted.get(one.type_code) not in {Approval.IN_FORCE, Approval.NOT_NEEDED}
    ]
    return tuple(
        sorted(found, key=lambda gap: (gap.standing is not Standing.CONFIRMED, -gap.type.tier, gap.type.label))
    )


def _gravity(gaps: Sequence[Gap]) -> tuple[int, int, int]:
    confirmed = [gap.type.tier for gap in gaps if gap.standing is Standing.CONFIRMED]
    suggested = [gap.type.tier for gap in gaps if gap.standing is not Standing.CONFIRMED]
    return -max(confirmed, default=0), -max(suggested, default=0), -len(gaps)


def _shown(connection: Connection, actor: Actor, known: Records) -> frozenset[int]:
    """The datasets of activities that this actor may see."""
    ids = {key for activity_id in known.activities for key in known.datasets.get(activity_id, ())}
    return frozenset(holdings.datasets_by_id(connection, access.scope(actor), ids))


def _line(known: Records, one: Protocol, shown: frozenset[int]) -> ProtocolLine:
    under = known.under.get(one.id, ())
    codes = {code for key in under for code in known.types.get(key, ())}
    datasets = {i for key in under for i in known.datasets.get(key, ())}
    return ProtocolLine(
        protocol=one,
        issuer=known.agencies.get(one.issuer_agency_id or ""),
        force=force(one, known.today),
        activities=len(under),
        datasets=len(datasets & shown),
        types=tuple(sorted((known.kinds[code] for code in codes), key=lambda kind: (-kind.tier, kind.label))),
    )


def _says(one: ProtocolLine, text: str) -> bool:
    issuer = (one.issuer.name, one.issuer.acronym) if one.issuer else ()
    words = (one.protocol.title, one.protocol.citation, one.protocol.issuer, one.protocol.edition, *issuer)
    said = " ".join(words).casefold()
    return all(word in said for word in text.casefold().split())


def _rank(one: ProtocolLine, sort: str) -> tuple[int, str]:
    sizes = {"activities": one.activities, "datasets": one.datasets, "effective": one.protocol.effective_on.toordinal()}
    return -sizes.get(sort, 0), one.protocol.title.casefold()


def _by_type(known: Records, found: Sequence[ProtocolLine]) -> Cross:
    """The authorities among these protocols by the types of what stands on them, counted in activities."""
    rows = [one for one in found if one.types and one.protocol.type.protocol_class is ProtocolClass.AUTHORITY]
    cells: dict[tuple[str, str], int] = {}
    labels: dict[str, str] = {}
    for one in rows:
        for key in known.under[one.protocol.id]:
            for code in known.types.get(key, ()):
                labels[code] = known.kinds[code].label
                cell = (str(one.protocol.id), code)
                cells[cell] = cells.get(cell, 0) + 1
    spread = Counter(code for _, code in cells)
    columns = sorted(labels, key=lambda code: (-spread[code], labels[code]))
    finding = "No type stands under any of these authorities."
    if columns:
        finding = f"Most often: {labels[columns[0]]}, under {spread[columns[0]]} of {len(rows)} authorities."
    return Cross(
        rows=tuple((str(one.protocol.id), one.protocol.title) for one in rows),
        columns=tuple((code, labels[code]) for code in columns),
        cells=cells,
        finding=finding,
    )
