"""A demo book's night fits one card once more; a real book's does not, and none does it twice (ANA-11)."""

import pytest

from keyuan.analytics.extensions import Done
from keyuan.analytics.models import ModelVersion
from keyuan.analytics.rules.offers.facts import windows_before
from keyuan.platform import clock
from keyuan.platform.demo_mark import SIGN_INS
from keyuan.setup.demo import challenger

pytestmark = pytest.mark.django_db


class Tonight:
    """A night of which only the day is asked."""

    day = clock.today()


def version(key, number=1):
    return ModelVersion.objects.create(
        key=key, number=number, status="CHAMPION" if number == 1 else "CHALLENGER", data_date=Tonight.day,
        trained_at=clock.now(), features=[], metrics={}, protocol={}, folder="x",
    )  # fmt: skip


def test_one_card_of_a_demo_book_gets_a_challenger_once(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    asked = []
    monkeypatch.setattr(
        challenger, "fit_on", lambda *given, **more: asked.append((*given[1:], more)) or Done(changed=1)
    )
    version("offer.life")
    version("offer.medical")

    real = challenger.challenge(Tonight)
    (tmp_path / SIGN_INS).write_text("")
    demo = challenger.challenge(Tonight)
    version("offer.life", 2)
    again = challenger.challenge(Tonight)

    windows = windows_before(Tonight.day, trained=4)
    assert (real.changed, demo.changed, again.changed) == (0, 1, 0)
    assert asked == [(windows, "challenger_learning", ["LIFE"], {"mark": "-challenger"})]
    assert windows_before(Tonight.day)[-1].on == windows[-1].on
