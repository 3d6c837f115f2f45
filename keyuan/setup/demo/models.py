"""Who answers for models, who objects to being judged by them, and a plan of staff for the desk (ANA-11, ANA-14)."""

from datetime import datetime, timedelta
from random import Random

import pandas as pd
from django.apps import apps

from keyuan.analytics.models import AutomationObjection, CallForecast, ModelCard
from keyuan.analytics.rules.staffing.planning import Wish
from keyuan.analytics.services.objections.noting import WAYS
from keyuan.analytics.services.staffing.forecasting import ForecastDraft, start_forecast
from keyuan.analytics.services.staffing.scenarios import save_scenario
from keyuan.customers.models import Customer
from keyuan.organisation.selectors.actors import actor_by_staff_no
from keyuan.setup.demo.plan import Book

ANALYST, DIRECTOR = "10005", "10009"
OWNED = ("churn.lapse.12", "churn.surrender.12", "churn.renewal.12", "clusters.needs")
#: One customer in so many objects, between these bounds; every fifth took it back.
ONE_IN, FEWEST, MOST, BACK = 2_000, 12, 400, 5
SAID = ("不要用系统给我打分", "请由人工联系，不接受自动推荐", "拒绝自动化决策", "")
#: Calls of an ordinary Monday by half-hour from eight o'clock on, and what weekdays bring against it.
PROFILE = (6, 12, 22, 34, 44, 48, 45, 38, 26, 18, 20, 30, 38, 42, 40, 36, 30, 24, 18, 14, 12, 10, 8, 5)
WEEK = (1.0, 0.93, 0.9, 0.88, 0.92, 0.55, 0.4)
OPEN_AT, DAYS = 8 * 60, 14


def open_models(book: Book, now: datetime) -> None:
    """Name owners, note objections of the last year, and plan the staff of the next fortnight in two ways."""
    _name_owners(book)
    _note_objections(book, now)
    _plan_staff(book, now)


def _name_owners(book: Book) -> None:
    analyst = actor_by_staff_no(ANALYST, book.as_of)
    if analyst is not None:
        rows = [ModelCard(key=key, owner_id=analyst.id, owner_name=analyst.name) for key in OWNED]
        ModelCard.objects.bulk_create(rows, ignore_conflicts=True)


def _note_objections(book: Book, now: datetime) -> None:
    draws = Random(book.seed)
    people = apps.get_model("customers.Customer")._default_manager
    adults = people.filter(kind=Customer.Kind.PERSON, status=Customer.Status.ACTIVE, birth_on__lt="2000-01-01")
    count = min(MOST, max(FEWEST, book.customers // ONE_IN))
    ids = list(adults.order_by("pk").values_list("pk", flat=True)[: 40 * count])
    chosen = draws.sample(ids, min(count, len(ids)))
    rows = [_objection(place, pk, draws, now) for place, pk in enumerate(chosen)]
    AutomationObjection.objects.bulk_create(rows, batch_size=500)


def _objection(place: int, customer_id: int, draws: Random, now: datetime) -> AutomationObjection:
    at = now - timedelta(days=draws.randint(40, 360))
    row = AutomationObjection(
        customer_id=customer_id, said_on=at.date(), channel=draws.choice(WAYS), words=draws.choice(SAID),
        recorded_by="沈佳怡", recorded_at=at,
    )  # fmt: skip
    if place % BACK == 0:
        back = at + timedelta(days=30)
        row.withdrawn_on, row.withdrawn_channel, row.withdrawn_by = back.date(), "PHONE", "沈佳怡"
        row.withdrawn_at = back
    return row


def _plan_staff(book: Book, now: datetime) -> None:
    director = actor_by_staff_no(DIRECTOR, book.as_of)
    if director is None or CallForecast.objects.exists():
        return
    draft = ForecastDraft("客服热线未来两周", CallForecast.Source.GIVEN, DAYS, _calls(book))
    made = start_forecast(actor=director, draft=draft, now=now)
    for name, wish in (("二十秒八成", Wish()), ("六十秒九成", Wish(share=0.9, seconds=60))):
        save_scenario(actor=director, forecast_id=made.pk, name=name, wish=wish, now=now)


def _calls(book: Book) -> pd.DataFrame:
    """Return the calls expected in the fortnight after the book's day, as a planner would bring them."""
    days = [book.as_of + timedelta(days=ahead + 1) for ahead in range(DAYS)]
    rows = [
        (day, f"{minute // 60:02}:{minute % 60:02}", round(calls * WEEK[day.weekday()], 1))
        for day in days
        for minute, calls in zip(range(OPEN_AT, OPEN_AT + 30 * len(PROFILE), 30), PROFILE, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["day", "interval", "calls"])
    return frame.assign(day=pd.to_datetime(frame["day"]))
