"""The identity under which a document is posted once."""

import hashlib
import json

import attrs

from ..model import Document, Payment, PurchaseCreditNote, PurchaseInvoice


@attrs.frozen(kw_only=True)
class Key:
    """Which document this is, whatever its content.

    The same key with the same content is the same posting; with other content it is a
    conflict (`SC-KEY-CONFLICT`), never a second posting.

    Attributes:
        scope: The company's books: company name and registration number in Sage 100, the
            business id in Sage Accounting, company and entity in Intacct.
        kind: The document's type, such as "sales_invoice".
        party: Code of the party, for purchases and payments, whose numbers are unique per
            party only; else "".
        id: The caller's `source_id`, or else the document's number.
        number: The document's number, which it may be found by where a product keeps no
            source id beside it. No part of the identity.
    """

    scope: str
    kind: str
    party: str = ""
    id: str
    number: str = attrs.field(default="", eq=False)

    @classmethod
    def of(cls, document: Document, scope: str) -> "Key":
        """Return the key of `document` in the books `scope`.

        `id` is "" when the document has neither a source id nor a number; the rules then
        refuse it (`SC-KEY-MISSING`).
        """
        match document:
            case PurchaseInvoice() | PurchaseCreditNote() | Payment():
                party = document.party
            case _:
                party = ""
        return cls(
            scope=scope,
            kind=document.type,
            party=party,
            id=document.source_id or document.number,
            number=document.number,
        )

    @property
    def digest(self) -> str:
        """The key on the wire: 32 hexadecimal digits of the SHA-256 of its parts."""
        # JSON keeps the parts apart: ("a", "bc") and ("ab", "c") must differ.
        parts = json.dumps([self.scope, self.kind, self.party, self.id], ensure_ascii=False)
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def __str__(self) -> str:
        return self.digest
