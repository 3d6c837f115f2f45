"""What kind of model a key means (ANA-11)."""

from keyuan.analytics.extensions import ModelKind, model_kinds


def kind_of(key: str) -> ModelKind | None:
    """Return the kind of ``key``: that of the whole key, or of its longest beginning that is registered."""
    parts = key.split(".")
    names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next((model_kinds[name] for name in names if name in model_kinds), None)
