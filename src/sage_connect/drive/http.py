"""HTTP: the one module that meets httpx.

What matters of a failure is whether the request may have left. httpx tells when it begins
to write one (its trace extension): until then nothing left, from then on anything may have.
"""

import asyncio
import functools
import os
import re
import ssl
import time
import zlib
from collections.abc import Iterator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import httpx

from ..errors import (
    BrokenReplyError,
    ConfigurationError,
    NotSentError,
    OutcomeUnknownError,
    SageConnectError,
)
from ..plan import Download, Reply, Send, opened
from . import files
from .holding import in_thread
from .log import place
from .options import HttpOptions

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"[\t\x20-\x7e]*")
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_BLOCK = 256 * 1024
_REQUEST_IDS = ("x-request-id", "x-correlation-id", "request-id")

# Clients that a fork inherited: closed or freed, they would disturb the parent.
_of_parents = list[Any]()


class BlockingHttp:
    """One pool of connections, for one thread; opened when first used, anew in a fork."""

    def __init__(self, options: HttpOptions) -> None:
        self._options: HttpOptions = options
        self._client: httpx.Client | None = None
        self._process: int = 0

    def send(self, step: Send) -> Reply:
        """Send `step` and return the whole answer, whatever its status.

        Raises:
            ConfigurationError: The request cannot be made of these settings.
            NotSentError: It certainly did not leave.
            OutcomeUnknownError: It may have left, and no whole answer came.
            BrokenReplyError: An answer came that is too long or cannot be unpacked; what
                was asked for may be done.
        """
        return _given(self._exchange(step, None))

    def download(self, step: Download) -> Reply:
        """Send a request, and write the body of its answer to a file as it comes.

        Raises:
            StorageError: The file cannot be written.
            SageConnectError: As `send` does.
        """
        return _given(self._exchange(step.request, step))

    def close(self) -> None:
        """Close all connections."""
        client, self._client = self._client, None
        if client is not None and self._process == os.getpid():
            client.close()

    def _exchange(self, step: Send, target: Download | None) -> Reply | SageConnectError:
        exchange = _Exchange(step, self._options)
        try:
            client = self._opened()
            request = exchange.request(client, trace=exchange.traced)
            response = client.send(request, stream=True)
            try:
                if target is not None and exchange.is_wanted(response, target):
                    files.write_file(target.path, _blocks(exchange, response))
                else:
                    for chunk in response.iter_raw():
                        exchange.take(response, chunk)
                return exchange.reply(response)
            finally:
                response.close()
        except _FAILURES as error:
            return exchange.failure(error)

    def _opened(self) -> httpx.Client:
        if self._process != os.getpid():
            _of_parents.append(self._client)
            self._client, self._process = None, os.getpid()
        if self._client is None:
            self._client = _open(httpx.Client, self._options)
        return self._client


class AwaitingHttp:
    """One pool of connections, for one event loop; opened anew in a fork or other loop."""

    def __init__(self, options: HttpOptions) -> None:
        self._options: HttpOptions = options
        self._client: httpx.AsyncClient | None = None
        self._process: int = 0
        self._loop: asyncio.AbstractEventLoop | None = None

    async def send(self, step: Send) -> Reply:
        """Send `step` and return the whole answer, whatever its status.

        Raises:
            ConfigurationError: The request cannot be made of these settings.
            NotSentError: It certainly did not leave.
            OutcomeUnknownError: It may have left, and no whole answer came.
            BrokenReplyError: An answer came that is too long or cannot be unpacked; what
                was asked for may be done.
        """
        return _given(await self._exchange(step, None))

    async def download(self, step: Download) -> Reply:
        """Send a request, and write the body of its answer to a file as it comes.

        Raises:
            StorageError: The file cannot be written.
            SageConnectError: As `send` does.
        """
        return _given(await self._exchange(step.request, step))

    async def close(self) -> None:
        """Close all connections."""
        client, self._client = self._client, None
        if client is not None and self._is_at_home():
            await client.aclose()

    async def _exchange(
        self, step: Send, target: Download | None
    ) -> Reply | SageConnectError:
        exchange = _Exchange(step, self._options)
        try:
            client = self._opened()
            request = exchange.request(client, trace=exchange.traced_awaiting)
            async with asyncio.timeout(step.timeout):
                response = await client.send(request, stream=True)
                try:
                    if target is not None and exchange.is_wanted(response, target):
                        await _written(target.path, exchange, response)
                    else:
                        async for chunk in response.aiter_raw():
                            exchange.take(response, chunk)
                    return exchange.reply(response)
                finally:
                    await response.aclose()
        except _FAILURES as error:
            return exchange.failure(error)

    def _is_at_home(self) -> bool:
        return self._process == os.getpid() and self._loop is asyncio.get_running_loop()

    def _opened(self) -> httpx.AsyncClient:
        if not self._is_at_home():
            if self._process != os.getpid():
                _of_parents.append(self._client)
            self._client = None
            self._process, self._loop = os.getpid(), asyncio.get_running_loop()
        if self._client is None:
            self._client = _open(httpx.AsyncClient, self._options)
        return self._client


def _given(answer: Reply | SageConnectError) -> Reply:
    # Raised here: no frame of the traceback holds an opened secret, nor does a cause.
    if isinstance(answer, SageConnectError):
        raise answer
    return answer


def _blocks(exchange: "_Exchange", response: httpx.Response) -> Iterator[bytes]:
    """Yield the body in blocks; what fails is told as of the network, not of files."""
    try:
        for chunk in response.iter_raw():
            yield from exchange.blocks(response, chunk)
        exchange.check_end(response)
    except _FAILURES as error:
        raise exchange.failure(error) from None


async def _written(path: str, exchange: "_Exchange", response: httpx.Response) -> None:
    """Write the body to a file, in threads."""
    file = files.replacing(path)
    write = await in_thread(file.__enter__)
    try:
        try:
            async for chunk in response.aiter_raw():
                for block in exchange.blocks(response, chunk):
                    await in_thread(write, block)
            exchange.check_end(response)
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise exchange.failure(error) from None
    except BaseException as error:
        # Removes what was written, and raises the error again.
        await in_thread(file.__exit__, type(error), error, None)
        raise
    await in_thread(file.__exit__, None, None, None)


C = TypeVar("C", httpx.Client, httpx.AsyncClient)


def _open(kind: type[C], options: HttpOptions) -> C:
    """Return a client of httpx.

    Raises:
        ConfigurationError: The proxy or the certificates cannot be used.
    """
    context = _tls(options.ca_bundle)
    try:
        proxy = httpx.Proxy(options.proxy.reveal()) if options.proxy else None
        if proxy is None or proxy.url.host:
            return kind(
                verify=context,
                proxy=proxy,
                headers={"user-agent": options.user_agent, "accept-encoding": "gzip"},
                # A cookie of one company must not travel with the request of another.
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
                follow_redirects=False,
                limits=httpx.Limits(
                    max_connections=options.max_connections,
                    max_keepalive_connections=min(options.max_connections, 20),
                ),
            )
    except (ValueError, ImportError, httpx.InvalidURL):
        # The address may hold a password, and so may the error.
        pass
    raise ConfigurationError(
        "the address of the proxy cannot be used: expected http://host:port.",
        fix="Correct the option `proxy`, or HTTPS_PROXY and its like in the environment.",
    )


@functools.cache
def _tls(ca_bundle: str) -> ssl.SSLContext:
    """Return the one TLS context of this process: making it takes 40 ms."""
    if not ca_bundle:
        return httpx.create_ssl_context()
    try:
        return ssl.create_default_context(cafile=ca_bundle)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"the certificates in {ca_bundle} cannot be read: {_words(error)}.",
            fix="Name a file of certificates in PEM form in the option `ca_bundle`.",
        ) from error


class _Exchange:
    """One request and its answer: what left, what came, what went wrong."""

    def __init__(self, step: Send, options: HttpOptions) -> None:
        self._step = step
        self._options = options
        self._began = time.monotonic()
        self._may_have_left = False
        self._allowed = ("max_response_bytes", options.max_response_bytes)
        self._size = 0
        self._body = bytearray()
        self._unpacker: Any = None

    def request(
        self, client: httpx.Client | httpx.AsyncClient, trace: Any
    ) -> httpx.Request:
        """Return the request, with its secrets.

        Raises:
            ConfigurationError: Its URL or a header is none.
        """
        step = self._step
        url = step.url
        if step.query:
            url += "?" + urlencode(step.query, quote_via=quote)
        headers = list[tuple[str, str]]()
        for name, value in step.headers:
            text = opened(value)
            if not (_HEADER.fullmatch(name) and _VALUE.fullmatch(text)):
                raise ConfigurationError(
                    f"the header {name!r} holds characters that HTTP does not carry.",
                    fix="Correct the setting or the secret that it is made of.",
                )
            headers.append((name, text))
        try:
            request = client.build_request(
                step.method,
                url,
                headers=headers,
                content=opened(step.body),
                timeout=self._timeout(),
                extensions={"trace": trace},
            )
        except (httpx.InvalidURL, ValueError):
            # The error's text may hold the query.
            request = None
        if (
            request is None
            or request.url.scheme not in {"http", "https"}
            or (not request.url.host)
        ):
            raise ConfigurationError(
                f"{place(step.url)!r} is no address to send to: expected "
                "https://host/path.",
                fix="Correct the address in the settings.",
            )
        return request

    def _timeout(self) -> httpx.Timeout:
        options, whole = self._options, self._step.timeout
        limits = (options.connect_timeout, options.read_timeout, options.read_timeout)
        connect, read, write = (
            limit if whole is None else min(limit, whole) for limit in limits
        )
        return httpx.Timeout(connect=connect, read=read, write=write, pool=connect)

    def traced(self, event: str, info: Any) -> None:
        """Note that the request begins to leave. A proxy's `CONNECT` is not the request."""
        if event.endswith(".send_request_headers.started"):
            self._may_have_left |= info["request"].method != b"CONNECT"

    async def traced_awaiting(self, event: str, info: Any) -> None:
        """Note the same, awaited."""
        self.traced(event, info)

    def is_wanted(self, response: httpx.Response, target: Download) -> bool:
        """Return whether to write the body; if so, allow it the size of a file."""
        if not target.wanted(self._reply(response)):
            return False
        self._allowed = ("max_download_bytes", self._options.max_download_bytes)
        return True

    def take(self, response: httpx.Response, chunk: bytes) -> None:
        """Take a part of the answer into memory.

        Raises:
            BrokenReplyError: It is too long, or packed otherwise than we asked.
            TimeoutError: The whole exchange has lasted too long.
        """
        for block in self.blocks(response, chunk):
            self._body += block

    def blocks(self, response: httpx.Response, chunk: bytes) -> Iterator[bytes]:
        """Yield what a part of the answer holds, unpacked, and no more than is allowed.

        Raises:
            BrokenReplyError: It is too long, or packed otherwise than we asked.
            TimeoutError: The whole exchange has lasted too long.
        """
        timeout = self._step.timeout
        if timeout is not None and time.monotonic() - self._began > timeout:
            raise TimeoutError
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding == "identity":
            self._count(response, chunk)
            yield chunk
        elif encoding in {"gzip", "x-gzip", "deflate"}:
            if self._unpacker is None:
                self._unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
            # A small part may unpack to a thousand times its size.
            full = True
            while chunk or full:
                try:
                    block = self._unpacker.decompress(chunk, _BLOCK)
                except zlib.error:
                    raise self._broken(response, "cannot be unpacked") from None
                self._count(response, block)
                yield block
                chunk, full = self._unpacker.unconsumed_tail, len(block) == _BLOCK
        else:
            raise self._broken(response, f"is packed as {encoding!r}; we asked for gzip")

    def _count(self, response: httpx.Response, block: bytes) -> None:
        self._size += len(block)
        option, allowed = self._allowed
        if self._size > allowed:
            raise self._broken(
                response,
                f"is longer than the {allowed} bytes that the option `{option}` allows",
            )

    def check_end(self, response: httpx.Response) -> None:
        """Check that the body is whole.

        Raises:
            BrokenReplyError: Its packed body ends before, or within, what came.
        """
        packed = self._unpacker
        if packed is not None and (not packed.eof or packed.unused_data):
            raise self._broken(response, "has a packed body that ends too early")

    def reply(self, response: httpx.Response) -> Reply:
        """Return the whole answer; without its body where that was written to a file.

        Raises:
            BrokenReplyError: Its packed body ends before, or within, what came.
        """
        self.check_end(response)
        return self._reply(response)

    def _reply(self, response: httpx.Response) -> Reply:
        return Reply(
            status=response.status_code,
            body=bytes(self._body),
            headers=tuple(
                (name.decode("latin-1").lower(), value.decode("latin-1"))
                for name, value in response.headers.raw
            ),
            url=place(str(response.request.url)),
        )

    def _broken(self, response: httpx.Response, fault: str) -> BrokenReplyError:
        found = (str(response.headers.get(name, "")) for name in _REQUEST_IDS)
        return BrokenReplyError(
            f"the answer {response.status_code} to {self._what()} {fault}.",
            status=response.status_code,
            request_id=next(filter(None, found), ""),
            fix="Whether it was done is not known: look before you repeat it.",
        )

    def failure(self, error: Exception) -> SageConnectError:
        """Return what `error` means for the caller, free of httpx and of secrets."""
        if isinstance(error, SageConnectError):
            # Raised anew by the caller: this traceback has frames that hold secrets.
            error.__context__ = None
            if error.__cause__ is not None:
                error.__cause__.__traceback__ = error.__cause__.__context__ = None
            return error.with_traceback(None)
        root = _root(error)
        words = (
            _words(root) if root else _KINDS.get(type(error).__name__, "contact was lost")
        )
        if isinstance(error, TimeoutError) and self._step.timeout is not None:
            words = f"not done within {self._step.timeout:g} s"
        if self._may_have_left:
            key = f" Its key is {self._step.key}." if self._step.key else ""
            failure: SageConnectError = OutcomeUnknownError(
                f"{self._what()} may have arrived, and no whole answer came: {words}.{key}"
            )
        else:
            failure = NotSentError(
                f"{self._what()} did not leave: {words}.", fix=_cure(root)
            )
        failure.__cause__ = root
        return failure

    def _what(self) -> str:
        return f"{self._step.method} {place(self._step.url)}"


_FAILURES = (SageConnectError, httpx.HTTPError, httpx.StreamError, OSError)
_KINDS = {
    "ConnectError": "the server cannot be reached",
    "ConnectTimeout": "the server did not accept a connection in time",
    "PoolTimeout": "no connection became free in time",
    "ProxyError": "the proxy refused",
    "ReadTimeout": "the server did not answer in time",
    "WriteTimeout": "the server did not take the request in time",
    "RemoteProtocolError": "the server closed the connection or did not speak HTTP",
}


def _root(error: BaseException) -> OSError | None:
    """Return the `OSError` that `error` began with, without frames that hold secrets."""
    found: OSError | None = None
    at: BaseException | None = error
    while at is not None:
        # Without a number it is a wrapping of httpx's or asyncio's.
        if isinstance(at, OSError) and at.errno is not None:
            found = at
        at = at.__cause__ or at.__context__
    if found is not None:
        found.__cause__ = found.__context__ = None
        found.__traceback__ = None
    return found


def _words(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, ConnectionRefusedError):
        # The two modes and the two systems have each their own words.
        return "the connection was refused"
    if isinstance(error, ConnectionError):
        return "the connection was broken off"
    return getattr(error, "strerror", None) or str(error)


def _cure(root: OSError | None) -> str:
    if isinstance(root, ssl.SSLCertVerificationError):
        return "Where a proxy opens TLS, name its certificates in the option `ca_bundle`."
    return "Check the address, the network and the proxy, then repeat."
