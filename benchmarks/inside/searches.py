"""What to type into the search box: every form of CUS-4, numbers that hit and numbers that miss.

python -m benchmarks.inside.searches COUNT
"""

import random
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.inside.django_ready import answer
from benchmarks.inside.people import PEOPLE, some_ids, visitor
from keyuan.customers.models import ContactPoint, Customer, CustomerSummary, IdentityDocument
from keyuan.kernel.names import pinyin_readings
from keyuan.platform.crypto import cipher
from keyuan.platform.crypto.sealed import Sealed
from keyuan.policies.models import Policy, Vehicle

Make = Callable[[str], str]
DICE = random.Random(7)


def misspelt(name: str) -> str:
    """Exchange two letters in the middle of a name's pinyin."""
    word = pinyin_readings(name)[0][0]
    place = len(word) // 2
    return word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]


FORMS: dict[str, Make] = {
    "one character": lambda name: name[-1],
    "surname": lambda name: name[0],
    "substring": lambda name: name[1:],
    "whole name": lambda name: name,
    "pinyin": lambda name: pinyin_readings(name)[0][0],
    "beginning of the pinyin": lambda name: pinyin_readings(name)[0][0][:5],
    "initials": lambda name: pinyin_readings(name)[0][1],
    "mixed": lambda name: pinyin_readings(name[0])[0][0] + name[1:],
    "typing error": misspelt,
    "wrong character": lambda name: name[0] + "䶮" + name[-1],
    "name and phone's end": lambda name: f"{name} {DICE.randrange(10_000):04d}",
    "name and place": lambda name: f"{name[0]} 浦东",
    "miss: characters": lambda name: f"龘{name[-1]}龘",
    "miss: letters": lambda _name: "xqzv" + "".join(DICE.choices("qxzv", k=3)),
    "phone's end": lambda _name: f"{DICE.randrange(10_000):04d}",
    "miss: phone": lambda _name: f"199{DICE.randrange(10**8):08d}",
    "miss: policy number": lambda _name: f"P9999{DICE.randrange(10**8):08d}",
}


def names(count: int) -> list[str]:
    """Return names of people all over the book."""
    rows = CustomerSummary.objects.all()
    found = rows.filter(pk__in=some_ids(rows, count * 3, DICE), kind="P").values_list("name", flat=True)
    return [name for name in found if 2 <= len(name) <= 3 and not name.isascii()][:count]


def opened(value: Any) -> str:
    """Return a sealed value in plain: what a person types who has the paper in hand. Only demo books are measured."""
    return cipher.decrypt(value.field_key, value.blob) if isinstance(value, Sealed) else str(value)


def numbers(count: int) -> dict[str, list[str]]:
    """Return whole numbers of every kind, all over the book."""

    def all_over(model: Any, column: str, **limits: Any) -> list[str]:
        ids = some_ids(model._default_manager.all(), count * 3, DICE)
        rows = model._default_manager.filter(pk__in=ids, **limits)
        return [opened(value) for value in rows.values_list(column, flat=True)[:count] if value]

    identities = all_over(IdentityDocument, "identity_number", document_type="111")
    found = {
        "phone": all_over(ContactPoint, "phone", kind="MOBILE"),
        "identity number": identities,
        "identity number's end": [number[-4:] for number in identities],
        "customer number": all_over(Customer, "customer_no"),
        "policy number": all_over(Policy, "policy_no"),
        "policy number's end": [number[-6:] for number in all_over(Policy, "policy_no")],
        "plate": all_over(Vehicle, "plate"),
    }
    return {form: typed for form, typed in found.items() if typed}


def main(count: int) -> None:
    """Answer: people, and what to type by form. Each types for their own reach; hits of others are misses to them."""
    everybody = names(count)
    common = numbers(count)
    people = {}
    for name, staff_no in PEOPLE.items():
        own = visitor(name, staff_no, count * 2).ids.get("customer_id", [])
        known = CustomerSummary.objects.filter(pk__in=own, kind="P").values_list("name", flat=True)
        mine = [item for item in known if 2 <= len(item) <= 3 and not item.isascii()]
        typed = (mine[: count // 2] + everybody)[:count]
        people[name] = {
            "staff_no": staff_no,
            "forms": {form: [make(item) for item in typed] for form, make in FORMS.items()} | common,
        }
    answer({"people": people})


if __name__ == "__main__":
    main(int(sys.argv[1]))
