"""What guards the way in: cookies, headers, sizes, rates. Each is named with its test in ``docs/security.md``."""

from keyuan.config.settings import env
from keyuan.kernel.rates import Limit

HTTPS = env.flag("KEYUAN_HTTPS", default=False)
#: With HTTPS, browsers keep these cookies to this very host and never send them in the clear.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
YEAR = 365 * 24 * 3600

#: Wrong passwords and codes from one address, whatever the staff numbers: above what a branch mistypes.
FAILURES_PER_ADDRESS = Limit("failures", 100, 600)
#: Calls of one person, by the endings of route names; the first that fits counts. Others are not limited.
#: Programs that measure the system switch them off.
RATES_ON = env.flag("KEYUAN_RATES", default=True)
_RATES: tuple[tuple[tuple[str, ...], Limit], ...] = (
    (("search", "palette"), Limit("search", 300, 60, batch=10)),
    (("reveal", "account-reveal"), Limit("reveal", 30, 60)),
    (("export",), Limit("export", 30, 600)),
    (("import-create", "batch-create", "file-add"), Limit("upload", 60, 600)),
    (("recovery-codes", "totp-enrol", "password-reset", "second-factor-reset"), Limit("factor", 30, 600)),
)
RATES = _RATES if RATES_ON else ()
#: Largest body of a request in bytes: of forms, of uploads, and of the files of an import.
FORM_BYTES = 5 * 1024 * 1024
UPLOAD_BYTES = 64 * 1024 * 1024
IMPORT_BYTES = 520 * 1024 * 1024
LARGE_ROUTES = frozenset({"import-create"})

SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
#: Sent by `keyuan.platform.shield`: behind a proxy no request looks like HTTPS from here.
HSTS_SECONDS = YEAR if HTTPS else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = FORM_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_PERMISSIONS = 0o600
CONFIRM_URL = "organisation:confirm"
#: Domain that passkeys are bound to, where people reach the system under several hosts; empty: the host of the address.
PASSKEY_DOMAIN = env.text("KEYUAN_PASSKEY_DOMAIN", "")
#: Single sign-on by OpenID Connect: the provider, who we are there (the secret best by KEYUAN_OIDC_CLIENT_SECRET_FILE),
#: which claim carries the staff number, whether it asks everybody for two factors, and the words on the button.
OIDC_ISSUER = env.text("KEYUAN_OIDC_ISSUER")
OIDC_CLIENT_ID = env.text("KEYUAN_OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.text("KEYUAN_OIDC_CLIENT_SECRET")
OIDC_STAFF_CLAIM = env.text("KEYUAN_OIDC_STAFF_CLAIM", "preferred_username")
OIDC_TWO_FACTOR = env.flag("KEYUAN_OIDC_TWO_FACTOR", default=False)
OIDC_LABEL = env.text("KEYUAN_OIDC_LABEL")
#: Everybody needs a second factor, not only the roles that ask for one.
SECOND_FACTOR_FOR_ALL = env.flag("KEYUAN_SECOND_FACTOR", default=False)
