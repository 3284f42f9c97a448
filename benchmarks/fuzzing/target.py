"""``python -m benchmarks.fuzzing.target NAME [libFuzzer's options] FOLDER``: feeds one reader what libFuzzer makes up.

A finding is whatever a reader raises besides the error of a dataset, and whatever takes too long or too much memory.
"""

import io
import sys
from collections.abc import Callable

import atheris

with atheris.instrument_imports(include=["connectors"]):
    from connectors.files import archive, avro, delimited, fixed_width, formats, json_records
    from connectors.files.documents import mail, text, web

from catalog.errors import DatasetError
from catalog.ports import SamplePlan

PLAN = SamplePlan(rows=50, seed=1, cell_chars=200, seconds=5.0)
_LAYOUT = fixed_width.layouts("*: ssn 9, last_name 20, first_name 15, dob 8")[0]

del archive, formats  # imported so that what they call is instrumented


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


#: The readers whose code is our own for the most part, each with an ending its sound files have.
TARGETS: dict[str, tuple[str, Callable[[bytes], None]]] = {
    "delimited": (".csv", _read(delimited.sample_delimited, "x.csv")),
    "json": (".json", _read(json_records.sample_json, "x.json")),
    "json_lines": (".jsonl", _read(json_records.sample_json, "x.jsonl")),
    "fixed_width": (".txt", _fixed),
    "mail": (".eml", _read(mail.sample_mail, "x.eml")),
    "mailbox": (".mbox", _read(mail.sample_mbox, "x.mbox")),
    "web": (".html", _read(web.sample_web, "x.html")),
    "text": (".txt", _read(text.sample_text, "x.txt")),
    "avro": (".avro", _read(avro.sample_avro, "x.avro")),
}


def main() -> None:
    """Fuzz the reader that is named first."""
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[name][1])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
