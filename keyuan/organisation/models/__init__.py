"""Tables of the organisation, one noun a file."""

from keyuan.organisation.models.agent import Agent, Licence, Partner
from keyuan.organisation.models.api_client import ApiClient, ApiKey, ApiToken
from keyuan.organisation.models.passkey import Passkey
from keyuan.organisation.models.post import Post
from keyuan.organisation.models.provider_session import ProviderSession
from keyuan.organisation.models.role import Role, RoleField, RolePermission
from keyuan.organisation.models.scoped import LEVEL_COLUMNS, ScopedRow
from keyuan.organisation.models.sign_in_policy import SignInPolicy
from keyuan.organisation.models.unit import Unit
from keyuan.organisation.models.user import PasswordRecord, RecoveryCode, SignIn, User

__all__ = [
    "LEVEL_COLUMNS",
    "Agent",
    "ApiClient",
    "ApiKey",
    "ApiToken",
    "Licence",
    "Partner",
    "Passkey",
    "PasswordRecord",
    "Post",
    "ProviderSession",
    "RecoveryCode",
    "Role",
    "RoleField",
    "RolePermission",
    "ScopedRow",
    "SignIn",
    "SignInPolicy",
    "Unit",
    "User",
]
