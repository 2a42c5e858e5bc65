"""The counterpart of Sage 100's Fichier > Importer > Format Sage, for tests and the demo.

It refuses what Sage is documented to refuse, in Sage's words, and does without a word what
Sage does without a word: it writes over records, doubles a file imported twice, cuts long
account numbers. Where the documents leave a behaviour open, the comment at that line says
what is assumed.
"""

from .books import Balances, Piece, PostedLine, Share, TaxBalance
from .lines import ImportMessage
from .sage import ImportResult, Sage100Importer

__all__ = (
    "Balances",
    "ImportMessage",
    "ImportResult",
    "Piece",
    "PostedLine",
    "Sage100Importer",
    "Share",
    "TaxBalance",
)
