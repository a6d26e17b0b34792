"""Customer decisions as code.

A *model* is one text file that says who the customers are, what they are worth, and which marketing cases
they may get. :func:`open` reads one; :meth:`Model.decide` decides for one customer.

>>> import casewise
>>> model = casewise.open('''
...     model coffee { language 1; timezone "Europe/Berlin" }
...     customer { key id: text; age: int? }
...     events order { amount: decimal }
...     segment asleep = not exists(order over last 60 days)
...     case liqueur "A liqueur to come back" { for asleep; require adult: age >= 18 }
... ''')
>>> orders = [{"at": "2026-08-14T16:00:00+02:00", "amount": "60.00"}]
>>> decision = model.decide({"id": "fay", "age": 38}, events={"order": orders}, now="2026-11-20T10:00")
>>> decision.offers[0].title
'A liqueur to come back'
>>> decision = model.decide({"id": "fay"}, events={"order": orders}, now="2026-11-20T10:00")
>>> decision.cases["liqueur"].missing
('age',)
"""

from ._batch import Decisions
from ._errors import CasewiseError, FitError, InputError, ModelError, ParametersError, RequestError
from ._learn import Backtest, Drift
from ._native import (
    LANGUAGE_VERSION,
    Decision,
    Explanation,
    Model,
    __version__,
    check,
    explain_code,
    format,
    open,
)
from ._parameters import Change, Parameters, ParametersDiff
from ._preview import Preview
from ._types import CaseStatus, Diagnostic, Offer, Related, TestFailure, TestResult, Value

__all__ = [
    "LANGUAGE_VERSION",
    "Backtest",
    "CaseStatus",
    "CasewiseError",
    "Change",
    "Decision",
    "Decisions",
    "Diagnostic",
    "Drift",
    "Explanation",
    "FitError",
    "InputError",
    "Model",
    "ModelError",
    "Offer",
    "Parameters",
    "ParametersDiff",
    "ParametersError",
    "Preview",
    "Related",
    "RequestError",
    "TestFailure",
    "TestResult",
    "Value",
    "__version__",
    "check",
    "explain_code",
    "format",
    "open",
]

# Tracebacks name them as users do.
for _error in (CasewiseError, FitError, InputError, ModelError, ParametersError, RequestError):
    _error.__module__ = __name__
del _error
