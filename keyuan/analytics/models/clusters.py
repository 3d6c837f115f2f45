"""Groups of similar needs: what was found when and why, what each is called, how it moves by night (ANA-4)."""

from django.db import models

from keyuan.analytics.models.registry import ModelVersion


class ClusterFit(models.Model):
    """Groups as they were found on a day; never changed. It places customers while its version is the champion.

    ``scaling``: `rules.clusters.scaling.Scaling`; ``centres``: each a ``code`` and where it stands (``at``);
    ``trials``: `rules.clusters.fitting.Trial`. ``agreement`` compares with the groups before on the same people
    (adjusted Rand index), NULL for the first.
    """

    version = models.OneToOneField(ModelVersion, models.CASCADE, related_name="cluster_fit")
    day = models.DateField(unique=True)
    seed = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    chosen = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=20)
    scaling = models.JSONField()
    trials = models.JSONField()
    centres = models.JSONField()
    agreement = models.FloatField(null=True, blank=True)
    made_at = models.DateTimeField()


class Cluster(models.Model):
    """A group that customers stand in or stood in; its code stays as long as its people stay together.

    ``suggestion``: `rules.clusters.naming.suggested`; ``profile``: `rules.clusters.profiles.profile`. A name that was
    typed goes before the suggestion.
    """

    code = models.CharField(max_length=8, primary_key=True)
    name = models.CharField(max_length=40, blank=True, default="")
    suggestion = models.JSONField(default=list)
    profile = models.JSONField(default=dict)
    is_current = models.BooleanField(default=True)
    since = models.DateField()
    named_by = models.CharField(max_length=40, blank=True, default="")
    named_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.code


class ClusterNight(models.Model):
    """How large the groups were on a day; of those placed the night before (``seen``), how many stayed in theirs."""

    day = models.DateField(unique=True)
    fit = models.ForeignKey(ClusterFit, models.CASCADE, related_name="nights")
    sizes = models.JSONField()
    seen = models.PositiveIntegerField(default=0)
    stayed = models.PositiveIntegerField(default=0)


class ClusterCell(models.Model):
    """Customers of a unit (0: the whole book) in a group, as the last night counted them; minor units of CNY."""

    day = models.DateField()
    unit_id = models.IntegerField()
    sales_channel = models.CharField(max_length=16, blank=True, default="")
    cluster = models.CharField(max_length=8)
    customers = models.PositiveIntegerField()
    premium = models.BigIntegerField()
    lifetime_value = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["unit_id", "day"], name="cluster_cell_unit")]


class ClusterWish(models.Model):
    """Somebody wants the groups found anew before they are due; the next night does it, once."""

    asked_by_id = models.BigIntegerField(null=True, blank=True)
    asked_by = models.CharField(max_length=40, blank=True, default="")
    asked_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    fit = models.ForeignKey(ClusterFit, models.SET_NULL, null=True, blank=True, related_name="wishes")
