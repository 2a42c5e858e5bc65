"""Analytic splits: what a line gives to each section of each plan, to the cent."""

from collections.abc import Iterator
from decimal import Decimal

from ..model import AnalyticShare, Charge, Line, Movement, Reference
from ..model.fields import NOTHING as UNSAID
from ..model.money import apportion
from .piece import Share, unwritable
from .resolve import plan_number
from .settings import Sage100Settings


class Splitter:
    """Splits lines over the analytic plans of a company, which it looks up once.

    Args:
        settings: The plan that projects, and shares without a plan, belong to.
        reference: Accounts and plans of the company.
        unit: Smallest part of the base currency, such as 0.01.
    """

    def __init__(
        self, settings: Sage100Settings, reference: Reference, unit: Decimal
    ) -> None:
        self._settings = settings
        self._reference = reference
        self._unit = unit
        self._plans: dict[str, str] = {}

    def shares(
        self, part: Line | Charge | Movement, account: str, amount: Decimal, project: str
    ) -> tuple[Share, ...]:
        """Return the shares of a line.

        Args:
            part: What may say a split.
            account: Its account; one without the analytic option takes none.
            amount: The line in the base currency, above zero.
            project: What goes to the plan of the settings where the line does not speak of
                it, or "".

        Raises:
            CodecError: It cannot be split as it says, for a reason that no rule has told.
        """
        # Charges have neither; looked at first, since most lines are not split.
        if isinstance(part, Charge):
            if not project:
                return ()
        elif not project and not part.analytic and part.dimensions is UNSAID:
            return ()
        known = (self._reference.accounts or {}).get(account)
        if known is not None and not known.analytic:
            return ()
        return tuple(self._shares(part, amount, project))

    def _shares(
        self, part: Line | Charge | Movement, amount: Decimal, project: str
    ) -> Iterator[Share]:
        for plan, shares in self._by_plan(part, project).items():
            weights = [one.weight if one.amount is None else one.amount for one in shares]
            # A line below zero may be split in amounts below zero: the side tells.
            if max(weights) <= 0:
                weights = [-weight for weight in weights]
            if not plan or min(weights) < 0 or not any(weights):
                no_plan = "a share is of no plan"
                how = "shares have both signs, or none" if plan else no_plan
                raise unwritable(how, "/lines")
            parts = apportion(amount, weights, self._unit)
            for share, own in zip(shares, parts, strict=True):
                if own:
                    yield Share(plan=int(plan), section=share.value, amount=own)

    def _by_plan(
        self, part: Line | Charge | Movement, project: str
    ) -> dict[str, list[AnalyticShare]]:
        by_plan: dict[str, list[AnalyticShare]] = {}
        if not isinstance(part, Charge):
            own = (AnalyticShare(value, name) for name, value in part.dimensions.items())
            for share in (*part.analytic, *own):
                by_plan.setdefault(self._plan(share.dimension), []).append(share)
        if project:
            # What a line says of a plan itself comes before the document's project.
            by_plan.setdefault(self._plan(""), [AnalyticShare(project)])
        return by_plan

    def _plan(self, name: str) -> str:
        plan = self._plans.get(name)
        if plan is None:
            plan = plan_number(name, self._settings, self._reference)
            self._plans[name] = plan
        return plan
