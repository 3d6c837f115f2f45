"""Which records are compared at all: keys with complementary errors, and how large a group may be (CUS-8).

Two records meet when one key of theirs agrees. Each key leans on other columns, so that a pair with some wrong values
still meets by another; groups that are too large say little and are left out, so that the work stays bounded.
"""

from collections.abc import Callable, Mapping, Sequence

from keyuan.customers.rules.linkage.kinds import Kind

#: Above this many records only the first keys are used, and fewer pairs a record are looked at.
LARGE = 150_000


def _with(*parts: str) -> str:
    """Return SQL for a key of several parts; NULL, and so no key, where one is unknown."""
    return " || '|' || ".join(parts)


def _number_keys(column: str) -> list[str]:
    half = f"(length({column}) // 2)"
    return [column, f"case when length({column}) >= 6 then 'l' || left({column}, {half}) end",
            f"case when length({column}) >= 6 then 'r' || substr({column}, {half} + 1) end"]  # fmt: skip


def _swapped_birth(column: str) -> str:
    first, second = f"substr({column}, 5, 2)", f"substr({column}, 7, 2)"
    return f"left({column}, 4) || least({first}, {second}) || greatest({first}, {second})"


def keys(of: Callable[[Kind], Sequence[str]], *, has_given: bool, has_surname: bool) -> list[str]:
    """Return SQL expressions over the features, the most telling first; ``of`` names the features of a kind."""
    numbers, phones, emails, births = of(Kind.ID_NUMBER), of(Kind.PHONE), of(Kind.EMAIL), of(Kind.BIRTH_DATE)
    found: list[str] = [*numbers[:2], *emails[:1], *(f"'p' || {phone}" for phone in phones)]
    found += [*of(Kind.ID_TOKEN), *of(Kind.EMAIL_TOKEN), *(f"'p' || {phone}" for phone in of(Kind.PHONE_TOKEN))]
    name = _name(has_given=has_given, has_surname=has_surname)
    found += [name] if name else []
    found += _person_keys(name, births[0] if births else "", has_given, has_surname)
    found += _place_keys(of, has_given=has_given, has_surname=has_surname)
    found += [key for number in numbers[:1] for key in _number_keys(number)[1:]]
    found += [_with(births[0], place) for place in _places(of) if births]
    found += [f"'m' || {email}_user" for email in emails[:1]]
    found += [code for code in (*of(Kind.CODE), *of(Kind.OTHER)) if Kind.CODE.value in code]
    return list(dict.fromkeys(found))


def _name(*, has_given: bool, has_surname: bool) -> str:
    """Return the key of the whole name, in which the parts may stand exchanged."""
    if has_given and has_surname:
        return _with("least(given_key, surname_key)", "greatest(given_key, surname_key)")
    return "given_key" if has_given else "surname_key" if has_surname else ""


def _person_keys(name: str, birth: str, has_given: bool, has_surname: bool) -> list[str]:
    found = []
    if birth:
        found.append(birth)
        found += [_with(f"{part}_key", birth) for part, has in (("given", has_given), ("surname", has_surname)) if has]
        found += [_with(name, f"left({birth}, 4)")] if name else []
        if has_given:
            found += [_with("given_near", _swapped_birth(birth)), _with("given_near", f"left({birth}, 6)"),
                      _with("given_near", f"right({birth}, 4)")]  # fmt: skip
        if has_surname:
            found += [_with("surname_near", f"left({birth}, 6)"), _with("surname_near", f"right({birth}, 4)")]
    if has_given and has_surname:
        found += [_with("given_near", "surname_near"), _with("left(given_key, 4)", "left(surname_key, 4)")]
    return found


def _places(of: Callable[[Kind], Sequence[str]]) -> list[str]:
    """Return features that narrow down where somebody lives."""
    return [*of(Kind.POSTCODE)[:1], *of(Kind.SUBURB)[:1], *of(Kind.HOUSE_NUMBER)[:1],
            *(f"{column}_numbers" for column in of(Kind.ADDRESS)[:1])]  # fmt: skip


def _place_keys(of: Callable[[Kind], Sequence[str]], *, has_given: bool, has_surname: bool) -> list[str]:
    places, addresses = _places(of), of(Kind.ADDRESS)
    parts = [part for part, has in (("given_key", has_given), ("surname_key", has_surname)) if has]
    found = [
        _with(part, place) for place in (*places, *(f"{column}_street" for column in addresses[:1])) for part in parts
    ]
    found += [_with(f"{column}_street", f"{column}_numbers") for column in addresses[:1]]
    found += [_with(f"{addresses[0]}_street", place) for place in places if addresses]
    found += [_with(left, right) for place, left in enumerate(places) for right in places[place + 1 :]]
    return found


def pair_budget(records: int) -> int:
    """Return how many meetings ``records`` may cost: wide for small files, ten a record for large ones.

    A pair that meets by several keys counts as often.
    """
    return max(10 * records, min(400 * records, max(3_000_000, 100 * min(records, LARGE))))


def largest_groups(sizes: Sequence[Mapping[int, int]], budget: int) -> list[int]:
    """Return the largest group of each key; ``sizes`` counts the groups of each by their size.

    Keys that need little get all of it; what they leave is shared by the others.
    """
    needed = {key: sum(n * (n - 1) // 2 * count for n, count in own.items()) for key, own in enumerate(sizes)}
    found, left = [0] * len(sizes), budget
    for place, key in enumerate(sorted(needed, key=lambda key: (needed[key], key))):
        allowed = max(left, 0) // (len(needed) - place)
        found[key] = largest_group(sizes[key], allowed)
        left -= min(needed[key], allowed)
    return found


def largest_group(sizes: Mapping[int, int], budget: int) -> int:
    """Return the largest group that keeps the pairs within ``budget``; ``sizes`` counts groups by their size."""
    total, largest = 0, 2
    for size in sorted(sizes):
        total += sizes[size] * size * (size - 1) // 2
        if total > budget:
            break
        largest = size
    return largest
