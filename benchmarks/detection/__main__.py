"""``python -m benchmarks.detection FOLDER``: how right the scanner is on labelled tables, alone or beside others."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.detection import by_type, ours, peers, reliability, scoring, side_by_side
from benchmarks.detection.judged import Judgements
from benchmarks.detection.labelled import LabelledFolder, NotLabelled, read

_ALL = "all"


def main(arguments: Sequence[str]) -> int:
    """Print what is asked for; 2 when the folder or a peer's name cannot be used."""
    given = _parser().parse_args(arguments)
    try:
        folder, wanted = read(given.folder), _wanted(given.peers)
    except (NotLabelled, KeyError) as error:
        print(error.args[0], file=sys.stderr)
        return 2
    text = "\n".join(_parts(given, folder, wanted))
    print(text)
    if given.out:
        given.out.write_text(text, encoding="utf-8")
    return 0


def _parts(given: argparse.Namespace, folder: LabelledFolder, wanted: Sequence[peers.Peer]) -> Iterator[str]:
    if given.reliability or given.types or given.misses:
        judgements = ours.judgements(folder)
        if given.reliability:
            yield reliability.shown(folder.labels, judgements)
        if given.types:
            yield by_type.shown(folder.labels, judgements)
        if given.misses:
            yield "\n".join(_missed(folder, judgements)) + "\n"
        return
    share = peers.Share(given.values, given.seconds)
    lines = [ours.measured(folder), *ours.alone_measured(folder)]
    for peer in wanted:
        print(f"  {peer.title} ...", file=sys.stderr, flush=True)
        lines.append(peers.measured(peer, folder, share))
    yield side_by_side.compared(folder, lines)


def _missed(folder: LabelledFolder, judgements: Judgements) -> Iterator[str]:
    for label, judged in scoring.misses(folder.labels, judgements):
        true = f"{label.kind} ({label.grade.value})"
        yield f"- {label.file}, {label.column}: {true}, judged {judged.strongest or 'nothing'} ({judged.grade.value})"


def _wanted(names: str) -> list[peers.Peer]:
    known = peers.known()
    chosen = list(known) if names == _ALL else [name for name in names.split(",") if name]
    unknown = sorted(set(chosen) - set(known))
    if unknown:
        raise KeyError(f"No such peer: {', '.join(unknown)}. There are: {', '.join(known)}.")
    return [known[name] for name in chosen]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detection", description=__doc__)
    parser.add_argument("folder", type=Path, help="holds tables/*.csv and labels.csv")
    parser.add_argument("--peers", default="", metavar="A,B", help="other tools to run beside ours, or 'all'")
    parser.add_argument("--values", type=int, default=50, help="values of each column given to peers (50)")
    parser.add_argument("--seconds", type=float, default=300.0, help="after which a peer stops (300)")
    parser.add_argument("--reliability", action="store_true", help="whether strengths mean what they say")
    parser.add_argument("--types", action="store_true", help="precision and recall of each type")
    parser.add_argument("--misses", action="store_true", help="the columns judged wrong")
    parser.add_argument("--out", type=Path, help="also write it to this file")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
