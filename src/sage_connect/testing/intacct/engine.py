"""From a request to its answer."""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from ..clock import Clock
from ..exchange import Answer
from . import (
    describing,
    faults,
    generic,
    legacy,
    lists,
    masters,
    orders,
    reading,
    refusals,
    schema,
    views,
    written,
)
from .access import Access, Signed
from .company import Company
from .envelope import Asked, HeadError, Request, opened
from .faults import Fault
from .nodes import Node
from .options import Options
from .reading import Read, Readers
from .refusals import Complaint, Denied, Refused
from .store import DONE, Store
from .written import Head, Result

Handler: TypeAlias = Callable[[Company, Node], str]

_SESSION: Final = "getAPISession"
_READERS: Final = frozenset(
    {
        "query", "read", "readByName", "readByQuery", "readMore", "readRelated",
        "readReport", "readView",
    }
)  # fmt: skip


@attrs.frozen(kw_only=True)
class Made:
    """An answer, and what is still to come.

    Attributes:
        answer: At once.
        later: The request, if its results come by callback.
    """

    answer: Answer
    later: Request | None = None


class Engine:
    """What answers requests; knows no sockets.

    Args:
        store: The state.
        clock: The simulator's.
        options: The simulator's.

    Attributes:
        access: Users and sessions.
        endpoint: Address that sessions are told.
    """

    def __init__(self, store: Store, clock: Clock, options: Options) -> None:
        self._store = store
        self._clock = clock
        self._options = options
        self._readers = Readers()
        self.access: Access = Access(store, clock, options)
        self.endpoint: str = ""

    def answer(self, body: bytes, fault: Fault | None = None) -> Made:
        """Return the answer to a request; never raises."""
        try:
            request = opened(body)
        except HeadError as error:
            return Made(answer=_denied(error.denied, error.head))
        return self.answer_to(request, fault)

    def answer_to(self, request: Request, fault: Fault | None = None) -> Made:
        """Return the answer to a request whose envelope is in order."""
        head = request.head
        try:
            self.access.sender(request)
            for asked in request.functions:
                schema.check_function(asked.name, asked.node)
                if self._options.legacy_order == "schema":
                    schema.check_order(asked.node)
            if request.policy:
                return self._queued(request)
        except Denied as denied:
            return Made(answer=_denied(denied, head))
        return Made(answer=self.done(request, fault))

    def done(self, request: Request, fault: Fault | None = None) -> Answer:
        """Do what a request asks, and return the answer."""
        head = request.head
        with self._store.guard:
            try:
                with self._store.work():
                    if isinstance(fault, faults.Expired):
                        raise refusals.sign_in(
                            "Your session has timed out or is invalid.",
                            self._options.session_error,
                        )
                    signed = self.access.signed(request)
            except Denied as denied:
                return _denied(denied, head, request)
            try:
                with self._store.work():
                    self._check_repeats(request)
                    results = self._results(request, signed, fault)
            except Denied as denied:
                return _denied(denied, head, request)
        bare = next((one for one in results if one.bare is not None), None)
        if bare is not None and bare.bare is not None:
            # No envelope at all (documented).
            return Answer(
                status=200,
                content=bare.bare.encode(),
                headers={"content-type": f"{bare.media}; charset=UTF-8"},
            )
        return self._whole(head, signed, results)

    def _whole(self, head: Head, signed: Signed, results: Sequence[Result]) -> Answer:
        block = written.authentication(
            "success",
            str(signed.seat.user["LOGINID"]),
            signed.company,
            signed.seat.location,
            (signed.since, signed.until),
        )
        told = "".join(written.result(one, head) for one in results)
        content = written.response(
            f"{written.control(head, 'success')}<operation>{block}{told}</operation>"
        )
        return Answer(status=200, content=content, headers={"content-type": faults.XML})

    def _queued(self, request: Request) -> Made:
        """Acknowledge a request whose results come later."""
        if request.policy not in self._options.policies:
            text = f"{request.policy} is not a valid transport policy."
            complaint = Complaint(number=refusals.SIGN_IN, text=text, supported=False)
            raise Denied("control", complaint)
        acknowledgement = "<acknowledgement><status>success</status></acknowledgement>"
        content = written.response(
            acknowledgement + written.control(request.head, "success")
        )
        answer = Answer(status=200, content=content, headers={"content-type": faults.XML})
        return Made(answer=answer, later=request)

    def _check_repeats(self, request: Request) -> None:
        if not request.unique or self._options.repeat_level == "result":
            return
        for asked in request.functions:
            if self._is_done(request, asked):
                raise Denied("control", self._repeated(asked))

    def _results(
        self, request: Request, signed: Signed, fault: Fault | None
    ) -> Sequence[Result]:
        if not request.transaction:
            return [
                self._result(request, signed, asked, fault) for asked in request.functions
            ]
        mark, found = self._store.mark(), list[Result]()
        for at, asked in enumerate(request.functions):
            # A fault that is asked for meets the last one, so that there is much to undo.
            last = at == len(request.functions) - 1
            found.append(self._result(request, signed, asked, fault if last else None))
            if found[-1].status == "failure":
                self._store.back_to(mark)
                return self._aborted(request, found[-1], at)
        return found

    def _aborted(self, request: Request, failed: Result, place: int) -> Sequence[Result]:
        complaint = Complaint(
            number=refusals.ROLLED_BACK,
            text="The entire transaction in this operation has been rolled back due to an "
            "error.",
        )
        return [
            failed
            if at == place
            else Result(
                status="aborted",
                function=asked.name,
                control_id=asked.control_id,
                complaints=[complaint],
            )
            for at, asked in enumerate(request.functions)
        ]

    def _result(
        self, request: Request, signed: Signed, asked: Asked, fault: Fault | None
    ) -> Result:
        made = Result(status="success", function=asked.name, control_id=asked.control_id)
        mark = self._store.mark()
        try:
            self._check(request, asked, fault)
            read = self._read(request, signed, asked, fault)
        except Refused as refused:
            if not refused.content:
                self._store.back_to(mark)
            return attrs.evolve(
                made,
                status="failure",
                content=refused.content,
                complaints=refused.complaints,
            )
        if request.unique:
            self._remember(request, asked)
        return attrs.evolve(made, content=read.content, bare=read.bare, media=read.media)

    def _check(self, request: Request, asked: Asked, fault: Fault | None) -> None:
        if request.unique and self._is_done(request, asked):
            raise Refused(self._repeated(asked))
        complaint = None if fault is None else faults.complaint_of(fault)
        if complaint is not None:
            raise Refused(complaint)

    def _read(
        self, request: Request, signed: Signed, asked: Asked, fault: Fault | None
    ) -> Read:
        company = Company(self._store, self._clock, self._options, signed.seat)
        name, node = asked.name, asked.node
        if name == _SESSION:
            return Read(content=self._session(request, signed, node, fault))
        if name in _READERS:
            return self._records(company, signed, name, node)
        handler = _handlers().get(name)
        if handler is None:
            raise refusals.business(f"The function {name} is not simulated.")
        return Read(content=handler(company, node))

    def _records(self, company: Company, signed: Signed, name: str, node: Node) -> Read:
        owner = signed.session or str(signed.seat.user["LOGINID"])
        readers = self._readers
        match name:
            case "query":
                made = reading.query(company, node)
            case "readByQuery":
                made = reading.read_by_query(company, node, readers, owner)
            case "readMore":
                made = reading.read_more(company, node, readers, owner)
            case "readRelated":
                made = views.read_related(company, node)
            case "readView":
                made = views.read_view(company, node)
            case "readReport":
                made = views.read_report(company, node, readers, owner)
            case _:
                made = reading.read(company, node, by_name=name == "readByName")
        return made

    def _session(
        self, request: Request, signed: Signed, node: Node, fault: Fault | None
    ) -> str:
        failed = "Get API Session Failed"
        if len(request.functions) > 1:
            # It must be alone (documented).
            raise refusals.business(
                "getAPISession must be the only function of a request.", number=failed
            )
        location = node.find("locationid")
        try:
            id, place = self.access.open_session(
                signed, None if location is None else location.text
            )
        except Denied as denied:
            raise refusals.business(denied.complaint.text, number=failed) from None
        endpoint = fault.url if isinstance(fault, faults.Elsewhere) else self.endpoint
        inside = written.elements(
            (("sessionid", id), ("endpoint", endpoint), ("locationid", place))
        )
        return written.data(f"<api>{inside}</api>")

    def _is_done(self, request: Request, asked: Asked) -> bool:
        return bool(self._store.by(DONE, "ID", self._memory(request, asked)))

    def _remember(self, request: Request, asked: Asked) -> None:
        number = self._store.next(DONE)
        id = self._memory(request, asked)
        self._store.put(DONE, number, {"RECORDNO": str(number), "ID": id})

    def _memory(self, request: Request, asked: Asked) -> str:
        sender = request.head.sender if self._options.repeat_scope == "sender" else ""
        return f"{sender}|{asked.control_id}"

    def _repeated(self, asked: Asked) -> Complaint:
        text = self._options.repeat_text.format(id=asked.control_id)
        return Complaint(number=self._options.repeat_number, text=text)


def objects_of(request: Request) -> Sequence[str]:
    """Return the objects that the functions of a request name."""
    found = list[str]()
    for asked in request.functions:
        if asked.name in {"create", "update"}:
            found += [child.tag.upper() for child in asked.node]
        elif "object" in asked.node.attributes:
            found.append(asked.node.attributes["object"].upper())
        else:
            found.append(asked.node.value("object").upper())
    return found


def _denied(denied: Denied, head: Head, request: Request | None = None) -> Answer:
    told = written.errors([denied.complaint], extended=head.extended)
    if denied.level == "control":
        content = written.control(head, "failure") + told
    else:
        login = None if request is None else request.login
        block = written.authentication(
            "failure",
            "" if login is None else login.user,
            "" if login is None else login.company,
            "" if login is None else login.location or "",
            None,
        )
        # The control block was in order.
        content = f"{written.control(head, 'success')}<operation>{block}{told}</operation>"
    return Answer(
        status=denied.status,
        content=written.response(content),
        headers={"content-type": faults.XML},
    )


@functools.cache
def _handlers() -> Mapping[str, Handler]:
    return {
        **masters.handlers(),
        **legacy.handlers(),
        **orders.handlers(),
        "create": generic.create,
        "update": generic.update,
        "delete": generic.delete,
        "get": lists.get,
        **dict.fromkeys(lists.GETTERS, lists.get),
        "get_list": lists.get_list,
        "get_applications": describing.applications,
        "get_companyprefs": describing.preferences,
        "getDimensionAutofillDetails": describing.nothing,
        "getDimensionRelationships": describing.nothing,
        "getDimensionRestrictedData": describing.nothing,
        "getDimensionRestrictions": describing.nothing,
        "getDimensions": describing.dimensions,
        "getFinancialSetup": describing.setup,
        "getUserPermissions": describing.permissions,
        "inspect": describing.inspect,
        "lookup": describing.lookup,
    }
