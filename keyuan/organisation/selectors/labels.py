"""Names of the default roles, in the language of the page as long as nobody renamed them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.organisation.models import Post, Role

#: Role code → the name as it is stored, and its translation.
ROLE_NAMES: dict[str, tuple[str, Any]] = {
    "agent": ("业务员", _("Agent")),
    "telesales": ("电销专员", _("Telesales representative")),
    "contact_centre": ("座席", _("Contact-centre representative")),
    "shift_leader": ("班长", _("Shift leader")),
    "contact_centre_director": ("客服主任", _("Contact-centre director")),
    "quality_inspector": ("质检员", _("Quality inspector")),
    "policy_clerk": ("保全员", _("Policy-service clerk")),
    "claims_handler": ("理赔员", _("Claims handler")),
    "customer_resource_manager": ("客户资源管理岗", _("Customer-resource manager")),
    "marketing_planner": ("营销策划", _("Marketing planner")),
    "intermediary_manager": ("中介管理岗", _("Intermediary manager")),
    "analyst": ("数据分析员", _("Analyst")),
    "management": ("管理层", _("Management")),
    "compliance": ("合规", _("Compliance officer")),
    "auditor": ("审计", _("Auditor")),
    "administrator": ("系统管理员", _("Administrator")),
    "outsourced_caller": ("外包坐席", _("Outsourced caller")),
}


def role_label(role: Role) -> str:
    """Return the name of ``role``: translated while it is the default one, as written once it was changed."""
    stored, label = ROLE_NAMES.get(role.code, ("", ""))
    return str(label) if role.name == stored else role.name


def post_label(post: Post) -> str:
    """Return how a post (read with role and unit) is called: role and unit."""
    return f"{role_label(post.role)} {post.unit.name}"
