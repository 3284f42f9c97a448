"""``python -m benchmarks.detection FOLDER...``: how right the scanner is on labelled tables, alone or beside others."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.detection import by_type, ours, peers, recording, reliability, scoring, side_by_side
from benchmarks.detection.judged import Judgements, pooled
from benchmarks.detection.labelled import Label, LabelledFolder, NotLabelled, read

_ALL = "all"


def main(arguments: Sequence[str]) -> int:
    """Print what is asked for, or record it; 2 when a folder, a peer's name or the words for folders cannot be used."""
    given = _parser().parse_args(arguments)
    try:
        folders, wanted = [read(path) for path in given.folder], _wanted(given.peers)
        if given.record:
            recording.record(folders, given.about)
            return 0
    except (NotLabelled, KeyError) as error:
        print(error.args[0], file=sys.stderr)
        return 2
    about_ours = given.reliability or given.types or given.misses
    text = "\n".join(_reports(given, folders) if about_ours else _tables(given, folders, wanted))
    print(text)
    if given.out:
        given.out.write_text(text, encoding="utf-8")
    return 0


def _reports(given: argparse.Namespace, folders: Sequence[LabelledFolder]) -> Iterator[str]:
    """What is told of ours alone, on all folders together."""
    labels, judgements = pooled([(folder, ours.judgements(folder)) for folder in folders])
    if given.reliability:
        yield reliability.shown(labels, judgements)
    if given.types:
        yield by_type.shown(labels, judgements)
    if given.misses:
        yield "".join(_missed(labels, judgements))


def _tables(
    given: argparse.Namespace, folders: Sequence[LabelledFolder], wanted: Sequence[peers.Peer]
) -> Iterator[str]:
    """The side-by-side table of each folder."""
    for folder in folders:
        lines = [ours.measured(folder), *ours.alone_measured(folder)]
        for peer in wanted:
            print(f"  {peer.title} ...", file=sys.stderr, flush=True)
            lines.append(peers.measured(peer, folder, peers.Share(given.values, given.seconds)))
        size = f"{len({label.file for label in folder.labels})} tables, {len(folder.labels)} labelled columns"
        yield f"{folder.path.name}: {size}\n\n{side_by_side.compared(folder, lines)}"


def _missed(labels: Sequence[Label], judgements: Judgements) -> Iterator[str]:
    for label, judged in scoring.misses(labels, judgements):
        true, said = f"{label.kind} ({label.grade.value})", f"{judged.strongest or 'nothing'} ({judged.grade.value})"
        yield f"- {label.file}, {label.column}: {true}, judged {said}\n"


def _wanted(names: str) -> list[peers.Peer]:
    known = peers.known()
    chosen = list(known) if names == _ALL else [name for name in names.split(",") if name]
    unknown = sorted(set(chosen) - set(known))
    if unknown:
        raise KeyError(f"No such peer: {', '.join(unknown)}. There are: {', '.join(known)}.")
    return [known[name] for name in chosen]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detection", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="+", help="holds tables/*.csv and labels.csv")
    parser.add_argument("--peers", default="", metavar="A,B", help="other tools to run beside ours, or 'all'")
    parser.add_argument("--values", type=int, default=50, help="values of each column given to peers (50)")
    parser.add_argument("--seconds", type=float, default=300.0, help="of the processor, after which a peer stops (300)")
    parser.add_argument("--reliability", action="store_true", help="whether strengths mean what they say")
    parser.add_argument("--types", action="store_true", help="precision and recall of each type")
    parser.add_argument("--misses", action="store_true", help="the columns judged wrong")
    parser.add_argument("--record", action="store_true", help="write ours into the taxonomy's data and the documents")
    parser.add_argument("--about", action="append", default=[], metavar="WORDS", help="what a folder's tables are")
    parser.add_argument("--out", type=Path, help="also write it to this file")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
