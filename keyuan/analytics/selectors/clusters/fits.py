"""The fits of groups: the one that places customers, the newest, nights, what each group is called (ANA-4)."""

from keyuan.analytics.models import Cluster, ClusterFit, ClusterNight, ClusterWish
from keyuan.analytics.selectors.registry import champion
from keyuan.kernel.errors import NotFound

KEY = "clusters.needs"
#: Nights and fits that a page shows.
NIGHTS, FITS = 60, 12


def fit_in_force() -> ClusterFit | None:
    """Return the fit that places customers: that of the champion; None before the first."""
    version = champion(KEY)
    return ClusterFit.objects.filter(version=version).first() if version else None


def newest_fit() -> ClusterFit | None:
    """Return the newest fit, whether or not it places customers."""
    return ClusterFit.objects.order_by("-day").first()


def fits() -> list[ClusterFit]:
    """Return the last fits with their versions, the newest first."""
    return list(ClusterFit.objects.select_related("version").order_by("-day")[:FITS])


def nights() -> list[ClusterNight]:
    """Return the last nights, the oldest first."""
    return list(ClusterNight.objects.order_by("-day")[:NIGHTS])[::-1]


def current_clusters() -> list[Cluster]:
    """Return the groups in which customers stand, in order of their codes."""
    return sorted(Cluster.objects.filter(is_current=True), key=lambda one: (len(one.code), one.code))


def cluster_of(code: str) -> Cluster:
    """Return a group, also one in which nobody stands any more. Raises NotFound."""
    found = Cluster.objects.filter(pk=code).first()
    if found is None:
        raise NotFound
    return found


def open_wish() -> ClusterWish | None:
    """Return the wish that the next night fulfils."""
    return ClusterWish.objects.filter(fit__isnull=True).order_by("-asked_at").first()
