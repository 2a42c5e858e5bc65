"""Remedies that set a setting: for everybody, so that one is tried alone."""

from collections.abc import Iterator
from typing import Any, Final

from ...model import (
    AccountKind,
)
from ..finding import Finding, step_of
from ..registry import Case
from .known import listed, nearest, of_kind, offered
from .places import at, put
from .remedy import Instead, Remedy, remedy

_CLASS: Final = 2
"""Digits that tell what an account is for, in the charts of all three products."""


@remedy("nearest-setting")
def nearest_setting(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Set the code that the settings give to the nearest one that the ledger has."""
    path = _setting_path(finding.values.get("setting", ""))
    code = at(case.settings, path)
    if not path or not isinstance(code, str):
        return
    proposed = list(listed(finding))
    names = [*nearest(code, proposed), *proposed]
    if path.startswith("/accounts/"):
        known = offered(document, "/account", case.reference)
        alike = [one for one in known if one[:_CLASS] == code[:_CLASS]]
        names = [*nearest(code, alike), *alike]
        names += [one.code for one in of_kind(_purpose(path), case.reference)]
    elif path.startswith("/journals/"):
        names += nearest(code, case.reference.journals or ())
    for name in dict.fromkeys(names):
        settings = put(case.settings, path, name)
        yield Instead(documents=(document,), settings=settings)


def _setting_path(name: str) -> str:
    """Return "/accounts/taxes/C20" for "accounts.taxes[C20]"."""
    dotted, _, key = name.removesuffix("]").partition("[")
    steps = [*dotted.split("."), *([step_of(key)] if key else [])]
    return "".join(f"/{one}" for one in steps if one)


def nearest_at(path: str) -> Remedy:
    """Return the remedy that sets the setting at `path` to a code the finding proposes."""

    def mend(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
        given = at(case.settings, path)
        known = list(listed(finding))
        for name in [*nearest(given, known), *known] if isinstance(given, str) else ():
            yield Instead(documents=(document,), settings=put(case.settings, path, name))

    return Remedy("nearest-setting", mend)


def set_to(path: str, value: object) -> Remedy:
    """Return the remedy that sets the setting at `path` to a value it may have."""

    def mend(document: Any, _: Finding, case: Case) -> Iterator[Any]:
        given = at(case.settings, path)
        if given is not None and given != value:
            yield Instead(documents=(document,), settings=put(case.settings, path, value))

    return Remedy("other-setting", mend)


def allowed(*names: str) -> Remedy:
    """Return the remedy that switches policies on: what is new may be created."""

    def mend(document: Any, _: Finding, case: Case) -> Iterator[Any]:
        for name in names:
            if at(case.settings, f"/policy/{name}") is False:
                settings = put(case.settings, f"/policy/{name}", value=True)
                yield Instead(documents=(document,), settings=settings)

    return Remedy("let-create", mend)


def _purpose(path: str) -> AccountKind | None:
    """Return the kind of account that a setting such as "/accounts/sales" is for."""
    return {
        "/accounts/sales": AccountKind.INCOME,
        "/accounts/shipping": AccountKind.INCOME,
        "/accounts/purchases": AccountKind.EXPENSE,
    }.get(path)
