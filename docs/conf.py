"""Sphinx settings; references of the command line and of scenario files are generated before the build."""

from __future__ import annotations

import sys
from pathlib import Path

import skyhold

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from generate import write_references  # noqa: E402

write_references(HERE / "reference" / "generated")

project = "Skyhold"
copyright = "the Skyhold authors"
release = version = skyhold.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"Skyhold {release}"
nitpicky = False
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
