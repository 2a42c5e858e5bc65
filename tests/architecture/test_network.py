import socket

import pytest


def test_no_test_resolves_a_foreign_name() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"beyond loopback"):
        socket.getaddrinfo("example.com", 443)


def test_no_test_connects_to_a_foreign_address() -> None:
    with (
        socket.socket() as client,
        pytest.raises(pytest.fail.Exception, match=r"beyond loopback"),
    ):
        client.connect(("192.0.2.1", 443))


def test_a_test_reaches_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname(), timeout=5) as client:
            client.sendall(b"here")
            connection, _ = server.accept()
        with connection:
            received = connection.recv(4)

    assert received == b"here"
