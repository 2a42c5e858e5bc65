"""Files attached to posted documents: once, whatever becomes of the answers."""

from typing import Any

import pytest

from sage_connect import CodecError, NotFoundError, OutcomeUnknownError, UnsupportedError
from sage_connect.ledger import Receipt
from sage_connect.model import Attachment
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.accounting.faults import Drop, Failure
from sage_connect.testing.modes import Books

from .trading import a_purchase, an_invoice

PROOF = Attachment(
    name="proof.pdf",
    content=b"%PDF-1.4 proof",
    media_type="application/pdf",
    description="As it came",
)
LIMIT = 2_621_440


@pytest.fixture
def receipt(books: Books) -> Receipt[Any]:
    (outcome,) = books.post([a_purchase("B1")])
    return outcome.unwrap()


def test_a_file_comes_back_byte_for_byte(books: Books, receipt: Receipt[Any]) -> None:
    id = books.run(books.ledger.attachments.attach(receipt, PROOF))

    (info,) = books.run(books.ledger.attachments.list(receipt))
    assert (info.id, info.name, info.size) == (id, PROOF.name, len(PROOF.content))
    assert books.run(books.ledger.attachments.get(receipt, id)) == PROOF
    with pytest.raises(NotFoundError):
        books.run(books.ledger.attachments.get(receipt, "0" * 32))


def test_the_very_same_is_attached_once_and_another_of_its_name_too(
    books: Books, receipt: Receipt[Any], simulator: AccountingSimulator
) -> None:
    other = Attachment(name=PROOF.name, content=b"%PDF-1.4 PROOF")
    attach = books.ledger.attachments.attach

    ids = [books.run(attach(receipt, one)) for one in (PROOF, PROOF, other, other)]

    assert ids[0] == ids[1] != ids[2] == ids[3]
    assert simulator.books().count("attachments") == 2


@pytest.mark.parametrize(
    "fault", [Drop(), Drop(after_commit=True), Failure(after_commit=True)]
)
def test_after_a_lost_answer_the_file_is_looked_up_before_it_is_sent_again(
    books: Books, receipt: Receipt[Any], simulator: AccountingSimulator, fault: Any
) -> None:
    simulator.fail(fault, method="POST", path="/attachments")

    id = books.run(books.ledger.attachments.attach(receipt, PROOF))

    (info,) = books.run(books.ledger.attachments.list(receipt))
    assert info.id == id
    sent = [call for call in simulator.calls if call.path == "/attachments"]
    uploads = [call.method for call in sent].count("POST")
    assert uploads == (1 if fault.after_commit else 2)


def test_a_file_that_stays_unknown_is_told_and_may_be_repeated(
    books: Books, receipt: Receipt[Any], simulator: AccountingSimulator
) -> None:
    simulator.fail(Drop(), method="POST", path="/attachments", times=None)

    with pytest.raises(OutcomeUnknownError, match=r"not there so far\. Repeat it"):
        books.run(books.ledger.attachments.attach(receipt, PROOF))
    simulator.mend()
    books.run(books.ledger.attachments.attach(receipt, PROOF))

    assert simulator.books().count("attachments") == 1


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (Attachment(name="big.pdf", content=b"x" * (LIMIT + 1)), "SC-SA-FILE-SIZE"),
        (Attachment(name="list.xlsx", content=b"PK"), "SC-SA-FILE-TYPE"),
        (Attachment(name="noname", content=b"?"), "SC-SA-FILE-TYPE"),
    ],
    ids=["too large", "wrong type", "no type"],
)
def test_what_sage_would_not_take_is_not_sent(
    books: Books,
    receipt: Receipt[Any],
    simulator: AccountingSimulator,
    file: Attachment,
    code: str,
) -> None:
    simulator.calls.clear()

    with pytest.raises(CodecError) as caught:
        books.run(books.ledger.attachments.attach(receipt, file))

    assert caught.value.code == code
    assert simulator.calls == []


def test_the_largest_file_is_taken(
    books: Books, receipt: Receipt[Any], simulator: AccountingSimulator
) -> None:
    file = Attachment(name="big.png", content=b"x" * LIMIT)

    books.run(books.ledger.attachments.attach(receipt, file))

    (info,) = simulator.books().all("attachments")
    assert (info["file_size"], info["mime_type"]) == (LIMIT, "image/png")


def test_sales_take_no_files(books: Books, simulator: AccountingSimulator) -> None:
    (outcome,) = books.post([an_invoice("A1")])
    simulator.calls.clear()

    with pytest.raises(UnsupportedError):
        books.run(books.ledger.attachments.attach(outcome.unwrap(), PROOF))

    assert simulator.calls == []
