"""One request: where it goes, how it is signed (PLT-14)."""

from datetime import datetime

from keyuan.api.drivers.outbound import Outbound
from keyuan.api.models import WebhookDelivery, WebhookEndpoint
from keyuan.api.rules.destinations import read_destination
from keyuan.api.rules.retrying import Answer
from keyuan.api.rules.signing import signature
from keyuan.kernel.errors import Refused
from keyuan.kernel.networks import Allowed
from keyuan.platform.crypto import Sealed

AGENT = "Keyuan-Webhooks/1"


def send(
    outbound: Outbound, endpoint: WebhookEndpoint, delivery: WebhookDelivery, at: datetime, allowed: Allowed
) -> Answer:
    """Sign and send one delivery; a destination that is not allowed (any more) is a failure like others."""
    try:
        to = read_destination(endpoint.url, allowed)
    except Refused as error:
        return Answer(None, 0, error="address" if error.code == "webhook.private" else "url")
    body, moment = delivery.message.body.encode(), int(at.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "Accept-Encoding": "identity",
        "webhook-id": delivery.message.uid,
        "webhook-timestamp": str(moment),
        "webhook-signature": signatures(endpoint, delivery.message.uid, moment, body, at),
    }
    return outbound.post(to, headers, body)


def signatures(endpoint: WebhookEndpoint, uid: str, moment: int, body: bytes, at: datetime) -> str:
    """Return the signatures of all secrets in force: after a change the previous one signs along for a while."""
    secrets: list[Sealed] = [endpoint.secret]
    if endpoint.previous_secret and endpoint.previous_until and endpoint.previous_until > at:
        secrets.append(endpoint.previous_secret)
    # The plain secret never leaves the sealed value.
    return " ".join(secret.keyed_digest(lambda plain: signature(plain, uid, moment, body)) for secret in secrets)
