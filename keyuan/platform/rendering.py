"""What Django renders between two operations of a migration, and how little of it a first start needs.

After every operation Django makes the classes of all models anew that hang together with the changed one, directly or
through others; with some four hundred tables that is nearly all the time of a first start. Django itself knows states
that wait (``is_delayed``): they hold the changed model and its neighbours, and whoever runs Python on them is given a
whole one. We let every operation wait that Django would let wait, and those that only add.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState


@contextmanager
def sparingly() -> Iterator[None]:
    """Render no more than the tables need while the block runs; the tables that result are the same."""
    reload_model = ProjectState.reload_model

    def spared(self: Any, app_label: str, model_name: str, delay: bool = False) -> None:
        if "apps" in self.__dict__ and model_name not in self.apps.all_models[app_label]:
            # A new model: nobody points at it yet, and the classes that it points at stand.
            self.is_delayed = True
            self._reload({(app_label, model_name)})
        else:
            reload_model(self, app_label, model_name, delay=delay)

    ProjectState.reload_model = spared  # type: ignore[method-assign]  # Django has no setting for it
    try:
        yield
    finally:
        ProjectState.reload_model = reload_model  # type: ignore[method-assign]  # as above
