"""Root URLs: each context under its own prefix; the matrix test takes every URL from here."""

from django.urls import include, path

urlpatterns = [
    path("", include("keyuan.platform.urls")),
    path("", include("keyuan.organisation.urls")),
    path("customers/", include("keyuan.customers.urls")),
    path("products/", include("keyuan.products.urls")),
    path("contact/", include("keyuan.contact.urls")),
    path("policies/", include("keyuan.policies.urls")),
    path("claims/", include("keyuan.claims.urls")),
    path("service/", include("keyuan.service.urls")),
    path("analytics/", include("keyuan.analytics.urls")),
    path("chat/", include("keyuan.service.views.chat.addresses")),
    path("", include("keyuan.api.urls")),
    path("connectors/", include("keyuan.integrations.urls")),
]

handler403 = "keyuan.platform.views.errors.forbidden"
handler404 = "keyuan.platform.views.errors.not_found"
handler500 = "keyuan.platform.views.errors.broken"
