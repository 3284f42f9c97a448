"""PDF files as a reader of another make sees them: what is told by their structure alone, in its order."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pdfplumber
from pdfminer.pdftypes import resolve1

HEADINGS = ("H1", "H2", "H3", "H4", "H5", "H6")


@dataclass(frozen=True)
class Part:
    """An element of the structure with all the text in it."""

    type: str
    text: str
    inside: tuple["Part", ...]
    attributes: dict[str, Any]

    def all(self, *types: str) -> Iterator["Part"]:
        for part in self.inside:
            if part.type in types:
                yield part
            yield from part.all(*types)


@dataclass(frozen=True)
class Read:
    """A file: its catalog and information, its structure, what no structure knows, its fonts, its XMP."""

    catalog: dict[str, Any]
    information: dict[str, Any]
    root: Part
    untagged: tuple[str, ...]
    unembedded: tuple[str, ...]
    fonts: int
    metadata: str

    @property
    def headings(self) -> list[tuple[int, str]]:
        return [(HEADINGS.index(part.type) + 1, part.text) for part in self.root.all(*HEADINGS)]

    @property
    def tables(self) -> list[list[list[tuple[str, str]]]]:
        """Each table as rows of (TH or TD, text)."""
        return [
            [[(cell.type, cell.text) for cell in row.all("TH", "TD")] for row in table.all("TR")]
            for table in self.root.all("Table")
        ]

    @property
    def text(self) -> str:
        return self.root.text


def read(data: bytes) -> Read:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        texts: dict[tuple[int, int], str] = {}
        untagged, unembedded, fonts = [], set(), 0
        for page in pdf.pages:
            for char in page.chars:
                if char["mcid"] is not None:
                    place = page.page_number, char["mcid"]
                    texts[place] = texts.get(place, "") + char["text"]
                elif char["tag"] != "Artifact":
                    untagged.append(char["text"])
            untagged += [each["object_type"] for each in (*page.rects, *page.lines, *page.curves) if _is_loose(each)]
            for font in resolve1(resolve1(page.page_obj.resources)["Font"]).values():
                fonts += 1
                unembedded |= set(_unembedded(resolve1(font)))
        root = _part({"type": "Root", "children": list(pdf.structure_tree)}, texts)
        catalog = {key: resolve1(value) for key, value in pdf.doc.catalog.items()}
        metadata = catalog["Metadata"].get_data().decode()
        return Read(catalog, pdf.metadata, root, tuple(untagged), tuple(sorted(unembedded)), fonts, metadata)


def _is_loose(shape: dict[str, Any]) -> bool:
    return shape["mcid"] is None and shape["tag"] != "Artifact"


def _unembedded(font: dict[str, Any]) -> Iterator[str]:
    for descendant in map(resolve1, resolve1(font.get("DescendantFonts", [font]))):
        description = resolve1(descendant["FontDescriptor"])
        if not any(key in description for key in ("FontFile", "FontFile2", "FontFile3")):
            yield str(font["BaseFont"])


def _part(element: dict[str, Any], texts: dict[tuple[int, int], str]) -> Part:
    inside = tuple(_part(child, texts) for child in element.get("children", []))
    own = "".join(texts.get((element.get("page_number", 0), mcid), "") for mcid in element.get("mcids", []))
    return Part(element["type"], own + "".join(part.text for part in inside), inside, element.get("attributes", {}))
