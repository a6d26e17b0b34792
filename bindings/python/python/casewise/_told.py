"""What the engine tells as JSON: kept as its text, read as data."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from typing import Any, TypeVar

Self = TypeVar("Self", bound="Told")


class Told:
    """Numbers that never change. Two are equal where their texts are."""

    __slots__ = ("_data", "_text", "rejects")

    def __init__(self, text: str, rejects: Any = None) -> None:
        self._text = text
        self._data: dict[str, Any] = json.loads(text)
        self.rejects = rejects
        """Rows that could not be read, as those of :class:`Decisions`; not compared and not pickled."""

    def to_dict(self) -> dict[str, Any]:
        """All numbers."""
        return dict(json.loads(self._text))

    def to_json(self) -> str:
        """All numbers, as the command of this name writes them: the same data give the same bytes."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, type(self)) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __copy__(self: Self) -> Self:
        return self

    def __deepcopy__(self: Self, memo: Any) -> Self:
        return self


class Page(Told):
    """Numbers with a page that shows them."""

    __slots__ = ("_page",)

    def __init__(self, text: str, page: str, rejects: Any = None) -> None:
        super().__init__(text, rejects)
        self._page = page

    def to_html(self) -> str:
        """One page with tables and charts that needs no network and no other file."""
        return self._page

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the page, or the numbers where the path ends on ``.json``. The file appears whole or not at all."""
        write(path, self._text + "\n" if os.fspath(path).endswith(".json") else self._page)


def write(path: str | os.PathLike[str], text: str) -> None:
    """Writes a file that appears whole or not at all."""
    draft = f"{os.fspath(path)}.{secrets.token_hex(4)}.tmp"
    try:
        with open(draft, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(draft, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(draft)
        raise
