"""The whole gateway, function by function: `intacct.api`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ..plan import Driver, M, Pages, Plan, Seat, operation
from .functions import (
    GetList,
    Inspect,
    Lookup,
    ReadByQuery,
    ReadRelated,
    ReadReport,
    ReadView,
)
from .reading import (
    KEY,
    LARGEST_READ,
    LARGEST_READER,
    At,
    list_pages,
    query_pages,
    read,
    reader_pages,
    report_pages,
)
from .service import OWN, Acknowledgement, Answer, Own, Service
from .wire.conditions import Condition
from .wire.description import ObjectDescription, descriptions_of
from .wire.function import Function
from .wire.queries import Query
from .wire.record import Record
from .wire.reply import Result

_REPORT_DELAYS: Final = (2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 60.0, 120.0)


class Native(Seat[M]):
    """Every function of the gateway, at one level of the company.

    Functions go out as they are: no rule runs. Those that write are guarded by their
    control id: what a lost answer leaves open is sent again under the same id, and Sage
    does not do it twice. Without an id of the caller's each gets a random one, which
    guards this one call.

    All verbs raise what `Service.execute` does, and `CodecError` before anything is sent.

    Args:
        driver: Performs it.
        service: The way to the company.
        entity: Which level; without it, that of the credentials.
    """

    def __init__(
        self, driver: Driver[M], service: Service, entity: str | Own | None = OWN
    ) -> None:
        super().__init__(driver)
        self._service: Service = service
        self._at: At = At(service=service, entity=entity)

    def at(self, entity: str | None) -> "Native[M]":
        """Return the same at another level.

        Args:
            entity: Entity to work in; "" for the top level, None to leave it to the user.
        """
        return Native(self._driver, self._service, entity)

    @operation
    def execute(self, function: Function, *, unique: bool | None = None) -> Plan[Result]:
        """Return the result of one function that was carried out.

        Args:
            function: Any.
            unique: Whether Sage is to refuse what it carried out before under the same
                control id; None if the function writes.

        Raises:
            DuplicateError: It was carried out before under its control id
                (`SC-IN-REPEATED`), or there is such a record already.
            OutcomeUnknownError: It may have been carried out.
            RemoteError: Sage refused it.
        """
        result = yield from self._service.one(
            function, entity=self._at.entity, unique=unique
        )
        return result

    @operation
    def execute_all(
        self,
        functions: Iterable[Function],
        *,
        transaction: bool = False,
        unique: bool | None = None,
    ) -> Plan[Sequence[Answer]]:
        """Carry out functions in as few requests as may be; one answer each, in order.

        Nothing is raised for what happens on the way: each answer tells.

        Args:
            functions: In order.
            transaction: True for all of them or none; then they are not divided.
            unique: As for `execute`.

        Raises:
            ConfigurationError: A transaction has more functions than one request takes.
        """
        answers = yield from self._service.batches(
            functions, transaction=transaction, entity=self._at.entity, unique=unique
        )
        return answers

    @operation
    def queue(
        self,
        functions: Sequence[Function],
        *,
        control_id: str,
        policy_id: str = "",
        transaction: bool = False,
    ) -> Plan[Acknowledgement]:
        """Have functions queued. What becomes of them is told in a callback.

        Args:
            functions: All go out in one request.
            control_id: By which the callback is told apart.
            policy_id: Transport policy; "" for that of the settings.
            transaction: True for all of them or none.

        Raises:
            ConfigurationError: No transport policy is named, or the request is too long.
            RemoteError: Sage refused to queue it; nothing is done.
            OutcomeUnknownError: It may be queued.
        """
        acknowledged = yield from self._service.queue(
            functions,
            control_id=control_id,
            policy_id=policy_id,
            transaction=transaction,
            entity=self._at.entity,
        )
        return acknowledged

    def query(self, query: Query, *, key: str | None = KEY) -> Pages[Record, M]:
        """Iterate over what a query finds, page by page.

        Read in the order of RECORDNO unless the query has another, so that what is made or
        deleted meanwhile neither hides a record nor shows one twice.

        Args:
            query: Such as `query("ARINVOICE").select("RECORDNO").where(...)`.
            key: Name of a field that is unique, and a number; None for records without one.
        """
        return Pages(self._driver, query_pages(self._at, query, key=key))

    @operation
    def read(
        self,
        object_name: str,
        keys: Sequence[int | str],
        fields: Sequence[str] = (),
        *,
        doc_par_id: str | None = None,
    ) -> Plan[Sequence[Record]]:
        """Return the records with some record numbers; what is not there is left out.

        Args:
            object_name: Such as "CUSTOMER".
            keys: Record numbers, any number of them.
            fields: Which fields; () for all, and only then with their lines.
            doc_par_id: Transaction definition of documents.
        """
        records = yield from read(
            self._at, object_name, keys, fields, doc_par_id=doc_par_id
        )
        return records

    @operation
    def read_by_name(
        self,
        object_name: str,
        names: Sequence[str],
        fields: Sequence[str] = (),
        *,
        doc_par_id: str | None = None,
    ) -> Plan[Sequence[Record]]:
        """Return the records with some ids, such as customer ids; others are left out.

        Args:
            object_name: Such as "CUSTOMER".
            names: Ids, any number of them.
            fields: Which fields; () for all.
            doc_par_id: Transaction definition of documents.
        """
        records = yield from read(
            self._at, object_name, names, fields, by_name=True, doc_par_id=doc_par_id
        )
        return records

    @operation
    def read_related(
        self,
        object_name: str,
        relation_name: str,
        keys: Sequence[int | str],
        fields: Sequence[str] = (),
    ) -> Plan[Sequence[Record]]:
        """Return the records that stand in a relation to others.

        Args:
            object_name: Of those others; one that is made by customers.
            relation_name: Of the relation.
            keys: Record numbers, any number of them.
            fields: Which fields; () for all.
        """
        found: list[Record] = []
        for start in range(0, len(keys), LARGEST_READ):
            function = ReadRelated(
                object_name=object_name,
                relation_name=relation_name,
                keys=list(keys[start : start + LARGEST_READ]),
                fields=list(fields) or None,
            )
            result = yield from self._at.one(function)
            found += result.records
        return found

    def read_by_query(
        self,
        object_name: str,
        where: str | Condition = "",
        fields: Sequence[str] = (),
        *,
        page_size: int = LARGEST_READER,
        doc_par_id: str | None = None,
    ) -> Pages[Record, M]:
        """Iterate over what a legacy query finds. `query` is the better one.

        A page whose answer is lost cannot be had again: `BrokenReplyError` is raised then.

        Args:
            object_name: Such as "CUSTOMER".
            where: A where-string, or conditions built with `where`; "" for all.
            fields: Which fields; () for all.
            page_size: Records on a page.
            doc_par_id: Transaction definition of documents.
        """
        first = ReadByQuery(
            object_name=object_name,
            query=where or None,
            fields=list(fields) or None,
            page_size=page_size,
            doc_par_id=doc_par_id,
        )
        return Pages(self._driver, reader_pages(self._at, first))

    def read_view(
        self, view_name: str, *, page_size: int = LARGEST_READER
    ) -> Pages[Record, M]:
        """Iterate over the records of a view, named `OBJECT#id`."""
        first = ReadView(view_name=view_name, page_size=page_size)
        return Pages(self._driver, reader_pages(self._at, first))

    def read_report(
        self,
        report_name: str,
        arguments: Mapping[str, Any] | None = None,
        *,
        page_size: int = LARGEST_READER,
        wait_time: int = 30,
        delays: Iterable[float] = _REPORT_DELAYS,
    ) -> Pages[Record, M]:
        """Iterate over the rows of a custom report, once it has run.

        Args:
            report_name: Its name.
            arguments: Of the report, by name.
            page_size: Rows on a page.
            wait_time: Seconds that Sage waits for it before the first answer, 30 at most.
            delays: Seconds before each look whether it has run.
        """
        first = ReadReport(
            report_name=report_name,
            arguments=dict(arguments) if arguments else None,
            page_size=page_size,
            wait_time=wait_time,
        )
        return Pages(self._driver, report_pages(self._at, first, delays=delays))

    def get_list(self, asked: GetList) -> Pages[Record, M]:
        """Iterate over a legacy list; of attachments and event logs there is no other.

        Args:
            asked: Its `max_total_count` is how many to give at most; None for all.
        """
        most = asked.max_total_count
        return Pages(
            self._driver,
            list_pages(self._at, asked, most=None if most is None else int(most)),
        )

    @operation
    def lookup(
        self, object_name: str, *, doc_par_id: str | None = None
    ) -> Plan[ObjectDescription]:
        """Return which fields and relations a kind of record has in this company.

        Raises:
            NotFoundError: There is no such kind.
        """
        function = Lookup(object_name=object_name, doc_par_id=doc_par_id)
        result = yield from self._at.one(function)
        (found,) = descriptions_of(result)
        return found

    @operation
    def inspect(
        self, object_name: str = "*", *, detail: bool = True
    ) -> Plan[Sequence[ObjectDescription]]:
        """Return what is known of a kind of record, the longest text of each field too.

        Args:
            object_name: A kind, or "*" for the names of all, whatever the company has
                subscribed to.
            detail: False for the names of fields alone.
        """
        function = Inspect(object_name=object_name, show_detail=detail)
        result = yield from self._at.one(function)
        return descriptions_of(result)
