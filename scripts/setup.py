"""Sets up this checkout: ``setup.py environment [--dev] | assets | system``. Each does nothing when nothing changed.

environment  .venv with the exact versions of constraints.txt (--dev: with what the tests need)
assets       web/static/dist, built from npm
system       for the tests: the programs of PostgreSQL, MariaDB, Samba and OpenSSH and Chromium, installed as root on
             Debian, else named; and an identity provider and Azure's blob storage, from npm
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from steps import BIN, ROOT, Step, run, run_all, say

_STAMP = ROOT / ".venv" / "set-up-from"
_ASSETS = ROOT / "web" / "static" / "dist"
_ASSETS_STAMP = _ASSETS / "built-from"
_SUPPORT = ROOT / "tests" / "support"
_NPM_SERVERS = {
    "Identity provider for the tests": _SUPPORT / "identity_provider",
    "Azure blob storage for the tests": _SUPPORT / "azurite",
}
_DEBIAN_PACKAGES = {
    "PostgreSQL": "postgresql",
    # The programs alone: mariadb-server would start a server as well.
    "MariaDB": "mariadb-server-core mariadb-client-core openssl",
    "Chromium": "chromium",
    "Samba": "samba",
    "OpenSSH": "openssh-server openssh-client",
}
# What these packages would start at once and whenever the machine starts.
_SERVICES = {"samba": ("smbd", "nmbd", "samba-ad-dc"), "openssh-server": ("ssh",)}
_POLICY = Path("/usr/sbin/policy-rc.d")
_NO_STARTING = "#!/bin/sh\nexit 101\n"
_CLUSTER_CONF = "/etc/postgresql-common/createcluster.conf"
_NEVER_START = "create_main_cluster = false"


def environment(*, dev: bool) -> bool:
    """Make ``.venv`` and install into it, unless it was set up from the very same files."""
    extras = "all,dev" if dev else "all"
    wanted = _digest([ROOT / "pyproject.toml", ROOT / "constraints.txt"])
    have, _, with_extras = _STAMP.read_text().partition(" ") if _STAMP.exists() else ("", "", "")
    if have == wanted and with_extras.startswith(extras):
        say("Python environment", "up to date")
        return True
    steps = [
        Step(
            "Python environment: make .venv",
            [sys.executable, "-m", "venv", ROOT / ".venv"],
            "On Debian: apt-get install python3-venv, then run the same command again.",
        ),
        Step(
            f"Python packages: install [{extras}]",
            [BIN / "pip", "install", "--disable-pip-version-check", "-c", "constraints.txt", "-e", f".[{extras}]"],
            "Check that this machine reaches a package index, then run the same command again.",
        ),
    ]
    if not run_all(steps[(BIN / "pip").exists() :]):
        return False
    _STAMP.write_text(f"{wanted} {extras}")
    return True


def assets() -> bool:
    """Build what the browser gets, unless it was built from the very same files."""
    sources = [
        path for path in sorted((ROOT / "frontend").rglob("*")) if not {"node_modules", "__pycache__"} & set(path.parts)
    ]
    wanted = _digest([path for path in sources if path.is_file()])
    if _ASSETS_STAMP.exists() and _ASSETS_STAMP.read_text() == wanted:
        say("Assets for the browser", "up to date")
        return True
    built = run(
        Step(
            "Assets for the browser: build from npm",
            [BIN / "python", ROOT / "frontend" / "assets.py"],
            "Check that this machine reaches an npm registry, then run the same command again.",
        )
    )
    if built:
        _ASSETS_STAMP.write_text(wanted)
    return built


def system() -> bool:
    """Have what the tests need from the system; in CI a missing thing is a failure."""
    missing = missing_programs()
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        _install(missing)
        missing = missing_programs()
    for name in missing:
        say(name, f"left out: not installed (on Debian: apt-get install {_DEBIAN_PACKAGES[name]})")
    if not missing:
        say("System programs for the tests", "up to date")
    served = [_npm_server(name, folder) for name, folder in _NPM_SERVERS.items()]
    return all(served) and not (missing and os.environ.get("CI") == "true")


def _npm_server(name: str, folder: Path) -> bool:
    """Have a server of the tests that npm has, unless it was installed from the very same files."""
    stamp = folder / "node_modules" / "set-up-from"
    wanted = _digest([folder / "package.json", folder / "package-lock.json"])
    if stamp.exists() and stamp.read_text() == wanted:
        say(name, "up to date")
        return True
    installed = run(
        Step(
            f"{name}: install from npm",
            [BIN / "python", ROOT / "frontend" / "assets.py", folder],
            "Check that this machine reaches an npm registry, then run the same command again.",
        )
    )
    if installed:
        stamp.write_text(wanted)
    return installed


def missing_programs() -> list[str]:
    """What the tests would have to leave out on this machine."""
    postgres = shutil.which("initdb") or next(Path("/usr/lib/postgresql").glob("*/bin/initdb"), None)
    mariadb = _all_there("mariadbd", "mariadb-install-db", "openssl")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    programs = {"PostgreSQL": postgres, "MariaDB": mariadb, "Chromium": chromium}
    programs |= {"Samba": _all_there("smbd", "smbpasswd"), "OpenSSH": _all_there("sshd", "ssh-keygen")}
    return [name for name, found in programs.items() if not found]


def _all_there(*names: str) -> bool:
    # Debian keeps servers where only root looks for programs.
    return all(shutil.which(name) or shutil.which(name, path="/usr/sbin") for name in names)


def _install(missing: list[str]) -> None:
    packages = [package for name in missing for package in _DEBIAN_PACKAGES[name].split()]
    commands = [["apt-get", "update"]]
    if "postgresql" in packages:
        # No cluster may start on a machine that only runs tests, so the wish is there before the server is.
        commands.append(["apt-get", "install", "-y", "--no-install-recommends", "postgresql-common"])
        commands.append(["sed", "-i", f"s/^#* *create_main_cluster.*/{_NEVER_START}/", _CLUSTER_CONF])
    commands.append(["apt-get", "install", "-y", "--no-install-recommends", *packages])
    commands += [["update-rc.d", service, "disable"] for package in packages for service in _SERVICES.get(package, ())]
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    with _starting_nothing():
        for number, command in enumerate(commands, 1):
            print(f"  $ {' '.join(command)}", flush=True)
            if not run(Step(f"System programs: {number} of {len(commands)}", command, "Install them by hand.")):
                return


@contextmanager
def _starting_nothing() -> Iterator[None]:
    """Let packages that are installed within this start no server; a policy of the machine's own stays."""
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text(_NO_STARTING)
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink()


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def main(arguments: list[str]) -> int:
    """Run the named set-ups in order; 1 when one failed."""
    dev = "--dev" in arguments
    known = {"environment": lambda: environment(dev=dev), "assets": assets, "system": system}
    return 0 if all(known[name]() for name in arguments if name != "--dev") else 1


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036  # this runs under whatever python3 the machine has
        sys.exit("Privacy Catalog needs Python 3.11 or later; this is " + sys.version.split()[0] + ".")
    sys.exit(main(sys.argv[1:]))
