"""How much is under way for a company, and when it is left in peace."""

import datetime as dt

import pytest

from sage_connect.errors import (
    BrokenReplyError,
)
from sage_connect.intacct.functions import (
    CompanyPrefsGet,
)
from sage_connect.intacct.gateway import Patience
from sage_connect.intacct.pace import Limiter, Limits
from sage_connect.testing import ScriptedDriver

from .answering import (
    ScriptedGateway,
    plain,
)
from .conftest import Drive

READ = CompanyPrefsGet(application="GL")


class TestPace:
    def test_a_company_has_no_more_under_way_than_its_tier_allows(self) -> None:
        limiter = Limiter(Limits(concurrent=2))
        now = ScriptedDriver().now

        granted = [limiter.delay("a", now) for _ in range(3)]
        other = limiter.delay("b", now)
        limiter.ended("a", failed=False)
        then = limiter.delay("a", now)

        assert (granted[:2], other, then) == ([0, 0], 0, 0)
        assert granted[2] > 0

    def test_a_company_that_only_fails_is_tried_once_a_minute(self) -> None:
        driver = ScriptedDriver()
        limiter = Limiter(Limits(failures=2, failing_for=0, probe_every=60))
        for _ in range(2):
            limiter.delay("a", driver.now)
            limiter.ended("a", failed=True)

        assert limiter.has_given_up("a")
        assert limiter.delay("a", driver.now) == 60
        assert limiter.delay("b", driver.now) == 0

    def test_a_flicker_is_no_outage(self) -> None:
        driver = ScriptedDriver()
        limiter = Limiter(Limits(failures=2, failing_for=20))
        given_up = []
        for _ in range(4):
            limiter.delay("a", driver.now)
            limiter.ended("a", failed=True)
            given_up.append(limiter.has_given_up("a"))
            driver.now += dt.timedelta(seconds=8)

        assert given_up == [False, False, False, True]

    def test_a_request_whose_end_nobody_told_counts_as_over_in_the_end(self) -> None:
        now = ScriptedDriver().now
        limiter = Limiter(Limits(concurrent=1, longest=900))
        limiter.delay("a", now)

        assert limiter.delay("a", now + dt.timedelta(seconds=899)) > 0
        assert limiter.delay("a", now + dt.timedelta(seconds=900)) == 0

    def test_the_tries_of_many_services_are_counted_together(
        self, gateway: ScriptedGateway, drive: Drive
    ) -> None:
        limiter = Limiter(Limits(failures=3, failing_for=0))
        gateway.script = [plain(503)] * 99
        service = gateway.service(pace=limiter, patience=Patience(delays=(0,) * 50))

        with pytest.raises(BrokenReplyError):
            drive(service.one(READ))

        assert len(gateway.sent) == 3
