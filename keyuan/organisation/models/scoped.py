"""Scoped rows: the unit of each level and the sales channel on the row itself (decision 2)."""

from django.db import models

from keyuan.kernel.actor import UNIT_LEVELS

#: Column names in the order of the tree.
LEVEL_COLUMNS = tuple(f"{level}_id" for level in UNIT_LEVELS)


class ScopedRow(models.Model):
    """A row that a post reaches by equality on the column of its own level.

    The columns are plain numbers: the tree is kept by services, and a moved unit rewrites its rows in a job.
    """

    head_office_id = models.IntegerField(null=True, editable=False)
    branch_id = models.IntegerField(null=True, editable=False)
    sub_branch_id = models.IntegerField(null=True, editable=False)
    section_id = models.IntegerField(null=True, editable=False)
    team_id = models.IntegerField(null=True, editable=False)
    sales_channel = models.CharField(max_length=16, blank=True, default="")
    servicing_agent_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        abstract = True
