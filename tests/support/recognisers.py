"""Texts of recognisers for tests; the forms and all examples are invented."""

from catalog.model.actors import Actor
from catalog.model.recogniser_sets import Flipped, RecogniserSet, TrialOutcome
from catalog.services import recognisers, sources
from catalog.services.catalog import Catalog
from tests.support.builders import OPERATOR

CARDS = """
recognizers:
  - name: Library card
    supported_entity: CASE_ID
    patterns: [{regex: 'QX-[0-9]{6}', score: 0.8}]
    examples: {match: ['card «QX-000123»'], no_match: ['QX-1']}
"""


def text_of(*names: str, entity: str = "CASE_ID", more: str = "") -> str:
    """A file with recognisers of these names, each for a form that is nobody's."""
    return "recognizers:\n" + "".join(_entry(name, entity) for name in names) + more


def _entry(name: str, entity: str) -> str:
    return (
        f"  - name: {name}\n    supported_entity: {entity}\n"
        "    patterns:\n      - regex: 'QX-[0-9]{6}'\n        score: 0.7\n"
        "    examples:\n      match: ['file «QX-000123»']\n      no_match: ['nothing of the kind']\n"
    )


def tried(catalog: Catalog, draft: RecogniserSet, *flips: Flipped, problem: str = "", by: Actor = OPERATOR) -> None:
    """Try a draft on every source, to this end."""
    every = [source.id for source in sources.all_sources(by, catalog)]
    trial = recognisers.ask_trial(by, catalog, draft.id, every)
    recognisers.take(by, catalog, trial)
    recognisers.finish(by, catalog, trial, TrialOutcome(problem, 3, 1, 20, flips))


def keep(catalog: Catalog, dataset_id: int, by: Actor) -> tuple[int, int]:
    """The ids of a draft that was tried and of a version in use, of two sets."""
    used = recognisers.add(by, catalog, "Parks permits", text_of("permit number"))
    tried(catalog, used, by=by)
    recognisers.use(by, catalog, used.id)
    draft = recognisers.add(by, catalog, "Social Services", text_of("outreach file number", "shelter number"))
    moved = (Flipped(dataset_id, "client_id", "CASE_ID", 0.12, 0.81), Flipped(dataset_id, "notes", "NAME", 0.55, 0.31))
    tried(catalog, draft, *moved, by=by)
    return draft.id, used.id
