"""From the name of a target to an open ledger; back ends are imported on demand.

| Target | Ledger |
|---|---|
| `sage100:FOLDER` | Sage 100 Comptabilité (France), by import file, in a workspace folder |
| `accounting:PROFILE` | a business of Sage Accounting, by a table of `sage_connect.toml` |
| `intacct:PROFILE` | a company of Sage Intacct, by a table of `sage_connect.toml` |
| `simulator:accounting` | a simulated business of Sage Accounting, for tests and trials |
| `simulator:intacct` | a simulated company of Sage Intacct |
| `memory:` | a ledger in memory, for tests and first steps |

A simulator needs the extra `testing` or `cli`. It takes options, such as
`simulator:accounting?country=ie&edition=start`; that of Intacct the last two:

| Option | Value |
|---|---|
| `country` | `gb` (the default), `ie` or `ca` |
| `edition` | `plus` (the default), `standard` or `start` |
| `seed` | `demo` (the default), `empty`; `none` for a user without any business |
| `state` | path of a file that keeps everything for the next time |
"""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import parse_qsl

from .errors import ConfigurationError
from .ledger import AsyncConnectedLedger, ConnectedLedger, Postable

if TYPE_CHECKING:
    from .accounting.settings import AccountingSettings
    from .intacct.settings import IntacctSettings
    from .model import Reference
    from .sage100.settings import Sage100Settings
    from .testing.accounting import AccountingSimulator
    from .testing.intacct import IntacctSimulator
    from .validation import Case, Checker, Report, RuleBook
    from .validation.repairs import Remedies, Remedy, Repairs

S = TypeVar("S")
T = TypeVar("T")

_CHECKED: Final = ("sage100", "accounting", "intacct")
# What follows the name of each, after a colon.
_PLACES: Final = {
    "sage100": "FOLDER",
    "accounting": "PROFILE",
    "intacct": "PROFILE",
    "simulator": "PRODUCT",
    "memory": "",
}
_OPTIONS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "accounting": {
        "country": ("gb", "ie", "ca"),
        "edition": ("plus", "standard", "start"),
        "seed": ("demo", "empty", "none"),
        "state": (),
    },
    "intacct": {"seed": ("demo", "empty"), "state": ()},
}
"""Options of each simulator, and their values; () for any."""


def connect(target: str) -> ConnectedLedger:
    """Open a ledger by the name of its target; use it in a `with` statement.

    Settings come from a `sage_connect.toml`: that of the workspace folder for Sage 100; for
    the services that of the current folder, or the file that the environment names in
    `SAGE_CONNECT_CONFIG`. A simulator is started, and stopped when the ledger is closed.

    Args:
        target: "sage100:FOLDER", "accounting:PROFILE", "intacct:PROFILE",
            "simulator:accounting", "simulator:intacct" or "memory:".

    Raises:
        ConfigurationError: An unknown target, a folder that is not there or is another
            product's, no such profile, settings that are wrong.
    """
    product, place = _parts(target)
    if product == "memory":
        from .testing import MemoryLedger

        return MemoryLedger()
    if product == "simulator":
        from .testing.accounting import AccountingSimulator
        from .testing.simulated import SimulatedAccounting, SimulatedIntacct

        simulator = _simulator(place)
        if isinstance(simulator, AccountingSimulator):
            return SimulatedAccounting(simulator)
        return SimulatedIntacct(simulator)
    if product == "accounting":
        from .accounting import SageAccounting

        return SageAccounting.open(place)
    if product == "intacct":
        from .intacct import SageIntacct

        return SageIntacct.open(place)
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
    if product == "simulator":
        from .testing.accounting import AccountingSimulator
        from .testing.simulated import AsyncSimulatedAccounting, AsyncSimulatedIntacct

        simulator = _simulator(place)
        if isinstance(simulator, AccountingSimulator):
            return AsyncSimulatedAccounting(simulator)
        return AsyncSimulatedIntacct(simulator)
    if product == "accounting":
        from .accounting import AsyncSageAccounting

        return AsyncSageAccounting.open(place)
    if product == "intacct":
        from .intacct import AsyncSageIntacct

        return AsyncSageIntacct.open(place)
    from .sage100.client import AsyncSage100

    return AsyncSage100.open(place)


def check(
    documents: Iterable[Postable],
    *,
    target: str = "",
    country: str = "",
    edition: str = "",
    reference: "Reference | None" = None,
    settings: "Sage100Settings | AccountingSettings | IntacctSettings | None" = None,
) -> "Report":
    """Return everything wrong with `documents`, without any ledger or connection.

    Args:
        documents: Documents and master data.
        target: Product whose rules apply too ("sage100", "accounting", "intacct"); "" for
            the common ones alone.
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
    from .model import Reference

    reference = reference or Reference()
    checker = _checker(target, country, edition, settings, reference)
    return _checked(checker, checker.settings, tuple(documents), reference)


def repairs(
    documents: Iterable[Postable],
    *,
    target: str = "",
    country: str = "",
    edition: str = "",
    reference: "Reference | None" = None,
    settings: "Sage100Settings | AccountingSettings | IntacctSettings | None" = None,
    names: Iterable[str] = (),
    guesses: bool = False,
    totals: bool = False,
) -> "Repairs":
    """Return what would make refused documents acceptable, without any ledger.

    Every repair was tried: it is offered because the check finds its fault no more and
    nothing new. Nothing is changed; `.documents` is the batch with all of them made.

    Args:
        documents: As for `check`, like all that is not named here.
        target: Product.
        country: Of the company.
        edition: Of the product.
        reference: What is known of the ledger. The more it knows, the more can be repaired.
        settings: Of the ledger. A repair may propose others: `.settings`.
        names: Only these repairs, such as "nearest-code"; empty for all that follow.
        guesses: True to offer also what a person has to look at: another account, tax,
            day or setting, a record made first, something left out.
        totals: True to offer also what changes net, tax, gross or money moved.

    Raises:
        ConfigurationError: As for `check`.
    """
    from .model import Reference
    from .validation.repairs import Search

    known = reference or Reference()

    def checker(given: object) -> "Checker":
        return _checker(target, country, edition, given, known)

    def checked(batch: Sequence[Any], given: object) -> "Report":
        by = checker(given)
        return _checked(by, by.settings, tuple(batch), known)

    def case(given: object) -> "Case":
        found = checker(given).case(known)
        # What is proposed starts from what was given, not from what a first look eases.
        found.settings = given
        return found

    usual = checker(settings).settings
    search = Search(
        check=checked,
        cases=case,
        remedies=_remedies(target),
        names=frozenset(names),
        guesses=guesses,
        totals=totals,
    )
    return search.run(documents, type(usual)() if settings is None and usual else settings)


def _checker(
    target: str, country: str, edition: str, settings: object, reference: "Reference"
) -> "Checker":
    if target == "sage100":
        return _sage100(country, edition, settings)
    if target == "accounting":
        return _accounting(country, edition, settings, reference)
    if target == "intacct":
        return _intacct(country, edition, settings, reference)
    if target:
        raise ConfigurationError(
            f"expected the name of a product, found {target!r}",
            fix=_nearest(target, _CHECKED),
        )
    from .validation import COMMON, Checker

    return Checker(book=COMMON, country=country, edition=edition, settings=settings)


def _checked(
    checker: "Checker",
    settings: Any,
    items: tuple[Postable, ...],
    reference: "Reference",
) -> "Report":
    from .ledger.batch import checked
    from .ledger.translation import translated

    if settings is None:
        return checked(checker, items, reference)
    # As before posting: rules and reference speak of the ledger's own codes.
    items = tuple(translated(one, settings.mapping) for one in items)
    if checker.target == "accounting":
        from .accounting.fitting import fitted

        items = tuple(fitted(one, settings, reference) for one in items)
    return checked(checker, items, reference)


def _remedies(target: str) -> "Remedies":
    home = f"{target}.repairs" if target else "validation.repairs.common"
    found: Remedies = import_module(f".{home}", __package__).REPAIRS
    return found


def every_remedy() -> "Remedies":
    """Return the remedies of all products by code, for whoever explains one."""
    whole: dict[str, dict[str, Remedy]] = {}
    for target in ("", *_CHECKED):
        for code, answers in _remedies(target).items():
            whole.setdefault(code, {}).update({one.name: one for one in answers})
    return {code: tuple(answers.values()) for code, answers in whole.items()}


def _sage100(country: str, edition: str, settings: object) -> "Checker":
    import attrs

    from .sage100 import rules, settings as sage100

    given = _of(sage100.Sage100Settings, settings)
    # Nothing is posted here: an export is no condition for a first look.
    policy = attrs.evolve(given.policy, export=sage100.ExportPolicy.ALLOW)
    given = attrs.evolve(given, policy=policy)
    return rules.checker(given, country=country, edition=edition)


def _accounting(
    country: str, edition: str, settings: object, reference: "Reference"
) -> "Checker":
    from .accounting import resolve, rules
    from .accounting.settings import AccountingSettings

    given = _of(AccountingSettings, settings)
    checker = rules.checker(given, reference, country=country, edition=edition)
    if checker.edition and checker.edition not in resolve.EDITIONS:
        raise ConfigurationError(
            f"expected an edition of Sage Accounting, found {checker.edition!r}",
            fix=f"Editions: {', '.join(resolve.EDITIONS)}; leave it out when not known.",
        )
    return checker


def _intacct(
    country: str, edition: str, settings: object, reference: "Reference"
) -> "Checker":
    from .intacct import rules
    from .intacct.settings import IntacctSettings

    given = _of(IntacctSettings, settings)
    return rules.checker(given, reference, country=country, edition=edition)


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
    from .intacct import rules as intacct
    from .sage100 import rules as sage100
    from .validation import COMMON, RuleBook

    # What a product checks in its own way is told of as the product does.
    own = {**intacct.RULES, **accounting.RULES, **sage100.RULES}
    return RuleBook(COMMON.home, {**COMMON, **own}.values())


def _simulator(place: str) -> "AccountingSimulator | IntacctSimulator":
    """Start the simulator that a target describes: "accounting?country=ie"."""
    product, _, query = place.partition("?")
    known = _OPTIONS.get(product)
    if known is None:
        raise ConfigurationError(
            f"expected a simulator of a product, found {product!r}",
            fix=f"Write {' or '.join(f'simulator:{one}' for one in _OPTIONS)}.",
        )
    options: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    for name, value in options.items():
        values = known.get(name)
        if values is None or (values and value not in values):
            wanted = f"{name}: {', '.join(values)}" if values else ", ".join(known)
            raise ConfigurationError(
                f"expected an option of a simulator, found {name}={value!r}",
                fix=f"It takes {wanted}.",
            )
    if product == "intacct":
        return start_intacct_simulator(**options)
    return start_simulator(**options)


def start_simulator(**options: Any) -> "AccountingSimulator":
    """Start a simulator of Sage Accounting.

    Args:
        **options: What `AccountingSimulator` takes.

    Raises:
        ConfigurationError: An option that it does not take, a state that it cannot use, a
            port that is not free, or the extra that brings the server is missing.
    """
    from .testing.accounting import AccountingSimulator

    return _started(AccountingSimulator, options)


def start_intacct_simulator(**options: Any) -> "IntacctSimulator":
    """Start a simulator of Sage Intacct.

    Args:
        **options: What `IntacctSimulator` takes.

    Raises:
        ConfigurationError: As for `start_simulator`.
    """
    from .testing.intacct import IntacctSimulator

    return _started(IntacctSimulator, options)


def _started(kind: Callable[..., S], options: Mapping[str, Any]) -> S:
    import sqlite3

    try:
        return kind(**options)
    except (ValueError, OSError, sqlite3.Error) as error:
        raise ConfigurationError(
            f"the simulator did not start: {error}",
            fix="Look at its options, its port and the file of its state.",
        ) from None


def _parts(target: str) -> tuple[str, str]:
    product, colon, place = target.partition(":")
    if product not in _PLACES:
        raise ConfigurationError(
            f"expected a target such as sage100:FOLDER, found {target!r}",
            fix=_nearest(product, tuple(_PLACES)),
        )
    if not colon:
        raise ConfigurationError(
            f"expected a colon in the target, found {target!r}",
            fix=f"Write {product + ':' + _PLACES[product]!r}.",
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
