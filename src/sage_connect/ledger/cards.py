"""How ledgers, previews and outcomes print in a notebook."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import attrs

from .._card import SHOWN, Marked, Markup, Stack, Tone, card, counted, folded, table
from ..model import (
    BankEntry,
    Customer,
    DimensionValue,
    Document,
    Item,
    JournalEntry,
    MasterData,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    TradeDocument,
    totals,
)
from ..validation import Severity
from .capabilities import Capabilities

if TYPE_CHECKING:
    from .outcome import Outcome, Preview, PreviewEntry, Receipt

# Of the bytes of a preview; whoever wants all of them has `content`.
_EXCERPT: Final = 4_000
_TONES: Final[Mapping[str, Tone]] = {
    **dict.fromkeys(
        ("CREATED", "UPDATED", "UNCHANGED", "HANDED_OVER", "CONFIRMED"), "good"
    ),
    **dict.fromkeys(("REFUSED", "FAILED"), "bad"),
    **dict.fromkeys(("UNKNOWN", "NOT_RUN", "SKIPPED"), "unsure"),
}


def amount_of(document: object) -> Decimal | None:
    """Return what a document comes to in its currency; None for master data.

    The gross amount of invoices and credit notes, computed where they state none; the
    amount of money received or paid; the debit side of an entry.
    """
    match document:
        case TradeDocument():
            return totals(document).gross
        case Payment() | BankEntry():
            return document.amount
        case JournalEntry():
            return sum((one.debit or Decimal() for one in document.movements), Decimal())
        case _:
            return None


def ledger_card(
    kind: str, scope: str, capabilities: Capabilities, reference: Reference | None
) -> str:
    """Return a ledger: whose books, what was read of them, what it can do."""
    company = reference.company if reference else None
    facts: dict[str, object] = {"books": scope}
    if company:
        facts |= {
            "company": company.name,
            "country": company.country,
            "edition": company.edition,
            "currency": company.base_currency,
            "closed through": company.closed_through,
        }
    if reference:
        facts["read at"] = reference.taken_at
    return card(
        capabilities.product,
        *((reference.contents(),) if reference else ()),
        capabilities.matrix(),
        note=kind if reference else f"{kind}; nothing read yet: company.load() does",
        facts=facts,
    )


def outcomes_card(outcomes: "Sequence[Outcome[Any]]") -> str:
    """Return what became of a batch: how many of each state, and each document."""
    states = Counter(one.state.value for one in outcomes)
    posted = sum(one.posted for one in outcomes)
    whole = posted == len(outcomes)
    # What needs somebody to look comes first: of a long batch it alone is shown.
    first = sorted(outcomes, key=lambda one: one.posted)
    return card(
        counted(len(outcomes), "outcome"),
        table(
            ("document", "party", "amount", "state", "id or reason"),
            [_outcome(one) for one in first[:SHOWN]],
            total=len(outcomes),
        ),
        verdict=Marked(f"{posted:,} posted", "good" if whole else "unsure"),
        facts=dict(states.most_common()),
    )


def _outcome(one: "Outcome[Any]") -> tuple[object, ...]:
    currency = getattr(one.document, "currency", "")
    amount = amount_of(one.document)
    return (
        Stack((one.key.number or one.key.id, _kind(one.key.kind))),
        one.key.party or getattr(one.document, "party", ""),
        None if amount is None else Stack((amount, currency)),
        Marked(one.state.value, _TONES.get(one.state.value, "")),
        _why(one),
    )


def _why(one: "Outcome[Any]") -> str:
    if one.posted:
        return one.receipt.id if one.receipt else ""
    if one.error is not None:
        return str(one.error)
    stops = [
        found for found in one.report if found.severity in {Severity.ERROR, Severity.SKIP}
    ]
    return " ".join(found.message() for found in stops)


def outcome_card(one: "Outcome[Any]") -> str:
    """Return what became of one document, with everything that was said of it."""
    amount = amount_of(one.document)
    return card(
        f"{_kind(one.key.kind)} {one.key.number or one.key.id}",
        _findings(one),
        note=str(one.error) if one.error is not None else "",
        verdict=Marked(one.state.value, _TONES.get(one.state.value, "")),
        facts={
            "party": one.key.party or getattr(one.document, "party", ""),
            "amount": amount,
            "currency": getattr(one.document, "currency", "") if amount is not None else "",
            "id": one.receipt.id if one.receipt else "",
            "posted at": one.receipt.posted_at if one.receipt else None,
            "key": one.key.digest,
        },
    )


def _findings(one: "Outcome[Any]") -> Markup:
    tones: Mapping[Severity, Tone] = {Severity.ERROR: "bad", Severity.WARNING: "unsure"}
    return table(
        ("", "what is wrong, and what to do"),
        [
            (
                Marked(found.severity.value, tones.get(found.severity, "")),
                Stack((found.message(), found.fix(), found.code)),
            )
            for found in one.report
        ],
    )


def receipt_card(receipt: "Receipt[Any]") -> str:
    """Return the proof that a document was posted."""
    return card(
        f"{_kind(receipt.key.kind)} {receipt.key.number or receipt.key.id}",
        table(("the product's words", ""), sorted(receipt.details.items())),
        verdict=Marked("posted", "good"),
        facts={
            "id": receipt.id,
            "posted at": receipt.posted_at,
            "key": receipt.key.digest,
            "books": receipt.key.scope,
        },
    )


def preview_card(preview: "Preview") -> str:
    """Return what posting would change, then the entries and the bytes of it."""
    refused = len({one.index for one in preview.report.errors})
    debit, credit = (
        sum((Decimal(getattr(one, side) or 0) for one in preview.entries), Decimal())
        for side in ("debit", "credit")
    )
    tone: Tone = "bad" if refused else "good"
    told = f"{refused:,} would be refused" if refused else "nothing would be refused"
    return card(
        f"Preview of {counted(len(preview.documents), 'document')}",
        table(
            ("", "document", "kind", "party", "amount", "against what stands"),
            # Compared for as many as are shown; a preview may hold a whole year.
            [*_changes(preview)],
            total=len(preview.documents),
            of="more documents",
        ),
        table(
            ("", "date", "journal", "account", "label", "debit", "credit"),
            [_entry(one) for one in preview.entries[:SHOWN]],
            total=len(preview.entries),
            of="more lines",
        ),
        folded(f"The bytes: {len(preview.content):,}", _excerpt(preview.content)),
        folded(
            f"Files beside: {len(preview.files):,}",
            "\n".join(f"+ {one.name}" for one in preview.files[:SHOWN]),
        ),
        verdict=Marked(told, tone),
        facts={"entry lines": len(preview.entries), "debit": debit, "credit": credit},
    )


def _entry(one: "PreviewEntry") -> tuple[object, ...]:
    return (
        Marked("+", "good", one.document),
        one.date,
        Stack((one.journal, one.piece)),
        Stack((one.account, one.party)),
        Stack((one.label, one.analytic)),
        Decimal(one.debit) if one.debit else None,
        Decimal(one.credit) if one.credit else None,
    )


def _changes(preview: "Preview") -> Iterator[tuple[object, ...]]:
    """Compare each of the first documents with what stands in the books."""
    for at, document in enumerate(preview.documents[:SHOWN]):
        mark, told = _against(document, preview.reference)
        report = preview.report.by_index.get(at)
        stops = [
            one for one in report or () if one.severity in {Severity.ERROR, Severity.SKIP}
        ]
        if stops:
            mark = Marked("✗", "bad", "not posted")
            told = " ".join(one.message() for one in stops)
        amount = amount_of(document)
        name = getattr(document, "number", "") or getattr(document, "code", "")
        yield (
            mark,
            name or getattr(document, "source_id", ""),
            _kind(document.type),
            getattr(document, "party", ""),
            amount,
            told,
        )


def _against(document: Document | MasterData, reference: Reference) -> tuple[Marked, str]:
    """Return how a document differs from what is known to stand."""
    match document:
        case Customer() | Supplier() | Item():
            return _changed(
                document, document.code, getattr(reference, document.type + "s")
            )
        case DimensionValue():
            key = document.dimension, document.code
            return _changed(document, key, reference.dimension_values)
        case SalesInvoice() | SalesCreditNote() | PurchaseInvoice() | PurchaseCreditNote():
            opened = reference.open_documents or {}
            found = opened.get((document.party, document.number))
            if found is not None and found.kind in {"", document.type}:
                told = f"stands, {found.outstanding:,f} {found.currency} open"
                return _STANDS, told
            return _NEW, "new"
        case _:
            return _NEW, "new"


def _changed(
    new: MasterData, key: object, known: Mapping[Any, Any] | None
) -> tuple[Marked, str]:
    if known is None:
        return _NEW, "not known whether it stands"
    old = known.get(key)
    if old is None:
        return _NEW, "new"
    fields = [*_fields(old, new)]
    return (_CHANGED, "; ".join(fields)) if fields else (_STANDS, "stands as it is")


def _fields(old: Any, new: MasterData) -> Iterator[str]:
    for field in attrs.fields(type(new)):
        before, after = getattr(old, field.name, None), getattr(new, field.name)
        if before != after and after not in (None, "", ()):
            yield f"{field.name.replace('_', ' ')}: {_short(before)} → {_short(after)}"


def _short(value: object) -> str:
    if isinstance(value, str):
        return value or "nothing"
    if isinstance(value, (bool, Decimal)):
        return str(value)
    return "nothing" if value in (None, ()) else "another"


def _excerpt(content: bytes) -> str:
    # What is sent is text; of a code page other than UTF-8, bytes are shown as they are.
    try:
        text = content.decode()[:_EXCERPT]
    except UnicodeDecodeError:
        text = content[:_EXCERPT].decode("ascii", "backslashreplace")
    lines = "\n".join(f"+ {line}" for line in text.splitlines())
    return lines if len(content) <= _EXCERPT else f"{lines}\n…"


def _kind(kind: str) -> str:
    return kind.replace("_", " ")


_NEW: Final = Marked("+", "good", "new")
_STANDS: Final = Marked("=", "", "stands already")
_CHANGED: Final = Marked("~", "unsure", "changed")
