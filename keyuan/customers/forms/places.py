"""Provinces, cities and counties to choose from (GB/T 2260, those that stand today)."""

from functools import cache

from keyuan.kernel.identifiers.regions import MUNICIPALITIES, current_counties, find_region, provinces

Choices = list[tuple[str, str]]
PROVINCE, CITY = 2, 4


def province_choices() -> Choices:
    """Return the provinces by their first two digits."""
    return sorted(provinces().items())


@cache
def _by_parent() -> dict[str, Choices]:
    """Cities by province (two digits), counties by city (four digits) or by municipality (two digits)."""
    found: dict[str, dict[str, str]] = {}
    for code in current_counties():
        region = find_region(code)
        if region is None:
            continue
        province = code[:PROVINCE]
        if province in MUNICIPALITIES or not region.city:
            found.setdefault(province, {})[code] = region.county
        else:
            found.setdefault(province, {})[code[:CITY]] = region.city
            found.setdefault(code[:CITY], {})[code] = region.county
    return {parent: list(children.items()) for parent, children in found.items()}


def cities_of(province: str) -> Choices:
    """Return the cities of a province; none for a municipality, whose districts follow directly."""
    return [choice for choice in _by_parent().get(province, []) if len(choice[0]) == CITY]


def counties_of(parent: str) -> Choices:
    """Return the counties and districts of a city (four digits) or municipality (two digits)."""
    return [choice for choice in _by_parent().get(parent, []) if len(choice[0]) > CITY]
