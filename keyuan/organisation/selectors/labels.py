"""Names of roles, channels, reaches and field levels; a default role is translated until somebody renames it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import FieldLevel, Reach
from keyuan.kernel.codes import SalesChannel
from keyuan.organisation.models import Post, Role

SALES_CHANNEL_LABELS: dict[str, Any] = {
    SalesChannel.INDIVIDUAL: _("Individual agents"),
    SalesChannel.BANCASSURANCE: _("Bancassurance"),
    SalesChannel.GROUP: _("Group business"),
    SalesChannel.TELESALES: _("Telesales"),
    SalesChannel.ONLINE: _("Online sales"),
    SalesChannel.BROKERAGE: _("Agencies and brokers"),
}
REACH_LABELS = {
    Reach.SELF: _("Own customers"),
    Reach.UNIT: _("The unit and everything below"),
    Reach.CHANNEL: _("One sales channel within the unit"),
    Reach.ALL: _("The whole company"),
}
LEVEL_LABELS = {
    FieldLevel.HIDDEN: _("Hidden"),
    FieldLevel.STRICT: _("Strictly masked"),
    FieldLevel.MASKED: _("Masked"),
    FieldLevel.REVEAL: _("Whole on request, with a reason"),
}


#: Depth in the tree → what such a unit is called.
LEVEL_NAMES = {
    1: _("Head office"),
    2: _("Branch"),
    3: _("Sub-branch"),
    4: _("Section"),
    5: _("Team"),
}

#: Tables whose rows move along with a unit → what people call them.
ROW_NAMES: dict[str, Any] = {
    "claims.Claim": _("Claims"),
    "customers.CustomerSummary": _("Customers"),
    "customers.Interaction": _("Contacts with customers"),
    "customers.SharedCustomer": _("Customers served by several units"),
    "organisation.Agent": _("Agents"),
    "policies.Policy": _("Policies"),
}

#: Role code → the name as it is stored, and its translation.
ROLE_NAMES: dict[str, tuple[str, Any]] = {
    "agent": ("业务员", _("Agent")),
    "telesales": ("电销专员", _("Telesales representative")),
    "contact_centre": ("座席", _("Contact-centre representative")),
    "shift_leader": ("班长", _("Shift leader")),
    "contact_centre_director": ("客服主任", _("Contact-centre director")),
    "complaint_handler": ("投诉处理岗", _("Complaint handler")),
    "underwriter": ("核保员", _("Underwriter")),
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


def stored_post_label(post: Post) -> str:
    """Return role and unit as they are stored: what the trail says must not follow the language of who acted."""
    return f"{post.role.name} {post.unit.name}"
