"""What laws call what the city holds, on any day, and what would change if a bill passed: derived, never rescanned."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from catalog.errors import NotFound
from catalog.model.actors import Actor, Scope
from catalog.model.coverage import Look
from catalog.model.holdings import Agency
from catalog.model.identifiers import IdentifierType, Origin
from catalog.model.law import Law, LawStatus, LegalClass, TypeEffect, classes_of, classes_on, effects, in_force
from catalog.model.legal_views import ClassLine, Held, ImpactLine, ImpactPage, LawPage
from catalog.model.sensitivity import WHOLE
from catalog.model.sensitivity import Held as HeldType
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import holdings, register
from catalog.store import laws as stored
from catalog.store.engine import Connection


def every(actor: Actor, catalog: Catalog) -> tuple[Law, ...]:
    """The laws and bills there are, those in force first."""
    access.require(actor, Action.READ_HOLDINGS)
    return tuple(catalog.taxonomy.laws.values())


def law(actor: Actor, catalog: Catalog, code: str, on: date | None = None) -> LawPage:
    """A law as it reads on a day, with what falls in its classes now, as far as this actor sees.

    Parameters:
        on: the day; None for today.

    Raises:
        NotFound: when there is no such law.
    """
    access.require(actor, Action.READ_HOLDINGS)
    found, day = _known(catalog, code), on or catalog.day()
    with catalog.reading() as connection:
        count = _Counting(connection, catalog, access.scope(actor), whole_only=found.whole_only)
        return LawPage(
            law=found,
            on=day,
            origins=_by_origin(found, catalog.taxonomy.types.values(), day),
            classes=tuple(count.line(one) for one in classes_on(found, day)),
            first_day=min((day for day in (found.since, *found.origins.values()) if day), default=None),
            looked=count.looked,
        )


def impact(actor: Actor, catalog: Catalog, code: str, on: date | None = None) -> ImpactPage:
    """What would change if a bill passed, had it passed on a day.

    Parameters:
        on: the day; None for today.

    Raises:
        NotFound: when there is no such bill.
    """
    access.require(actor, Action.READ_HOLDINGS)
    bill, day = _known(catalog, code), on or catalog.day()
    if bill.status is not LawStatus.PROPOSED:
        raise NotFound(f"The bill {bill.short}", "it is no bill", "See what it says under Laws.")
    amended, scope = catalog.taxonomy.laws[bill.amends], access.scope(actor)
    with catalog.reading() as connection:
        count = _Counting(connection, catalog, scope, whole_only=amended.whole_only)
        declared = _declared(connection, actor)
        found = effects(amended, bill, catalog.taxonomy.types, day)
        lines = tuple(count.impact(one, declared[one.type.code]) for one in found)
    touched = {agency.id: agency for line in lines for agency, _ in line.by_agency}
    return ImpactPage(
        bill=bill,
        amends=amended,
        on=day,
        lines=lines,
        agencies=tuple(sorted(touched.values(), key=lambda one: one.name)),
        not_seen=tuple(words for one in bill.classes for words in one.not_seen),
        looked=count.looked,
    )


def under(catalog: Catalog, held: Iterable[HeldType]) -> tuple[tuple[Law, tuple[LegalClass, ...]], ...]:
    """The laws in whose classes a dataset falls today.

    Parameters:
        held: the types in effect in it, with their forms.
    """
    every = list(held)
    found = ((law, classes_of(law, _counting(law, every), catalog.day())) for law in catalog.taxonomy.laws.values())
    return tuple((law, classes) for law, classes in found if classes)


class _Counting:
    """Counts what falls in classes, for one actor."""

    def __init__(self, connection: Connection, catalog: Catalog, scope: Scope, *, whole_only: bool) -> None:
        self._connection, self._scope, self._whole_only = connection, scope, whole_only
        self._types = catalog.taxonomy.types
        self.looked = all(each.look is Look.SCANNED for each in holdings.look_counts(connection, scope))
        self._agencies: Mapping[str, Agency] = {one.id: one for one in register.all_agencies(connection)}

    def line(self, legal_class: LegalClass) -> ClassLine:
        """A class with what falls in it."""
        types = tuple(self._types[code] for code in legal_class.types)
        beside = tuple(self._types[code] for code in legal_class.together_with)
        return ClassLine(legal_class, types, beside, *self._held(legal_class))

    def impact(self, effect: TypeEffect, activities: int) -> ImpactLine:
        """What a bill would do to a type, with where that type is."""
        alone = LegalClass("", "", "", "", (effect.type.code,), effect.legal_class.together_with)
        return ImpactLine(effect, *self._held(alone), activities)

    def _held(self, legal_class: LegalClass) -> tuple[Held, tuple[tuple[Agency, Held], ...]]:
        counts = stored.counts(self._connection, self._scope, legal_class, whole_only=self._whole_only)
        by_agency = tuple((self._agencies[one.agency_id], Held(one.confirmed, one.suggested)) for one in counts)
        return sum((held for _, held in by_agency), Held()), by_agency


def _counting(law: Law, held: Iterable[HeldType]) -> set[str]:
    return {one.type.code for one in held if one.form in WHOLE or not law.whole_only}


def _by_origin(law: Law, types: Iterable[IdentifierType], on: date) -> dict[Origin, tuple[IdentifierType, ...]]:
    counting = [kind for kind in types if in_force(law, kind, on)]
    return {origin: tuple(kind for kind in counting if kind.origin is origin) for origin in law.origins}


def _declared(connection: Connection, actor: Actor) -> Counter[str]:
    """How many of the collections and disclosures that the actor sees declare each type."""
    found: Counter[str] = Counter()
    for code, agency_id, other, count in stored.declaring(connection):
        if access.concerns(actor, (agency_id, other)):
            found[code] += count
    return found


def _known(catalog: Catalog, code: str) -> Law:
    found = catalog.taxonomy.laws.get(code)
    if found is None:
        raise NotFound("This law", "there is no such law here", "See them all under Laws.")
    return found
