"""Between documents of ours and what Intacct has."""

from typing import Any

from ...model import BankEntry, JournalEntry, Payment, Reference, TradeDocument
from ..ids import Ids
from ..settings import IntacctSettings
from .encoded import Encoded
from .masters import MasterCodec, object_of
from .money import MoneyCodec
from .trade import TradeCodec


class Codec:
    """Writes everything that one company takes.

    Args:
        ids: Record numbers of what documents name.
        settings: How it is posted to.
        reference: What is known of it.
    """

    def __init__(self, ids: Ids, settings: IntacctSettings, reference: Reference) -> None:
        self._ids: Ids = ids
        self._trade: TradeCodec = TradeCodec(ids, settings, reference)
        self._money: MoneyCodec = MoneyCodec(ids, settings, reference)
        self._masters: MasterCodec = MasterCodec(settings, reference)

    def encode(self, item: Any, key: str, files: str = "") -> Encoded:
        """Return what posts `item`.

        Args:
            item: In Intacct's codes, accepted by the rules.
            key: Digest of its key.
            files: Id of its attachments in Intacct; "" for none.
        """
        match item:
            case Payment():
                return self._money.payment(item, key)
            case BankEntry():
                return self._money.receipt(item, key)
            case JournalEntry():
                return self._money.entry(item, key, files)
            case TradeDocument():
                document: Any = item
                return self._trade.encode(document, key, files)
            case _:
                stands = (object_of(item), "", item.code) in self._ids.masters
                return self._masters.encode(item, key, stands=stands)
