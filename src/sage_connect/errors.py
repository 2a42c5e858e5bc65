"""Everything that sage_connect raises, told apart by what the caller does next.

```
SageConnectError
├── ConfigurationError        fix the settings                (nothing was done)
├── UnsupportedError          choose another ledger           (nothing was sent)
├── DocumentRejectedError     fix the document; .report       (nothing was sent)
├── CodecError                fix the value, or report a bug; .path
├── FileFormatError           get the file again; .file .line (nothing was written)
├── StorageError              make room, give rights, free the file; .file
├── TransportError
│   ├── NotSentError          repeat freely
│   └── OutcomeUnknownError   reconcile; .key
└── RemoteError               .status .code .reply .request_id
    ├── AuthenticationError, PermissionDeniedError, NotFoundError, DuplicateError
    ├── RateLimitedError      .retry_after, in seconds
    ├── RefusedError          business refusal; .report, mapped back to our paths
    └── BrokenReplyError      5xx, or not what the documentation promises
```

No exception of httpx, lxml or cattrs ever leaves the package. Plain classes: this module
is imported by every other and must cost nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .ledger import Key
    from .model import Document
    from .validation import Report

__all__ = (
    "AuthenticationError",
    "BrokenReplyError",
    "CodecError",
    "ConfigurationError",
    "DocumentRejectedError",
    "DuplicateError",
    "FileFormatError",
    "NotFoundError",
    "NotSentError",
    "OutcomeUnknownError",
    "PermissionDeniedError",
    "RateLimitedError",
    "RefusedError",
    "RemoteError",
    "SageConnectError",
    "StorageError",
    "TransportError",
    "UnsupportedError",
)


class SageConnectError(Exception):
    """The root of all errors of this package.

    Attributes:
        message: What was expected, what was found, where.
        code: A stable code (`SC-…`) that `sage-connect explain` knows, or "".
        fix: What to do about it, or "".
    """

    def __init__(self, message: str, *, code: str = "", fix: str = "") -> None:
        super().__init__(message)
        self.message: str = message
        self.code: str = code
        self.fix: str = fix

    def __str__(self) -> str:
        head = f"{self.code}: {self.message}" if self.code else self.message
        return f"{head.rstrip('.')}. {self.fix}" if self.fix else head

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions rebuild from `args`; ours have keyword attributes beside them.
        return _rebuild, (type(self), self.args, self.__dict__)


def _rebuild(
    kind: type[SageConnectError], args: tuple[Any, ...], state: dict[str, Any]
) -> SageConnectError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class ConfigurationError(SageConnectError):
    """The settings are wrong. Nothing was done."""


class UnsupportedError(SageConnectError):
    """This ledger cannot do that, whatever the document. Nothing was sent."""


class DocumentRejectedError(SageConnectError):
    """A rule of ours failed. Nothing was sent.

    Attributes:
        report: Everything wrong with the document, not only the first fault.
    """

    def __init__(self, report: Report) -> None:
        super().__init__(report.summary())
        self.report: Report = report


class CodecError(SageConnectError):
    """A value cannot be written, or read, as the format demands.

    Attributes:
        path: Where: a path into the document (`/lines/0/description`) or a field name.
    """

    def __init__(
        self, message: str, *, path: str = "", code: str = "", fix: str = ""
    ) -> None:
        super().__init__(message, code=code, fix=fix)
        self.path: str = path


class FileFormatError(SageConnectError):
    """A file is not what it should be: another product's, cut off, or damaged.

    Attributes:
        file: Its name, or "" for bytes in memory.
        line: The physical line at fault, counted from 1; 0 for the file as a whole.
    """

    def __init__(
        self, message: str, *, file: str = "", line: int = 0, code: str = "", fix: str = ""
    ) -> None:
        super().__init__(message, code=code, fix=fix)
        self.file: str = file
        self.line: int = line

    def __str__(self) -> str:
        place = ", ".join(
            part for part in (self.file, f"line {self.line}" if self.line else "") if part
        )
        return f"{place}: {super().__str__()}" if place else super().__str__()


class StorageError(SageConnectError):
    """A file or folder could not be read or written. What stood there before still stands.

    Attributes:
        file: The path at fault.
    """

    def __init__(
        self, message: str, *, file: str = "", code: str = "", fix: str = ""
    ) -> None:
        super().__init__(message, code=code, fix=fix)
        self.file: str = file


class TransportError(SageConnectError):
    """The network failed."""


class NotSentError(TransportError):
    """The request certainly did not leave. Repeat freely."""


class OutcomeUnknownError(TransportError):
    """Contact was lost after sending: the document may be posted or not.

    Never repeat it blindly; ask `ledger.documents.reconcile(error.key)`.

    Attributes:
        key: The document's key, to look it up by; None for a request without one.
        document: The document, where the error is about one.
    """

    def __init__(
        self, message: str, *, key: Key | None = None, document: Document | None = None
    ) -> None:
        super().__init__(message)
        self.key: Key | None = key
        self.document: Document | None = document


class RemoteError(SageConnectError):
    """The product answered, and the answer is no.

    Attributes:
        status: HTTP status, or 0 where there is none.
        reply: The body of the answer as text, secrets masked.
        request_id: What the product's support asks for, or "".
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        code: str = "",
        reply: str = "",
        request_id: str = "",
        fix: str = "",
    ) -> None:
        super().__init__(message, code=code, fix=fix)
        self.status: int = status
        self.reply: str = reply
        self.request_id: str = request_id


class AuthenticationError(RemoteError):
    """The credentials or the token are not, or no longer, accepted."""


class PermissionDeniedError(RemoteError):
    """Known, but not allowed to do this."""


class NotFoundError(RemoteError):
    """The product has no such record."""


class DuplicateError(RemoteError):
    """The product already has a record under this number or id."""


class RateLimitedError(RemoteError):
    """Too many requests.

    Attributes:
        retry_after: Seconds to wait, as the product says; 0 where it does not.
    """

    def __init__(self, message: str, *, retry_after: float = 0, **details: Any) -> None:
        super().__init__(message, **details)
        self.retry_after: float = retry_after


class RefusedError(RemoteError):
    """The product refused the document for a business reason.

    Attributes:
        report: The reasons, mapped back to the paths of the caller's document.
    """

    def __init__(
        self, message: str, *, report: Report | None = None, **details: Any
    ) -> None:
        super().__init__(message, **details)
        self.report: Report | None = report


class BrokenReplyError(RemoteError):
    """A 5xx, or an answer that is not what the documentation promises."""
