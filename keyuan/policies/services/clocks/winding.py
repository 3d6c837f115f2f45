"""Setting the night on which the clocks look at a contract again (decision 10)."""

from datetime import date, timedelta

from keyuan.policies.models import Policy
from keyuan.policies.rules.clocks import next_clock_on
from keyuan.policies.selectors.clock_facts import facts_of

ONE_DAY = timedelta(days=1)


def wind(policy: Policy, today: date) -> None:
    """Set ``policy.next_clock_on`` from its dates and states; the caller saves.

    Signals of days up to ``today`` were given by the night of that day, unless that night still has to come.
    """
    tomorrow = today + ONE_DAY
    waits_since = policy.next_clock_on or tomorrow
    policy.next_clock_on = next_clock_on(facts_of(policy, since=min(waits_since, tomorrow)))
