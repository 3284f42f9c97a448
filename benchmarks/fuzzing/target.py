"""``python -m benchmarks.fuzzing.target NAME [libFuzzer's options] FOLDER``: feeds one reader what libFuzzer makes up.

A finding is whatever a reader raises besides the error of a dataset, and whatever takes too long or too much memory.
"""

import io
import sys
from collections.abc import Callable

import atheris

with atheris.instrument_imports(include=["connectors"]):
    from connectors.files import avro, delimited, fixed_width, json_records
    from connectors.files.documents import mail, text, web

from catalog.errors import DatasetError
from catalog.ports import SamplePlan

PLAN = SamplePlan(rows=50, seed=1, cell_chars=200, seconds=5.0)
_LAYOUT = fixed_width.layouts("*: ssn 9, last_name 20, first_name 15, dob 8")[0]


def _read(reader: Callable[..., object], name: str) -> Callable[[bytes], None]:
    def once(content: bytes) -> None:
        try:
            reader(io.BufferedReader(io.BytesIO(content)), name, PLAN, "A file")
        except DatasetError:
            return

    return once


def _fixed(content: bytes) -> None:
    try:
        fixed_width.sample_fixed(io.BufferedReader(io.BytesIO(content)), "x.dat", PLAN, "A file", _LAYOUT)
    except DatasetError:
        return


#: The readers whose code is our own for the most part.
TARGETS: dict[str, Callable[[bytes], None]] = {
    "delimited": _read(delimited.sample_delimited, "x.csv"),
    "json": _read(json_records.sample_json, "x.json"),
    "json_lines": _read(json_records.sample_json, "x.jsonl"),
    "fixed_width": _fixed,
    "mail": _read(mail.sample_mail, "x.eml"),
    "mailbox": _read(mail.sample_mbox, "x.mbox"),
    "web": _read(web.sample_web, "x.html"),
    "text": _read(text.sample_text, "x.txt"),
    "avro": _read(avro.sample_avro, "x.avro"),
}


def main() -> None:
    """Fuzz the reader that is named first."""
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
