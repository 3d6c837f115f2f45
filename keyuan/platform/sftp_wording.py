"""Sentences of what keeps files from other machines."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "sftp.host_unknown": _("The key of host %(host)s is not in %(file)s. Have an operator check it and add it there."),
    "sftp.host_changed": _(
        "Host %(host)s shows another key than the one on record. Nothing was sent; have an operator find out why."
    ),
    "sftp.known_hosts": _("The file of known hosts %(file)s is missing or cannot be read."),
    "sftp.secret": _("The file %(file)s, which holds the secret, is missing, empty or no such key."),
    "sftp.sign_in": _("%(host)s does not let %(user)s in. Check the account and its key or password."),
}
