"""Settings of the test suite: the product's own, with what only costs time taken out."""

from keyuan.config import settings as product
from keyuan.config.settings.database import SQLITE_START

globals().update({name: getattr(product, name) for name in dir(product) if name.isupper()})

DATABASES = product.DATABASES
for database in DATABASES.values():
    # Every test opens and closes its own connections.
    database["CONN_MAX_AGE"] = 0
    if "sqlite" in database["ENGINE"]:
        # A test's database need not survive a power cut.
        database["OPTIONS"]["init_command"] = SQLITE_START.replace("synchronous=FULL", "synchronous=OFF")

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = product.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
product.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
