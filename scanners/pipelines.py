"""Which spaCy pipeline finds persons: an installed English one, or the small one this product ships."""

from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.resources import files

from catalog.settings import PersonModel

_INSTALLED = tuple(f"en_core_web_{size}" for size in ("trf", "lg", "md", "sm"))
#: What pipelines are installed under, as spaCy itself finds them.
_GROUP = "spacy_models"
_OWN = "ner"


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One that can be loaded.

    Parameters:
        place: the package's name, or the folder.
        version: what moves when it may find other things.
        clue: our phrase for what it finds, used in evidence.
    """

    place: str
    version: str
    clue: str


def chosen(model: PersonModel) -> Pipeline | None:
    """The pipeline a setting asks for; None where it asks for none, or there is none."""
    if model is PersonModel.NONE:
        return None
    return installed() or (own() if model is PersonModel.BUILT_IN else None)


def installed() -> Pipeline | None:
    """An installed English pipeline, the largest first; some publishers append their name to spaCy's."""
    names = {point.name: point for point in entry_points(group=_GROUP)}
    for wanted in _INSTALLED:
        for name in sorted(name for name in names if name.startswith(wanted)):
            found = names[name].dist
            return Pipeline(name, f"{name} {found.version if found else '?'}", "a person's name by language model")
    return None


def own() -> Pipeline:
    """The small one this product ships."""
    folder = files("scanners").joinpath("data", _OWN)
    return Pipeline(str(folder), "built-in 1", "a person's name by the small built-in model")
