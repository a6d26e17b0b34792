"""What decisions, checks and tests are made of: plain, immutable records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Union

Value = Union[None, bool, int, float, str, list[Any], dict[str, Any]]
"""A value of a decision. Decimals, dates, times, durations and labels are text."""


@dataclass(frozen=True)
class Related:
    """Another place that a :class:`Diagnostic` points at."""

    message: str
    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class Diagnostic:
    """One thing that the checker has to say about a model's text. ``str()`` is the rendered report.

    >>> import casewise
    >>> [found] = casewise.check("model m { language 1 } customer { key id: text } case a { for agge > 1 }")
    >>> found.code, found.line, found.column
    ('CW0201', 1, 63)
    """

    code: str
    """Such as ``CW0123``; :func:`casewise.explain_code` has a page on it."""
    severity: Literal["error", "warning"]
    message: str
    file: str
    line: int
    """From 1."""
    column: int
    """In characters, from 1."""
    end_line: int
    end_column: int
    """One past the end."""
    label: str
    """What stands under the caret; may be empty."""
    related: tuple[Related, ...] = field(repr=False)
    help: tuple[str, ...] = field(repr=False)
    """What to do."""
    rendered: str = field(repr=False)
    """As a terminal shows it, without colour."""

    def __str__(self) -> str:
        return self.rendered


@dataclass(frozen=True)
class Offer:
    """One offer of a decision."""

    case: str
    rank: int
    """Its place, from 1."""
    title: str | None
    channel: str | None
    """``None`` where the model declares no channel."""
    rank_value: Value
    variant: str | None
    offer: dict[str, Any]
    """What is offered."""
    properties: dict[str, Any]
    """What the case carries."""
    counted: bool
    """Whether the contact is to be recorded as one that caps count."""

    def __hash__(self) -> int:
        return hash((self.case, self.rank, self.channel, self.variant))


@dataclass(frozen=True)
class CaseStatus:
    """What became of one case, and why."""

    status: Literal["offered", "outranked", "held_out", "ineligible"]
    outcome: Literal["false", "unknown"] | None
    """Where ineligible."""
    gate: str | None
    """Where ineligible: the first gate with the case's own outcome."""
    failed: tuple[str, ...]
    """Where ineligible: every clause that is not true."""
    missing: tuple[str, ...]
    """Where unknown: the missing inputs."""
    by: str | None
    """Where outranked: by what rule."""
    of: str | None
    """Where outranked: the case that stood in its way, if it was one."""
    trial: bool
    """The case is on trial: the status is the one it would have had."""


@dataclass(frozen=True)
class TestFailure:
    """An expectation of a model's test that does not hold."""

    __test__ = False

    expected: str
    actual: str
    why: str | None
    line: int


@dataclass(frozen=True)
class TestResult:
    """What one ``test`` of a model gave."""

    __test__ = False

    title: str
    file: str
    line: int
    failures: tuple[TestFailure, ...]

    @property
    def passed(self) -> bool:
        """Whether every expectation holds."""
        return not self.failures
