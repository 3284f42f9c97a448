"""DataProfiler's profile of a table, with the labels its own network gives."""

import argparse
import logging
import os

from benchmarks.detection.runners.serving import Table, Tool, serve

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}  # before its import below

import dataprofiler
import pandas as pd


def ready(_: argparse.Namespace) -> Tool:
    """Its network is loaded once."""
    logging.disable(logging.WARNING)
    options = dataprofiler.ProfilerOptions()
    labeler = dataprofiler.DataLabeler(labeler_type="structured")
    options.set({"structured_options.data_labeler.data_labeler_object": labeler})

    def judge(table: Table) -> list[list[str]]:
        frame = pd.DataFrame({str(place): pd.Series(cells) for place, cells in enumerate(table.values)})
        report = dataprofiler.Profiler(frame, options=options).report(report_options={"output_format": "compact"})
        return [(column["data_label"] or "").split("|") for column in report["data_stats"]]

    return Tool(judge, "its own")


if __name__ == "__main__":
    serve(ready)
