"""The premium of a reduced sum, by the rows that priced the application (POL-10)."""

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
