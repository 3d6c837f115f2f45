"""Which backups stay: so many days, weeks, months, and always the last proven one (PLT-12)."""

from datetime import UTC, datetime, timedelta

from keyuan.platform.backup.config import Keep
from keyuan.platform.backup.manifest import made_at, name_for
from keyuan.platform.backup.retention import kept

NIGHT = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)


def nights(count):
    """Names of so many nightly backups, newest first."""
    return [name_for(NIGHT - timedelta(days=day), f"{day:06x}") for day in range(count)]


def test_a_name_says_when_it_was_made():
    assert nights(1) == ["20261122T013000Z-000000"]
    assert made_at(nights(1)[0]) == NIGHT


def test_days_weeks_and_months_are_kept_apart():
    names = nights(100)

    stay = kept(names, Keep(daily=3, weekly=2, monthly=3), proven=names)

    days = sorted(made_at(name).date().isoformat() for name in stay)
    # Three days; of two weeks the newest (22 and 15 November are Sundays); of three months the newest.
    assert days == ["2026-09-30", "2026-10-31", "2026-11-15", "2026-11-20", "2026-11-21", "2026-11-22"]


def test_the_last_proven_one_stays_whatever_the_rule_says():
    names = nights(30)

    stay = kept(names, Keep(daily=1, weekly=0, monthly=0), proven={names[20]})

    assert names[20] in stay
    assert set(names[:21]) <= stay
    assert not set(names[21:]) & stay


def test_nothing_goes_while_nothing_is_proven():
    names = nights(30)

    assert kept(names, Keep(1, 0, 0), proven=()) == set(names)


def test_a_refuted_one_takes_no_place_and_goes():
    names = nights(4)

    stay = kept(names, Keep(daily=2, weekly=0, monthly=0), proven={names[0], names[2]}, refuted={names[1]})

    assert stay == {names[0], names[2]}
