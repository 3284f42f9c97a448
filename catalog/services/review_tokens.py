"""A form that is sent twice is one act: the second time, it is told what it did the first time."""

import hashlib

from catalog.model.actors import Actor
from catalog.model.review import ReviewAct
from catalog.model.review_views import Outcome
from catalog.services.catalog import Catalog
from catalog.store import review_acts
from catalog.store.engine import Connection


class Repeated(Exception):  # nothing went wrong: it ends a change that has nothing left to do
    """The form was sent before; ``outcome`` is what it did then."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def mark(token: str | None, *asked: object) -> str | None:
    """What is kept of a form's token together with what the form asks for.

    Where one form is sent once more and asks for something else, that is another act, held against what is there then.
    """
    return hashlib.sha256(repr((token, asked)).encode()).hexdigest() if token is not None else None


def earlier(actor: Actor, catalog: Catalog, token: str | None) -> Outcome | None:
    """What this person did already with a form of this mark."""
    if token is None:
        return None
    with catalog.reading() as connection:
        done = review_acts.with_token(connection, actor.person_id, token)
        return _outcome(connection, done) if done else None


def once(connection: Connection, actor: Actor, token: str | None) -> None:
    """End a change whose form, by its mark, was sent before: asked once nobody else can change the catalog.

    Raises:
        Repeated: when it was.
    """
    done = review_acts.with_token(connection, actor.person_id, token) if token is not None else None
    if done:
        raise Repeated(_outcome(connection, done))


def _outcome(connection: Connection, act: ReviewAct) -> Outcome:
    proposed = {one.column_id for one in review_acts.proposals_in(connection, [act.id])}
    return Outcome(act, act.columns - len(proposed), len(proposed), (), repeated=True)
