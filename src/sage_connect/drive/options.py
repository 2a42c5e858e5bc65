"""How to reach a product over the network."""

import attrs

from ..plan import Secret


def _secret(text: str | Secret | None) -> Secret | None:
    return Secret(text) if isinstance(text, str) else text


_positive = attrs.validators.gt(0)


@attrs.frozen(kw_only=True)
class HttpOptions:
    """What every request of a driver has in common.

    Attributes:
        connect_timeout: Seconds to reach the server, its TLS handshake included.
        read_timeout: Seconds without a byte of an answer, or without one taken from us.
        proxy: URL of a proxy, kept as a secret since it may hold a password; None for
            what the environment says (`HTTPS_PROXY`, `NO_PROXY`).
        ca_bundle: Path of the certificates to trust, in PEM form; "" for the usual ones
            (or what `SSL_CERT_FILE` says).
        user_agent: What the product's log shall show.
        max_response_bytes: The longest answer that is read into memory, counted after
            decompression.
        max_download_bytes: The longest that is written to a file, counted likewise.
        max_connections: Requests under way at the same time; further ones wait as long as
            connecting may last. Sage Accounting allows an app 150.
    """

    connect_timeout: float = attrs.field(default=10, validator=_positive)
    read_timeout: float = attrs.field(default=60, validator=_positive)
    proxy: Secret | None = attrs.field(default=None, converter=_secret)
    ca_bundle: str = ""
    user_agent: str = "sage-connect"
    max_response_bytes: int = attrs.field(default=64 * 2**20, validator=_positive)
    max_download_bytes: int = attrs.field(default=2**30, validator=_positive)
    max_connections: int = attrs.field(default=100, validator=_positive)
