"""Stock on its way through the books: received, shipped, invoiced, as journal entries."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Any, TypeAlias

import attrs

from . import fields
from .invoice import (
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
    TradeDocument,
)
from .journal import JournalEntry, Movement
from .money import WIDE, minor_unit, round_half_up
from .totals import totals

_Sale: TypeAlias = SalesInvoice | SalesCreditNote
_Purchase: TypeAlias = PurchaseInvoice | PurchaseCreditNote
_PURPOSES = frozenset(
    {"stock", "received", "cost", "revenue", "unbilled", "deferred", "adjustments"}
)


def _are_purposes(
    holder: object, field: "attrs.Attribute[Any]", value: Mapping[str, str]
) -> None:
    fields.are_texts(holder, field, value)
    strange = sorted(set(value) - _PURPOSES)
    if strange:
        known = ", ".join(sorted(_PURPOSES))
        raise ValueError(f"expected accounts for {known}, found {', '.join(strange)}")


@attrs.frozen(kw_only=True)
class Goods:
    """Some of an item that comes in or goes out.

    Amounts are in the currency of the books, and rounded once: quantity times unit.

    Attributes:
        quantity: Units, above zero.
        unit_cost: What one unit is worth in stock.
        unit_price: What one unit is sold for without tax; None where it is not sold.
        item: Code of an `Item`, or "".
        description: "" for the entry's.
        dimensions: Dimension code to value code; on both sides of each pair of movements.
        accounts: Other accounts for this item than the journal's, by their names there:
            `{"stock": "1320"}`.
    """

    quantity: Decimal = fields.amount(Decimal(1))
    unit_cost: Decimal = attrs.field(converter=fields.exact, validator=fields.is_number)
    unit_price: Decimal | None = fields.amount()
    item: str = fields.text()
    description: str = fields.text()
    dimensions: fields.FrozenMap[str] = attrs.field(
        default=fields.NOTHING, converter=fields.frozen, validator=fields.are_texts
    )
    accounts: fields.FrozenMap[str] = attrs.field(
        default=fields.NOTHING, converter=fields.frozen, validator=_are_purposes
    )


@attrs.frozen(kw_only=True)
class StockJournal:
    """Makes the entries of a stock journal, for whoever keeps stock outside of Sage.

    Every entry balances to the last cent, and so does each pair of its movements: in every
    dimension too. Nothing is posted here: hand the entries to a ledger.

    An account that an entry needs and that is not given is a ValueError which names it.

    Attributes:
        code: Of the `Journal`.
        currency: ISO 4217 code of the books.
        stock: Account of goods on hand.
        received: Account of goods received and not yet invoiced.
        cost: Account of the cost of goods sold.
        revenue: Account of income.
        unbilled: Account of goods shipped and not yet invoiced.
        deferred: Account that income is kept on until it is earned.
        adjustments: Account of what suppliers invoice beyond, or below, what their goods
            were taken into stock for.
        item_dimension: Dimension that items are named in, such as "ITEM"; "" to leave them
            out.
        entity: Code of the `Entity` that keeps the stock, or "".
    """

    code: str = attrs.field(validator=fields.is_text)
    currency: str = attrs.field(validator=fields.is_text)
    stock: str = fields.text()
    received: str = fields.text()
    cost: str = fields.text()
    revenue: str = fields.text()
    unbilled: str = fields.text()
    deferred: str = fields.text()
    adjustments: str = fields.text()
    item_dimension: str = fields.text()
    entity: str = fields.text()

    def receipt(
        self,
        goods: Sequence[Goods],
        *,
        number: str,
        date: dt.date,
        reference: str = "",
        description: str = "",
    ) -> JournalEntry:
        """Return the entry of goods that a supplier delivered: into stock, not invoiced.

        Args:
            goods: What came.
            number: Of the receipt; it makes the entry's identity.
            date: Day that it came.
            reference: The order, for one.
            description: Of movements without their own.

        Raises:
            ValueError: No goods, some of no quantity, or an account is missing.
        """
        pairs = [
            self._pair(one, "stock", "received", one.unit_cost, "cost")
            for one in self._some(goods)
        ]
        head = self._head("purchase_receipt", number, date, reference, description)
        return self._entry(pairs, head)

    def shipment(
        self,
        goods: Sequence[Goods],
        *,
        number: str,
        date: dt.date,
        issue: bool = True,
        revenue: bool = False,
        reference: str = "",
        description: str = "",
    ) -> JournalEntry:
        """Return the entry of goods that went to a customer.

        Args:
            goods: What went.
            number: Of the shipment; it makes the entry's identity.
            date: Day that it went.
            issue: Take the goods out of stock, at their cost.
            revenue: Recognise income, at their price: the invoice then stands on
                `unbilled`.
            reference: The order, for one.
            description: Of movements without their own.

        Raises:
            ValueError: Neither issue nor revenue; no goods, some of no quantity or without
                the price that income is recognised at; or an account is missing.
        """
        if not (issue or revenue):
            raise ValueError("expected a shipment of stock, of revenue or of both")
        shipped = self._some(goods)
        pairs: list[tuple[Movement, ...]] = []
        if issue:
            pairs += [
                self._pair(one, "cost", "stock", one.unit_cost, "cost") for one in shipped
            ]
        if revenue:
            pairs += [
                self._pair(one, "unbilled", "revenue", one.unit_price, "price")
                for one in shipped
            ]
        head = self._head("shipment", number, date, reference, description)
        return self._entry(pairs, head)

    def recognition(self, document: _Sale, *, date: dt.date | None = None) -> JournalEntry:
        """Return the entry that makes income of an invoice when it is closed.

        What its lines put on their accounts, `deferred` for those without one, is taken
        from there to `revenue`: net, each line's dimensions kept. A credit note goes the
        other way.

        Args:
            document: A customer's; its amounts are converted at its own rate.
            date: Day of closing; the document's by default.

        Raises:
            ValueError: Nothing to recognise, no date, no rate, or an account is missing.
        """
        way_back = isinstance(document, SalesCreditNote)
        pairs = [
            self._moved(
                document.lines[at].account or self._account("deferred"),
                self._account("revenue"),
                -amount if way_back else amount,
                at,
                document,
            )
            for at, amount in enumerate(self._nets(document))
        ]
        return self._entry(pairs, self._of(document, date))

    def settlement(
        self,
        document: _Purchase,
        received: Sequence[Goods | None],
        *,
        date: dt.date | None = None,
    ) -> JournalEntry | None:
        """Return the entry of a supplier's invoice for goods that came before it.

        What stands on the accounts of its lines is put against `received`, at what the
        goods were taken into stock for; the difference in price goes to `adjustments`.
        Where the lines stand on `received` already, only the difference is left to be
        moved. A credit note goes the other way.

        Args:
            document: A supplier's; its amounts are converted at its own rate.
            received: For each of its lines the goods as they were received, or None where
                it is for something else.
            date: Day of the entry; the document's by default.

        Returns:
            The entry; None where there is nothing to move.

        Raises:
            ValueError: Not as many goods as lines, goods of no quantity, no date, no rate,
                or an account is missing; that of adjustments only if prices differ.
        """
        if len(received) != len(document.lines):
            raise ValueError(
                f"expected goods, or None, for each of {len(document.lines)} lines, found "
                f"{len(received)}"
            )
        way_back = isinstance(document, PurchaseCreditNote)
        pairs: list[tuple[Movement, ...]] = []
        for at, (goods, net) in enumerate(zip(received, self._nets(document), strict=True)):
            if goods is None:
                continue
            (taken,) = self._some([goods])
            value = self._value(taken.quantity, taken.unit_cost)
            clearing = self._account("received", taken)
            stands_on = document.lines[at].account or clearing
            with localcontext(WIDE):
                more = net - value
            if way_back:
                value, more = -value, -more
            if stands_on != clearing:
                pairs.append(self._moved(clearing, stands_on, value, at, document, taken))
            if more:
                other = self._account("adjustments", taken)
                pairs.append(self._moved(other, stands_on, more, at, document, taken))
        if not any(pairs):
            return None
        return self._entry(pairs, self._of(document, date))

    # ---- movements

    def _some(self, goods: Sequence[Goods]) -> Sequence[Goods]:
        if not goods:
            raise ValueError("expected goods, found none")
        for one in goods:
            if one.quantity <= 0:
                raise ValueError(
                    f"expected a quantity above zero, found {one.quantity} "
                    f"{one.item or one.description}".rstrip()
                )
        return goods

    def _account(self, purpose: str, goods: Goods | None = None) -> str:
        own = goods.accounts.get(purpose, "") if goods is not None else ""
        account: str = own or getattr(self, purpose)
        if not account:
            raise ValueError(f"expected an account for {purpose!r} in the stock journal")
        return account

    def _value(self, quantity: Decimal, unit: Decimal) -> Decimal:
        with localcontext(WIDE):
            return round_half_up(quantity * unit, minor_unit(self.currency))

    def _pair(
        self, goods: Goods, debit: str, credit: str, unit: Decimal | None, what: str
    ) -> tuple[Movement, ...]:
        if unit is None:
            name = goods.item or goods.description
            raise ValueError(f"expected the {what} of a unit of {name!r}")
        return _both(
            self._account(debit, goods),
            self._account(credit, goods),
            self._value(goods.quantity, unit),
            goods.description,
            self._dimensions(goods.item, goods.dimensions),
        )

    def _moved(  # noqa: PLR0917 - each is of its own kind
        self,
        debit: str,
        credit: str,
        amount: Decimal,
        at: int,
        document: TradeDocument,
        goods: Goods | None = None,
    ) -> tuple[Movement, ...]:
        """Return the movements of one line of a document."""
        line = document.lines[at]
        named = self._dimensions(
            line.item or (goods.item if goods else ""),
            {**(goods.dimensions if goods else {}), **line.dimensions},
        )
        return _both(debit, credit, amount, line.description, named)

    def _dimensions(self, item: str, named: Mapping[str, str]) -> dict[str, str]:
        if not (item and self.item_dimension):
            return dict(named)
        return {self.item_dimension: item, **named}

    def _nets(self, document: TradeDocument) -> Iterator[Decimal]:
        """Yield the net amount of each line, in the currency of the books."""
        rate = document.exchange_rate
        foreign = document.currency != self.currency
        if foreign and not rate:
            raise ValueError(
                f"expected the rate of a document in {document.currency}, for books in "
                f"{self.currency}"
            )
        for net in totals(document).lines:
            yield self._value(net, rate) if foreign and rate else net

    # ---- entries

    def _of(self, document: _Sale | _Purchase, date: dt.date | None) -> JournalEntry:
        name = document.source_id or document.number or document.party_number
        if not name:
            raise ValueError("expected a document with a number")
        day = date or document.date
        if day is None:
            raise ValueError("expected a document with a date")
        head = self._head(
            f"{document.type}/{document.party}", name, day, document.reference, name
        )
        return attrs.evolve(head, entity=self.entity or document.entity)

    def _head(
        self, kind: str, number: str, date: dt.date, reference: str, description: str
    ) -> JournalEntry:
        return JournalEntry(
            # A stock entry and its document have numbers of their own.
            source_id=f"stock/{kind}/{number}",
            journal=self.code,
            date=date,
            currency=self.currency,
            reference=reference,
            description=description or number,
            entity=self.entity,
            movements=(),
        )

    def _entry(
        self, pairs: Sequence[tuple[Movement, ...]], head: JournalEntry
    ) -> JournalEntry:
        movements = tuple(movement for pair in pairs for movement in pair)
        if not movements:
            raise ValueError("expected something of a value, found nothing to book")
        return attrs.evolve(head, movements=movements)


def _both(
    debit: str, credit: str, amount: Decimal, description: str, dimensions: dict[str, str]
) -> tuple[Movement, ...]:
    """Return a debit and its credit: nothing for zero, the other way round below it."""
    if not amount or debit == credit:
        return ()
    if amount < 0:
        debit, credit, amount = credit, debit, -amount
    named = fields.frozen(dimensions)
    return (
        Movement(account=debit, debit=amount, description=description, dimensions=named),
        Movement(account=credit, credit=amount, description=description, dimensions=named),
    )
