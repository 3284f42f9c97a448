"""Presentations."""

import pptx

from connectors.files.documents.slides import sample_slides
from tests.support.documents import deck, read, saved, tables, texts


def test_shapes_groups_and_notes_are_passages() -> None:
    assert texts(read(sample_slides, deck())) == ["Heating season", "first", "second", "in a group", "Thank Ms. Ruiz"]


def test_a_table_on_a_slide_is_kept_beside() -> None:
    found = tables(read(sample_slides, deck()))

    assert found["table 1"] == [("Client", "Born"), ("Ana Ruiz", "1980-02-01"), ("Bo Li", "1991-03-04")]
    assert found["document properties"][1][-1] == "Nora Keane"


def test_merged_cells_say_the_same_at_each_of_their_places() -> None:
    slides = pptx.Presentation()
    table = slides.slides.add_slide(slides.slide_layouts[6]).shapes.add_table(3, 3, 0, 0, 10, 10).table
    for row in range(3):
        for place in range(3):
            table.cell(row, place).text = f"{row}{place}"
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(0, 0).text = "wide"
    table.cell(1, 2).merge(table.cell(2, 2))
    table.cell(1, 2).text = "tall"

    found = tables(read(sample_slides, saved(slides)))["table 1"]

    assert found == [("wide", "wide", "02"), ("10", "11", "tall"), ("20", "21", "tall")]


def test_slides_are_read_in_their_order() -> None:
    slides = pptx.Presentation()
    for number in range(12):
        slides.slides.add_slide(slides.slide_layouts[5]).shapes.title.text = f"slide {number}"

    assert texts(read(sample_slides, saved(slides))) == [f"slide {number}" for number in range(12)]
