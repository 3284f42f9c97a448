"""PowerPoint's slides: their texts, tables, notes and comments, as XML for the reasons that hold for Word."""

from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files.delimited import Binary
from connectors.files.documents.office import sample_parts
from connectors.files.documents.passages import Gathering

ENDINGS = (".pptx", ".pptm", ".ppsx", ".potx")
_KINDS = (
    "presentationml.slide+xml",
    "presentationml.notesSlide+xml",
    "presentationml.comments+xml",
    "ms-powerpoint.comments+xml",
    "presentationml.commentAuthors+xml",
    "ms-powerpoint.authors+xml",
    "drawingml.diagramData+xml",
)


def sample_slides(stream: Binary, name: str, plan: SamplePlan, thing: str) -> Sample:  # noqa: ARG001 - formats of files are read alike
    """Read a bounded, seeded sample of the passages of a presentation, and of the tables in it.

    Raises:
        DatasetError: when it is damaged, protected by a password or holds no text.
    """
    return sample_parts(stream, _KINDS, Gathering(plan, thing))
