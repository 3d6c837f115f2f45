"""Persons entered twice with typing errors (CUS-8): what a clerk mistypes, and what stays the same."""

import numpy as np

from keyuan.setup.demo.days import Ints, add_months
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.naming import Names, texts
from keyuan.setup.demo.words.likeness import LIKENESS

WRONG_NAME, WRONG_NUMBER, WRONG_BIRTH, WRONG_PHONE, NO_NUMBER = range(5)
MODES = (0.28, 0.2, 0.14, 0.18, 0.2)


def mistyped_name(name: str) -> str:
    """Return the name with its last confusable character exchanged; a name without one stays as it is."""
    for place in range(len(name) - 1, 0, -1):
        if name[place] in LIKENESS:
            return name[:place] + LIKENESS[name[place]] + name[place + 1 :]
    return name


def swapped(number: str, place: int) -> str:
    """Return the number with the digits at ``place`` and behind it exchanged."""
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def draw_modes(draws: Draws, size: int) -> Ints:
    """Return what is wrong with each double."""
    return draws.pick(MODES, size)


def doubled_names(mode: Ints, names: Names) -> Names:
    """Return names as typed the second time."""
    return texts(
        mistyped_name(name) if wrong == WRONG_NAME else name for wrong, name in zip(mode.tolist(), names, strict=True)
    )


def doubled_numbers(mode: Ints, numbers: Names) -> Names:
    """Return identity numbers as typed the second time; empty where none was asked for."""
    typed = []
    for wrong, number in zip(mode.tolist(), numbers, strict=True):
        text = swapped(number, 14) if wrong == WRONG_NUMBER and len(number) == 18 else number
        typed.append("" if wrong == NO_NUMBER else text)
    return texts(typed)


def doubled_phones(draws: Draws, mode: Ints, phones: Names) -> Names:
    """Return phones as typed the second time: one digit off."""
    places = draws.between(4, 10, len(mode))
    typed = []
    for wrong, phone, place in zip(mode.tolist(), phones, places.tolist(), strict=True):
        digit = str((int(phone[place]) + 1) % 10) if phone else ""
        typed.append(phone[:place] + digit + phone[place + 1 :] if phone and wrong == WRONG_PHONE else phone)
    return texts(typed)


def doubled_births(mode: Ints, births: Ints) -> Ints:
    """Return birth dates as typed the second time: a month late."""
    return np.where(mode == WRONG_BIRTH, add_months(births, 1), births)
