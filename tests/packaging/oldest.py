"""The oldest versions that pyproject.toml admits, as constraints for pip; prints them."""

import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
# What a user installs; the others are for who works on the project.
EXTRAS = ("cli", "frames", "taxid", "testing")


def constraints() -> str:
    """Return the constraints, a line for each dependency of the package and its extras."""
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    lists = [
        project["dependencies"],
        *(project["optional-dependencies"][extra] for extra in EXTRAS),
    ]
    return "".join(
        f"{line}\n"
        for line in sorted({one.replace(">=", "==") for of in lists for one in of})
    )


if __name__ == "__main__":
    sys.stdout.write(constraints())
