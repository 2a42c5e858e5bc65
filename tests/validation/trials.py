"""What a rule is tried with: documents that fail, and documents that pass."""

import datetime as dt
from collections.abc import Sequence

import attrs

from .documents import invoice


@attrs.frozen
class Mapped:
    """Settings of a back end, as far as rules of all back ends look at them."""

    period_start: dt.date | None = None


@attrs.frozen(kw_only=True)
class Trial:
    """Documents that a rule finds something in, and documents that it accepts.

    Attributes:
        fails: Documents with one fault of the rule, in the last of them.
        path: Where the fault stands.
        passes: Documents without a fault of the rule.
        target: Name of the product.
        settings: Settings of the back end.
    """

    fails: Sequence[object]
    path: str
    passes: Sequence[object]
    target: str = ""
    settings: object = None


def trial(
    fails: object, path: str, *passes: object, target: str = "", settings: object = None
) -> Trial:
    """Return a case of one document, or of a list of them."""
    failing = fails if isinstance(fails, list) else [fails]
    return Trial(
        fails=failing,
        path=path,
        passes=passes or (invoice(),),
        target=target,
        settings=settings,
    )
