"""The signs of a new complaint, and the clusters that they make with those of the last weeks."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from keyuan.kernel.identifiers.phones import parse_phone
from keyuan.platform import people
from keyuan.platform.crypto import blind_index
from keyuan.platform.locks import hold
from keyuan.platform.notices import notify_staff
from keyuan.service import permissions
from keyuan.service.models import Complaint, ComplaintCluster, ComplaintSign, LikenessRule, WorkOrder
from keyuan.service.rules import complaints as rules
from keyuan.service.rules import likeness

PAGE = "/service/complaints/alike/"
#: People told of a cluster at most.
READERS = 20


def thresholds() -> dict[str, likeness.Threshold]:
    """Return the thresholds in force."""
    changed = {row.kind: likeness.Threshold(row.customers, row.days) for row in LikenessRule.objects.all()}
    return {**likeness.DEFAULTS, **changed}


def note_signs(order: WorkOrder, complaint: Complaint, given: Mapping[str, Any]) -> None:
    """Keep the signs of a complaint that has just been opened and look for others like it.

    One at a time: two letters that arrive together see each other.
    """
    keys = _keys(order, complaint, given)
    if not keys:
        return
    hold("service:likeness")
    limits = thresholds()
    for kind, key in keys.items():
        sign = ComplaintSign.objects.create(complaint=complaint, kind=kind, key=key, at=order.received_at)
        _compare(order, sign, limits[kind])


def _keys(order: WorkOrder, complaint: Complaint, given: Mapping[str, Any]) -> dict[str, int]:
    phone = str(given.get("callback_phone") or "")
    is_proxy = complaint.capacity == rules.PROXY
    keys = {
        likeness.TEXT: likeness.fingerprint(order.description),
        likeness.PHONE: blind_index("phone", parse_phone(phone, field="callback_phone").number) if phone else None,
        likeness.PROXY: likeness.proxy_key(complaint.claimant_name or order.caller_name) if is_proxy else None,
    }
    return {kind: key for kind, key in keys.items() if key is not None}


def _compare(order: WorkOrder, sign: ComplaintSign, limit: likeness.Threshold) -> None:
    since, until = sign.at - timedelta(days=limit.days), sign.at + timedelta(days=limit.days)
    rows = ComplaintSign.objects.filter(kind=sign.kind, at__gte=since, at__lte=until).exclude(pk=sign.pk)
    found = rows.exclude(complaint__order__status="MERGED").values_list(
        "pk", "key", "cluster_id", "complaint_id", "complaint__order__customer_id"
    )
    alike = [row for row in found if likeness.are_alike(sign.kind, sign.key, row[1])]
    # Whoever is unknown counts as somebody of their own: anonymous letters of one template are the usual case.
    whom = {row[4] or -row[3] for row in alike} | {order.customer_id or -order.pk}
    cluster_id = min((row[2] for row in alike if row[2]), default=None)
    if cluster_id is None and len(whom) < limit.customers:
        return
    cluster = _cluster(sign, cluster_id, [row[0] for row in alike])
    _tell(order, cluster, is_new=cluster_id is None)


def _cluster(sign: ComplaintSign, cluster_id: int | None, alike: list[int]) -> ComplaintCluster:
    """Put the signs into one cluster, an old one where there is one, and count it anew."""
    if cluster_id is None:
        cluster = ComplaintCluster.objects.create(kind=sign.kind, first_at=sign.at, last_at=sign.at)
    else:
        cluster = ComplaintCluster.objects.select_for_update().get(pk=cluster_id)
    ComplaintSign.objects.filter(pk__in=[sign.pk, *alike], cluster__isnull=True).update(cluster=cluster)
    members = list(cluster.signs.values_list("at", "complaint_id", "complaint__order__customer_id"))
    days = [at for at, _complaint, _customer in members]
    cluster.first_at, cluster.last_at, cluster.size = min(days), max(days), len(members)
    cluster.customers = len({customer or -complaint for _at, complaint, customer in members})
    cluster.save(update_fields=["first_at", "last_at", "size", "customers"])
    if cluster.status == likeness.GROUP:
        raise_level(cluster)
    elif cluster.status == likeness.OPEN:
        Complaint.objects.filter(signs__cluster=cluster, is_group_sign=False).update(is_group_sign=True)
    return cluster


def raise_level(cluster: ComplaintCluster) -> None:
    """Give every complaint of a group the size of the group and the level that goes with it (major from 20 on)."""
    Complaint.objects.filter(signs__cluster=cluster, group_size__lt=cluster.customers).update(
        group_size=cluster.customers, level=rules.level_of(cluster.customers), is_group_sign=True
    )


def _tell(order: WorkOrder, cluster: ComplaintCluster, *, is_new: bool) -> None:
    """Tell whoever approves when a cluster appears, and once more when it reaches the size of a major event."""
    is_major = cluster.customers == rules.MAJOR_GROUP
    if cluster.status == likeness.DISMISSED or not (is_new or is_major):
        return
    readers = people.holders_of(permissions.ALIKE)[:READERS]
    params = {"count": cluster.customers, "number": order.number}
    code = "complaint.major" if is_major else "complaint.alike"
    notify_staff(set(readers), "task", code, params, url=f"{PAGE}{cluster.pk}/", now=order.created_at)
