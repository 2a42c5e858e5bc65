"""Runs the notebooks and makes pages of them, when the site is built.

`notebooks/NAME.ipynb` becomes the page `notebooks/NAME.md`: its cells, and what a real
kernel answered to them. The notebook itself stays beside it, to be downloaded. Nothing is
added that would be fetched, and what is printed follows the colours of the page.
"""

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import nbclient
import nbformat
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT: Final = Path(__file__).parents[1]
NOTEBOOKS: Final = ROOT / "docs" / "notebooks"
SECONDS: Final = 300
# Set from outside, so that a notebook also runs where only it was downloaded.
_STYLE: Final = {"MATPLOTLIBRC": str(NOTEBOOKS / "figures.mplstyle")}

_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
# What would end a block of HTML in Markdown.
_EMPTY_LINES: Final = re.compile(r"\n\s*\n")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each notebook; called by MkDocs."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        page = f"notebooks/{path.stem}.md"
        files.append(File.generated(config, page, content=page_of(path)))
    return files


def page_of(path: Path) -> str:
    """Return a notebook as Markdown, with what its cells print."""
    link = (
        f"[Download {path.name}]({path.name}){{ .md-button download }}\n\n"
        'Run it with `pip install "sage-connect[notebooks]" jupyterlab`.\n'
    )
    return "\n".join((*_cells(executed(path.read_text("utf-8"))), link))


@cache
def executed(text: str) -> nbformat.NotebookNode:
    """Return a notebook after a kernel of this Python has run it.

    Args:
        text: The notebook, as it is stored.

    Raises:
        nbclient.exceptions.CellExecutionError: A cell raised.
    """
    notebook = nbformat.reads(text, as_version=4)
    # The package beside this file need not be installed.
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    nbclient.NotebookClient(
        notebook,
        timeout=SECONDS,
        # Its remarks about its own sockets are none about our pages.
        extra_arguments=["--IPKernelApp.log_level=40"],
        resources={"metadata": {"path": str(NOTEBOOKS)}},
    ).execute(env={**os.environ, **_STYLE, "PYTHONPATH": path.rstrip(os.pathsep)})
    return notebook


def _cells(notebook: nbformat.NotebookNode) -> Iterator[str]:
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield f"{cell.source}\n"
        else:
            yield f"```python\n{cell.source}\n```\n"
            for output in cell.outputs:
                yield _output(output)


def _output(output: Any) -> str:
    if output.output_type == "stream":
        return _text(output.text)
    found = output.data
    if "text/html" in found:
        shown = _EMPTY_LINES.sub("\n", found["text/html"])
        return f'<div class="output">{shown}</div>\n'
    if "image/svg+xml" in found:
        drawn = found["image/svg+xml"]
        # Without the head of an XML file, which has no place inside a page.
        drawn = _EMPTY_LINES.sub("\n", drawn[drawn.index("<svg") :])
        return f'<div class="output">{drawn}</div>\n'
    return _text(found["text/plain"])


def _text(text: str) -> str:
    return f"``` {{ .text .output }}\n{_COLOUR.sub('', text).rstrip()}\n```\n"
