"""What is sold and bought."""

import enum
from decimal import Decimal
from typing import ClassVar

import attrs

from . import fields


class ItemKind(enum.StrEnum):
    """What an item is to the stock."""

    PRODUCT = "product"
    SERVICE = "service"
    STOCK = "stock"


@attrs.frozen(kw_only=True)
class Item:
    """A product or a service.

    Attributes:
        code: The caller's code; lines name items by it.
        description: What stands on an invoice.
        kind: Product, service, or product kept in stock.
        sales_price: Net, in `currency`, for one unit.
        purchase_price: Net, in `currency`, for one unit.
        currency: ISO 4217 code of both prices, or "" for the base currency.
        sales_account: General account credited when sold.
        purchase_account: General account debited when bought.
        tax_code: Code of the `TaxCode` that usually applies.
        notes: Free text.
        active: False when it is no longer offered.
    """

    type: ClassVar[str] = "item"

    code: str = attrs.field(validator=fields.is_text)
    description: str = fields.text()
    kind: ItemKind = fields.choice(ItemKind, ItemKind.PRODUCT)
    sales_price: Decimal | None = fields.amount()
    purchase_price: Decimal | None = fields.amount()
    currency: str = fields.text()
    sales_account: str = fields.text()
    purchase_account: str = fields.text()
    tax_code: str = fields.text()
    notes: str = fields.text()
    active: bool = fields.flag(default=True)
