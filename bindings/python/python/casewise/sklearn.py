"""Scores and segments as features of a scikit-learn pipeline. Needs ``casewise[sklearn]`` and a frame library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from ._batch import first_reject
from ._errors import ParametersError
from ._native import Model, open

__all__ = ["CasewiseTransformer"]


class CasewiseTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Numbers that a model computes, a column each, for frames of subjects.

    ``model`` is a :class:`casewise.Model`, or what :func:`casewise.open` takes. ``columns`` names scores
    (``credit``, ``loyalty.r``), lets and segments; by default they are all scores that are numbers, and all
    segments. A segment is 1 for those known to be in it, else 0. What is missing is NaN. ``now``, ``events``,
    ``lists`` and ``context`` are those of :meth:`casewise.Model.decide_batch`. A model whose learned scores have
    no parameters yet learns them in ``fit``, so that cross-validation learns from its own part only; they are
    ``parameters_``. Other models only look at the columns there. A row that does not fit raises
    :class:`casewise.InputError`. The columns of a bare matrix are called ``x0``, ``x1``, …, as scikit-learn calls
    them, and its rows are numbered for a key.

    >>> import pandas
    >>> from casewise.sklearn import CasewiseTransformer
    >>> text = '''
    ...     model m { language 1 }
    ...     customer { key id: text; age: int? }
    ...     score doubled = age * 2
    ...     segment adults = age >= 18
    ... '''
    >>> frame = pandas.DataFrame({"id": ["c1", "c2"], "age": [30, None]})
    >>> features = CasewiseTransformer(text, now="2026-11-22")
    >>> features.fit_transform(frame).tolist()
    [[60.0, 1.0], [nan, 0.0]]
    >>> features.get_feature_names_out().tolist()
    ['doubled', 'adults']
    """

    def __init__(
        self,
        model: Any,
        *,
        now: Any,
        columns: Iterable[str] | None = None,
        events: Mapping[str, Any] | None = None,
        lists: Mapping[str, Any] | None = None,
        context: Any = None,
        decide: str | None = None,
    ) -> None:
        self.model = model
        self.now = now
        self.columns = columns
        self.events = events
        self.lists = lists
        self.context = context
        self.decide = decide

    def fit(self, X: Any, y: Any = None) -> CasewiseTransformer:
        """Opens the model, learns what it has not learned yet, and finds its columns."""
        self.model_ = self.model if isinstance(self.model, Model) else open(self.model)
        frame = self._frame(X, reset=True)
        try:
            decided = self._decided(frame)
        except ParametersError:
            self.parameters_ = self.model_.fit(
                frame, self.events, self.lists, now=self.now, context=self.context
            )
            self.model_ = self.model_.with_parameters(self.parameters_)
            decided = self._decided(frame)
        found = self._numbers(decided)
        self.columns_ = list(found) if self.columns is None else list(self.columns)
        unknown = [name for name in self.columns_ if name not in found]
        if unknown:
            raise ValueError(f"the model gives no number called {unknown[0]!r}; it gives {', '.join(found)}")
        return self

    def transform(self, X: Any) -> Any:
        """The columns, as floats."""
        check_is_fitted(self, "columns_")
        decided = self._decided(self._frame(X, reset=False))
        found = self._numbers(decided)
        if not self.columns_:
            return numpy.empty((decided.num_rows, 0))
        return numpy.column_stack([found[name] for name in self.columns_])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        return tags

    def _frame(self, X: Any, *, reset: bool) -> Any:
        """A frame as it is, a matrix with names; either must be what was fitted."""
        if hasattr(X, "__arrow_c_stream__"):
            validate_data(self, X, reset=reset, skip_check_array=True)
            return X
        import pyarrow

        matrix = validate_data(self, X, reset=reset, dtype=None, ensure_all_finite="allow-nan")
        columns = {f"x{place}": pyarrow.array(column.tolist()) for place, column in enumerate(matrix.T)}
        return pyarrow.table({self.model_.key_name: range(len(matrix)), **columns})

    def get_feature_names_out(self, input_features: Any = None) -> Any:
        """The names of the columns."""
        check_is_fitted(self, "columns_")
        return numpy.asarray(self.columns_, dtype=object)

    def _decided(self, X: Any) -> Any:
        import pyarrow

        select: list[Literal["scores", "values", "segments"]] = ["scores", "segments"]
        if self.columns is not None:
            select.append("values")
        decisions, rejects = self.model_.decide_batch(
            X,
            self.events,
            self.lists,
            now=self.now,
            context=self.context,
            decide=self.decide,
            select=select,
            to="arrow",
        )
        if rejects.num_rows:
            raise first_reject(rejects)
        return pyarrow.table(decisions)

    def _numbers(self, table: Any) -> dict[str, Any]:
        """Every number that was decided, as a column of floats."""
        import pyarrow

        found: dict[str, Any] = {}

        def add(name: str, column: Any) -> None:
            kind = column.type
            if pyarrow.types.is_struct(kind):
                for place, field in enumerate(kind):
                    add(f"{name}.{field.name}" if name else field.name, column.field(place))
            elif pyarrow.types.is_boolean(kind) or _is_number(kind):
                # Floats are what scikit-learn computes with: the nearest to a decimal.
                floats = column.cast(pyarrow.float64())
                found[name] = floats.to_numpy(zero_copy_only=False)

        for group in ("scores", "values"):
            if group in table.column_names:
                add("", table[group].combine_chunks())
        held = table["segments"].to_pylist()
        for segment in self.model_.segments:
            found[segment] = numpy.asarray([float(segment in names) for names in held], dtype=float)
        return found


def _is_number(kind: Any) -> bool:
    import pyarrow

    return bool(
        pyarrow.types.is_integer(kind) or pyarrow.types.is_floating(kind) or pyarrow.types.is_decimal(kind)
    )
