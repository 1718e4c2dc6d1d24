"""Write the sha256 of each embedded data set into `src/skyhold/data/sources.toml`, after one was made anew."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "src" / "skyhold" / "data"


def main() -> None:
    """Replace the hash that follows each file name."""
    table = FOLDER / "sources.toml"
    text = table.read_text(encoding="utf-8")
    for path in sorted((FOLDER / "embedded").iterdir()):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        found = re.compile(rf'(file = "{re.escape(path.name)}".*?sha256 = )"[0-9a-f]*"', re.DOTALL)
        text = found.sub(rf'\1"{digest}"', text)
    table.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
