"""Permissions of the policies' pages."""

from django.utils.translation import gettext_lazy as _

from keyuan.organisation.extensions import RoleGrants, role_grants
from keyuan.platform.catalogue import Permission, describe

VIEW = "policies.view"
EDIT = "policies.edit"
TRANSIT = "policies.transit"
APPLY = "policies.apply"
UNDERWRITE = "policies.underwrite"
CLOCKS = "policies.clocks"
DEBITS = "policies.debits"
DEBIT_MAKE = "policies.debit_make"
DEBIT_RELEASE = "policies.debit_release"
BENEFIT_CLAIM = "policies.benefit_claim"
BENEFIT_APPROVE = "policies.benefit_approve"
BENEFIT_LARGE = "policies.benefit_large"
BENEFIT_RUN = "policies.benefit_run"
RENEW = "policies.renew"
RENEW_ASSIGN = "policies.renew_assign"
RENEWAL_RULES = "policies.renewal_rules"
DELIVER = "policies.deliver"
DELIVER_FILE = "policies.deliver_file"
MONEY = "policies.money"
MONEY_ACT = "policies.money_act"
MONEY_APPROVE = "policies.money_approve"
SERVICE_APPLY = "policies.service_apply"
SERVICE_REVIEW = "policies.service_review"
SERVICE_APPROVE = "policies.service_approve"
SERVICE_LIMITS = "policies.service_limits"
#: The nights are the business of head office; administrators touch nothing of contracts.
CLOCK_GRANTS = {role: frozenset({CLOCKS}) for role in ("policy_clerk", "management", "compliance")}
#: Money moves by two people: who makes a batch never releases it.
DEBIT_GRANTS = {
    "policy_clerk": frozenset({DEBITS, DEBIT_MAKE}),
    "management": frozenset({DEBITS, DEBIT_MAKE, DEBIT_RELEASE}),
    "compliance": frozenset({DEBITS, DEBIT_RELEASE}),
}
#: Money out, and money over the limit, takes two people likewise.
MONEY_GRANTS = {
    "policy_clerk": frozenset({MONEY, MONEY_ACT}),
    "management": frozenset({MONEY, MONEY_ACT, MONEY_APPROVE}),
    "compliance": frozenset({MONEY, MONEY_APPROVE}),
}

RENEWING = frozenset({RENEW})
#: Whoever serves customers renews; leaders hand chances out; days and tariffs are set by head office.
RENEWAL_GRANTS = {
    **dict.fromkeys(("agent", "telesales", "contact_centre"), RENEWING),
    **dict.fromkeys(
        ("policy_clerk", "shift_leader", "contact_centre_director", "customer_resource_manager",
         "intermediary_manager"), RENEWING | {RENEW_ASSIGN},
    ),
    "management": RENEWING | {RENEW_ASSIGN, RENEWAL_RULES},
    "compliance": frozenset({RENEWAL_RULES}),
}  # fmt: skip

#: Envelopes are the work of clerks; the file with addresses is theirs alone.
DELIVERY_GRANTS = {
    "policy_clerk": frozenset({DELIVER, DELIVER_FILE}),
    **dict.fromkeys(("agent", "telesales", "contact_centre", "shift_leader"), frozenset({DELIVER})),
    "management": frozenset({DELIVER}),
}


def register() -> None:
    """Put the policies' permissions into the catalogue."""
    role_grants.add(RoleGrants("policies-deliveries", DELIVERY_GRANTS))
    role_grants.add(RoleGrants("policies-renewals", RENEWAL_GRANTS))
    role_grants.add(RoleGrants("policies-clocks", CLOCK_GRANTS))
    role_grants.add(RoleGrants("policies-debits", DEBIT_GRANTS))
    role_grants.add(RoleGrants("policies-money", MONEY_GRANTS))
    group = _("Policies")
    describe(
        Permission(VIEW, _("See policies"), group),
        Permission(EDIT, _("Change policies"), group),
        Permission(TRANSIT, _("Change a policy's status"), group, sensitive=True),
        Permission(APPLY, _("Enter applications and proposals"), group),
        Permission(UNDERWRITE, _("Underwrite applications"), group, sensitive=True),
        Permission(DEBITS, _("See direct-debit batches"), group),
        Permission(DEBIT_MAKE, _("Make and send direct-debit batches"), group, sensitive=True),
        Permission(DEBIT_RELEASE, _("Release direct-debit batches"), group, sensitive=True),
        Permission(MONEY, _("See money in suspense and refunds"), group),
        Permission(MONEY_ACT, _("Place money in suspense, pay refunds"), group, sensitive=True),
        Permission(MONEY_APPROVE, _("Approve money over the limit, release refunds"), group, sensitive=True),
        Permission(DELIVER, _("Deliver contracts: envelopes, e-policy links, results"), group),
        Permission(DELIVER_FILE, _("Fetch the couriers' file with addresses"), group, sensitive=True),
        Permission(RENEW, _("Renew contracts: contact, quote, accept"), group),
        Permission(RENEW_ASSIGN, _("Hand out renewals"), group),
        Permission(RENEWAL_RULES, _("Set renewal windows and motor tariffs"), group, sensitive=True),
        Permission(CLOCKS, _("See, run and compare the nightly clocks of policies"), group),
    )
