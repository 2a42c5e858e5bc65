"""The notebooks: stored bare, run whole by a real kernel, short enough to be read."""

import importlib.util
import json
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "notebooks"
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("*.ipynb"))


@cache
def site() -> ModuleType:
    """Return the module by which MkDocs runs the notebooks."""
    spec = importlib.util.spec_from_file_location("executed", ROOT / "docs" / "executed.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["executed"] = module
    spec.loader.exec_module(module)
    return module


def stored(name: str) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads((FOLDER / name).read_text("utf-8"))
    return notebook


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_stored_without_what_it_printed(name: str) -> None:
    cells = stored(name)["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]

    assert [cell["outputs"] for cell in code] == [[]] * len(code)
    assert {cell["execution_count"] for cell in code} == {None}
    assert {json.dumps(cell["metadata"]) for cell in cells} == {"{}"}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_begins_with_its_title_and_can_be_read_in_one_go(name: str) -> None:
    cells = stored(name)["cells"]

    assert cells[0]["cell_type"] == "markdown"
    assert cells[0]["source"][0].startswith("# ")
    assert len(cells) <= 16
    assert (
        f"notebooks/{name.removesuffix('.ipynb')}.md" in (ROOT / "mkdocs.yml").read_text()
    )


# Kernel and client remark upon event loops of their own.
@pytest.mark.filterwarnings("default")
@pytest.mark.requirement("S48")
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_and_its_page_shows_what_it_printed(name: str) -> None:
    before = {path.name for path in FOLDER.iterdir()}

    page = site().page_of(FOLDER / name)

    assert page.startswith("# ")
    assert page.count('<div class="output">') >= 4
    assert "<svg" in page or name == "before-you-send.ipynb"
    assert "<script" not in page
    assert "Traceback" not in page
    assert {path.name for path in FOLDER.iterdir()} == before


def test_there_are_notebooks() -> None:
    assert len(NOTEBOOKS) >= 5
