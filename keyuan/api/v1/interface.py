"""Version 1, put together: every resource under one roof, and what becomes of everything that goes wrong."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer

from keyuan.api.kit import problems
from keyuan.api.kit.problems import Problem
from keyuan.api.kit.resource import ROUTER, Resource, StrictParser
from keyuan.api.v1 import (
    analytics,
    applications,
    assignment,
    background,
    benefits,
    boards,
    bulk,
    catalogue,
    chats,
    churn,
    claims,
    classification,
    contacting,
    contract_values,
    customer_parts,
    customer_work,
    customers,
    deliveries,
    exports,
    files,
    follow_up_plans,
    follow_ups,
    gaps,
    governing,
    groups,
    import_files,
    improvement,
    knowledge,
    merging,
    messaging,
    models,
    money,
    offers,
    order_acts,
    order_mails,
    organisation,
    packages,
    people,
    policies,
    policy_acts,
    policy_service,
    products,
    proposals,
    quality,
    rate_tables,
    renewals,
    searching,
    segments,
    service_work,
    staffing,
    tags,
    trail,
    value_rules,
)
from keyuan.kernel.errors import KeyuanError

PREFIX = "api/v1/"
#: In the order of the document.
RESOURCES: tuple[Resource, ...] = (
    customers.router,
    customer_parts.router,
    customer_work.router,
    service_work.router,
    order_mails.router,
    governing.router,
    assignment.router,
    merging.router,
    segments.router,
    tags.router,
    classification.router,
    quality.router,
    analytics.router,
    offers.router,
    churn.router,
    groups.router,
    models.router,
    staffing.router,
    policies.router,
    policy_acts.router,
    policy_service.router,
    renewals.router,
    deliveries.router,
    contract_values.router,
    value_rules.router,
    benefits.router,
    boards.router,
    follow_ups.router,
    gaps.router,
    follow_up_plans.router,
    knowledge.router,
    improvement.router,
    applications.router,
    proposals.router,
    money.router,
    claims.router,
    order_acts.router,
    contacting.router,
    messaging.router,
    products.router,
    catalogue.router,
    rate_tables.router,
    packages.router,
    chats.router,
    organisation.router,
    people.router,
    searching.router,
    files.router,
    bulk.router,
    import_files.router,
    exports.router,
    background.router,
    trail.router,
)
DESCRIPTION = (
    "Everything that the pages do, for programs. A client stands in a post like a person: the same permissions, the "
    "same rows in reach, the same masks. Get a token at `/api/v1/oauth/token` or send a key as `X-API-Key`."
)


class Renderer(JSONRenderer):
    """JSON that people can read, too."""

    json_dumps_params = {"ensure_ascii": False, "separators": (",", ":")}


def _handled(api: NinjaAPI) -> None:
    def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        # The framework wraps whatever the parser of bodies raises.
        if isinstance(error.__cause__, Problem):
            return problems.of_problem(request, error.__cause__)
        return problems.general(request, error.status_code)

    def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
        del error
        return problems.general(request, 404)

    def forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
        del error
        return problems.general(request, 403)

    def faults(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return problems.of_fault(request, error.errors)

    handlers: tuple[tuple[type[Exception], Any], ...] = (
        (KeyuanError, problems.of_error),
        (Problem, problems.of_problem),
        (HttpError, http_error),
        (Http404, not_found),
        (PermissionDenied, forbidden),
        (ValidationError, faults),
    )
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)


def build() -> NinjaAPI:
    """Return the API with its resources."""
    api = NinjaAPI(
        title="Keyuan", version="1.0", description=DESCRIPTION, docs_url=None, openapi_url=None,
        urls_namespace="api-v1", parser=StrictParser(), renderer=Renderer(),
    )  # fmt: skip
    api.add_router("", ROUTER)
    _handled(api)
    return api


api = build()
