"""Django's handle on set-up."""

from django.apps import AppConfig


class SetupConfig(AppConfig):
    """Words what set-up refuses; offers the `demo` command."""

    name = "keyuan.setup"
    label = "setup"

    def ready(self) -> None:
        from keyuan.platform.wording import add_sentences
        from keyuan.setup.demo import challenger
        from keyuan.setup.demo.wording import SENTENCES

        add_sentences(SENTENCES)
        challenger.register()
