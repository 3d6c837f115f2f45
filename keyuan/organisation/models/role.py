"""Roles group permissions and say how much of each personal field they show (PLT-4 a, c)."""

from django.db import models

from keyuan.kernel.actor import FieldLevel, Reach


class Role(models.Model):
    """A role (岗位); the roles of the product description exist by default and can be edited."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    description = models.CharField(max_length=200, blank=True, default="")
    home = models.CharField(max_length=40, blank=True, default="")
    default_reach = models.CharField(
        max_length=10, choices=[(r.value, r.value) for r in Reach], default=Reach.UNIT.value
    )
    outsourced = models.BooleanField(default=False)
    reveal_quota = models.PositiveIntegerField(default=50)
    requires_totp = models.BooleanField(default=False)
    is_builtin = models.BooleanField(default=False)
    #: Somebody has edited it since set-up: releases no longer add to it by themselves.
    edited = models.BooleanField(default=False, db_default=False)
    #: Keys (with blanks between) of the permissions that set-up gave or offered so far: one taken away stays away.
    defaults_given = models.TextField(blank=True, default="", db_default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="role_name")]

    def __str__(self) -> str:
        return self.name


class RolePermission(models.Model):
    """One permission of a role, by its key in the catalogue."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="grants")
    permission = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "permission"], name="role_permission_once")]


class RoleField(models.Model):
    """How much of one personal field a role sees; absent means masked."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="field_levels")
    field_key = models.CharField(max_length=40)
    level = models.CharField(max_length=10, choices=[(level.value, level.value) for level in FieldLevel])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "field_key"], name="role_field_once")]
