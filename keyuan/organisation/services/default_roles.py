"""The roles of the product description as they exist before anybody edits them (PLT-4 a)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from keyuan.kernel.actor import FieldLevel, Reach
from keyuan.kernel.fields import PERSONAL_FIELDS
from keyuan.organisation.extensions import role_grants
from keyuan.organisation.selectors.labels import ROLE_NAMES

#: Everything that shows one customer and their policies.
READ_CUSTOMERS = frozenset({"customers.view", "policies.view", "products.view", "claims.view"})
SERVE = READ_CUSTOMERS | {"customers.create", "customers.edit", "customers.reveal", "customers.interact"}
LOOK_AROUND = frozenset({"organisation.units", "organisation.agents"})
STAFF_WORK = LOOK_AROUND | {"platform.export", "platform.jobs", "customers.segments"}

REVEAL, STRICT, HIDDEN = FieldLevel.REVEAL, FieldLevel.STRICT, FieldLevel.HIDDEN
#: Fields of authentication that no role ever sees.
NEVER_SHOWN = frozenset({"otp_secret", "webhook_secret", "mail_secret"})
Levels = Mapping[str, FieldLevel]
#: What is not sealed and what whoever serves customers reads whole.
WHOLE_TO_SERVICE = ("policy_no", "plate", "vin")


def only_reveal(*keys: str) -> Levels:
    """Let the fields ``keys`` be revealed; the others stay masked."""
    return dict.fromkeys(keys, REVEAL)


def all_fields(level: FieldLevel) -> Levels:
    """Put every personal field on ``level``."""
    return {key: level for key in PERSONAL_FIELDS if key not in NEVER_SHOWN}


@dataclass(frozen=True, slots=True)
class RoleDefault:
    """One default role; its names stand in `keyuan.organisation.selectors.labels`."""

    code: str
    permissions: frozenset[str]
    reach: Reach = Reach.UNIT
    fields: Levels = field(default_factory=dict)
    home: str = ""
    quota: int = 50
    outsourced: bool = False
    requires_totp: bool = False

    @property
    def stored_name(self) -> str:
        """The name as the table holds it."""
        return ROLE_NAMES[self.code][0]

    def all_permissions(self) -> frozenset[str]:
        """Return the permissions with those that higher contexts add to this role."""
        return self.permissions.union(*(entry.grants.get(self.code, frozenset()) for entry in role_grants))


def with_numbers(role: RoleDefault) -> RoleDefault:
    """Let service staff read numbers of policies and vehicles whole; outsourced ones never."""
    serves = role.permissions >= SERVE and not role.outsourced
    return replace(role, fields={**only_reveal(*WHOLE_TO_SERVICE), **role.fields}) if serves else role


DEFAULT_ROLES: dict[str, RoleDefault] = {
    role.code: with_numbers(role)
    for role in (
        RoleDefault("agent", SERVE, Reach.SELF, only_reveal("phone", "address"), "today"),
        RoleDefault("telesales", SERVE, Reach.SELF, home="today"),
        RoleDefault(
            "contact_centre",
            SERVE,
            fields=only_reveal("phone", "email", "address", "identity_number"),
            home="desk",
        ),
        RoleDefault(
            "shift_leader",
            SERVE | STAFF_WORK | {"customers.assign", "organisation.users"},
            fields=only_reveal("phone", "email", "address"),
            home="board",
        ),
        RoleDefault(
            "contact_centre_director",
            SERVE | STAFF_WORK | {"customers.assign", "organisation.users", "platform.share_views"},
            fields=only_reveal("phone", "email", "address"),
            home="board",
        ),
        RoleDefault(
            "complaint_handler",
            SERVE | LOOK_AROUND,
            fields=only_reveal("phone", "email", "address"),
            home="desk",
        ),
        RoleDefault("quality_inspector", READ_CUSTOMERS | LOOK_AROUND, home="desk"),
        RoleDefault(
            "policy_clerk",
            SERVE | STAFF_WORK | {"policies.edit", "policies.transit", "customers.batch_query", "platform.import"},
            fields=only_reveal("phone", "email", "address", "identity_number", "bank_account"),
            home="today",
        ),
        # Health is opened to those who judge it and to nobody who merely files it (PIPL 28).
        RoleDefault(
            "underwriter",
            READ_CUSTOMERS | LOOK_AROUND | {"customers.interact", "platform.export", "platform.jobs"},
            fields=only_reveal("health"),
            home="today",
        ),
        RoleDefault(
            "claims_handler",
            SERVE | LOOK_AROUND | {"customers.health"},
            fields=only_reveal("phone", "address", "identity_number", "bank_account", "health"),
            home="today",
        ),
        RoleDefault(
            "customer_resource_manager",
            SERVE
            | STAFF_WORK
            | {
                "customers.tag_catalogue",
                "customers.assign",
                "customers.batch_query",
                "platform.import",
                "platform.share_views",
            },
            fields=only_reveal("phone", "address", "identity_number", "message_values"),
            home="board",
        ),
        RoleDefault(
            "marketing_planner",
            READ_CUSTOMERS | STAFF_WORK | {"platform.share_views"},
            home="board",
        ),
        RoleDefault(
            "intermediary_manager",
            SERVE | STAFF_WORK | {"products.edit"},
            Reach.CHANNEL,
            only_reveal("phone"),
            "board",
        ),
        RoleDefault(
            "analyst",
            READ_CUSTOMERS | STAFF_WORK,
            Reach.ALL,
            all_fields(STRICT),
            "board",
        ),
        RoleDefault(
            "management",
            READ_CUSTOMERS | STAFF_WORK | {"organisation.users"},
            Reach.ALL,
            home="board",
        ),
        RoleDefault(
            "compliance",
            READ_CUSTOMERS
            | STAFF_WORK
            | {"platform.audit", "customers.who_looked", "customers.reveal", "organisation.users"},
            Reach.ALL,
            only_reveal("phone", "email", "address", "identity_number", "message_values"),
            "audit",
        ),
        RoleDefault("auditor", frozenset({"platform.audit"}), Reach.ALL, all_fields(STRICT), "audit"),
        RoleDefault(
            "administrator",
            LOOK_AROUND
            | {
                "organisation.edit_units",
                "organisation.users",
                "organisation.edit_users",
                "organisation.edit_roles",
                "organisation.api_clients",
                "organisation.end_access",
                "platform.backup",
                "platform.jobs",
                "platform.manage_jobs",
                "platform.settings",
                "platform.system",
                "platform.share_views",
            },
            Reach.ALL,
            all_fields(HIDDEN),
            "users",
            quota=0,
        ),
        RoleDefault(
            "outsourced_caller",
            READ_CUSTOMERS | {"customers.interact"},
            Reach.SELF,
            all_fields(STRICT),
            "today",
            quota=0,
            outsourced=True,
        ),
    )
}
