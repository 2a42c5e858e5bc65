"""Every public name says what it is, and so does everything public in it."""

from collections.abc import Iterator
from pathlib import Path

import griffe
import pytest

SOURCE = Path(__file__).parents[2] / "src"
PACKAGES = (
    "sage_connect",
    "sage_connect.accounting",
    "sage_connect.errors",
    "sage_connect.intacct",
    "sage_connect.ledger",
    "sage_connect.model",
    "sage_connect.model.convert",
    "sage_connect.plan",
    "sage_connect.sage100",
    "sage_connect.sage100.wire",
    "sage_connect.sage100.wire.pnm",
    "sage_connect.sage100.wire.fec",
    "sage_connect.testing",
    "sage_connect.testing.accounting",
    "sage_connect.testing.demo",
    "sage_connect.testing.intacct",
    "sage_connect.testing.importer",
    "sage_connect.validation",
)


@pytest.fixture(scope="module")
def package() -> griffe.Module:
    loader = griffe.GriffeLoader(search_paths=[SOURCE])
    loader.load("sage_connect")
    loader.resolve_aliases()
    module = loader.modules_collection["sage_connect"]
    assert isinstance(module, griffe.Module)
    return module


@pytest.mark.parametrize("name", PACKAGES)
def test_every_public_name_has_a_docstring(name: str, package: griffe.Module) -> None:
    home = package[name.removeprefix("sage_connect.")] if "." in name else package

    assert home.exports
    assert sorted(set(_silent(home))) == []


def _silent(home: griffe.Module) -> Iterator[str]:
    for export in home.exports or ():
        found = home.members.get(str(export))
        # Generated names come by `import *`; their generator writes their docstrings.
        if found is None or str(export).startswith("__"):
            continue
        if found.is_alias:
            assert isinstance(found, griffe.Alias)
            found = found.final_target
        if not found.has_docstring and not found.is_module and not _is_variable(found):
            yield found.path
        if found.is_class:
            yield from (
                member.path
                for member_name, member in found.members.items()
                if (member.is_function or "property" in member.labels)
                and not member_name.startswith("_")
                and not member.has_docstring
                and "overload" not in member.labels
                and not _overrides(member)
            )


def _overrides(member: griffe.Object | griffe.Alias) -> bool:
    return any("override" in str(one.value) for one in getattr(member, "decorators", ()))


def _is_variable(found: griffe.Object | griffe.Alias) -> bool:
    # `T = TypeVar("T")` stands for anything, and says so.
    return str(getattr(found, "value", "")).startswith(("TypeVar(", "ParamSpec("))
