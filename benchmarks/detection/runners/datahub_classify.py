"""datahub-classify with the settings it documents: above 0.6, columns of at least five values."""

import argparse
import warnings

import spacy

from benchmarks.detection.runners import language
from benchmarks.detection.runners.serving import Table, Tool, serve

_ABOVE, _FEWEST = 0.6, 5


def ready(_: argparse.Namespace) -> Tool:
    """It loads the model by a name of its own, and would download it."""
    model = language.installed()
    loaded = spacy.load(model) if model else spacy.blank("en")
    spacy.load = lambda *_, **__: loaded
    warnings.simplefilter("ignore")
    from datahub_classify import helper_classes, infotype_predictor, reference_input  # noqa: PLC0415  # loads the model

    def judge(table: Table) -> list[list[str]]:
        columns = [
            helper_classes.ColumnInfo(
                helper_classes.Metadata({"Name": name, "Datatype": "str", "Dataset_Name": table.file}), list(values)
            )
            for name, values in zip(table.names, table.values, strict=True)
        ]
        judged = infotype_predictor.predict_infotypes(
            columns, _ABOVE, reference_input.input1, minimum_values_threshold=_FEWEST
        )
        return [_words(column.infotype_proposals) for column in judged]

    return Tool(judge, model or "none")


def _words(proposals: list) -> list[str]:  # type: ignore[type-arg]  # its own class, which is not imported yet
    return [one.infotype for one in sorted(proposals, key=lambda one: -one.confidence_level)]


if __name__ == "__main__":
    serve(ready)
