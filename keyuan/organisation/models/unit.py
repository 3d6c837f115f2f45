"""The unit tree 总公司 → 分公司 → 支公司 → 营业部 → 团队 (PLT-3)."""

from django.db import models

from keyuan.organisation.models.scoped import LEVEL_COLUMNS
from keyuan.platform.textfield import CodePointField


class Unit(models.Model):
    """One unit. ``level`` is its depth in the tree (1 head office … 5 team); the level columns name its line."""

    class Level(models.IntegerChoices):
        """Depth in the tree."""

        HEAD_OFFICE = 1
        BRANCH = 2
        SUB_BRANCH = 3
        SECTION = 4
        TEAM = 5

    code = CodePointField(max_length=20, unique=True)
    name = CodePointField(max_length=60)
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    sales_channel = models.CharField(max_length=16, blank=True, default="")
    region_code = models.CharField(max_length=6, blank=True, default="")
    manager = models.ForeignKey(
        "organisation.User", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    phone = models.CharField(max_length=30, blank=True, default="")
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    head_office_id = models.IntegerField(null=True, editable=False)
    branch_id = models.IntegerField(null=True, editable=False)
    sub_branch_id = models.IntegerField(null=True, editable=False)
    section_id = models.IntegerField(null=True, editable=False)
    team_id = models.IntegerField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=[column, "code", "id"], name=f"unit_{column.removesuffix('_id')}")
            for column in LEVEL_COLUMNS
        ] + [models.Index(fields=["level", "code", "id"], name="unit_level_code")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level=1, parent__isnull=True) | models.Q(level__gt=1, parent__isnull=False),
                name="unit_root_has_no_parent",
            )
        ]

    def __str__(self) -> str:
        return str(self.name)

    def level_ids(self) -> dict[str, int | None]:
        """Return the level columns a row of this unit carries."""
        return {column: getattr(self, column) for column in LEVEL_COLUMNS}
