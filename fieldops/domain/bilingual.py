"""Sentences of errors and faults that know themselves in Chinese."""


class Bilingual(str):
    """English text with the same in Chinese beside it; a plain string wherever one is wanted.

    The edges ask for the reader's language with `in_language`; logs and commands stay English.
    """

    __slots__ = ("zh",)
    zh: str

    def __new__(cls, english: str, chinese: str) -> "Bilingual":
        made = super().__new__(cls, english)
        made.zh = chinese
        return made


def in_language(text: str, language: str) -> str:
    """The text in Chinese for "zh" and its regions where it has any, else as it is."""
    if isinstance(text, Bilingual) and language.lower().startswith("zh"):
        return text.zh
    return str(text)
