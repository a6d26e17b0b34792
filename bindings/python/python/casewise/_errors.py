"""Exceptions. Their texts are those of the engine, the same in every language."""

from __future__ import annotations

from typing import Any

from ._types import Diagnostic


class CasewiseError(Exception):
    """What can go wrong; files that cannot be read raise ``OSError`` instead."""


class ModelError(CasewiseError, ValueError):
    """A model's text is not valid. ``str()`` is the whole report.

    >>> import casewise
    >>> try:
    ...     casewise.open("model m { language 1 } customer { key id: txt }")
    ... except casewise.ModelError as error:
    ...     print(error.diagnostics[0].message)
    there is no type `txt`
    """

    def __init__(self, message: str, *, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics
        """Every error and warning, in the order of the text."""


class InputError(CasewiseError, ValueError):
    """A subject, or what comes with it, does not fit the model.

    >>> import casewise
    >>> model = casewise.open("model m { language 1 } customer { key id: text; age: int }")
    >>> try:
    ...     model.decide({"id": "c1", "age": "old"}, now="2026-11-22")
    ... except casewise.InputError as error:
    ...     print(error)
    ...     print(error.key, error.attribute, error.value, "/", error.expected)
    `age`: expected an int such as 12, got "old"
    c1 age "old" / an int such as 12
    """

    def __init__(
        self,
        message: str,
        *,
        key: str | None = None,
        table: str | None = None,
        row: int | None = None,
        attribute: str | None = None,
        value: str | None = None,
        expected: str | None = None,
        help: str | None = None,
    ) -> None:
        super().__init__(message)
        self.key = key
        """The key of the subject, if it was readable."""
        self.table = table
        """The events or rows that do not fit, if it is they."""
        self.row = row
        """Which of them, from 0."""
        self.attribute = attribute
        """The attribute or field."""
        self.value = value
        """What was given, shortened; ``None`` if nothing was."""
        self.expected = expected
        self.help = help
        """What to do, where there is something to say."""


class ParametersError(CasewiseError, ValueError):
    """Learned parts of a model have no parameters, or those of another model."""


class FitError(CasewiseError, ValueError):
    """Nothing can be learned from these data; the message names the score and says why.

    >>> import casewise, pyarrow
    >>> model = casewise.open('''
    ...     model m { language 1 } customer { key id: text; age: int }
    ...     cluster kind { features age; k 3; seed 1 }
    ... ''')
    >>> try:
    ...     model.fit(pyarrow.table({"id": ["c1", "c2"], "age": [30, 40]}), now="2026-11-22")
    ... except casewise.FitError as error:
    ...     print(error)
    cannot learn `kind`: ...
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.rejects: Any = None
        """Rows that could not be read, as those of :class:`Decisions`."""


class RequestError(CasewiseError, ValueError):
    """The call is wrong: a name that the model does not declare, a ``now`` that is no instant."""
