"""From the name of a target to an open ledger; back ends are imported on demand.

| Target | Ledger |
|---|---|
| `sage100:FOLDER` | Sage 100 Comptabilité (France), by import file, in a workspace folder |
| `memory:` | a ledger in memory, for tests and first steps (extra `testing`) |
"""

import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from .errors import ConfigurationError
from .ledger import AsyncConnectedLedger, ConnectedLedger, Postable

if TYPE_CHECKING:
    from .accounting.settings import AccountingSettings
    from .model import Reference
    from .sage100.settings import Sage100Settings
    from .validation import Checker, Report, RuleBook

_PRODUCTS: Final = ("sage100", "memory")
_CHECKED: Final = ("sage100", "accounting")

S = TypeVar("S")


def connect(target: str) -> ConnectedLedger:
    """Open a ledger by the name of its target; use it in a `with` statement.

    Settings come from `sage_connect.toml` in the workspace folder, where there is one.

    Args:
        target: "sage100:FOLDER" or "memory:".

    Raises:
        ConfigurationError: An unknown target, a folder that is not there or is another
            product's, settings that are wrong.
    """
    product, place = _parts(target)
    if product == "memory":
        from .testing import MemoryLedger

        return MemoryLedger()
    from .sage100.client import Sage100

    return Sage100.open(place)


def connect_async(target: str) -> AsyncConnectedLedger:
    """Open a ledger for an event loop; use it in an `async with` statement.

    Args:
        target: As for `connect`.

    Raises:
        ConfigurationError: As for `connect`.
    """
    product, place = _parts(target)
    if product == "memory":
        from .testing import AsyncMemoryLedger

        return AsyncMemoryLedger()
    from .sage100.client import AsyncSage100

    return AsyncSage100.open(place)


def check(
    documents: Iterable[Postable],
    *,
    target: str = "",
    country: str = "",
    edition: str = "",
    reference: "Reference | None" = None,
    settings: "Sage100Settings | AccountingSettings | None" = None,
) -> "Report":
    """Return everything wrong with `documents`, without any ledger or connection.

    Args:
        documents: Documents and master data.
        target: Product whose rules apply too ("sage100", "accounting"); "" for the common
            ones alone.
        country: ISO 3166 two-letter code of the company; "" where `reference` tells, or
            when not known.
        edition: The product's edition (Sage Accounting: "start", "standard", "plus"); "" as
            for `country`.
        reference: What is known of the ledger; rules that lack it are "not checked".
        settings: Settings of the ledger (accounts by purpose, policies), of the product's
            own class; the defaults for None.

    Raises:
        ConfigurationError: An unknown product or edition, settings of another product.
    """
    from .ledger.batch import checked
    from .ledger.translation import translated
    from .model import Reference

    reference = reference or Reference()
    if target == "sage100":
        checker = _sage100(country, edition, settings)
    elif target == "accounting":
        checker = _accounting(country, edition, settings, reference)
    elif target:
        raise ConfigurationError(
            f"expected the name of a product, found {target!r}",
            fix=_nearest(target, _CHECKED),
        )
    else:
        from .validation import COMMON, Checker

        checker = Checker(book=COMMON, country=country, edition=edition, settings=settings)
    items = tuple(documents)
    if settings is not None:
        # As before posting: rules and reference speak of the ledger's own codes.
        items = tuple(translated(one, settings.mapping) for one in items)
    return checked(checker, items, reference)


def _sage100(country: str, edition: str, settings: object) -> "Checker":
    import attrs

    from .sage100 import rules, settings as sage100
    from .validation import Checker

    given = _of(sage100.Sage100Settings, settings)
    # Nothing is posted here: an export is no condition for a first look.
    policy = attrs.evolve(given.policy, export=sage100.ExportPolicy.ALLOW)
    return Checker(
        book=rules.BOOK,
        target="sage100",
        country=country or "FR",
        edition=edition,
        settings=attrs.evolve(given, policy=policy),
    )


def _accounting(
    country: str, edition: str, settings: object, reference: "Reference"
) -> "Checker":
    from .accounting import resolve, rules
    from .accounting.settings import AccountingSettings
    from .validation import Checker

    given = _of(AccountingSettings, settings)
    company = reference.company
    edition = (edition or (company.edition if company else "")).lower()
    if edition and edition not in resolve.EDITIONS:
        raise ConfigurationError(
            f"expected an edition of Sage Accounting, found {edition!r}",
            fix=f"Editions: {', '.join(resolve.EDITIONS)}; leave it out when not known.",
        )
    return Checker(
        book=rules.BOOK,
        target="accounting",
        country=country or (company.country if company else ""),
        edition=edition,
        settings=given,
        severities=rules.severities(given),
    )


def _of(kind: type[S], settings: object) -> S:
    if settings is None:
        return kind()
    if not isinstance(settings, kind):
        raise ConfigurationError(
            f"expected {kind.__name__}, found {type(settings).__name__}",
            fix="Give the settings of the product that the documents are checked for.",
        )
    return settings


def every_rule() -> "RuleBook":
    """Return the rules of all products, for whoever explains a code."""
    from .accounting import rules as accounting
    from .sage100 import rules as sage100
    from .validation import COMMON, RuleBook

    # What a product checks in its own way is told of as the product does.
    return RuleBook(COMMON.home, {**COMMON, **accounting.RULES, **sage100.RULES}.values())


def _parts(target: str) -> tuple[str, str]:
    product, colon, place = target.partition(":")
    if not colon or product not in _PRODUCTS:
        raise ConfigurationError(
            f"expected a target such as sage100:FOLDER, found {target!r}",
            fix=_nearest(product, _PRODUCTS),
        )
    if product == "sage100" and not place:
        raise ConfigurationError(
            f"expected a folder after {target!r}",
            fix="Write sage100:./company.",
        )
    return product, place


def _nearest(product: str, products: Sequence[str]) -> str:
    near = difflib.get_close_matches(product, products, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"Products: {', '.join(products)}.{hint}"
