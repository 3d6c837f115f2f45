"""Where programs buy and end their tokens (RFC 6749, RFC 7009)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from keyuan.api.kit.oauth import end_token, sell_token


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Sell a token for client credentials."""
    return sell_token(request)


@csrf_exempt
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """End a token."""
    return end_token(request)
