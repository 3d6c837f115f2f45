"""The register of models: versions, who answers for them, promotions, and how far the book has drifted (ANA-11)."""

from django.db import models
from django.db.models import Q

from keyuan.analytics.models.run import NightRun


class ModelCard(models.Model):
    """A model over all its versions: who answers for it, and from which drift on that person is told.

    ``alarm`` is an index of stability in thousandths.
    """

    key = models.CharField(max_length=40, unique=True)
    owner_id = models.BigIntegerField(null=True, blank=True)
    owner_name = models.CharField(max_length=40, blank=True, default="")
    alarm = models.PositiveSmallIntegerField(default=250)
    version = models.PositiveIntegerField(default=1)


class ModelVersion(models.Model):
    """One fit of a model, never changed but for its status.

    ``features`` are mappings with ``name`` and, where known, ``importance``, ``cuts`` and ``shares`` (what the column
    looked like in training, `rules.registry.profiles`). ``metrics`` holds plain figures by name and, under
    ``calibration``, ``lift``, ``fairness`` and ``score``, what `rules.registry.evaluating` makes. ``folder`` is the
    artefact's, inside KEYUAN_VAR; ``data_date`` the day of the newest fact that training knew.
    """

    class Status(models.TextChoices):
        """CHAMPION scores the book; CHALLENGER is the newest other one, CANDIDATE one before; RETIRED once scored."""

        CANDIDATE = "CANDIDATE"
        CHALLENGER = "CHALLENGER"
        CHAMPION = "CHAMPION"
        RETIRED = "RETIRED"

    key = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices)
    data_date = models.DateField()
    trained_at = models.DateTimeField()
    features = models.JSONField(default=list)
    metrics = models.JSONField(default=dict)
    protocol = models.JSONField(default=dict)
    folder = models.CharField(max_length=200, blank=True, default="")
    run = models.ForeignKey(NightRun, models.SET_NULL, null=True, blank=True, related_name="+")
    recorded_by = models.CharField(max_length=40, blank=True, default="")
    alarmed_on = models.DateField(null=True, blank=True, help_text="drift was told and has not ended")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="model_version_once"),
            models.UniqueConstraint(fields=["key"], condition=Q(status="CHAMPION"), name="model_one_champion"),
            models.UniqueConstraint(fields=["key"], condition=Q(status="CHALLENGER"), name="model_one_challenger"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.number}"


class Promotion(models.Model):
    """A proposal to let another version score the book; somebody else decides. It stays as the history of the model."""

    class Status(models.TextChoices):
        """OPEN until somebody else decides, or whoever proposed takes it back."""

        OPEN = "OPEN"
        APPROVED = "APPROVED"
        DECLINED = "DECLINED"
        WITHDRAWN = "WITHDRAWN"

    key = models.CharField(max_length=40)
    version = models.ForeignKey(ModelVersion, models.CASCADE, related_name="promotions")
    replaced = models.ForeignKey(ModelVersion, models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    reason = models.CharField(max_length=200)
    proposed_by_id = models.BigIntegerField(null=True, blank=True)
    proposed_by = models.CharField(max_length=40, blank=True, default="")
    proposed_at = models.DateTimeField()
    answer = models.CharField(max_length=200, blank=True, default="")
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    decided_by = models.CharField(max_length=40, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["key", "proposed_at"], name="model_promotion_key")]
        constraints = [models.UniqueConstraint(fields=["key"], condition=Q(status="OPEN"), name="model_one_proposal")]


class ModelWatch(models.Model):
    """How far a night's scores and features stand from those of training.

    ``figures`` are mappings with ``name`` and ``index`` (population stability), the farthest first; the score's name is
    empty. ``groups`` says what part of each group the model picks, `rules.registry.evaluating`.
    """

    version = models.ForeignKey(ModelVersion, models.CASCADE, related_name="watches")
    day = models.DateField()
    rows = models.BigIntegerField(default=0)
    worst = models.FloatField(default=0)
    figures = models.JSONField(default=list)
    groups = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "day"], name="model_watch_once")]
