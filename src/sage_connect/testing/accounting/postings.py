"""What an artefact does to the ledger."""

from decimal import Decimal

from . import cis, ledger
from .company import Company
from .digits import number
from .heading import is_self_accounted
from .ledger import Movement
from .store import Doc
from .trade import Trade


def movements(company: Company, trade: Trade, doc: Doc) -> list[Movement]:
    """Return the movements of an issued artefact, in base currency.

    Debtors or creditors take what is owed, the accounts of the lines the net amounts, VAT
    its control account; a sale under reverse charge posts no VAT, a purchase posts it on
    both sides (Sage's guide on reverse charge).
    """
    # Sales credit their accounts, purchases debit them; credit notes the other way round.
    way = Decimal(-trade.sign if trade.sales else trade.sign)
    found = [
        Movement(
            account=line["ledger_account"],
            amount=way * number(line["base_currency_net_amount"]),
            tax_rate=line["tax_rate"],
            description=line["description"],
        )
        for line in doc[trade.lines]
    ]
    if trade.sales:
        found.append(
            Movement(
                account=ledger.default(company, "carriage"),
                amount=way * number(doc["base_currency_shipping_net_amount"]),
                tax_rate=doc.get("shipping_tax_rate"),
                description="Carriage",
            )
        )
    found += _tax(company, trade, doc, way)
    withheld = cis.withheld(doc)
    if withheld:
        account = cis.SUFFERED if trade.sales else cis.DUE
        found.append(
            Movement(
                account=ledger.control(company, account),
                amount=-way * withheld,
                description="CIS",
            )
        )
    name = "TRADE_DEBTORS" if trade.sales else "TRADE_CREDITORS"
    owed = number(doc["base_currency_total_amount"]) - withheld
    found.append(Movement(account=ledger.control(company, name), amount=-way * owed))
    return ledger.merged(found)


def _tax(company: Company, trade: Trade, doc: Doc, way: Decimal) -> list[Movement]:
    tax = way * number(doc["base_currency_tax_amount"])
    sales = ledger.control(company, "TAX_ON_SALES")
    if trade.sales:
        return [] if is_self_accounted(doc) else [Movement(account=sales, amount=tax)]
    found = [Movement(account=ledger.control(company, "TAX_ON_PURCHASES"), amount=tax)]
    if is_self_accounted(doc):
        found.append(Movement(account=sales, amount=-tax))
    return found
