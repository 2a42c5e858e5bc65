"""Remedies for codes: the nearest that there is, or the record made first."""

import difflib
import heapq
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from hashlib import blake2b
from itertools import count
from typing import Any, Final

import attrs

from ...model import (
    Account,
    AccountKind,
    BankDirection,
    BankEntry,
    Customer,
    DimensionValue,
    Item,
    JournalEntry,
    Movement,
    Payment,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    Tax,
    TaxCode,
    TaxDirection,
    TradeDocument,
)
from ...model.convert import to_json
from ...model.fields import FrozenMap
from ...model.payment import FROM_CUSTOMERS
from ...model.refit import taxed_by_line
from ..finding import Finding, step_of
from ..registry import Case
from .places import at, is_map, is_parts, left_out, put
from .remedy import Instead, Mend, Remedy, remedy

_CODE: Final = 10
_CLASS: Final = 2
"""Digits that tell what an account is for, in the charts of all three products."""
_CLOSE: Final = 0.5
_OFFERED: Final = 4
_NO_CODES: Final = frozenset({"", "\u2013", "\u2026"})


def folded(code: str) -> str:
    """Return a code without capitals, accents and blanks."""
    parts = unicodedata.normalize("NFKD", "".join(code.split()).casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))


def nearest(code: str, names: Iterable[str]) -> list[str]:
    """Return the few of `names` most like `code`, the most like first; never itself."""
    matcher = difflib.SequenceMatcher()
    matcher.set_seq2(folded(code))
    close: list[tuple[float, str]] = []
    for name in names:
        matcher.set_seq1(folded(name))
        # Cheap bounds first: charts have thousands of accounts.
        if name != code and matcher.real_quick_ratio() >= _CLOSE <= matcher.quick_ratio():
            ratio = matcher.ratio()
            if ratio >= _CLOSE:
                close.append((-ratio, name))
    return [name for _, name in heapq.nsmallest(_OFFERED, close)]


def listed(finding: Finding) -> Iterator[str]:
    """Yield the codes that a finding itself proposes, the best first."""
    for name in ("nearest", "fitting", "known"):
        for one in finding.values.get(name, "").removesuffix(" …").split(", "):
            if one not in _NO_CODES:
                yield one


@remedy("nearest-code")
def nearest_code(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Write the nearest code that the ledger has: of an account, a journal, a section."""
    code = at(document, finding.path)
    if not isinstance(code, str) or not code:
        return
    proposed = [*listed(finding), *_offered(document, finding.path, case.reference)]
    if finding.path.endswith("account"):
        # Another class of accounts is another place in the books.
        proposed = [one for one in proposed if one[:1] == code[:1]]
        proposed = nearest(code, dict.fromkeys(proposed)) or proposed
    else:
        proposed = nearest(code, dict.fromkeys(proposed))
    for name in dict.fromkeys(proposed):
        if name != code:
            yield put(document, finding.path, name)


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
        known = _offered(document, "/account", case.reference)
        alike = [one for one in known if one[:_CLASS] == code[:_CLASS]]
        names = [*nearest(code, alike), *alike]
        names += [one.code for one in _of_kind(_purpose(path), case.reference)]
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


def setting(path: str) -> Mend:
    """Return how the setting at `path` takes a code that the finding proposes."""

    def mend(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
        given = at(case.settings, path)
        known = list(listed(finding))
        for name in [*nearest(given, known), *known] if isinstance(given, str) else ():
            yield Instead(documents=(document,), settings=put(case.settings, path, name))

    return mend


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


@remedy("same-code", guess=False)
def same_code(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Write a code as the ledger does, where capitals, accents or blanks alone differ."""
    code = at(document, finding.path)
    if not isinstance(code, str) or not code:
        return
    known = _offered(document, finding.path, case.reference)
    for name in known:
        if name != code and folded(name) == folded(code):
            yield put(document, finding.path, name)


def _offered(document: Any, path: str, reference: Reference) -> Collection[str]:
    *above, last = path.split("/")
    if last.isdigit() or (above and above[-1] == "dimensions"):
        dimension = last
        return _values(reference, dimension)
    match last:
        case "account" | "sales_account" | "purchase_account":
            known = (reference.accounts or {}).values()
            return [one.code for one in known if one.active and not one.total]
        case "value":
            share = at(document, "/".join(above))
            return _values(reference, share.dimension)
        case "project":
            return _values(reference, "")
        case "party":
            # Another party is never near: that one is wrong is seen by a person only.
            wanted = folded(str(at(document, path, "")))
            return [one for one in _parties(document, reference) if folded(one) == wanted]
        case _:
            part: Mapping[str, Any] | None = getattr(reference, _PARTS.get(last, ""), None)
            known = (part or {}).values()
            return [one.code for one in known if getattr(one, "active", True)]


_PARTS: Final = {
    "bank_account": "bank_accounts",
    "dimension": "dimensions",
    "entity": "entities",
    "item": "items",
    "journal": "journals",
    "payment_term": "payment_terms",
    "tax_code": "tax_codes",
    "code": "items",
}


def _values(reference: Reference, dimension: str) -> list[str]:
    values = (reference.dimension_values or {}).values()
    return [one.code for one in values if dimension in {"", one.dimension}]


def _parties(document: Any, reference: Reference) -> Collection[str]:
    if is_of_customers(document):
        return reference.customers or ()
    return reference.suppliers or ()


def is_of_customers(document: Any) -> bool:
    """Return whether the party of `document` is a customer."""
    if isinstance(document, TradeDocument):
        return isinstance(document, SalesInvoice | SalesCreditNote)
    if isinstance(document, Payment):
        return document.kind in FROM_CUSTOMERS
    return False


@remedy("nearest-tax")
def nearest_tax(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Write the ledger's code of a tax of the same rate, for this direction."""
    place = finding.path
    tax = at(document, place)
    if not isinstance(tax, Tax):
        place = place.rpartition("/")[0]
        tax = at(document, place)
    if isinstance(tax, Movement):
        yield from _same_rate(document, tax, place, case.reference)
    if not isinstance(tax, Tax):
        return
    fitting = {
        one.code: one
        for one in (case.reference.tax_codes or {}).values()
        if one.active and _fits(one, document, tax, case.reference)
    }
    near = nearest(tax.code, fitting)
    exact = [
        one for one, known in fitting.items() if known.direction is _direction(document)
    ]
    for name in dict.fromkeys((*(one for one in near if one in exact), *exact, *near)):
        if name == tax.code:
            continue
        yield put(document, f"{place}/code", name)


def _same_rate(
    document: Any, movement: Movement, place: str, reference: Reference
) -> Iterator[Any]:
    """Yield a movement's entry with the codes in use of the rate that its code has."""
    codes = reference.tax_codes or {}
    old = codes.get(movement.tax_code)
    rate = None if old is None else old.rate_on(document.date)
    if old is None or rate is None:
        return
    for one in codes.values():
        alike = one.active and one.direction is old.direction
        if alike and one is not old and one.rate_on(document.date) == rate:
            yield put(document, f"{place}/tax_code", one.code)


def _fits(known: TaxCode, document: Any, tax: Tax, reference: Reference) -> bool:
    day = getattr(document, "date", None)
    if day is None or known.rate_on(day) != tax.rate:
        return False
    company = reference.company
    # A code by which the receiver accounts for the tax posts something else.
    name = f"reverse_charge:{known.code}"
    reverses = company is not None and company.own.get(name) == "true"
    if reverses is not getattr(document, "reverse_charge", False):
        return False
    return known.direction in {_direction(document), TaxDirection.BOTH}


def _direction(document: Any) -> TaxDirection:
    return TaxDirection.SALES if is_of_customers(document) else TaxDirection.PURCHASES


@remedy("one-tax")
def one_tax(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Write one tax with the sum of the rates, where the ledger has such a code."""
    place = finding.path if finding.path.endswith("/taxes") else f"{finding.path}/taxes"
    taxes = at(document, place)
    if not is_parts(taxes) or any(one.amount is not None for one in taxes):
        return
    rate = sum((one.rate for one in taxes), Decimal())
    for known in (case.reference.tax_codes or {}).values():
        whole = Tax(known.code, rate)
        if known.active and _fits(known, document, whole, case.reference):
            yield put(document, place, (whole,))


@remedy("no-tax")
def no_tax(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Give a line without tax the ledger's code of no tax (0 %)."""
    place = finding.path if finding.path.endswith("/taxes") else f"{finding.path}/taxes"
    if at(document, place) != ():
        return
    for known in (case.reference.tax_codes or {}).values():
        none = Tax(known.code, Decimal())
        if known.active and _fits(known, document, none, case.reference):
            yield put(document, place, (none,))


@remedy("create-party")
def create_party(document: Any, _: Finding, case: Case) -> Iterator[Any]:
    """Send the customer or supplier first, under its code until somebody names it."""
    code: str = getattr(document, "party", "")
    if not code:
        return
    kind = Customer if is_of_customers(document) else Supplier
    made = kind(code=code, name=code, currency=document.currency)
    yield Instead(documents=(document,), newcomers=(made,))
    policy = f"/policy/create_{kind.type}s"
    if at(case.settings, policy) is False:
        settings = put(case.settings, policy, value=True)
        yield Instead(documents=(document,), newcomers=(made,), settings=settings)


@remedy("create-item")
def create_item(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Send the item first, described as on the line."""
    code = at(document, finding.path)
    line = at(document, finding.path.rpartition("/")[0])
    if isinstance(code, str) and code and hasattr(line, "description"):
        made = Item(code=code, description=line.description or code)
        yield Instead(documents=(document,), newcomers=(made,))


@remedy("create-value")
def create_value(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Send the value of the dimension first (a section, a category, a department)."""
    above, _slash, last = finding.path.rpartition("/")
    share = at(document, finding.path)
    if hasattr(share, "dimension"):
        made = DimensionValue(dimension=share.dimension, code=share.value, name=share.value)
    elif last == "value":
        share = at(document, above)
        made = DimensionValue(dimension=share.dimension, code=share.value, name=share.value)
    elif isinstance(share, str) and above.endswith("/dimensions"):
        made = DimensionValue(dimension=last, code=share, name=share)
    elif isinstance(share, str) and last == "project":
        made = DimensionValue(dimension="", code=share, name=share)
    else:
        return
    yield Instead(documents=(document,), newcomers=(made,))


@remedy("leave-out-split")
def leave_out_split(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Leave the split over sections, and the dimensions, of a line or movement out."""
    steps = finding.path.split("/")
    line = "/".join(steps[:3])
    for name in ("analytic", "dimensions"):
        emptied = left_out(document, f"{line}/{name}")
        if emptied is not None and emptied != document:
            yield emptied


@remedy("listed-code")
def listed_code(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Write a code of those that the ledger has, the first that is accepted."""
    if not isinstance(at(document, finding.path), str):
        return
    for name in (*listed(finding), *_offered(document, finding.path, case.reference)):
        yield put(document, finding.path, name)


@remedy("control-account")
def control_account(document: Any, _: Finding, case: Case) -> Iterator[Any]:
    """Give customers (411) or suppliers (401) the control account of the chart."""
    of_customers = isinstance(document, Customer) or is_of_customers(document)
    start, name = ("411", "customers") if of_customers else ("401", "suppliers")
    for one in (case.reference.accounts or {}).values():
        if one.code.startswith(start) and one.active and not one.total:
            if isinstance(document, Customer | Supplier):
                yield attrs.evolve(document, account=one.code)
            elif hasattr(case.settings, "accounts"):
                settings = put(case.settings, f"/accounts/{name}", one.code)
                yield Instead(documents=(document,), settings=settings)


@remedy("once")
def once(document: Any, _: Finding, case: Case) -> Iterator[Any]:
    """Send once what stands in the batch twice, alike in everything."""
    bare = _bare(document)
    if sum(1 for one in case.batch if _bare(one) == bare) > 1:
        yield Instead(documents=())


def _bare(record: Any) -> Any:
    code = getattr(record, "code", None)
    return attrs.evolve(record, code=folded(code)) if code is not None else record


@remedy("usual-account")
def usual_account(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Use an income account for what is sold, an expense account for what is bought."""
    last = finding.path.rpartition("/")[2]
    if isinstance(document, TradeDocument) and last == "account":
        sold = is_of_customers(document)
    elif isinstance(document, Item) and last in {"sales_account", "purchase_account"}:
        sold = last == "sales_account"
    elif isinstance(document, BankEntry) and finding.path == "/account":
        sold = document.direction is BankDirection.IN
    else:
        return
    kind = AccountKind.INCOME if sold else AccountKind.EXPENSE
    for one in _of_kind(kind, case.reference):
        yield put(document, finding.path, one.code)


def _of_kind(kind: AccountKind | None, reference: Reference) -> Iterator[Account]:
    for one in (reference.accounts or {}).values():
        if one.kind is kind and one.active and not one.total:
            yield one


def _purpose(path: str) -> AccountKind | None:
    """Return the kind of account that a setting such as "/accounts/sales" is for."""
    return {
        "/accounts/sales": AccountKind.INCOME,
        "/accounts/shipping": AccountKind.INCOME,
        "/accounts/purchases": AccountKind.EXPENSE,
    }.get(path)


@remedy("number-apart")
def number_apart(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Tell a payment or an entry apart from another one of its number.

    Not from one of the same party, day and amount: that is the same, sent twice.
    """
    if finding.path != "/number" or not isinstance(
        document, Payment | JournalEntry | BankEntry
    ):
        return
    namesakes = [
        one
        for one in case.batch
        if one is not document and getattr(one, "number", "") == document.number
    ]
    if not any(_is_twin(document, one) for one in namesakes):
        numbers = {getattr(one, "number", "") for one in case.batch}
        at_first = count(2)
        yield attrs.evolve(
            document,
            number=next(
                name for n in at_first if (name := f"{document.number}-{n}") not in numbers
            ),
        )


def _is_twin(one: Any, other: Any) -> bool:
    names = ("party", "date", "amount", "movements", "bank_account")
    return type(one) is type(other) and all(
        getattr(one, name, None) == getattr(other, name, None) for name in names
    )


@remedy("code-from-name")
def code_from_name(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Give a record without code the letters and digits of its name, in capitals."""
    name = folded(getattr(document, "name", "") or getattr(document, "description", ""))
    code = "".join(one for one in name if one.isascii() and one.isalnum()).upper()
    if code and finding.path == "/code":
        yield put(document, "/code", code[:_CODE])


@remedy("without-zero-tax", guess=False)
def without_zero_tax(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Leave out taxes that come to nothing, beside one that does not."""
    place = finding.path if finding.path.endswith("/taxes") else f"{finding.path}/taxes"
    taxes = at(document, place)
    if is_parts(taxes):
        kept = tuple(one for one in taxes if one.rate or one.amount)
        if 0 < len(kept) < len(taxes):
            bare = put(document, place, kept)
            yield bare
            by_line = taxed_by_line(bare) if place == "/taxes" else None
            if by_line is not None:
                yield by_line


@remedy("own-control-account")
def own_control_account(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Move a party's movement to the control account that the ledger has for it."""
    place = finding.path.rpartition("/")[0]
    movement = at(document, place)
    if isinstance(movement, Movement):
        for known in (case.reference.customers, case.reference.suppliers):
            party = (known or {}).get(movement.party)
            if party is not None and party.account:
                yield put(document, f"{place}/account", party.account)


@remedy("known-by-content")
def known_by_content(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Give a document without identity that of its content.

    The same content has the same identity at every time, so that nothing is posted twice;
    two documents alike in everything are taken for one.
    """
    if finding.path in {"/number", "/source_id", ""} and hasattr(document, "source_id"):
        digest = blake2b(to_json([document]), digest_size=10).hexdigest()
        yield attrs.evolve(document, source_id=f"content-{digest}")


@remedy("required-value")
def required_value(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Name a value of a dimension that the account requires."""
    line = finding.path.removesuffix("/dimensions")
    dimensions = at(document, f"{line}/dimensions")
    given = finding.values.get("dimension") or finding.values.get("plan", "")
    for known in (case.reference.dimensions or {}).values():
        if not is_map(dimensions) or given not in {known.code, known.name}:
            continue
        for value in _values(case.reference, known.code):
            named = FrozenMap({**dimensions, given: value})
            yield put(document, f"{line}/dimensions", named)
