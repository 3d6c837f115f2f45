"""How long each form of search takes on the book of this installation, for posts of different reach (CUS-4, SCL).

    KEYUAN_VAR=/path/to/book python -m benchmarks.search_speed [--rounds 30]

Prints medians and 95th percentiles in milliseconds, server work only; reads, never writes.
"""

import argparse
import json
import os
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keyuan.config.settings")
django.setup()

from django.utils import timezone  # noqa: E402 - Django has to be set up first

from keyuan.customers.models import CustomerSummary  # noqa: E402 - as above
from keyuan.customers.selectors.search import search_customers  # noqa: E402 - as above
from keyuan.kernel.actor import Actor  # noqa: E402 - as above
from keyuan.kernel.names import pinyin_readings  # noqa: E402 - as above
from keyuan.organisation.models import Post  # noqa: E402 - as above
from keyuan.organisation.selectors.actors import actor_of  # noqa: E402 - as above
from keyuan.policies.models import Policy, Vehicle  # noqa: E402 - as above

STAFF = {"agent": "10482", "branch": "10006", "head office": "10001"}
Make = Callable[[str], str]


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
    "initials": lambda name: pinyin_readings(name)[0][1],
    "mixed": lambda name: pinyin_readings(name[0])[0][0] + name[1:],
    "typing error": misspelt,
    "wrong character": lambda name: name[0] + "䶮" + name[-1],
    "name and tail": lambda name: f"{name} 1402",
    "name and place": lambda name: f"{name[0]} 浦东",
    "miss": lambda _name: "龘龘龘",
    "phone tail": lambda _name: f"{random.randrange(10_000):04d}",
}


def samples(count: int) -> list[str]:
    """Return names of people all over the book."""
    last = CustomerSummary.objects.order_by("-pk").values_list("pk", flat=True)[0]
    generator = random.Random(7)
    names: list[str] = []
    while len(names) < count:
        start = generator.randrange(last)
        row = CustomerSummary.objects.filter(pk__gte=start, kind="P").order_by("pk").first()
        if row and 2 <= len(row.name) <= 3 and not row.name.isascii():
            names.append(row.name)
    return names


def numbers(count: int) -> dict[str, list[str]]:
    """Return whole policy numbers and plates of the book."""
    policies = Policy.objects.order_by("-pk").values_list("policy_no", flat=True)[:count]
    plates = Vehicle.objects.exclude(plate="").order_by("-pk").values_list("plate", flat=True)[:count]
    return {"policy number": list(policies), "plate": list(plates)}


def measured(actor: Actor, typed: list[str]) -> tuple[float, float]:
    """Return median and 95th percentile of searching for each of ``typed``, in milliseconds."""
    times = []
    for text in typed:
        started = time.perf_counter()
        search_customers(actor, text, now=timezone.now())
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    return statistics.median(times), times[min(len(times) - 1, round(len(times) * 0.95))]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    names = samples(options.rounds)
    forms = {form: [make(name) for name in names] for form, make in FORMS.items()} | numbers(options.rounds)
    results: dict[str, Any] = {}
    print(f"{'form':18}" + "".join(f"{reach:>22}" for reach in STAFF))
    actors = {}
    for reach, staff_no in STAFF.items():
        post = Post.objects.select_related("user", "role", "unit").filter(user__staff_no=staff_no).order_by("pk")[0]
        actors[reach] = actor_of(post)
    for form, typed in forms.items():
        figures = {reach: measured(actor, typed) for reach, actor in actors.items()}
        results[form] = figures
        print(f"{form:18}" + "".join(f"{p50:10.1f} / {p95:7.1f} ms" for p50, p95 in figures.values()))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:  # noqa: PTH123 - a plain file beside the caller
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
