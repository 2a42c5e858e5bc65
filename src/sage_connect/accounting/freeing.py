"""Taking a payment off what it settles, so that it stands on the party's account.

Sage refunds a receipt in two steps: the receipt is taken off its documents, which makes a
payment on account with an id of its own; the refund is then allocated to that.
"""

from typing import Any

from ..errors import RefusedError
from ..plan import Plan
from .kinds import CONTACT_PAYMENTS
from .records import Records


def freed(records: Records, id: str, key: str) -> Plan[str]:
    """Take a payment off all that it settles; return the id of its payment on account.

    Done again it changes nothing.

    Args:
        records: Of the business.
        id: Of the payment.
        key: What the step stands under.

    Raises:
        NotFoundError: There is no such payment.
        RefusedError: Nothing of it is left on account: it was refunded before.
    """
    payment = yield from records.get(CONTACT_PAYMENTS, id)
    if payment.allocated_artefacts:
        body = {"allocated_artefacts": list[Any]()}
        payment = yield from records.update(CONTACT_PAYMENTS, id, body, f"{key}:freed")
    rest = payment.payment_on_account
    if rest is None or not rest.id:
        raise RefusedError(
            f"nothing of the payment {payment.reference or id!r} is on account",
            fix="See in Sage what became of it.",
        )
    return str(rest.id)
