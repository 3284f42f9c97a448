"""The wheel, as somebody gets it: built, installed into an empty environment and used from another directory."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from what git would commit, so that a stray file of this checkout is no part of it."""
    source = tmp_path_factory.mktemp("source")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    shutil.copytree(ROOT / "web" / "static" / "dist", source / "web" / "static" / "dist")
    return built(source)


def built(source: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", source], check=True, capture_output=True
    )
    (wheel,) = (source / "dist").glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    return zipfile.ZipFile(wheel).namelist()


def test_it_holds_our_four_packages_and_nothing_else(names: list[str]) -> None:
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"catalog", "connectors", "scanners", "web"}


def test_it_carries_migrations_assets_licences_and_types(names: list[str]) -> None:
    assert "catalog/_migrations/env.py" in names
    assert "web/static/dist/manifest.json" in names
    assert "web/static/dist/THIRD-PARTY-LICENSES.txt" in names
    assert {f"catalog/taxonomy/data/detection/{name}.toml" for name in ("notes", "measured")} <= set(names)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert all(f"{package}/py.typed" in names for package in ("catalog", "connectors", "scanners", "web"))


def test_the_same_source_elsewhere_and_later_gives_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    source = shutil.copytree(wheel.parent.parent, tmp_path / "again", copy_function=shutil.copyfile)
    shutil.rmtree(source / "dist")
    assert built(source).read_bytes() == wheel.read_bytes()


def test_it_carries_no_tests_and_no_rubbish(names: list[str]) -> None:
    assert [name for name in names if "test" in name.split("/")[0] or "__pycache__" in name or ".db" in name] == []


class Installed:
    """The wheel in an environment of its own, run from a directory that is not the checkout."""

    def __init__(self, wheel: Path, folder: Path) -> None:
        environment = folder / "environment"
        venv.create(environment, with_pip=False)
        library = Path(sysconfig.get_path("purelib", "venv", {"base": str(environment)}))
        zipfile.ZipFile(wheel).extractall(library)
        # What the wheel needs comes from here, without our own packages: their editable install is left behind.
        (library / "needs.pth").write_text(str(_dependencies(folder / "needs")) + "\n")
        self.python = environment / "bin" / "python"
        self.folder = folder / "elsewhere"
        self.folder.mkdir()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``privacy-catalog`` as its script does."""
        start = "import sys; from catalog.cli import main; sys.argv[0] = 'privacy-catalog'; sys.exit(main())"
        return subprocess.run(
            [self.python, "-W", "ignore", "-P", "-c", start, *arguments],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONSAFEPATH": "1"},
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )


def _dependencies(folder: Path) -> Path:
    folder.mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if "privacy_catalog" not in path.name and path.suffix != ".pth":
            (folder / path.name).symlink_to(path)
    return folder


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(wheel, tmp_path_factory.mktemp("installed"))


def test_it_imports_from_where_it_was_installed(installed: Installed) -> None:
    places = subprocess.run(
        [installed.python, "-P", "-c", "import catalog, connectors, scanners, web; print(catalog.__file__)"],
        cwd=installed.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "environment" in places.stdout


def test_it_sets_up_a_catalog_and_is_in_order(installed: Installed) -> None:
    assert "0.1.0" in installed.run("--version").stdout
    for command in (["init"], ["db", "upgrade"], ["doctor"]):
        done = installed.run(*command)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    assert (installed.folder / "privacy-catalog-data").is_dir()


def test_it_judges_a_file(installed: Installed) -> None:
    rows = "".join(f"{number},Ada{number}@example.org,{number}\n" for number in range(1, 40))
    (installed.folder / "people.csv").write_text("id,email,visits\n" + rows)
    done = installed.run("classify", "--json", "people.csv")
    assert done.returncode == 0, done.stderr
    (table,) = json.loads(done.stdout)["tables"]
    assert [column["grade"] for column in table["columns"]] == ["none", "direct", "none"]


def test_a_mistake_is_told_without_a_traceback(installed: Installed) -> None:
    done = installed.run("classify", "no-such-file.csv")
    assert "Traceback" not in done.stderr
    assert "no-such-file.csv" in done.stdout + done.stderr
