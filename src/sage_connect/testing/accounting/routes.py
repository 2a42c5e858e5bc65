"""Which operation a method and a path name."""

import functools
from collections.abc import Mapping

import attrs

from ...accounting.wire.facts import Operation, facts
from .refusals import NOT_FOUND, Complaint, Refused


@attrs.frozen
class Route:
    """An operation, and the id in the path.

    Attributes:
        operation: The operation.
        id: The id; "" for none.
    """

    operation: Operation
    id: str = ""


def routed(method: str, path: str) -> Route:
    """Return the operation of a request.

    Raises:
        Refused: There is no such path (404), or not with this method (405, documented
            code, inferred status).
    """
    parts = path.strip("/").split("/")
    exact = _table().get(tuple(parts))
    if exact is not None:
        return _by_method(exact, method, "")
    if len(parts) > 1:
        id, parts[1] = parts[1], "{key}"
        found = _table().get(tuple(parts))
        if found is not None and id:
            return _by_method(found, method, id)
    raise Refused(404, Complaint("RecordNotFound", NOT_FOUND))


def _by_method(found: Mapping[str, Operation], method: str, id: str) -> Route:
    operation = found.get(method)
    if operation is None:
        raise Refused(
            405,
            Complaint("MethodNotAllowed", "The method is not allowed for this resource."),
        )
    return Route(operation, id)


@functools.cache
def _table() -> Mapping[tuple[str, ...], Mapping[str, Operation]]:
    table: dict[tuple[str, ...], dict[str, Operation]] = {}
    for verbs in facts().operations.values():
        for operation in verbs.values():
            parts = tuple(operation.path.strip("/").split("/"))
            table.setdefault(parts, {})[operation.method] = operation
    return table
