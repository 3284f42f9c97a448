from dataclasses import replace
from datetime import date

from catalog.documents.document import BulletList, Document, KeyValues, Paragraph, Section, Table
from catalog.documents.of_report import of_report
from catalog.model.report_form import Element
from tests.support.said_reports import ITEMS, SIGNED, item, report


def section(document: Document, start: str) -> Section:
    return next(each for each in document.sections if each.heading.startswith(start))


def full() -> Document:
    return of_report(report(), SIGNED, public=False)


def test_the_document_is_of_the_day_of_the_last_signature() -> None:
    assert full().on == date(2026, 7, 28)
    assert of_report(report(), (), public=False).on == date(2026, 7, 31)


def test_the_parts_stand_in_the_order_of_the_law() -> None:
    headings = [each.heading for each in full().sections]
    assert headings[0] == "About this report"
    assert [heading.split(".")[0] for heading in headings[1:17]] == [str(number) for number in range(1, 17)]
    assert headings[17:] == ["What changed since the last report", "What is withheld from the public", "Signatures"]


def test_what_has_cells_is_a_table_for_each_group() -> None:
    contact, other = section(full(), "1. ").sections
    assert (contact.heading, other.heading) == ("Contact information", "Other")
    assert contact.blocks == (
        Table(
            "Contact information (2 items)",
            ("What", "Collected", "Retained", "Disclosed", "Datasets", "Notes"),
            (
                ("Name", "yes", "yes", "yes", "3", ""),
                (
                    "Phone number",
                    "yes",
                    "no",
                    "no",
                    "3",
                    "Declared, not found; Explanation: Callers leave it; it is not kept.",
                ),
            ),
        ),
    )


def test_what_has_words_is_a_section_of_its_own_with_what_it_rests_on() -> None:
    (entry,) = section(full(), "2. ").sections
    assert entry == Section(
        "Intake of shelter applicants",
        (
            KeyValues((("Authority", "Social Services Law §62"),)),
            Paragraph("People who apply for shelter are asked for it.\nWithout that no bed can be given."),
            Paragraph("It is the law."),
            KeyValues((("Origin", "From the agency's records"), ("Rests on", "Intake of shelter applicants"))),
        ),
    )


def test_where_words_come_from_is_said_and_what_is_not_answered_does_not_look_empty() -> None:
    agencies, authorities = section(full(), "6. ").sections
    assert agencies.blocks[-1] == KeyValues((("Origin", "Carried over from the last report"),))
    assert authorities.blocks == (Paragraph("Not answered."), KeyValues((("Origin", "Not answered"),)))
    assert section(full(), "16. ").blocks[-1] == Paragraph("Nothing is reported here.")


def test_more_columns_than_a_page_holds_become_sections() -> None:
    wide = item(Element.CONTRACTORS, "contract:1", "Acme", fields=tuple((f"c{n}", "x") for n in range(7)))
    document = of_report(report((wide,)), SIGNED, public=False)
    assert section(document, "16. ").sections[0].blocks[0] == KeyValues(wide.fields)


def test_what_is_withheld_is_told_with_its_reason_in_the_full_version() -> None:
    row = ("Types of identifying information collected, retained and disclosed", "Social Security number")
    assert section(full(), "What is withheld").blocks == (
        Table(
            "What is withheld from the public",
            ("Part", "What", "Reason", "Why"),
            ((*row, "It would interfere with an investigation", "Inspector general, case pending."),),
        ),
    )
    (table,) = section(full(), "1. ").sections[1].blocks
    assert isinstance(table, Table)
    assert table.rows[0][-1] == "Withheld from the public: it would interfere with an investigation"


def test_the_public_is_told_that_something_is_withheld_and_why_even_of_content_as_it_was_signed() -> None:
    public = of_report(report(), SIGNED, public=True)
    other = section(public, "1. ").sections[1]
    assert other.blocks == (BulletList(("Withheld from this version: it would interfere with an investigation.",)),)
    (table,) = section(public, "What is withheld").blocks
    assert isinstance(table, Table)
    assert table.rows == ((table.rows[0][0], "It would interfere with an investigation", "1"),)
    assert "Inspector" not in repr(public)


def test_who_typed_a_signature_in_is_for_the_city_alone() -> None:
    (inside,) = section(full(), "Signatures").blocks
    (outside,) = section(of_report(report(), SIGNED, public=True), "Signatures").blocks
    assert isinstance(inside, Table)
    assert isinstance(outside, Table)
    assert inside.rows[1] == ("Luis Prado", "Commissioner", "July 28, 2026", "Ada Okafor")
    assert outside.columns == ("Signed by", "In the capacity of", "On")
    assert outside.rows[1] == ("Luis Prado", "Commissioner", "July 28, 2026")
    assert section(of_report(report(), (), public=False), "Signatures").blocks == (Paragraph("Not signed."),)


def test_changes_are_a_table_and_their_absence_is_not_that_of_a_last_report() -> None:
    (table,) = section(full(), "What changed").blocks
    assert isinstance(table, Table)
    assert [row[1:] for row in table.rows] == [
        ("Phone number", "Changed", "Retained: yes", "Retained: no", "No copies."),
        ("E-mail address", "No longer there", "Collected: yes", "", "Form renewed in 2025."),
    ]
    first = of_report(replace(report(), last_period_to=None, changes=()), SIGNED, public=False)
    same = of_report(report(changes=()), SIGNED, public=False)
    assert section(first, "What changed").blocks != section(same, "What changed").blocks


def test_items_of_a_group_stand_together_in_the_order_in_which_groups_come_first() -> None:
    mixed = tuple(replace(ITEMS[0], key=f"types/{n}", label=str(n), group=g) for n, g in enumerate("abab"))
    document = of_report(report(mixed), SIGNED, public=False)
    tables = [each.blocks[0] for each in section(document, "1. ").sections]
    assert [[row[0] for row in t.rows] for t in tables if isinstance(t, Table)] == [["0", "2"], ["1", "3"]]
