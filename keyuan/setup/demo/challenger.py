"""What a demo book's night does besides: one model gets a challenger, so that a promotion can be tried (ANA-11).

In a real book the second fit of a model comes a month after the first. Here one card is fitted a second time, really:
on one more window than the first, and judged on the same last window, so that both can be compared.
"""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from keyuan.analytics.extensions import Done, Step, steps
from keyuan.analytics.models import ModelVersion
from keyuan.analytics.rules.offers.facts import windows_before
from keyuan.analytics.rules.offers.terms import FAMILIES
from keyuan.analytics.services.night.catalogue import SCORES
from keyuan.analytics.services.night.work import Night
from keyuan.analytics.services.offers.kept import PREFIX, key_of
from keyuan.analytics.services.offers.learning import fit_on
from keyuan.platform.demo_mark import is_demo_book

#: Windows that the challenger learns from; the first fit has three.
WINDOWS = 4
TABLE, MARK = "challenger_learning", "-challenger"


def challenge(night: Night) -> Done:
    """Fit the first kind of product that has one version so far once more; nothing in a real book, or a second time."""
    versions = list(ModelVersion.objects.filter(key__startswith=PREFIX).values_list("key", flat=True))
    alone = [family for family in FAMILIES if versions.count(key_of(family)) == 1]
    if not is_demo_book(settings.VAR_DIR) or not alone or len(versions) > len(set(versions)):
        return Done()
    return fit_on(night, windows_before(night.day, trained=WINDOWS), TABLE, alone[:1], mark=MARK)


def register() -> None:
    """Put it into the night, behind the fits of the book."""
    steps.add(Step("demo_challenger", _("A challenger to be tried, in a demo book"), challenge, SCORES + 90))
