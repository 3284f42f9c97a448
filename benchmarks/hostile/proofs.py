"""2,000 mutated and hostile files, scanned by a real run: only scan children die, and each file is accounted for.

``HOSTILE_FILES`` makes fewer, for a first look. ``HOSTILE_FROM`` names a folder of sound files, such as public ones,
that mutations begin with too.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.hostile import by_hand, good
from benchmarks.hostile.mutations import mutated
from benchmarks.manners.estate import Estate, estate
from benchmarks.memory import watched
from benchmarks.proof import Proof
from catalog.model.coverage import Look
from catalog.model.runs import Run, RunState

SEED = 20261128
FILES = int(os.environ.get("HOSTILE_FILES", "2000"))
_FROM = os.environ.get("HOSTILE_FROM", "")
_LARGEST = 2_000_000
_SECONDS = 30
_A_FOLDER = 3
_MIB = 2**20


def proofs() -> Iterator[Proof]:
    """Write the files, scan them, and look at what became of each."""
    with TemporaryDirectory(prefix="hostile-") as folder, estate(child_seconds=_SECONDS, workers=2) as city:
        written = _write(Path(folder))
        source = city.add("Hostile", "files", {"path": folder})
        began = time.monotonic()
        with watched(os.getpid()) as peak:
            run = city.scan(source)
        yield _accounted(city, run, written, time.monotonic() - began)
        yield _ends(city, run)
        yield Proof(
            "Memory of the coordinator with all it started, and of one scan child, while it read them",
            f"{peak.held / _MIB:,.0f} MiB, {peak.largest / _MIB:,.0f} MiB",
            "one child at most 2,048 MiB (its limit)",
            peak.largest <= 2048 * _MIB,
            SEED,
        )


def _write(folder: Path) -> int:
    """Write the files, few to a folder, so that none pass for alike."""
    chance = random.Random(SEED)  # repeatable
    sound = [*good.files(), *_given()]
    made = [*by_hand.files()][:FILES]
    for number in range(len(made), FILES):
        ending, content = sound[number % len(sound)]
        made.append((f"{_word(number)}{ending}", mutated(chance, content)))
    for number, (name, content) in enumerate(made):
        below = folder / f"f {_word(number // _A_FOLDER)}"
        below.mkdir(exist_ok=True)
        (below / name).write_bytes(content)
    return len(made)


def _given() -> list[tuple[str, bytes]]:
    if not _FROM:
        return []
    paths = sorted(path for path in Path(_FROM).rglob("*") if path.is_file() and path.stat().st_size < _LARGEST)
    return [("".join(path.suffixes[-1:]), path.read_bytes()) for path in paths]


def _word(number: int) -> str:
    """A number in letters: digits would make files alike."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def _accounted(city: Estate, run: Run, written: int, seconds: float) -> Proof:
    listed = {name.partition("!")[0].partition("#")[0] for (name,) in city.rows("SELECT name FROM datasets")}
    looks = Counter(dict(city.rows("SELECT look, count(*) FROM coverage GROUP BY 1")))
    without = city.rows(
        "SELECT count(*) FROM datasets d LEFT JOIN coverage c ON c.dataset_id = d.id "
        "WHERE c.look IS NULL OR c.look = 'not_scanned' OR (c.look = 'could_not_look' AND c.reason IS NULL)"
        " OR (c.look = 'partly' AND c.caveats IN ('', '[]'))"
    )[0][0]
    words = ", ".join(f"{looks[look]:,} {look.value.replace('_', ' ')}" for look in Look if looks[look])
    return Proof(
        "Mutated and hostile files: the run ends by itself, each ends as scanned, partly or refused, with its reason",
        f"{written:,} files, {sum(looks.values()):,} datasets: {words}; {without} without a reason; "
        f"run {run.state.value} after {seconds:,.0f} s; {len(listed):,} files listed",
        "0 crashes of the coordinator, 0 hangs, 0 without a reason",
        run.state is RunState.DONE and without == 0 and len(listed) >= 0.95 * written,
        SEED,
    )


def _ends(city: Estate, run: Run) -> Proof:
    """How many ended the process that read them: survived, but each cost three children."""
    reasons = city.reasons(run)
    hard = {reason: reasons[reason] for reason in ("crashed", "timed_out", "out_of_memory") if reasons[reason]}
    names = city.rows(
        "SELECT d.name, o.reason FROM outcomes o JOIN datasets d ON d.id = o.dataset_id "
        "WHERE o.reason IN ('crashed', 'timed_out', 'out_of_memory') ORDER BY 1 LIMIT 12"
    )
    told = "; ".join(f"{name}: {reason}" for name, reason in names)
    return Proof(
        "Of these, files that ended their scan child or ran into its limits",
        f"{sum(hard.values())} {hard or ''} {told}".strip(),
        "set aside with the reason; at most 1 %",
        sum(hard.values()) <= 0.01 * FILES,
        SEED,
    )
