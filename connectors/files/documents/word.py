"""Word's documents: text, lists, headers, footers, notes, comments, text boxes, tracked changes and tables.

Read as XML and not with python-docx, which holds all parts of a document in memory and passes over text boxes, notes,
content controls and tracked changes.
"""

from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files.delimited import Binary
from connectors.files.documents.office import sample_parts
from connectors.files.documents.passages import Gathering

ENDINGS = (".docx", ".docm", ".dotx", ".dotm")
_KINDS = (
    "wordprocessingml.document.main+xml",
    "word.document.macroEnabled.main+xml",
    "wordprocessingml.template.main+xml",
    "word.template.macroEnabledTemplate.main+xml",
    "wordprocessingml.header+xml",
    "wordprocessingml.footer+xml",
    "wordprocessingml.footnotes+xml",
    "wordprocessingml.endnotes+xml",
    "wordprocessingml.comments+xml",
    "drawingml.diagramData+xml",
)


def sample_word(stream: Binary, name: str, plan: SamplePlan, thing: str) -> Sample:  # noqa: ARG001 - formats of files are read alike
    """Read a bounded, seeded sample of the passages of a Word document, and of the tables in it.

    Raises:
        DatasetError: when it is damaged, protected by a password or holds no text.
    """
    return sample_parts(stream, _KINDS, Gathering(plan, thing))
