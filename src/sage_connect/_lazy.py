"""Names that load their module when they are first asked for (PEP 562).

Every import of the package pays for this module, so it imports next to nothing itself.
"""

from __future__ import annotations

import sys

# What type checkers take for `typing.TYPE_CHECKING`; `typing` itself costs 5 ms.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def attach(
    package: str, modules: Mapping[str, tuple[str, ...]]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` for a package whose names live in submodules.

    Those submodules are there too, as if they had been imported.

    Args:
        package: The package's `__name__`.
        modules: Submodule, relative to the package, to the names it provides.
    """
    home = {name: module for module, names in modules.items() for name in names}

    def load(name: str) -> object:
        if name not in home and name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = f"{package}.{home.get(name, name)}"
        __import__(module)
        value: object = sys.modules[module]
        if name in home:
            value = getattr(value, name)
        # Kept on the package, so that the second look-up costs nothing.
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *home})

    return load, names
