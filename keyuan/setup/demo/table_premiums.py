"""Premiums of yearly cover as its rate table says, so that a renewal costs what a year more of age costs (POL-4)."""

import numpy as np

from keyuan.kernel.codes import ProductKind
from keyuan.setup.demo.days import NO_DAY, Bools, Ints, ages_on
from keyuan.setup.demo.rate_rows import BY_SEX, FEMALE, FLAT_PRICES, MALE, MIDDLE_AGE, OLDEST, STEEPNESS, has_rates
from keyuan.setup.demo.words.products import OFFERS, Offer

STEEP = np.array([STEEPNESS.get(offer.kind, 0.0) for offer in OFFERS])
BY_PERSON = np.array([offer.kind in STEEPNESS for offer in OFFERS])
TIMES = np.array([offer.times for offer in OFFERS], dtype=np.int64)
YOUNGEST = np.array([offer.ages[0] for offer in OFFERS], dtype=np.int64)
LAST_AGE = np.array([min(offer.ages[1], OLDEST) for offer in OFFERS], dtype=np.int64)
THOUSAND_YUAN = 100_000


def _is_priced(offer: Offer) -> bool:
    """Tell whether a table prices the offer by its sum: not cars, whose table is flat, nor groups, who agree on it."""
    groups = offer.code[0] in "GO" or offer.code == "P9002"
    motor = offer.kind is ProductKind.MOTOR
    return has_rates(offer) and not offer.long and not groups and not motor and offer.code not in FLAT_PRICES


IS_PRICED = np.array([_is_priced(offer) for offer in OFFERS])


def priced_by_table(offer: Ints, births: Ints) -> Bools:
    """Tell which contracts have a table and, where it asks for one, an insured whose birth is known."""
    return IS_PRICED[offer] & ((births != NO_DAY) | ~BY_PERSON[offer])


def table_premiums(offer: Ints, births: Ints, sexes: Ints, effective: Ints, sums: Ints) -> Ints:
    """Return the year's premium in fen of ``sums`` fen (whole thousands of yuan), as `rate_rows.premium_lines`."""
    age = np.clip(ages_on(np.where(births == NO_DAY, 0, births), effective), YOUNGEST[offer], LAST_AGE[offer])
    by_sex = np.where(sexes == int(MALE), BY_SEX[MALE], BY_SEX[FEMALE])
    share = np.where(BY_PERSON[offer], np.exp(STEEP[offer] * (age - MIDDLE_AGE)) * by_sex, 1.0)
    cents = np.maximum(1, np.round(THOUSAND_YUAN / TIMES[offer] * share).astype(np.int64))
    return sums // THOUSAND_YUAN * cents
