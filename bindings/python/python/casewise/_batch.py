"""Many subjects at once: frames in, frames of the same kind out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ._errors import InputError
from ._native import _read

if TYPE_CHECKING:
    from ._native import Model

Selected = Literal["offers", "status", "segments", "scores", "values"]
Kind = Literal["arrow", "duckdb", "pandas", "polars", "pyarrow"]

SELECT: tuple[Selected, ...] = ("offers", "segments", "scores")


class Decisions(NamedTuple):
    """What :meth:`Model.decide_batch` gives."""

    decisions: Any
    """A row for each subject that was decided, in their order."""
    rejects: Any
    """A row for each that was not: ``row`` (from 0), ``id``, ``attribute``, ``value``, ``expected``, ``message``."""


def read(what: str, frame: Any) -> Any:
    """The columns of a frame."""
    if not hasattr(frame, "__arrow_c_stream__"):
        raise TypeError(
            f"{what}: expected a frame with the Arrow interface, such as one of pandas, Polars, pyarrow or "
            f"DuckDB, got `{type(frame).__name__}`"
        )
    try:
        return _read(frame)
    except Exception as error:
        # A column of mixed objects, say: the library that owns the frame names it.
        raise InputError(f"{what} cannot be read as Arrow columns: {error}") from error


def kind_of(frame: Any) -> Kind:
    """The library that a frame is of."""
    library = type(frame).__module__.partition(".")[0].lstrip("_")
    known: tuple[Kind, ...] = ("pandas", "polars", "pyarrow", "duckdb")
    for kind in known:
        if library.startswith(kind):
            return kind
    return "arrow"


def as_kind(table: Any, kind: Kind) -> Any:
    """An Arrow table as a frame of a library."""
    if kind == "polars":
        import polars

        return polars.DataFrame(table)
    if kind == "pyarrow":
        import pyarrow

        return pyarrow.table(table)
    if kind == "pandas":
        import pandas

        if hasattr(pandas.DataFrame, "from_arrow"):
            return pandas.DataFrame.from_arrow(table)
        import pyarrow

        return pyarrow.table(table).to_pandas()
    if kind == "duckdb":
        import duckdb
        import pyarrow

        return duckdb.from_arrow(pyarrow.table(table))
    if kind == "arrow":
        return table
    raise ValueError(f"no kind of frame is called {kind!r}: expected pandas, polars, pyarrow, duckdb or arrow")


def decide_batch(
    model: Model,
    subjects: Any,
    events: Mapping[str, Any] | None = None,
    lists: Mapping[str, Any] | None = None,
    *,
    now: datetime | date | str,
    context: Any = None,
    remaining: Mapping[str, Mapping[str, Any]] | None = None,
    decide: str | None = None,
    select: Iterable[Selected] = SELECT,
    to: Kind | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], object] | bool = False,
) -> Decisions:
    """See :meth:`Model.decide_batch`."""
    kind = to or kind_of(subjects)
    keys = {
        name: read(f"the list `{name}`", given) if hasattr(given, "__arrow_c_stream__") else given
        for name, given in (lists or {}).items()
    }
    decisions, rejects = model._decide_arrow(
        read(f"the {model.subject_name}s", subjects),
        [(name, read(f"the events `{name}`", frame)) for name, frame in (events or {}).items()],
        list(keys.items()),
        now,
        context,
        remaining,
        decide,
        list(select),
        threads,
        _bar(model) if progress is True else progress or None,
    )
    return Decisions(as_kind(decisions, kind), as_kind(rejects, kind))


def _bar(model: Model) -> Callable[[int, int], object]:
    from tqdm.auto import tqdm

    bar = tqdm(unit=f" {model.subject_name}s", desc=model.name)

    def show(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return show
