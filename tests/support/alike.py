"""Many alike files in memory, read by the usual readers, and what is seen of them."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BufferedReader

from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Inner, Sample
from catalog.ports import FoundFile, SamplePlan
from connectors.files.delimited import sample_delimited
from connectors.files.together import Reading, sample_together

CANARY = "canary-4711"
PLAN = SamplePlan(rows=1000, seed=3)
Reader = Callable[[BufferedReader, str, SamplePlan, str], Sample]


def reading(
    contents: Mapping[str, bytes],
    reader: Reader = sample_delimited,
    plan: SamplePlan = PLAN,
    opened: list[str] | None = None,
) -> Reading:
    @contextmanager
    def open_one(path: str) -> Iterator[BufferedReader]:
        if opened is not None:
            opened.append(path)
        if not contents[path]:
            raise FileNotFoundError
        yield BufferedReader(io.BytesIO(contents[path]))

    return Reading(open_one, reader, plan, "Some files", lambda file: file.size > 1_000_000)


def of(
    contents: Mapping[str, bytes],
    reader: Reader = sample_delimited,
    plan: SamplePlan = PLAN,
    opened: list[str] | None = None,
) -> Sample:
    files = [FoundFile(path, len(content) or 1, "m", None) for path, content in contents.items()]
    return sample_together(files, reading(contents, reader, plan, opened))


def table(*rows: Sequence[object]) -> bytes:
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()


def names(sample: Sample) -> list[str]:
    return [column.name for column in sample.columns]


def rows_of(sample: Sample) -> list[tuple[str | None, ...]]:
    return list(zip(*(sample.values(place) for place in range(len(sample.columns))), strict=True))


def inner(sample: Sample) -> dict[str, Sample]:
    return {each.label: each.sample for each in sample.inner}


def document(text: str, *tables: Sample, caveat: Caveat | None = None) -> Sample:
    return Sample(
        [ColumnSchema("text", 0, name_is_made_up=True)],
        [[text]],
        method=SampleMethod.ALL_ROWS,
        rows_total=1,
        caveats=frozenset({caveat} if caveat else ()),
        inner=[Inner(f"table {number}", table) for number, table in enumerate(tables, start=1)],
    )


def form(*columns: str) -> Sample:
    return Sample(
        [ColumnSchema(name, place, key=name) for place, name in enumerate(columns)],
        [[f"{CANARY} {name}"] for name in columns],
        method=SampleMethod.ALL_ROWS,
        rows_total=1,
        header_is_first_row=True,
    )
