"""Who keeps a policy: this system, or the one it was brought from (POL-7)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from keyuan.policies.models import Policy, SourceSystem


@dataclass(frozen=True, slots=True)
class Keeper:
    """What pages say of a source: its name there, whether it keeps its policies itself, and where to change them."""

    label: str
    owns_policies: bool = True
    note: str = ""


def keepers(names: Iterable[str]) -> dict[str, Keeper]:
    """Return the keeper of each source; one that nothing was said of keeps its policies itself."""
    wanted = list(names)
    rows = SourceSystem.objects.filter(name__in=wanted).values_list("name", "label", "owns_policies", "note")
    said = {name: Keeper(label, owns, note) for name, label, owns, note in rows}
    return {name: said.get(name) or Keeper(name or _("the core system")) for name in wanted}


def keeper_of(policy: Policy) -> Keeper | None:
    """Return who keeps a mirrored policy, None for one that is changed here."""
    if policy.source != Policy.Source.CORE:
        return None
    found = keepers([policy.source_name])[policy.source_name]
    return found if found.owns_policies else None


def source_system_names() -> list[str]:
    """Return the sources of which something was said."""
    return list(SourceSystem.objects.values_list("name", flat=True))


def source_labels(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of source systems by id, for the audit trail."""
    return dict(SourceSystem.objects.filter(pk__in=ids).values_list("pk", "label"))
