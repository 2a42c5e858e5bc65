"""Write the typed functions and objects of Sage Intacct from the tables of facts.

python tools/intacct_api.py            write the modules
python tools/intacct_api.py --check    exit 1 where they are stale
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from sage_intacct import objects
from sage_intacct.functions import functions

ROOT: Final = Path(__file__).parents[1] / "src" / "sage_connect" / "intacct"


def main() -> int:
    """Write what is stale, or say so."""
    texts = functions() | objects.generated(ROOT)
    stale = [
        path
        for path, text in texts.items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    folders = {path.parent for path in texts}
    surplus = [
        path for folder in folders for path in folder.glob("*.py") if path not in texts
    ]
    if "--check" in sys.argv[1:]:
        for path in [*stale, *surplus]:
            print(f"stale: {path}; run python tools/intacct_api.py")
        return 1 if stale or surplus else 0
    for path in surplus:
        path.unlink()
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[path], "utf-8")
    print(f"{len(stale)} of {len(texts)} modules written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
