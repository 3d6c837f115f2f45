"""Settings, read from the environment once; business thresholds are rows in the database, not settings.

Every variable is listed in ``docs/operator.md``. Secrets may come from ``NAME_FILE``.
"""

from pathlib import Path

from keyuan.config.settings import env, security
from keyuan.config.settings.database import databases
from keyuan.config.settings.secret import secret_key

BASE_DIR = Path(__file__).resolve().parents[3]
PACKAGE_DIR = BASE_DIR / "keyuan"
#: Everything the running system writes: database, key ring, files, logs. Never inside the package.
VAR_DIR = Path(env.text("KEYUAN_VAR", str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

DEBUG = env.flag("KEYUAN_DEBUG", default=False)
SECRET_KEY = env.text("KEYUAN_SECRET_KEY") or secret_key(VAR_DIR / "secret.key")
ALLOWED_HOSTS = env.text("KEYUAN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in env.text("KEYUAN_ORIGINS").split(",") if origin]
#: Proxies whose ``X-Forwarded-For`` is believed when the audit trail notes an address.
TRUSTED_PROXIES = env.networks("KEYUAN_TRUSTED_PROXIES")
#: Hosts and networks that webhooks may reach besides the public internet.
WEBHOOKS_ALLOWED = env.text("KEYUAN_WEBHOOKS_ALLOWED").split(",")
#: Hosts and networks at which mailboxes may stand besides the public internet.
MAIL_ALLOWED = env.text("KEYUAN_MAIL_ALLOWED").split(",")
#: Mailboxes whose servers are asked to tell of new mail at once (IMAP IDLE); each keeps one background worker.
MAIL_IDLE = env.number("KEYUAN_MAIL_IDLE", 0)

INSTALLED_APPS = [
    "keyuan.api",
    "keyuan.integrations",
    "keyuan.setup",
    "keyuan.analytics",
    "keyuan.service",
    "keyuan.claims",
    "keyuan.policies",
    "keyuan.contact",
    "keyuan.products",
    "keyuan.customers",
    "keyuan.organisation",
    "keyuan.platform",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "axes",
    "django_q",
    "ninja",
]

MIDDLEWARE = [
    "keyuan.platform.operations.middleware.ObservingMiddleware",
    "keyuan.platform.shield.ShieldMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "keyuan.platform.middleware.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "keyuan.platform.toasts.FragmentMiddleware",
    "keyuan.organisation.views.middleware.ActorMiddleware",
    "keyuan.api.middleware.ApiMiddleware",
    "keyuan.platform.middleware.ErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "keyuan.config.urls"
WSGI_APPLICATION = "keyuan.config.wsgi.application"
ASGI_APPLICATION = "keyuan.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "keyuan.platform.context.shell",
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "keyuan.platform.templatetags.keyuan",
                "keyuan.policies.templatetags.policy_words",
            ],
        },
    }
]

DATABASES = databases(env.text("DATABASE_URL"), VAR_DIR)
DATABASE_ROUTERS = ["keyuan.platform.routers.ReadsRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organisation.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "organisation:sign-in"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# The limits stand in the sign-in policy; what is counted, and under which name, see `views.attempts`.
AXES_FAILURE_LIMIT = "keyuan.organisation.views.attempts.failure_limit"
AXES_COOLOFF_TIME = "keyuan.organisation.views.attempts.cool_off"
AXES_USERNAME_CALLABLE = "keyuan.organisation.views.attempts.counter_name"
AXES_CLIENT_IP_CALLABLE = "keyuan.organisation.views.attempts.address_of"
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_CALLABLE = "keyuan.organisation.views.sign_in.locked_out"
# Of what is typed nothing is kept, least of all in the wrong box.
AXES_SENSITIVE_PARAMETERS = ["username", "code", "old_password", "new_password", "repeated", "next"]
# The sentence says how long: trying on while locked must not make them longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the audit trail keeps sign-ins (PLT-6)
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# The name alone locks: a lock by address would shut out a whole branch behind one gateway.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

# Not in a cookie of its own, which other hosts of the domain could write.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
#: Counters of the processes of this machine; a folder in memory (/dev/shm, /run) spares the disk.
METRICS_DIR: Path = Path(env.text("KEYUAN_METRICS_DIR", str(VAR_DIR / "metrics")))
#: Who may read /metrics and what readiness found: networks, or a token in the Authorization header.
METRICS_NETWORKS = env.networks("KEYUAN_METRICS_NETWORKS")
METRICS_TOKEN = env.text("KEYUAN_METRICS_TOKEN")
#: Milliseconds from which a statement is noted as slow.
SLOW_QUERY_MS = env.number("KEYUAN_SLOW_QUERY_MS", 200, least=1)
#: Certificates whose end the system page tells: PEM files by absolute path, or host:port.
CERTIFICATES: list[str] = [part.strip() for part in env.text("KEYUAN_CERTIFICATES").split(",") if part.strip()]
#: With less room on the disk of the data folder the system counts as not ready.
DISK_LEAST_BYTES = env.number("KEYUAN_DISK_LEAST_MB", 200) * 1024 * 1024
# What guards the way in, one line a setting: each is said in `security`.
CONFIRM_URL = security.CONFIRM_URL
COOKIE_PREFIX = security.COOKIE_PREFIX
CSRF_COOKIE_NAME = security.CSRF_COOKIE_NAME
CSRF_COOKIE_SAMESITE = security.CSRF_COOKIE_SAMESITE
CSRF_COOKIE_SECURE = security.CSRF_COOKIE_SECURE
DATA_UPLOAD_MAX_MEMORY_SIZE = security.DATA_UPLOAD_MAX_MEMORY_SIZE
DATA_UPLOAD_MAX_NUMBER_FIELDS = security.DATA_UPLOAD_MAX_NUMBER_FIELDS
DATA_UPLOAD_MAX_NUMBER_FILES = security.DATA_UPLOAD_MAX_NUMBER_FILES
FAILURES_PER_ADDRESS = security.FAILURES_PER_ADDRESS
FILE_UPLOAD_PERMISSIONS = security.FILE_UPLOAD_PERMISSIONS
HSTS_SECONDS = security.HSTS_SECONDS
HTTPS = security.HTTPS
IMPORT_BYTES = security.IMPORT_BYTES
LARGE_ROUTES = security.LARGE_ROUTES
RATES = security.RATES
PASSKEY_DOMAIN = security.PASSKEY_DOMAIN
OIDC_ISSUER, OIDC_CLIENT_ID = security.OIDC_ISSUER, security.OIDC_CLIENT_ID
OIDC_CLIENT_SECRET, OIDC_STAFF_CLAIM = security.OIDC_CLIENT_SECRET, security.OIDC_STAFF_CLAIM
OIDC_TWO_FACTOR, OIDC_LABEL = security.OIDC_TWO_FACTOR, security.OIDC_LABEL
SECOND_FACTOR_FOR_ALL = security.SECOND_FACTOR_FOR_ALL
SESSION_COOKIE_HTTPONLY = security.SESSION_COOKIE_HTTPONLY
SESSION_COOKIE_NAME = security.SESSION_COOKIE_NAME
SESSION_COOKIE_SAMESITE = security.SESSION_COOKIE_SAMESITE
SESSION_COOKIE_SECURE = security.SESSION_COOKIE_SECURE
UPLOAD_BYTES = security.UPLOAD_BYTES
CSRF_FAILURE_VIEW = "keyuan.platform.views.errors.stale"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
#: Minutes without a request after which a session ends (PLT-5).
IDLE_MINUTES = env.number("KEYUAN_IDLE_MINUTES", 30, least=1)

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE_DIR / context / "locale" for context in ("platform",)]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = "keyuan.config.formats"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR_DIR / "files")},
    },
    "staticfiles": {"BACKEND": "keyuan.platform.storage.ModuleStaticFilesStorage"},
}
#: Seconds that a browser keeps a file whose name holds no digest; the others it keeps for ever.
WHITENOISE_MAX_AGE = 60
FILE_UPLOAD_TEMP_DIR = None

#: Virus scan of files: where clamd listens (``host:port`` or the path of a socket); empty: no scan (PLT-16).
CLAMD = env.text("KEYUAN_CLAMD")
#: When clamd does not answer, files wait (1) or are given out with a remark (0).
CLAMD_HOLD = env.flag("KEYUAN_CLAMD_HOLD", default=True)

Q_CLUSTER = {
    "name": "keyuan",
    "orm": "default",
    "broker_class": "keyuan.platform.jobs.broker.Broker",
    # Two, so that short jobs pass while one carries a chunk of long work.
    "workers": env.number("KEYUAN_WORKERS", 2, least=1),
    "timeout": 600,
    "retry": 900,
    "max_attempts": 4,
    "ack_failures": True,
    "catch_up": False,
    # The timetable is our own (`keyuan.platform.jobs.timetable`).
    "scheduler": False,
    "poll": 0.5,
    "save_limit": -1,
    "label": "django_q",
    "log_level": "WARNING",
}

#: Where browsers find the live stream: ``keyuan serve`` says the port beside its own; a proxy may give an address.
LIVE_PORT = env.number("KEYUAN_LIVE_PORT", 0)
LIVE_URL = env.text("KEYUAN_LIVE_URL")
#: ISO date that the book takes for today; empty means the wall clock (decision 9). ``keyuan demo --as-of`` writes it.
AS_OF = env.text("KEYUAN_AS_OF") or env.line(VAR_DIR / "as-of")
#: Whether strangers may read the documentation of the API, too.
API_DOCS_PUBLIC = env.flag("KEYUAN_API_DOCS_PUBLIC", default=False)
#: Folder of the key ring (decision 19); created with mode 600 files at first run.
KEYRING_PATH = Path(env.text("KEYUAN_KEYRING", str(VAR_DIR / "keyring.json")))
#: TOML or JSON file that says where backups go (PLT-12); see docs/backup.md.
BACKUP_DESTINATIONS = Path(env.text("KEYUAN_BACKUP_DESTINATIONS", str(VAR_DIR / "backup.toml")))
#: Who was taken out stands here, by number only, so that no restored book brings them back (PLT-8); a second file on
#: another machine's disk survives the loss of this one.
ERASURE_LEDGERS = [Path(name) for name in (str(VAR_DIR / "erasures.jsonl"), env.text("KEYUAN_ERASURES")) if name]
#: AES-256-GCM, or SM4-GCM for deployments that need national algorithms (PLT-7).
SEAL_ALGORITHM = env.text("KEYUAN_SEAL_ALGORITHM", "AES-256-GCM")
#: Days for which snapshots of the mart are kept, and what one DuckDB may take; see docs/mart.md.
MART_DAYS = env.number("KEYUAN_MART_DAYS", 7, least=1)
DUCKDB_MB = env.number("KEYUAN_DUCKDB_MB", 2048, least=128)
DUCKDB_THREADS = env.number("KEYUAN_DUCKDB_THREADS", 2, least=1)
#: What computes the tables of the night run (ANA-1): duckdb, or spark where Java and pyspark are there.
ANALYTICS = env.text("KEYUAN_ANALYTICS", "duckdb")
#: Linkage of the book (CUS-8): engine, and the probabilities, in ten-thousandths, from which pairs are sure and shown.
LINKAGE_ENGINE = env.text("KEYUAN_LINKAGE_ENGINE", "duckdb")
LINKAGE_SURE = env.number("KEYUAN_LINKAGE_SURE", 9_990, least=5_001) / 10_000
LINKAGE_REVIEW = env.number("KEYUAN_LINKAGE_REVIEW", 1_000, least=1) / 10_000
#: Folders into which other systems may deliver, and the one that holds the connectors' keys and passwords (PLT-14).
EXCHANGE_FOLDERS = [
    Path(folder) for folder in env.text("KEYUAN_EXCHANGE_FOLDERS", str(VAR_DIR / "exchange")).split(":") if folder
]
SECRETS_FOLDER = Path(env.text("KEYUAN_SECRETS", str(VAR_DIR / "secrets")))
#: Logging is set up by ``keyuan.platform.logs``: JSON lines, on a terminal readable ones.
LOGGING_CONFIG = None
LOG_LEVEL = env.text("KEYUAN_LOG_LEVEL", "INFO").upper()
