"""Forecasts of calls, and scenarios of how they are answered (ANA-14, domain.md §F.2)."""

from django.db import models


class CallForecast(models.Model):
    """Calls expected per interval of the days to come.

    ``history`` holds what it learned from (``first``, ``intervals``, ``calls`` by day) and ``days`` what is expected:
    ``intervals`` labels of a day, each ``minutes`` long, and ``calls`` rows by day from ``first``. ``errors`` are the
    weighted errors of such forecasts by way and reach; ``fault`` and ``fault_params`` say why there is none.
    """

    class Source(models.TextChoices):
        """Contacts of the book, an uploaded file of the past, or an uploaded file of expected calls."""

        BOOK = "BOOK"
        PAST = "PAST"
        GIVEN = "GIVEN"

    class Status(models.TextChoices):
        """PENDING while the job reckons."""

        PENDING = "PENDING"
        READY = "READY"
        FAILED = "FAILED"

    title = models.CharField(max_length=60)
    source = models.CharField(max_length=5, choices=Source.choices)
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.PENDING)
    unit_id = models.IntegerField(help_text="whose people see it: the unit of whoever made it")
    horizon = models.PositiveSmallIntegerField()
    first_day = models.DateField(null=True, blank=True)
    minutes = models.FloatField(default=0)
    history = models.JSONField(default=dict)
    days = models.JSONField(default=dict)
    errors = models.JSONField(default=dict)
    fault = models.CharField(max_length=40, blank=True, default="")
    fault_params = models.JSONField(default=dict)
    made_by_id = models.BigIntegerField(null=True, blank=True)
    made_by_name = models.CharField(max_length=40, blank=True, default="")
    made_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["made_at", "id"], name="call_forecast_made"),
            models.Index(fields=["unit_id", "made_at", "id"], name="call_forecast_unit"),
        ]


class StaffingScenario(models.Model):
    """One way of answering the calls of a forecast: handling time in seconds, shares from 0 to 1."""

    forecast = models.ForeignKey(CallForecast, models.CASCADE, related_name="scenarios")
    name = models.CharField(max_length=40)
    handling = models.FloatField()
    share = models.FloatField()
    seconds = models.FloatField()
    shrinkage = models.FloatField()
    occupancy = models.FloatField()
    made_by_name = models.CharField(max_length=40, blank=True, default="")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["forecast", "name"], name="staffing_scenario_name")]
