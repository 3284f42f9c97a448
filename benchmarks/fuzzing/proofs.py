"""Ten minutes of coverage-guided fuzzing for each reader of our own, begun with sound files; findings fail the proof.

``FUZZ_SECONDS`` makes it shorter, ``FUZZ_ONLY`` names one reader.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.hostile import good
from benchmarks.proof import Proof

SEED = 20261128
SECONDS = int(os.environ.get("FUZZ_SECONDS", "600"))
_ONLY = os.environ.get("FUZZ_ONLY", "")
#: Each reader with the ending of the sound file it begins with.
_ENDINGS = {
    "delimited": ".csv",
    "json": ".json",
    "json_lines": ".jsonl",
    "fixed_width": ".txt",
    "mail": ".eml",
    "mailbox": ".mbox",
    "web": ".html",
    "text": ".txt",
    "avro": ".avro",
}
_RUNS = re.compile(r"Done (\d+) runs|#(\d+)\s+(?:DONE|NEW|pulse|REDUCE)")
_COVERED = re.compile(r"cov: (\d+)")
_LONGEST = 16_384


def proofs() -> Iterator[Proof]:
    """Fuzz one reader after the other."""
    for name in _ENDINGS:
        if _ONLY in ("", name):
            yield _fuzzed(name)


def _fuzzed(name: str) -> Proof:
    with TemporaryDirectory(prefix="fuzz-") as folder:
        corpus, found = Path(folder) / "corpus", Path(folder) / "found"
        corpus.mkdir()
        found.mkdir()
        (corpus / "sound").write_bytes(dict(good.files())[_ENDINGS[name]][:_LONGEST])
        ended = subprocess.run(
            [
                *(sys.executable, "-m", "benchmarks.fuzzing.target", name, str(corpus)),
                *(f"-max_total_time={SECONDS}", f"-seed={SEED}", f"-max_len={_LONGEST}", f"-artifact_prefix={found}/"),
                *("-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=0"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        findings = sorted(path.name for path in found.iterdir())
        runs = [int(first or second) for first, second in _RUNS.findall(ended.stderr)]
        covered = _COVERED.findall(ended.stderr)
        last = (
            "" if ended.returncode == 0 else f"; ended with {ended.returncode}: {_error(ended.stderr + ended.stdout)}"
        )
        return Proof(
            f"Fuzzing the reader {name} for {SECONDS} s, guided by coverage",
            f"{runs[-1] if runs else 0:,} inputs, {covered[-1] if covered else '?'} places reached, "
            f"{len(findings)} findings{last}",
            "0 findings",
            ended.returncode == 0 and not findings,
            SEED,
        )


def _error(output: str) -> str:
    """The last line that names an error."""
    lines = [line.strip() for line in output.splitlines() if "Error" in line or "ERROR" in line or "Exception" in line]
    return lines[-1][:200] if lines else "no error told"
