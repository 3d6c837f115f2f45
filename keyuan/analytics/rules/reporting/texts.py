"""Words of a report: Chinese and English side by side, since a report file carries no catalogue of translations."""

from typing import Literal, NamedTuple

Language = Literal["zh-hans", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-hans", "en")


class Text(NamedTuple):
    """One text in both languages of a report."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """Return the text in ``language``."""
        return self.en if language == "en" else self.zh


def verbatim(text: str) -> Text:
    """Return a text that reads the same in every language: a column's name, a version."""
    return Text(text, text)


PROTOCOL = Text("验证方法", "Protocol")
SEED = Text("随机种子", "Seed")
WARNINGS = Text("提示", "Warnings")
FACTS = Text("概况", "Facts")
CIRCUMSTANCES = Text("运行环境", "Circumstances")
EXPECTED = Text("与实际一致", "as observed")
