"""Master records of the sales force: agents, their licences, and partner organisations (decision 5)."""

from django.db import models

from keyuan.organisation.models.scoped import ScopedRow
from keyuan.platform.textfield import CodePointField


class Partner(models.Model):
    """An intermediary: agency, bank or broker."""

    class Kind(models.TextChoices):
        """What the intermediary is."""

        AGENCY = "AGENCY"
        BANK = "BANK"
        BROKER = "BROKER"

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    licence_no = models.CharField(max_length=40, blank=True, default="")
    contract_from = models.DateField(null=True, blank=True)
    contract_until = models.DateField(null=True, blank=True)


class Agent(ScopedRow):
    """A salesperson or service person (业务员/服务人员); most have no sign-in.

    ``servicing_agent_id`` is the agent itself.
    """

    class Status(models.TextChoices):
        """Whether the agent can serve."""

        ACTIVE = "ACTIVE"
        LEFT = "LEFT"
        SUSPENDED = "SUSPENDED"

    agent_no = CodePointField(max_length=20, unique=True)
    name = CodePointField(max_length=40)
    name_pinyin = CodePointField(max_length=120, blank=True, default="")
    unit = models.ForeignKey("organisation.Unit", models.PROTECT, related_name="agents")
    user = models.ForeignKey("organisation.User", models.SET_NULL, null=True, blank=True, related_name="agents")
    partner = models.ForeignKey(Partner, models.SET_NULL, null=True, blank=True, related_name="agents")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    seller_rank = models.PositiveSmallIntegerField(default=1)
    joined_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["name", "id"], name="agent_name"),
            models.Index(fields=["name_pinyin", "id"], name="agent_pinyin"),
            models.Index(fields=["branch_id", "agent_no", "id"], name="agent_branch"),
            models.Index(fields=["sub_branch_id", "agent_no", "id"], name="agent_sub_branch"),
            models.Index(fields=["branch_id", "name", "id"], name="agent_branch_name"),
            models.Index(fields=["sub_branch_id", "name", "id"], name="agent_sub_branch_name"),
            models.Index(fields=["section_id"], name="agent_section"),
            models.Index(fields=["team_id"], name="agent_team"),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Licence(models.Model):
    """A practising registration (执业登记) of an agent."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="licences")
    licence_no = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["licence_no"], name="licence_no_once")]
