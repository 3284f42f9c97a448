"""The wheel's build hook: the browser's assets are built when they are not there yet."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent / "frontend"))
import assets


class AssetsHook(BuildHookInterface):
    """Builds ``web/static/dist`` before a wheel is put together; an editable install waits for nothing."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node from the package index, only where it is needed and the system has none."""
        return [] if self._is_built() or assets.system_npm() else [assets.NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is missing."""
        del build_data
        if version != "editable" and not self._is_built():
            subprocess.run([sys.executable, Path(self.root) / "frontend" / "assets.py"], check=True)

    def _is_built(self) -> bool:
        return (Path(self.root) / "web" / "static" / "dist" / "manifest.json").is_file()
