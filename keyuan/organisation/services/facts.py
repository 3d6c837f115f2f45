"""What the audit trail says of the organisation's records: plain facts before and after a change."""

from typing import Any

from keyuan.organisation.models import Post, Role, SignInPolicy, Unit, User


def unit_facts(unit: Unit) -> dict[str, Any]:
    """Return what is kept about a unit."""
    return {
        "code": unit.code,
        "name": unit.name,
        "level": unit.level,
        "parent_id": unit.parent_id,
        "sales_channel": unit.sales_channel,
        "region_code": unit.region_code,
        "manager_id": unit.manager_id,
        "closed_on": unit.closed_on,
    }


def user_facts(user: User) -> dict[str, Any]:
    """Return what is kept about a person; sealed values become digests in the trail."""
    return {
        "staff_no": user.staff_no,
        "name": user.name,
        "email": user.email,
        "phone": user.phone,
        "is_active": user.is_active,
        "joined_on": user.joined_on,
        "left_on": user.left_on,
    }


def post_facts(post: Post) -> dict[str, Any]:
    """Return what is kept about a post."""
    return {
        "user_id": post.user_id,
        "role": post.role.code,
        "unit_id": post.unit_id,
        "sales_channel": post.sales_channel,
        "reach": post.reach,
        "agent_id": post.agent_id,
        "valid_from": post.valid_from,
        "valid_until": post.valid_until,
        "is_primary": post.is_primary,
    }


def role_facts(role: Role) -> dict[str, Any]:
    """Return what is kept about a role, with its permissions and field levels."""
    return {
        "code": role.code,
        "name": role.name,
        "description": role.description,
        "default_reach": role.default_reach,
        "outsourced": role.outsourced,
        "reveal_quota": role.reveal_quota,
        "requires_totp": role.requires_totp,
        "permissions": sorted(role.grants.values_list("permission", flat=True)),
        # Pairs, not a mapping: its keys are names of personal fields, whose values the trail keeps as digests.
        "fields": [f"{key}={level}" for key, level in sorted(role.field_levels.values_list("field_key", "level"))],
    }


def policy_facts(policy: SignInPolicy) -> dict[str, Any]:
    """Return the rules of signing in."""
    names = (
        "min_length", "min_classes", "history", "max_age_days", "lock_failures", "lock_minutes", "session_hours",
        "single_session", "stale_days", "help_line",
    )  # fmt: skip
    return {name: getattr(policy, name) for name in names}
