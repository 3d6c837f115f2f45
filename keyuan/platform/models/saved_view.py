"""Views of lists that people keep and share (ui.md, Lists)."""

from django.db import models


class SavedView(models.Model):
    """A named choice of filters, order and columns of one list, of one person, for an audience.

    ``query`` is written as in the address. ``role_code`` or ``unit_id`` say whom it is shared with.
    """

    class Audience(models.TextChoices):
        """Who sees the view besides its owner."""

        MINE = "MINE"
        ROLE = "ROLE"
        UNIT = "UNIT"
        ALL = "ALL"

    list_key = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    query = models.TextField(blank=True, default="")
    columns = models.JSONField(default=list, blank=True)
    owner_id = models.BigIntegerField()
    owner_name = models.CharField(max_length=80, blank=True, default="")
    audience = models.CharField(max_length=4, choices=Audience.choices, default=Audience.MINE)
    role_code = models.CharField(max_length=40, blank=True, default="")
    unit_id = models.BigIntegerField(null=True, blank=True)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["list_key", "audience", "owner_id"], name="saved_view_list")]
        constraints = [
            models.UniqueConstraint(fields=["list_key", "owner_id", "name"], name="saved_view_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
