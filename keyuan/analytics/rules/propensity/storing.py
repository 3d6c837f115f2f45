"""A model as a folder: ``manifest.json`` for people and checks, ``model.bin`` for us (ANA-7).

The models are pickled, and a pickle may run what its writer wants. `load` therefore opens nothing but models: it builds
estimators of scikit-learn, our own classes and plain arrays, and refuses every other name, so that a planted folder
cannot run programs. It also refuses a file that was damaged or cut, and other versions of what reckons.
"""

import hashlib
import importlib
import io
import json
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sklearn.base import BaseEstimator

from keyuan.analytics.rules.propensity.model import Model
from keyuan.analytics.rules.reporting.circumstances import versions
from keyuan.kernel.errors import Refused

MANIFEST, BLOB = "manifest.json", "model.bin"
FORMAT = 1
#: Parts of arrays, trees and losses that are no estimators; none of them does more than build itself.
PLAIN = frozenset({
    ("builtins", "slice"), ("functools", "partial"), ("sklearn.utils.validation", "check_array"),
    ("numpy", "ndarray"), ("numpy", "dtype"), ("numpy", "float64"), ("numpy._core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "scalar"), ("numpy._core.numeric", "_frombuffer"),
    ("numpy.random._pcg64", "PCG64"), ("numpy.random._pickle", "__bit_generator_ctor"),
    ("numpy.random._pickle", "__generator_ctor"), ("numpy.random.bit_generator", "SeedSequence"),
    ("numpy.random.bit_generator", "__pyx_unpickle_SeedSequence"),
    ("sklearn._loss._loss", "CyHalfBinomialLoss"), ("sklearn._loss.link", "Interval"),
    ("sklearn._loss.link", "LogitLink"), ("sklearn._loss.loss", "HalfBinomialLoss"),
    ("sklearn.ensemble._hist_gradient_boosting.predictor", "TreePredictor"), ("sklearn.tree._tree", "Tree"),
})  # fmt: skip
#: Where classes of ours stand.
OURS = "keyuan.analytics.rules.propensity."


@dataclass(frozen=True)
class Kept:
    """A model with what its manifest says."""

    model: Model
    columns: Sequence[str]
    target: str
    has_header: bool


def save(kept: Kept, folder: Path, facts: Mapping[str, Any]) -> None:
    """Write the model into a prepared ``folder``; ``facts`` (rows, digest of the data) join the manifest."""
    blob = pickle.dumps(kept.model, protocol=5)
    manifest = {
        "format": FORMAT,
        "target": kept.target,
        "has_header": kept.has_header,
        "columns": list(kept.columns),
        "members": {member.key: member.weight for member in kept.model.members},
        "left_out": dict(kept.model.columns.left_out),
        "versions": versions(),
        "sha256": hashlib.sha256(blob).hexdigest(),
        **facts,
    }
    (folder / BLOB).write_bytes(blob)
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    # The manifest last: a folder whose writing was cut short has none, or one that does not fit.
    (folder / MANIFEST).write_text(f"{text}\n", encoding="utf-8")


def prepare(folder: Path) -> None:
    """Make the folder, and see that it takes files, before minutes are spent on a model; one in it stays for now.

    Raises Refused propensity.out_unwritable.
    """
    probe = folder / f".{BLOB}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Refused("propensity.out_unwritable", file=str(folder), reason=error.strerror or str(error)) from None


def load(folder: Path) -> Kept:
    """Return the model of ``folder``.

    Raises Refused propensity.model_missing, .model_damaged, .model_version and .model_foreign.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        blob = (folder / BLOB).read_bytes()
        told = {key: manifest[key] for key in ("format", "columns", "target", "has_header", "sha256", "versions")}
    except OSError:
        raise Refused("propensity.model_missing", folder=str(folder)) from None
    except (ValueError, KeyError, TypeError):
        raise Refused("propensity.model_damaged", folder=str(folder)) from None
    if hashlib.sha256(blob).hexdigest() != told["sha256"]:
        raise Refused("propensity.model_damaged", folder=str(folder))
    here = versions()
    for name in ("scikit-learn", "numpy"):
        if told["format"] != FORMAT or told["versions"].get(name) != here[name]:
            fitted = told["versions"].get(name, "?")
            raise Refused("propensity.model_version", folder=str(folder), name=name, fitted=fitted, here=here[name])
    return Kept(_opened(blob, folder), told["columns"], told["target"], told["has_header"])


def _opened(blob: bytes, folder: Path) -> Model:
    try:
        model = _Models(io.BytesIO(blob)).load()
    except (pickle.UnpicklingError, AttributeError, ImportError, EOFError, IndexError, TypeError, ValueError):
        raise Refused("propensity.model_foreign", folder=str(folder)) from None
    if not isinstance(model, Model):
        raise Refused("propensity.model_foreign", folder=str(folder))
    return model


class _Models(pickle.Unpickler):
    """Opens models and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class that a model is made of. Raises pickle.UnpicklingError for any other name."""
        if (module, name) in PLAIN:
            return getattr(importlib.import_module(module), name)
        if module.startswith(("sklearn.", OURS)) and "." not in name:
            found = getattr(importlib.import_module(module), name)
            if isinstance(found, type) and (module.startswith(OURS) or issubclass(found, BaseEstimator)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a model")
