"""What underwriting makes of a premium: of a reduced sum, or with a loading, cover by cover (POL-10)."""

from keyuan.kernel.money import WHOLE_BP
from keyuan.policies.models import Application
from keyuan.products.rules.pricing import half_up


def reprice(application: Application, sum_insured: int) -> None:
    """Lower the main cover to ``sum_insured`` and its premium in proportion, to the fen; riders stay as they are."""
    main, *riders = application.items
    before = int(main["premium"])
    main["premium"] = half_up(before * sum_insured, application.sum_insured)
    main["sum_insured"] = sum_insured
    application.items = [main, *riders]
    application.premium += int(main["premium"]) - before
    application.sum_insured = sum_insured


def load(application: Application, loading_bp: int) -> None:
    """Raise the premium of every cover by ``loading_bp``, each rounded half up to the fen; they sum to the loading."""
    application.items = [
        {**item, "loading_bp": loading_bp, "loading": half_up(int(item["premium"]) * loading_bp, WHOLE_BP)}
        for item in application.items
    ]
    application.loading = sum(item["loading"] for item in application.items)
    application.premium += application.loading
