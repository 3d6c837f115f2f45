"""What could be sold to whom: on sale, channel, region, age, attitude to risk (PRD-1, POL-10, ANA-7)."""

from datetime import date

from keyuan.analytics.rules.offers.shelf import Ware, shelf_of
from keyuan.products.rules.sale import SaleTerms

DAY = date(2026, 5, 4)
CHANNELS = ("INDIVIDUAL", "ONLINE")
PLAIN, LINKED, STOPPED = 1, 2, 3


def ware(number, **more):
    terms = SaleTerms(more.pop("status", "ON_SALE"), None, None, more.pop("channels", ()), more.pop("regions", ()), 1)
    given = {"age_min": 18, "age_max": 55, "design": "ORDINARY", "complexity": 1, "sold": 0, **more}
    return Ware(number, "LIFE", terms=terms, **given)


def test_the_best_seller_of_those_that_fit_is_taken():
    wares = [
        ware(PLAIN, age_max=75),
        ware(LINKED, design="UNIT_LINKED", sold=9, channels=("INDIVIDUAL",)),
        ware(STOPPED, status="STOPPED", sold=99),
    ]

    shelf = shelf_of(wares, "LIFE", CHANNELS, ("",), DAY)

    untested, careful, bold = 0, 2, 5
    assert [shelf[0, 0, risk, 40] for risk in (untested, careful, bold)] == [PLAIN, PLAIN, LINKED]
    assert shelf[1, 0, bold, 40] == PLAIN
    assert [shelf[0, 0, bold, age] for age in (17, 18, 56)] == [0, LINKED, PLAIN]


def test_another_family_and_another_region_get_nothing():
    shelf = shelf_of([ware(PLAIN, regions=("330000",))], "LIFE", CHANNELS, ("330100", "110000"), DAY)

    assert (shelf[0, 0, 0, 30], shelf[0, 1, 0, 30]) == (PLAIN, 0)
    assert not shelf_of([ware(PLAIN)], "MOTOR", CHANNELS, ("",), DAY).any()
