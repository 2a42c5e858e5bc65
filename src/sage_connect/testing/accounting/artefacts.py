"""Invoices, credit notes, quotes and estimates: from draft to void."""

import json
import uuid
from collections.abc import Mapping
from typing import Any, Final

from typing_extensions import override

from . import ledger, pdf, refusals, settling, stock
from .calls import Answer, Call
from .company import Company
from .digits import number
from .displayed import displayed_as
from .heading import headed
from .kinds import is_object
from .ledger import Posting
from .numbering import numbered
from .postings import movements
from .records import Records
from .refusals import Complaint, Refused
from .store import Doc
from .trade import TRADES, Trade

UNISSUED: Final = frozenset({"DRAFT", "PRO_FORMA"})
# What a change of these alone leaves the ledger as it is.
_SILENT: Final = frozenset(
    {"reference", "notes", "terms_and_conditions", "sent", "due_date", "expiry_date"}
)


class Artefacts(Records):
    """One kind of artefact."""

    def __init__(self, resource: str) -> None:
        super().__init__(resource)
        self.trade: Trade = TRADES[resource]

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        trade = self.trade
        status = _first_status(trade, body)
        doc: Doc = headed(company, trade, body, {}) | {
            "status": status,
            "sent": bool(body.get("sent")),
        }
        if trade.number:
            prefix, own = (
                (str(body.get(trade.prefix) or ""), trade.draft)
                if status in UNISSUED
                else numbered(company, trade, body)
            )
            doc[trade.prefix] = prefix or None
            doc[trade.number] = own
            if status in UNISSUED and body.get(trade.number):
                doc["_wanted"] = body[trade.number]
        doc["_code"] = self._code(doc)
        if trade.posts:
            doc["transaction_type"] = trade.kind
            doc |= settling.opened(doc, number(doc["_total"]), number(doc["_base_total"]))
        else:
            doc["editable"] = True
        del doc["_total"], doc["_base_total"]
        doc["id"] = uuid.uuid4().hex
        doc["original_quote_estimate"] = _converted(
            company, body, f"{self.resource}/{doc['id']}"
        )
        if trade.posts and status not in UNISSUED:
            doc = self._posted(company, doc)
        return company.add(self.resource, doc, id=doc["id"])

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        if doc["status"] == "VOID":
            raise refusals.invalid("A void record cannot be changed.", "base")
        if settling.is_allocated(doc):
            raise refusals.invalid(settling.UNALLOCATE, "base")
        trade = self.trade
        changed = {**doc, **headed(company, trade, body, doc)}
        changed["sent"] = bool(body.get("sent", doc["sent"]))
        if not trade.posts:
            changed["status"] = _quote_status(body, doc)
        if body.get(trade.number) and body[trade.number] != doc.get(trade.number):
            changed |= self._renumbered(company, doc, body)
        if trade.posts:
            changed |= settling.opened(changed, changed["_total"], changed["_base_total"])
        del changed["_total"], changed["_base_total"]
        saved = company.save(self.resource, changed)
        if not trade.posts or doc["status"] in UNISSUED or set(body) <= _SILENT:
            return saved
        ledger.reverse(company, doc["transaction"], gone=False)
        stock.give_back(company, trade, doc)
        return company.save(self.resource, self._posted(company, saved), touch=False)

    @override
    def delete(self, company: Company, doc: Doc, call: Call) -> Doc | None:
        trade = self.trade
        if not trade.posts:
            company.delete(self.resource, doc)
            return None
        if doc["status"] in UNISSUED:
            # Documented: drafts are really deleted.
            company.erase(self.resource, doc)
            return doc if trade.sales else None
        if doc["status"] == "VOID":
            raise refusals.invalid("The record is void already.", "base")
        if settling.is_allocated(doc):
            raise refusals.invalid(settling.UNALLOCATE, "base")
        reason = _reason(company, trade, call) if trade.sales else None
        ledger.reverse(company, doc["transaction"])
        stock.give_back(company, trade, doc)
        void: Doc = {**doc, "status": "VOID", "void_reason": reason, "editable": False}
        void |= {"outstanding_amount": "0.0", "base_currency_outstanding_amount": "0.0"}
        if trade.sales:
            return company.save(self.resource, void)
        # Lists show it under `deleted_since` only; that it can be read is inferred.
        company.delete(self.resource, void)
        return None

    @override
    def read(self, company: Company, id: str) -> Doc:
        doc = company.get(self.resource, id)
        if doc is None or (doc.get("deleted_at") and doc["status"] != "VOID"):
            raise refusals.no_such_record()
        return doc

    @override
    def act(self, company: Company, verb: str, doc: Doc, call: Call) -> Doc:
        """Release a draft: it takes the next number and is posted (documented)."""
        if doc["status"] not in UNISSUED:
            raise refusals.invalid("Only drafts and pro formas can be released.", "base")
        trade = self.trade
        released: Doc = {**doc, "status": "UNPAID"}
        if trade.number:
            wanted = {trade.number: doc.get("_wanted"), trade.prefix: doc.get(trade.prefix)}
            prefix, own = numbered(company, trade, wanted)
            released |= {trade.prefix: prefix or None, trade.number: own, "_wanted": None}
        released["_code"] = self._code(released)
        due, base_due = number(doc["_due"]), number(doc["_base_due"])
        released |= settling.opened(released, due, base_due)
        return company.save(self.resource, self._posted(company, released))

    @override
    def shown(self, company: Company, doc: Doc, call: Call, *, alone: bool) -> Doc:
        reads = alone and call.method == "GET"
        if reads and self.trade.sales and self.trade.posts:
            doc = self._sent(company, doc, call)
        extra: Doc = {}
        if call.query.get("show_payments_allocations") == "true":
            extra["payments_allocations"] = settling.payments_allocations(company, doc)
        if call.query.get("show_corrections") == "true":
            extra["corrections"] = []
        if call.query.get("show_recurring_invoice") == "true":
            extra["recurring_invoice"] = doc.get("_recurring")
        if call.query.get("show_analysis_types") != "true":
            lines = [_plain(line) for line in doc[self.trade.lines]]
            extra[self.trade.lines] = lines
        if reads and call.accepts("application/pdf"):
            extra["_answer"] = Answer(
                status=200,
                content=pdf.written(str(doc["displayed_as"])),
                headers={"content-type": "application/pdf"},
            )
        return {**doc, **extra}

    def _posted(self, company: Company, doc: Doc) -> Doc:
        """Post an issued artefact and return it with its transaction."""
        stock.take(company, self.trade, doc)
        posting = Posting(
            kind=self.trade.kind,
            date=doc["date"],
            total=number(doc["base_currency_total_amount"]),
            foreign_total=number(doc["total_amount"]),
            reference=displayed_as(self.resource, doc),
            contact=doc["contact"],
            origin=f"{self.resource}/{doc['id']}",
            movements=movements(company, self.trade, doc),
        )
        transaction = ledger.post(company, posting, doc.get("transaction"))
        return {**doc, "transaction": transaction}

    def _sent(self, company: Company, doc: Doc, call: Call) -> Doc:
        """A GET can write: `mark_as_sent` is true unless refused (documented)."""
        if doc["sent"] or call.query.get("mark_as_sent") == "false":
            return doc
        if company.options.marks_sent_on == "pdf" and not call.accepts("application/pdf"):
            return doc
        return company.change(self.resource, doc, sent=True)

    def _renumbered(self, company: Company, doc: Doc, body: Doc) -> Doc:
        if doc["status"] in UNISSUED:
            return {"_wanted": body[self.trade.number]}
        prefix, own = numbered(company, self.trade, body)
        renumbered = {self.trade.prefix: prefix or None, self.trade.number: own}
        return {**renumbered, "_code": self._code({**doc, **renumbered})}

    def _code(self, doc: Doc) -> str | None:
        issued = self.trade.number and doc["status"] not in UNISSUED
        return str(doc[self.trade.number]).lower() if issued else None


def _first_status(trade: Trade, body: Doc) -> str:
    """Return the status of a new artefact; only drafts and pro formas can be asked for."""
    asked = body.get("status_id")
    if not trade.posts:
        return "DRAFT" if asked == "DRAFT" else "PENDING"
    if asked in {None, "UNPAID"}:
        return "UNPAID"
    if asked not in UNISSUED or (asked == "PRO_FORMA" and not trade.sales):
        raise refusals.invalid("is not a status that can be set", "status_id")
    return str(asked)


def _quote_status(body: Doc, doc: Doc) -> str:
    return str(body.get("status_id") or doc["status"])


def _converted(company: Company, body: Doc, invoice: str) -> str | None:
    """Tell a quote or an estimate which invoice it became; return where it is."""
    source = body.get("original_quote_estimate_id")
    if not source:
        return None
    for resource in ("sales_quotes", "sales_estimates"):
        quote = company.live(resource, source)
        if quote is not None:
            fields = {"invoice": invoice, "status": "INVOICED", "editable": False}
            company.change(resource, quote, **fields)
            return f"{resource}/{source}"
    raise refusals.unknown_reference()


def _reason(company: Company, trade: Trade, call: Call) -> str:
    """Return the void reason, from where the option says.

    Raises:
        Refused: There is none; it is required unless the artefact is a draft (documented).
    """
    place = company.options.void_reason_in
    found = call.query.get("void_reason", "") if place != "body" else ""
    if not found and place != "query" and call.body:
        found = str(_body(call).get("void_reason") or "")
    if not found:
        raise Refused(422, refusals.required("void_reason"))
    if len(found) > trade.reason_length:
        length = f"is too long (maximum is {trade.reason_length} characters)"
        raise Refused(422, Complaint("RecordInvalid", length, "void_reason"))
    return found


def _body(call: Call) -> Mapping[str, Any]:
    try:
        value = json.loads(call.body)
    except ValueError:
        return {}
    return value if is_object(value) else {}


def _plain(line: Doc) -> Doc:
    return {
        name: value for name, value in line.items() if name != "analysis_type_categories"
    }
