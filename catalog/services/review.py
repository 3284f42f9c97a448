"""People's decisions on what the machine suggested."""

from catalog.errors import Conflict, NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.decisions import ABSENT, Decision, Verdict
from catalog.services import access, designation_watch, memberships, reconciling
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import judgements, register


def decide(
    actor: Actor,
    catalog: Catalog,
    column_id: int,
    type_code: str,
    verdict: Verdict,
    reason: str = "",
    *,
    seen: str | None = None,
) -> Decision:
    """Confirm or reject one type on one column. An earlier decision stays on record; this one takes its place.

    Parameters:
        seen: the digest of the evidence the person looked at; None for whoever decides on what is there now.

    Raises:
        Conflict: when the evidence has moved since it was looked at.
        NotFound: when there is no such column that the actor may see.
        RequestError: when there is no such type.
    """
    access.require(actor, Action.DECIDE)
    if type_code not in catalog.taxonomy.types:
        raise RequestError(f"Identifier type {type_code}", "there is no such type", "Choose one of the taxonomy.")
    with catalog.reading() as connection:
        column = judgements.column(connection, column_id)
        agency_id = register.agency_of_dataset(connection, column.dataset_id) if column else None
    if column is None:
        raise NotFound("This column", "there is no such column", "Go back to its dataset.")
    access.require(actor, Action.DECIDE, agency_id)
    detail = f"{verdict.value} {type_code}"
    with catalog.changing(actor, "decide", f"column:{column_id}", detail) as change:
        change.alone()
        found = {f.type_code: f.digest for f in judgements.findings_of(change.connection, [column_id])}
        current = found.get(type_code, ABSENT)
        if seen not in (None, current):
            raise Conflict(
                "What the scan found in this column",
                "it has changed meanwhile",
                "Look at the reasons again and decide.",
            )
        earlier = [one for one in judgements.decisions_of(change.connection, [column_id]) if one.type_code == type_code]
        decision = judgements.add_decision(
            change.connection,
            Decision(
                id=0,
                column_id=column_id,
                type_code=type_code,
                verdict=verdict,
                person_id=actor.person_id,
                reason=reason,
                evidence_digest=current,
                at=change.at,
            ),
        )
        change.compare(max(earlier, key=lambda one: one.id, default=None), decision)
        change.concerns(agency_id)
        judgements.refresh(change.connection, column.dataset_id, [column_id], catalog.taxonomy.types)
        designation_watch.types_found(change, catalog, [column.dataset_id])
        reconciling.touch(change, catalog, dataset_ids=[column.dataset_id])
        memberships.suggest(change.connection, catalog, [column.dataset_id])
        change.index("dataset", column.dataset_id)
    return decision
