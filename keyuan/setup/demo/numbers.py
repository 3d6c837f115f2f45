"""Numbers that people and things carry: phones, documents, cards, vehicles; all pass `kernel.identifiers`."""

import numpy as np

from keyuan.kernel.identifiers.uscc import ALPHABET, check_character, organisation_check_character
from keyuan.kernel.identifiers.vehicle import vin_check_character
from keyuan.setup.demo.days import Ints, date_of
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.naming import Names, texts

RESIDENT_CHECK = "0123456789X"
MOBILE_PREFIXES = [
    "130",
    "131",
    "132",
    "133",
    "135",
    "136",
    "137",
    "138",
    "139",
    "150",
    "151",
    "152",
    "153",
    "155",
    "156",
    "157",
    "158",
    "159",
    "166",
    "173",
    "175",
    "176",
    "177",
    "178",
    "180",
    "181",
    "182",
    "183",
    "185",
    "186",
    "187",
    "188",
    "189",
    "191",
    "198",
    "199",
]
CARD_PREFIXES = ("622202", "622848", "621661", "621700", "622260", "622588", "621098", "622909")
MAIL_DOMAINS = ("example.com", "example.net", "example.org")
VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
#: 9-digit images of consecutive numbers: a factor coprime to 10 makes a bijection.
FACTOR, SHIFT, SPACE = 387_420_489, 271_828_183, 10**9


def scattered(numbers: Ints) -> Ints:
    """Return nine-digit numbers that show nothing of the order of ``numbers``; different ones stay different."""
    return (numbers * FACTOR + SHIFT) % SPACE


def mobiles(draws: Draws, size: int) -> Names:
    """Return mobile numbers."""
    prefix = texts(MOBILE_PREFIXES)[draws.below(len(MOBILE_PREFIXES), size)]
    rest = draws.below(10**8, size)
    return texts(f"{head}{tail:08d}" for head, tail in zip(prefix, rest.tolist(), strict=True))


def landlines(draws: Draws, size: int) -> Names:
    """Return fixed lines of cities whose area code has three or four digits."""
    areas = texts(("010", "021", "020", "022", "025", "027", "028", "0571", "0512", "0755", "0531", "0371"))
    area = areas[draws.below(len(areas), size)]
    first, rest = draws.between(2, 8, size), draws.below(10**7, size)
    return texts(f"{a}-{f}{r:07d}" for a, f, r in zip(area, first.tolist(), rest.tolist(), strict=True))


def resident_ids(draws: Draws, regions: Names, births: Ints, sexes: Ints) -> Names:
    """Return resident identity numbers of these regions, birth dates and sexes."""
    serials = draws.below(499, len(births)) * 2 + np.where(sexes == 1, 1, 2)
    found = []
    for region, birth, serial in zip(regions, births.tolist(), serials.tolist(), strict=True):
        body = f"{region}{date_of(birth):%Y%m%d}{serial:03d}"
        found.append(body + RESIDENT_CHECK[(1 - 2 * int(body, 13)) % 11])
    return texts(found)


def cards(draws: Draws, banks: Ints) -> Names:
    """Return bank card numbers of 19 digits that satisfy Luhn."""
    middle = draws.below(10**12, len(banks))
    return texts(
        _luhn(f"{CARD_PREFIXES[bank]}{number:012d}")
        for bank, number in zip(banks.tolist(), middle.tolist(), strict=True)
    )


def _luhn(body: str) -> str:
    # The check digit stands behind, so every digit in an even place from the right is doubled from here.
    total = sum(map(int, body[-2::-2])) + sum(sum(divmod(2 * int(digit), 10)) for digit in body[-1::-2])
    return body + str(-total % 10)


def credit_codes(draws: Draws, regions: Names) -> Names:
    """Return unified social credit codes of companies registered in these regions."""
    bodies = draws.below(31**7, len(regions)), draws.below(10, len(regions))
    found = []
    for region, number, digit in zip(regions, bodies[0].tolist(), bodies[1].tolist(), strict=True):
        letters = ""
        for _ in range(7):
            number, rest = divmod(number, 31)
            letters += ALPHABET[rest]
        organisation = f"{digit}{letters}"
        check = organisation_check_character(organisation)
        body = f"91{region}{organisation}{check}"
        found.append(body + check_character(body))
    return texts(found)


def vehicle_numbers(draws: Draws, prefixes: Names) -> Names:
    """Return vehicle identification numbers behind the makers' eight characters, with their check character."""
    year, plant, serial = (
        draws.below(20, len(prefixes)),
        draws.below(len(VIN_LETTERS), len(prefixes)),
        draws.below(10**6, len(prefixes)),
    )
    found = []
    for prefix, y, p, s in zip(prefixes, year.tolist(), plant.tolist(), serial.tolist(), strict=True):
        number = f"{prefix}0{'FGHJKLMNPRSTVWXY1234'[y]}{VIN_LETTERS[p]}{s:06d}"
        found.append(number[:8] + vin_check_character(number) + number[9:])
    return texts(found)


def plates(draws: Draws, provinces: Names, electric: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Names:
    """Return number plates; electric cars have the longer green ones."""
    size = len(provinces)
    city, letter = draws.below(12, size), draws.below(24, size)
    rest, mark = draws.below(10**4, size), draws.below(24, size)
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    rows = zip(provinces, electric.tolist(), city.tolist(), letter.tolist(), mark.tolist(), rest.tolist(), strict=True)
    return texts(
        f"{province}{letters[c]}D{letters[one]}{number:04d}"
        if green
        else f"{province}{letters[c]}{number:04d}{letters[m]}"
        for province, green, c, one, m, number in rows
    )
