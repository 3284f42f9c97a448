"""Style sheets and scripts: optional, light, under addresses that change with them; templates without holes."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask

import web
from tests.support.browsing import enter
from web import assets

WEB = Path(web.__file__).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))


def test_without_the_build_base_css_is_all_there_is(tmp_path: Path) -> None:
    (tmp_path / "base.css").write_text("a {}")
    found = assets.find(tmp_path)
    assert found.scripts == ()
    (style,) = found.styles
    assert re.fullmatch(r"base\.css\?v=[0-9a-f]{12}", style)
    (tmp_path / "base.css").write_text("b {}")
    assert assets.find(tmp_path).styles != found.styles


def test_the_built_assets_come_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "base.css").write_text("")
    (tmp_path / "dist").mkdir()
    names = {name: f"{name}-1" for name in ("uswds.css", "app.css", "htmx.js", "hx-csp.js", "search.svg")}
    (tmp_path / "dist/manifest.json").write_text(json.dumps(names))
    found = assets.find(tmp_path)
    assert [style.split("?")[0] for style in found.styles] == ["dist/uswds.css-1", "base.css", "dist/app.css-1"]
    assert found.scripts == ("dist/htmx.js-1", "dist/hx-csp.js-1")


def test_htmx_never_comes_without_its_guard(tmp_path: Path) -> None:
    (tmp_path / "base.css").write_text("")
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/manifest.json").write_text(json.dumps({"htmx.js": "htmx-1.js"}))
    assert assets.find(tmp_path).scripts == ()


def test_base_css_stays_light() -> None:
    assert (WEB / "static/base.css").stat().st_size <= 15 * 1024


def test_static_files_may_be_kept_and_only_those(app: Flask) -> None:
    client = enter(app, None)
    assert "immutable" in client.get("/static/base.css?v=1").headers["Cache-Control"]
    assert client.get("/static/none.css").headers["Cache-Control"] == "no-store"
    assert client.get("/static/../app.py").status_code == 404


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_have_no_holes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for hole in ("|safe", "| safe", "autoescape", "style=", "<style", "hx-on", "hx-vals", "javascript:", "http://"):
        assert hole not in text, hole
    assert not re.search(r"\son\w+=", text)
    assert not re.search(r"<script(?![^>]*nonce)", text)


def test_no_code_makes_markup_of_its_own() -> None:
    for path in WEB.rglob("*.py"):
        assert "Markup" not in path.read_text(encoding="utf-8"), path.name
