"""Build hook: a wheel or an editable install brings what a map carries inside it (see `page_build`)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# A build backend does not look for modules beside the project's own files.
sys.path.insert(0, str(Path(__file__).resolve().parent))

import page_build


class MapAssetsHook(BuildHookInterface[Any]):
    """Puts the checked assets and the page's script into ``maps/assets/vendor`` before a build."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for an npm only where one is needed and none is there."""
        if page_build.has_node() or page_build.is_right(Path(self.root) / "maps"):
            return []
        return [page_build.NPM_FROM_PYPI]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make what is missing; what is already right is left alone."""
        del version
        page_build.bring(Path(self.root) / "maps")
        build_data["artifacts"].append("/maps/assets/vendor/")
