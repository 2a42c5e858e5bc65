"""Between documents of ours and records of Sage Accounting's."""

from typing import Any

from ...model import (
    BankEntry,
    DimensionValue,
    Item,
    JournalEntry,
    Party,
    Payment,
    Reference,
)
from ..ids import Ids
from ..settings import AccountingSettings
from .encoded import Encoded
from .masters import MasterCodec
from .money import MoneyCodec
from .trade import TradeCodec


class Codec:
    """Writes everything that one business takes.

    Args:
        ids: Sage's identities.
        settings: Of the business.
        reference: What is known of it.
    """

    def __init__(
        self, ids: Ids, settings: AccountingSettings, reference: Reference
    ) -> None:
        self._ids: Ids = ids
        self._trade: TradeCodec = TradeCodec(ids, settings, reference)
        self._money: MoneyCodec = MoneyCodec(ids, settings, reference)
        self._masters: MasterCodec = MasterCodec(ids, settings, reference)

    def encode(self, item: Any) -> Encoded:  # noqa: PLR0911 - one for each
        """Return the body that creates `item`.

        Args:
            item: In Sage's codes, accepted by the rules.
        """
        match item:
            case Payment():
                return self._money.payment(item)
            case BankEntry():
                return self._money.bank_entry(item)
            case JournalEntry():
                return self._money.journal(item)
            case Party():
                return self._masters.party(item)
            case Item():
                return self._masters.item(item)
            case DimensionValue():
                return self._masters.category(item, self._ids.types.get(item.dimension))
            case _:
                return self._trade.encode(item)
