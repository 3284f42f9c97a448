"""The keys of the review queue, as each person wants them: bookkeeping of theirs, and no change of the inventory."""

from collections.abc import Mapping

from catalog.model import keyboard
from catalog.model.actors import Actor
from catalog.model.keyboard import Command, Keyboard
from catalog.model.review import ReviewKeys
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import review_keys


def shown(actor: Actor, catalog: Catalog) -> Keyboard:
    """The keys of this actor: the usual ones, switched on, where they chose none.

    Raises:
        NotAllowed: when the actor decides nothing.
    """
    access.require(actor, Action.DECIDE)
    with catalog.reading() as connection:
        kept = review_keys.of_person(connection, actor.person_id)
    return keyboard.keyboard(is_on=kept.is_on, chosen=kept.chosen) if kept else keyboard.keyboard(is_on=True, chosen={})


def keep(actor: Actor, catalog: Catalog, wished: Mapping[Command, str], *, is_on: bool) -> None:
    """Keep the keys that the actor wishes for.

    Raises:
        NotAllowed: when the actor decides nothing.
        RequestError: when a key is not one printable character, or has two commands.
    """
    access.require(actor, Action.DECIDE)
    keys = ReviewKeys(actor.person_id, is_on, keyboard.chosen(wished))
    catalog.note(lambda connection: review_keys.keep(connection, keys))


def reset(actor: Actor, catalog: Catalog) -> None:
    """Go back to the usual keys, switched on.

    Raises:
        NotAllowed: when the actor decides nothing.
    """
    access.require(actor, Action.DECIDE)
    keys = ReviewKeys(actor.person_id, is_on=True, chosen={})
    catalog.note(lambda connection: review_keys.keep(connection, keys))
