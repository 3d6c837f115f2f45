"""Sessions that the company's identity provider vouched for, so that it can end them (PLT-5)."""

from django.db import models

from keyuan.organisation.models.user import SignIn


class ProviderSession(models.Model):
    """What the provider calls a session of ours; both names are kept as digests.

    ``begun_at`` is the true time, by which the provider's tokens count, whatever the book's present is.
    """

    sign_in = models.OneToOneField(SignIn, models.CASCADE, primary_key=True, related_name="provider_session")
    subject = models.CharField(max_length=64, db_index=True)
    session = models.CharField(max_length=64, blank=True, default="", db_index=True)
    begun_at = models.DateTimeField()
