"""Takes the pictures that the pages show; `nox -s screenshots` runs it.

They are of the demo, which says the same every time, in Chromium: the one that `CHROMIUM`
names, or the one on the path.
"""

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image
from playwright.sync_api import FloatRect, Page, sync_playwright

import sage_connect
from sage_connect.testing.demo import faulty

PICTURES: Final = Path(__file__).parent / "images"
LARGEST: Final = 150_000
WIDTH: Final = 1000


def take(folder: Path) -> None:
    """Take all pictures, of pages that are made in `folder`."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium)
        page = browser.new_page(
            viewport={"width": WIDTH, "height": 800}, device_scale_factor=1.5
        )
        page.goto(_demo(folder).as_uri())
        _keep(page, "demo-all", height=535)
        page.goto(_check(folder).as_uri())
        # The counts are on the other picture.
        page.add_style_tag(content=".counts { display: none !important; }")
        _keep(page, "report", height=745)
        browser.close()


def _demo(folder: Path) -> Path:
    command = [sys.executable, "-m", "sage_connect.cli", "demo", "--to", "all"]
    subprocess.run([*command, "--folder", folder / "all"], check=True)  # noqa: S603 # our own
    return folder / "all" / "report.html"


def _check(folder: Path) -> Path:
    path = folder / "check.html"
    with sage_connect.connect(
        f"sage100:{folder / 'all' / 'sage100' / 'company'}"
    ) as ledger:
        ledger.company.load()
        report = ledger.documents.check([one.document for one in faulty()])
    path.write_text(report.to_html(title="Invoices of September"), "utf-8")
    return path


def _keep(page: Page, name: str, *, height: int) -> None:
    clip = FloatRect(x=0, y=0, width=WIDTH, height=height)
    shot = Image.open(io.BytesIO(page.screenshot(clip=clip)))
    path = PICTURES / f"{name}.png"
    # Flat colours: a palette shows them as well, in a third of the bytes.
    shot.convert("RGB").quantize(160).save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        sys.exit(f"{path} has {path.stat().st_size} bytes, more than {LARGEST}")


if __name__ == "__main__":
    with TemporaryDirectory() as made:
        take(Path(made))
