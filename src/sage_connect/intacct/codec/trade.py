"""Invoices, credit notes and expense claims, as receivables and payables of Intacct's.

Intacct keeps amounts, not prices: a line is what it comes to without tax. Names of the
functions' fields are those of Sage's own development kits.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from ...model import (
    Charge,
    Line,
    PurchaseInvoice,
    Reference,
    SalesInvoice,
    TaxMode,
    TradeDocument,
    totals,
)
from ...model.money import minor_unit
from ...model.totals import part_taxes
from .. import functions
from ..ids import Ids
from ..kinds import AP_ADJUSTMENT, AR_ADJUSTMENT, EXPENSES, Kind, kind_of
from ..resolve import (
    Giver,
    Trade,
    books_currency,
    charge_giver,
    dimensions_of,
    entity_of,
    is_sale,
    line_giver,
    number_of,
    party_of,
    reference_of,
    sent_dimensions,
    solution_of,
    told_currency,
)
from ..settings import IntacctSettings, Taxes
from .encoded import EMPLOYEE, Encoded, Writing, parted

SUBMIT: Final = "Submit"
CLAIM_SUBMITTED: Final = "Submitted"
_ADJUSTMENTS: Final = (AR_ADJUSTMENT, AP_ADJUSTMENT)
_ONE: Final = Decimal(1)
_ZERO: Final = Decimal()
# Fields of the functions' lines, by dimension.
LINE_FIELDS: Final[Mapping[str, str]] = {
    "LOCATION": "location_id",
    "DEPARTMENT": "department_id",
    "PROJECT": "project_id",
    "TASK": "task_id",
    "CUSTOMER": "customer_id",
    "VENDOR": "vendor_id",
    "EMPLOYEE": "employee_id",
    "ITEM": "item_id",
    "CLASS": "class_id",
    "CONTRACT": "contract_id",
    "WAREHOUSE": "warehouse_id",
}


class TradeCodec:
    """Writes documents with lines, for one company.

    Args:
        ids: Record numbers of tax details.
        settings: How it is posted to.
        reference: What is known of it.
    """

    def __init__(self, ids: Ids, settings: IntacctSettings, reference: Reference) -> None:
        self._ids: Ids = ids
        self._settings: IntacctSettings = settings
        self._reference: Reference = reference

    def encode(self, document: Trade, key: str, files: str = "") -> Encoded:
        """Return what posts `document`.

        Args:
            document: In Intacct's codes, accepted by the rules.
            key: Digest of its key: the gateway refuses a repeat under it.
            files: Id of its attachments; "" for none.
        """
        kind = kind_of(document, self._settings)
        out = Writing()
        out.expect(kind.party, document.party, "/party")
        out.expect(kind.number, number_of(document), "/number")
        out.expect(kind.date, document.date, "/date")
        out.expect("CURRENCY", document.currency, "/currency")
        out.expect("MEGAENTITYID", document.entity, "/entity")
        sign = -1 if self._is_below_zero(document) else 1
        out.expect("TRX_TOTALENTERED", sign * totals(document).gross, "")
        lines = self._lines(document, kind, sign, out)
        if kind is EXPENSES:
            function = self._claim(document, lines, out)
        elif is_sale(document):
            function = self._sale(document, kind, lines, out)
        else:
            function = self._purchase(document, kind, lines, out)
        function.control_id = key
        if files:
            function.attachments_id = files
        return out.encoded(
            kind,
            function,
            entity=entity_of(document, self._settings),
            number=number_of(document),
        )

    @staticmethod
    def _is_below_zero(document: Trade) -> bool:
        """Credit stands below zero in Intacct, as adjustment and as invoice [inferred]."""
        return not isinstance(document, SalesInvoice | PurchaseInvoice)

    # ---- heads

    def _sale(self, document: Trade, kind: Kind, lines: Sequence[Any], out: Writing) -> Any:
        head = self._head(document, kind, out)
        if kind is AR_ADJUSTMENT:
            return functions.ArAdjustmentCreate(
                customer_id=document.party,
                adjustment_number=number_of(document),
                invoice_number=document.reverses or None,
                lines=lines,
                **head,
            )
        return functions.InvoiceCreate(
            customer_id=document.party,
            invoice_number=number_of(document),
            lines=lines,
            **head,
        )

    def _purchase(
        self, document: Trade, kind: Kind, lines: Sequence[Any], out: Writing
    ) -> Any:
        head = self._head(document, kind, out)
        if kind is AP_ADJUSTMENT:
            return functions.ApAdjustmentCreate(
                vendor_id=document.party,
                adjustment_number=number_of(document),
                bill_number=document.reverses or None,
                lines=lines,
                **head,
            )
        return functions.BillCreate(
            vendor_id=document.party,
            bill_number=number_of(document),
            lines=lines,
            **head,
        )

    def _claim(self, document: Trade, lines: Sequence[Any], out: Writing) -> Any:
        reason = self._text(document, reference_of(document), document.reverses)
        out.expect("DESCRIPTION", reason, "/notes")
        currency = told_currency(document, self._reference)
        books = books_currency(document, self._settings, self._reference)
        return functions.ExpenseReportCreate(
            employee_id=document.party or out.lacks("/party", EMPLOYEE, document.party),
            transaction_date=document.date,
            expense_report_number=number_of(document),
            action=CLAIM_SUBMITTED,
            reason_for_expense=reason or None,
            external_id=document.source_id or None,
            base_currency=books if currency else None,
            reimbursement_currency=currency,
            lines=lines,
        )

    def _head(self, document: Trade, kind: Kind, out: Writing) -> dict[str, Any]:
        """Return the fields that all receivables and payables have."""
        is_adjustment = kind in _ADJUSTMENTS
        told = reference_of(document)
        # An adjustment has no field for a reference, but one for what it corrects.
        said = (told, "") if is_adjustment else ("", document.reverses)
        text = self._text(document, *said)
        out.expect("DESCRIPTION", text, "/notes")
        head: dict[str, Any] = {
            "transaction_date": document.date,
            "action": SUBMIT,
            "description": text or None,
            "external_id": document.source_id or None,
            **self._money(document, out),
        }
        if is_adjustment:
            out.expect("DOCNUMBER", document.reverses, "/reverses")
            return head
        out.expect("DOCNUMBER", told, "/reference")
        head["reference_number"] = told or None
        if self._by_entries(document):
            solution = solution_of(document, self._settings, self._reference)
            head["tax_solution_id"] = solution or None
        return head | self._due(document, out)

    @staticmethod
    def _text(document: Trade, reference: str, reverses: str) -> str:
        """Return the description: what has no field of its own, and the notes."""
        back = f"Reverses {reverses}" if reverses else ""
        return ": ".join(filter(None, (reference, back, document.notes)))

    def _due(self, document: Trade, out: Writing) -> dict[str, Any]:
        due = document.due
        if isinstance(due, tuple):
            due = due[0].due if due else None
        out.expect("WHENDUE", due, "/due")
        if due is not None:
            return {"due_date": due}
        party = party_of(document, self._reference)
        if party is not None and party.payment_term:
            return {"payment_term": party.payment_term}
        sale = is_sale(document)
        term = self._settings.customer_term if sale else self._settings.supplier_term
        return {"payment_term": term} if term else {}

    # ---- money

    def _money(self, document: Any, out: Writing) -> dict[str, Any]:
        currency = told_currency(document, self._reference)
        if currency is None:
            return {}
        money: dict[str, Any] = {
            "base_currency": books_currency(document, self._settings, self._reference),
            "transaction_currency": currency,
        }
        rate = document.exchange_rate
        out.expect("EXCHANGE_RATE", rate, "/exchange_rate")
        if rate is None and currency == money["base_currency"]:
            rate = _ONE
        if rate is None:
            # Empty asks for Intacct's own rate of the day.
            money["exchange_rate_type"] = self._settings.exchange_rate_type
            money["exchange_rate_date"] = document.date
        else:
            money["exchange_rate_value"] = rate
        return money

    # ---- taxes

    def _by_entries(self, document: Trade) -> bool:
        kind = kind_of(document, self._settings)
        if kind in _ADJUSTMENTS or kind is EXPENSES:
            # Their lines have no place for tax entries.
            return False
        return self._settings.policy.taxes is Taxes.ENTRIES and any(
            part.taxes for part in _parts(document)
        )

    # ---- lines

    def _lines(
        self, document: Trade, kind: Kind, sign: int, out: Writing
    ) -> tuple[Any, ...]:
        parts = self._posted(document)
        if not self._by_entries(document):
            parts = [attrs.evolve(one, taxes=()) for one in parts]
            parts += self._tax_lines(document)
        return tuple(self._line(document, kind, sign, one, out) for one in parts)

    def _posted(self, document: Trade) -> "list[_Posted]":
        """Return what is posted as a line, before taxes of their own lines."""
        sums = totals(document)
        taxes = (
            part_taxes(document)
            if document.tax_mode is TaxMode.LINE
            else tuple(() for _ in _parts(document))
        )
        unit = minor_unit(document.currency)
        found: list[_Posted] = []
        for at, (line, net) in enumerate(zip(document.lines, sums.lines, strict=True)):
            whole = _Posted(
                line=line,
                giver=line_giver(line, document, self._settings, self._reference),
                amount=net,
                memo=_memo(line),
                taxes=_taxes_of(line, taxes[at]),
                path=f"/lines/{at}",
            )
            found.extend(_shared(whole, unit) if line.analytic else (whole,))
        own = taxes[len(document.lines) :]
        for at, (charge, net) in enumerate(
            zip(document.charges, sums.charges, strict=True)
        ):
            found.append(
                _Posted(
                    giver=charge_giver(charge, self._settings),
                    amount=net,
                    memo=charge.description or charge.kind.value.capitalize(),
                    taxes=_taxes_of(charge, own[at]),
                    path=f"/charges/{at}",
                )
            )
        if document.adjustment:
            account = self._settings.accounts.adjustments
            found.append(
                _Posted(
                    giver=Giver(account, "accounts.adjustments"),
                    amount=document.adjustment,
                    memo="Adjustment",
                    path="/adjustment",
                )
            )
        return found

    def _tax_lines(self, document: Trade) -> "list[_Posted]":
        """Return a line for each tax, on the account of its tax detail."""
        known = self._reference.tax_codes or {}
        return [
            _Posted(
                giver=Giver(known[total.code].account if total.code in known else ""),
                amount=total.amount,
                memo=tax_memo(total.code, total.rate),
                path=_tax_path(document, total.code),
            )
            for total in totals(document).taxes
            if total.amount
        ]

    def _line(
        self, document: Trade, kind: Kind, sign: int, part: "_Posted", out: Writing
    ) -> Any:
        path, amount = part.path, sign * part.amount
        expected: dict[str, tuple[Any, str]] = {
            "ACCOUNTNO": (part.giver.code, f"{path}/account"),
            "TRX_AMOUNT": (amount, path),
            "ENTRYDESCRIPTION": (part.memo, f"{path}/description"),
        }
        fields: dict[str, Any] = {
            "gl_account_number": part.giver.code,
            "memo": part.memo or None,
            **self._dimensions(document, kind, part, expected),
        }
        if part.taxes:
            entry = _TAX_ENTRIES[kind.object]
            fields["tax_entry"] = [
                entry(tax_id=code, tax_value=sign * tax) for code, tax in part.taxes
            ]
        taxes = (self._ids.taxes.get(code, "") for code, _ in part.taxes)
        out.row(path, expected, taxes=sorted(filter(None, taxes)))
        if kind is EXPENSES:
            fields["paid_to"] = fields.pop("memo")
            return functions.ExpenseReportLineCreate(
                reimbursement_amount=amount, expense_date=document.date, **fields
            )
        return _LINES[kind.object](transaction_amount=amount, **fields)

    def _dimensions(
        self,
        document: Trade,
        kind: Kind,
        part: "_Posted",
        expected: dict[str, tuple[Any, str]],
    ) -> dict[str, Any]:
        every = dimensions_of(part.line, document, self._settings)
        found, _ = sent_dimensions(every, self._settings)
        fields, own = placed(found, self._settings)
        for name, (value, place) in found.items():
            where = place if place.startswith("/") else f"{part.path}/{place}"
            if name in kind.dimensions:
                expected[kind.dimensions[name]] = (value, where)
        if own:
            fields["custom_fields"] = own
        return fields


_NO_LINE: Final = Line(unit_price=_ZERO)


@attrs.frozen(kw_only=True)
class _Posted:
    """Something that is posted as a line.

    Attributes:
        giver: Its account.
        amount: Without tax, as the document has it.
        memo: Its text.
        path: In the document.
        line: What gives its dimensions.
        taxes: Code and amount of each of its taxes.
    """

    giver: Giver
    amount: Decimal
    memo: str
    path: str
    line: Line = _NO_LINE
    taxes: tuple[tuple[str, Decimal], ...] = ()


def _taxes_of(
    part: Line | Charge, amounts: Sequence[Decimal]
) -> tuple[tuple[str, Decimal], ...]:
    codes = [tax.code for tax in part.taxes]
    return tuple(zip(codes, amounts, strict=False))


def _shared(whole: _Posted, unit: Decimal) -> list[_Posted]:
    """Return a line for each share; together they come to the line, and to its taxes."""
    shares = whole.line.analytic
    fixed = [share.amount for share in shares if share.amount is not None]
    amounts: Sequence[Decimal] = fixed
    sizes = [abs(one) for one in fixed]
    if len(fixed) != len(shares):
        weights = [share.weight for share in shares]
        amounts = parted(whole.amount, weights, unit)
        # A line that comes to nothing has shares all the same.
        sizes = [abs(one) for one in amounts] if any(amounts) else weights
    taxed = [(code, parted(tax, sizes, unit)) for code, tax in whole.taxes]
    return [
        attrs.evolve(
            whole,
            amount=amount,
            taxes=tuple((code, parts[at]) for code, parts in taxed),
            line=attrs.evolve(
                whole.line,
                analytic=(),
                dimensions={**whole.line.dimensions, share.dimension: share.value},
            ),
        )
        for at, (share, amount) in enumerate(zip(shares, amounts, strict=True))
    ]


def placed(
    found: Mapping[str, tuple[str, str]], settings: IntacctSettings
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return dimensions as fields of a line: Intacct's own, and user-defined ones."""
    fields: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for name, (value, _) in found.items():
        if name in LINE_FIELDS:
            fields[LINE_FIELDS[name]] = value
        else:
            own[f"{settings.conventions.user_dimension}{name}"] = value
    return fields, own


def _memo(line: Line) -> str:
    """Return the text of a line, with the quantity that only the text can tell."""
    if line.quantity == _ONE:
        return line.description
    shown = f"{line.quantity.normalize():f} x {line.description}"
    return shown.rstrip()


def tax_memo(code: str, rate: Decimal) -> str:
    """Return the text of a line that stands for a tax."""
    return f"{code} {rate.normalize():f} %"


def _parts(document: TradeDocument) -> tuple[Line | Charge, ...]:
    return (*document.lines, *document.charges)


def _tax_path(document: TradeDocument, code: str) -> str:
    named: tuple[tuple[str, tuple[Line | Charge, ...]], ...]
    named = (("lines", document.lines), ("charges", document.charges))
    for name, parts in named:
        for at in range(len(parts)):
            for place, tax in enumerate(parts[at].taxes):
                if tax.code == code:
                    return f"/{name}/{at}/taxes/{place}"
    return "/taxes"


_LINES: Final[Mapping[str, Any]] = {
    "ARINVOICE": functions.InvoiceLineCreate,
    "ARADJUSTMENT": functions.ArAdjustmentLineCreate,
    "APBILL": functions.BillLineCreate,
    "APADJUSTMENT": functions.ApAdjustmentLineCreate,
}
_TAX_ENTRIES: Final[Mapping[str, Any]] = {
    "ARINVOICE": functions.InvoiceLineTaxEntriesCreate,
    "APBILL": functions.BillLineTaxEntriesCreate,
}
