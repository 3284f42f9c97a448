import pytest

from benchmarks.detection import by_type, proofs, reliability, side_by_side
from benchmarks.detection.judged import Judged, pooled
from benchmarks.detection.labelled import Label, LabelledFolder
from benchmarks.detection.measured import Measured
from benchmarks.detection.scoring import Counts, Scores
from benchmarks.house import ROOT
from catalog.model.identifiers import Grade

DIRECT, QUASI, NONE = Grade.DIRECT, Grade.QUASI, Grade.NONE
LABELS = (
    Label("t.csv", "name", "PERSON", ("NAME",), DIRECT),
    Label("t.csv", "initial", "NAME_PART", ("NAME",), QUASI),
    Label("u.csv", "mail", "EMAIL", ("EMAIL", "CREDENTIAL"), DIRECT),
    Label("u.csv", "cost", "NONE", ("NONE",), NONE),
    Label("u.csv", "title", "NAMELIKE", ("NAME", "NONE"), QUASI),
)
JUDGED = {
    ("t.csv", "name"): Judged(DIRECT, (("NAME", 0.95), ("SEX", 0.25))),
    ("t.csv", "initial"): Judged(QUASI, (("NAME", 0.62),)),
    ("u.csv", "mail"): Judged(DIRECT, (("PHONE", 0.65),)),
    ("u.csv", "cost"): Judged(NONE, (("DOB", 0.3),)),
    ("u.csv", "title"): Judged(DIRECT, (("NAME", 0.97),)),
}
FOLDER = LabelledFolder(ROOT / "none", LABELS)


def cells(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("|")][2:]


def test_bands_hold_what_is_truly_there_and_open_labels_say_nothing() -> None:
    found = [(band.low, len(band.findings), band.true) for band in reliability.bands(LABELS, JUDGED)]
    assert found == [(0.2, 1, 0), (0.3, 1, 0), (0.6, 2, 1), (0.9, 1, 1)]


def test_the_weaker_findings_of_a_column_are_told_apart() -> None:
    rows = {row[0]: row for row in cells(reliability.shown(LABELS, JUDGED))}
    assert rows["0.6–0.7"][3:] == ["0.50 (1 of 2)", "0.50 (1 of 2)"]
    assert rows["0.2–0.3"][3:] == ["0.00 (0 of 1)", "–"]


def test_the_error_weighs_bands_by_what_they_hold() -> None:
    expected = (0.25 + 0.3 + abs(0.62 + 0.65 - 1) + abs(0.95 - 1)) / 5
    assert reliability.error(reliability.bands(LABELS, JUDGED)) == pytest.approx(expected)


def test_folders_with_files_called_alike_are_pooled() -> None:
    labels, judgements = pooled([(FOLDER, JUDGED), (FOLDER, {})])
    assert len(labels) == len({label.key for label in labels}) == 2 * len(LABELS)
    assert [judgements.get(label.key) for label in labels] == [*JUDGED.values(), *[None] * len(LABELS)]


def test_a_full_strength_falls_into_the_last_band() -> None:
    (band,) = reliability.bands(LABELS[:1], {LABELS[0].key: Judged(DIRECT, (("NAME", 1.0),))})
    assert band.low == pytest.approx(0.9)


def test_each_type_has_its_precision_recall_and_what_stood_in_its_place() -> None:
    rows = {row[0]: row[1:] for row in cells(by_type.shown(LABELS, JUDGED))}
    assert rows == {
        "NAME": ["1.00 (1 of 1)", "1.00 (1 of 1)", ""],
        "NAME, in part": ["1.00 (1 of 1)", "1.00 (1 of 1)", ""],
        "EMAIL": ["–", "0.00 (0 of 1)", "PHONE 1"],
        "PHONE": ["0.00 (0 of 1)", "–", ""],
    }


def test_a_peer_that_cannot_be_run_says_why_in_its_row() -> None:
    ((_, reason, *rest),) = cells(side_by_side.compared(FOLDER, [Measured("Peer", not_run="no wheel")]))
    assert reason == "could not be run: no wheel"
    assert set(rest) == {""}


def test_a_row_tells_accuracy_and_cost() -> None:
    line = Measured(
        "Tool",
        JUDGED,
        cells=500,
        columns=5,
        judging_seconds=2.0,
        judging_cpu_seconds=4.0,
        start_seconds=1.5,
        peak_bytes=3_000_000,
    )
    ((title, *figures),) = cells(side_by_side.compared(FOLDER, [line]))
    assert title == "Tool"
    assert figures == [
        *("1.000 / 1.000 / 1.000", "0.500", "0.500", "0.000 / 0.000 / 0.000", "1.000", "0.000"),
        *("250", "125", "2", "1.5", "3"),
    ]


def test_a_tool_whose_time_was_up_is_not_held_to_the_tables_left_out() -> None:
    judged = {key: one for key, one in JUDGED.items() if key[0] == "t.csv"}
    stopped = Measured("Tool", judged, note="stopped after 300 s, 1 tables left out", is_partial=True)
    whole = Measured("Tool", judged)
    rows = cells(side_by_side.compared(FOLDER, [stopped, whole]))
    assert [row[2] for row in rows] == ["1.000", "0.667"]
    assert "- Tool: stopped" in side_by_side.compared(FOLDER, [stopped])


def test_figures_are_held_to_their_goals() -> None:
    scores = Scores(direct=Counts(right=9, missed=1), quasi=Counts(right=1), in_combination=10, alarmed=2)
    wanted = {"direct_f1": {"least": 0.9}, "direct_recall": {"least": 0.95}, "over_alarm": {"most": 0.15}}
    found = [(proof.promise, proof.target, proof.kept) for proof in proofs.against(wanted, scores, "here")]
    assert found == [
        ("here: direct F1", ">= 0.9", True),
        ("here: direct recall", ">= 0.95", False),
        ("here: over-alarm", "<= 0.15", False),
    ]
