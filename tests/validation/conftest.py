"""What `nox -s rules` asks for."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rules", action="store_true", help="print the table of all rules")
