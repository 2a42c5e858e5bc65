"""Files that did not arrive with their document are attached when it is posted again."""

from sage_connect import Attachment, State
from sage_connect.testing.accounting import AccountingSimulator, Failure

from .conftest import Opening
from .trading import a_purchase, an_invoice

SCAN = Attachment(name="scan.pdf", content=b"%PDF-1", media_type="application/pdf")
NOTE = Attachment(name="note.pdf", content=b"%PDF-12", media_type="application/pdf")


def names(simulator: AccountingSimulator) -> list[str]:
    return sorted(one["file_name"] for one in simulator.books().all("attachments"))


def test_what_did_not_arrive_is_attached_later_and_nothing_twice(
    opening: Opening, simulator: AccountingSimulator
) -> None:
    books = opening(simulator)
    simulator.fail(Failure(status=503), path="/attachments", times=None)
    (first,) = books.post([a_purchase("S1", attachments=[SCAN])])
    simulator.mend()

    (second,) = opening(simulator).post([a_purchase("S1", attachments=[SCAN])])
    (third,) = opening(simulator).post([a_purchase("S1", attachments=[SCAN, NOTE])])
    (fourth,) = opening(simulator).post([a_purchase("S1", attachments=[SCAN, NOTE])])

    codes = [[one.code for one in outcome.report] for outcome in (first, second, third)]
    assert codes == [["SC-SA-ATTACHMENT"], [], []]
    again = [one.state for one in (second, third, fourth)]
    assert (first.state, again) == (State.CREATED, [State.UNCHANGED] * 3)
    assert names(simulator) == ["note.pdf", "scan.pdf"]


def test_what_still_does_not_arrive_is_told_again(
    opening: Opening, simulator: AccountingSimulator
) -> None:
    books = opening(simulator)
    books.post([a_purchase("S1"), an_invoice("F1")])
    simulator.fail(Failure(status=503), path="/attachments", times=None)

    bought, sold = books.post(
        [a_purchase("S1", attachments=[SCAN]), an_invoice("F1", attachments=[SCAN])]
    )

    assert [bought.state, sold.state] == [State.UNCHANGED] * 2
    told = [[one.code for one in outcome.report] for outcome in (bought, sold)]
    assert told == [["SC-SA-ATTACHMENT"]] * 2
