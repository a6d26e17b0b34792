"""How models, decisions and explanations look in a notebook.

Outcomes are told by a sign and a colour; the colours are those of Okabe and Ito (the yellow darkened), which
colour-blind readers can tell apart, and which stand out on white as on black: a notebook may be either.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._native import Decision, Explanation, Model
    from ._parameters import Parameters, ParametersDiff

_GREEN, _ORANGE, _BLUE, _YELLOW = "#009e73", "#d55e00", "#0072b2", "#b07f00"
_SIGNS = {
    "true": ("✓", _GREEN),
    "false": ("✗", _ORANGE),
    "unknown": ("?", _BLUE),
    "offered": ("✓", _GREEN),
    "held_out": ("◦", _BLUE),
    "outranked": ("↓", _YELLOW),
    "ineligible": ("✗", _ORANGE),
}
_NUMBER = re.compile(r"-?[\d.]+")
_ROWS = 50
"""More rows than this are not shown."""


def _sign(outcome: str) -> str:
    sign, color = _SIGNS.get(outcome, ("·", "inherit"))
    return f'<b style="color:{color}" title="{escape(outcome)}">{sign}</b>'


def _text(value: Any) -> str:
    if value is None:
        return "<i>missing</i>"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return ", ".join(f"{escape(str(name))}: {_text(part)}" for name, part in value.items())
    if isinstance(value, list):
        return ", ".join(_text(part) for part in value)
    return escape(str(value))


def _table(head: list[str], rows: list[list[str]]) -> str:
    """A table of cells that are HTML already; numbers stand right."""
    if not rows:
        return ""
    shown = rows[:_ROWS]
    sides = ["right" if all(_NUMBER.fullmatch(cell) for cell in column) else "left" for column in zip(*shown)]
    titles = "".join(
        f'<th style="text-align:{side};white-space:nowrap">{escape(title)}</th>' for title, side in zip(head, sides)
    )
    body = "".join(
        "<tr>" + "".join(f'<td style="text-align:{side}">{cell}</td>' for cell, side in zip(row, sides)) + "</tr>"
        for row in shown
    )
    more = f"<p>… and {len(rows) - _ROWS} more</p>" if len(rows) > _ROWS else ""
    over = f"<thead><tr>{titles}</tr></thead>" if any(head) else ""
    return f'<table style="margin-left:0">{over}<tbody>{body}</tbody></table>{more}'


def model(model: Model) -> str:
    """A model: what it decides about, and its segments, scores and cases."""
    title = f" “{escape(model.title)}”" if model.title else ""
    version = f" {escape(model.version)}" if model.version else ""
    parts = [f"<h4>{escape(model.name)}{title}{version}</h4>"]
    for kind, named in (("score", model.scores), ("segment", model.segments), ("case", model.cases)):
        rows = [[f"<code>{escape(name)}</code>", escape(title or "")] for name, title in named.items()]
        parts.append(_table([kind, "title"], rows))
    return f'<div class="casewise">{"".join(parts)}</div>'


def decision(decision: Decision) -> str:
    """A decision: its offers, what became of every case, its scores."""
    offers = [
        [
            str(offer.rank),
            f"<code>{escape(offer.case)}</code> {escape(offer.title or '')}",
            escape(offer.channel or ""),
            _text(offer.rank_value),
            _text(offer.offer),
        ]
        for offer in decision.offers
    ]
    cases = [
        [
            _sign("unknown" if case.outcome == "unknown" else case.status),
            f"<code>{escape(name)}</code>",
            escape(case.status) + (" (trial)" if case.trial else ""),
            escape(" ".join(part for part in (case.gate or case.by, case.of) if part)),
            escape(", ".join(case.failed)),
            escape(", ".join(case.missing)),
        ]
        for name, case in decision.cases.items()
    ]
    scores = [[f"<code>{escape(name)}</code>", _text(value)] for name, value in decision.scores.items()]
    segments = ", ".join(f"<code>{escape(name)}</code>" for name in decision.segments)
    return (
        f'<div class="casewise"><h4>{escape(decision.key)} at {escape(decision.now)}</h4>'
        + (_table(["rank", "offer", "channel", "rank value", "what"], offers) or "<p>no offers</p>")
        + _table(["", "case", "status", "by", "failed", "missing"], cases)
        + (f"<p>segments: {segments}</p>" if segments else "")
        + _table(["score", "value"], scores)
        + "</div>"
    )


def _branch(outcome: str, head: str, parts: list[str], *, open_: bool) -> str:
    line = f"{_sign(outcome)} {head}"
    if not parts:
        return f'<div style="margin-left:1.2em">{line}</div>'
    shown = " open" if open_ else ""
    return (
        f'<details style="margin-left:1.2em"{shown}><summary>{line}</summary>{"".join(parts)}</details>'
    )


def _condition(condition: dict[str, Any]) -> str:
    # What stands under a `not` is fine where it is false.
    outcome = "true" if condition["passes"] else condition["outcome"]
    head = f"<code>{escape(condition['text'])}</code>" if "text" in condition else ""
    told = []
    if "required" in condition:
        told.append(f"requires {escape(condition.get('operator') or '')} {_text(condition['required'])}")
    if "observed" in condition:
        told.append(f"observed <b>{_text(condition['observed'])}</b>")
    if "distance" in condition:
        told.append(f"distance {_text(condition['distance'])}")
    if condition.get("missing"):
        told.append(f"missing {_text(condition['missing'])}")
    told += [escape(note) for note in condition.get("notes", [])]
    parts = [_condition(part) for part in condition.get("parts", [])]
    return _branch(outcome, f"{head} {', '.join(told)}", parts, open_=outcome != "true")


def _contact(contact: dict[str, Any]) -> str:
    told = escape(contact["text"])
    if contact.get("counted") is not None:
        told += f": {contact['counted']} of {contact['limit']}"
    if contact.get("until"):
        told += f", until {escape(contact['until'])}"
    return _branch(contact["outcome"], told, [], open_=False)


def _channel(channel: dict[str, Any]) -> str:
    parts = [_clause(clause) for clause in channel.get("clauses", [])]
    if channel.get("quiet"):
        parts.append(_branch("false", f"quiet until {escape(channel.get('quiet_until') or '')}", [], open_=False))
    parts += [_contact(contact) for contact in channel.get("contacts", [])]
    head = f"<code>{escape(channel['channel'])}</code>"
    return _branch(channel["outcome"], head, parts, open_=channel["outcome"] != "true")


def _clause(clause: dict[str, Any]) -> str:
    told = f"<code>{escape(clause['id'])}</code> {escape(clause.get('text') or '')}"
    if clause.get("inherited_from"):
        told += f" <i>from {escape(clause['inherited_from'])}</i>"
    parts = []
    if clause.get("condition"):
        parts.append(_condition(clause["condition"]))
    if clause.get("contacts"):
        parts.append(_contact(clause["contacts"]))
    parts += [_channel(channel) for channel in clause.get("channels", [])]
    return _branch(clause["outcome"], told, parts, open_=clause["outcome"] != "true")


def _change(change: dict[str, Any]) -> str:
    told = change.get("none") or "; ".join(condition["text"] for condition in change["conditions"])
    closed = change.get("still_closed")
    told += f" (closed as before: {', '.join(closed)})" if closed else ""
    return f"<p>smallest change: {escape(told)}</p>"


def explanation(explanation: Explanation) -> str:
    """An explanation: a tree that is open where something is not true."""
    told = explanation.to_dict()
    title = f" “{escape(told['title'])}”" if told.get("title") else ""
    head = (
        f"<h4>{_sign(told.get('outcome', told['status']))} {escape(told['case'])}{title} "
        f"for {escape(told['id'])}: {escape(told['status'])}</h4>"
    )
    gates = [
        _branch(
            gate["outcome"],
            escape(gate["gate"]),
            [_clause(clause) for clause in gate["clauses"]],
            open_=gate["outcome"] != "true",
        )
        for gate in told["gates"]
    ]
    walk = f"<p>{escape(told['walk']['reason'])}</p>" if told.get("walk") else ""
    earliest = f"<p>earliest: {escape(told['earliest'])}</p>" if told.get("earliest") else ""
    change = _change(told["change"]) if told.get("change") else ""
    return f'<div class="casewise">{head}{"".join(gates)}{walk}{earliest}{change}</div>'


def parameters(parameters: Parameters) -> str:
    """What was learned: a line per score, and under it its numbers."""
    model, data = parameters.model, parameters.data
    told = ", ".join(f"{count} {escape(name)}" for name, count in data["events"].items())
    version = f" {escape(model['version'])}" if model["version"] else ""
    parts = [
        f"<h4>{escape(model['name'])}{version}: learned as of {escape(data['as_of'])}</h4>",
        f"<p>from {data['rows']} rows ({data['rejected']} rejected){', ' + told if told else ''}</p>",
    ]
    parts += [f'<p>{_sign("unknown")} {escape(told)}</p>' for told in parameters.warnings]
    for name, kind in parameters.kinds.items():
        head = f"<summary><code>{escape(name)}</code> {escape(kind)}</summary>"
        parts.append(f'<details style="margin-left:1.2em">{head}{_numbers(parameters[name])}</details>')
    return f'<div class="casewise">{"".join(parts)}</div>'


def _numbers(learned: dict[str, Any]) -> str:
    """Numbers beside their names, records of one kind as a table."""
    plain, below = [], []
    for name, value in learned.items():
        if _are_records(value):
            below.append(f"<h5>{escape(name)}</h5>{_records(value)}")
        else:
            plain.append([escape(name.replace("_", " ")), _cell(value)])
    return _table(["", ""], plain) + "".join(below)


def _are_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _records(records: list[dict[str, Any]]) -> str:
    heads = list(dict.fromkeys(key for record in records for key in record))
    titles = [head.replace("_", " ") for head in heads]
    return _table(titles, [[_cell(record.get(head)) for head in heads] for record in records])


def _cell(value: Any) -> str:
    from ._parameters import short

    if _are_records(value):
        return _records(value)
    if value == []:
        return "none"
    if isinstance(value, dict):
        return "<br>".join(f"{escape(name.replace('_', ' '))} {_cell(part)}" for name, part in value.items())
    if isinstance(value, list):
        shown = ", ".join(_cell(part) for part in value[:12])
        return f"{shown} … {len(value)} in all" if len(value) > 12 else shown
    if isinstance(value, bool):
        return _text(value)
    return "" if value is None else escape(short(value))


def parameters_diff(diff: ParametersDiff) -> str:
    """What two fits differ in."""
    from ._parameters import short

    cells = [
        [f"<code>{escape(change.score)}</code>", escape(change.number), escape(short(change.before)), escape(short(change.after))]
        for change in diff
    ]
    shown = _table(["score", "number", "before", "after"], cells) or "<p>no differences</p>"
    return f'<div class="casewise">{shown}</div>'


def preview(counts: dict[str, Any]) -> str:
    """A preview: the cases, the funnel of each, the channels."""
    customers = counts["customers"]
    parts = [
        f"<h4>{escape(counts['model']['name'])}: preview at {escape(counts['now'])}</h4>",
        f"<p>{customers} {escape(counts['subject'])}s, {counts['rejected']} rejected: "
        f"{counts['offers']} offers to {counts['with_offers']}</p>",
    ]
    rows = []
    for case in counts["cases"]:
        told = f"<code>{escape(case['case'])}</code> {escape(case.get('title') or '')}"
        numbers = (str(case[name]) for name in ("eligible", "offered", "outranked", "held_out", "ineligible", "unknown"))
        rows.append([told, _share(case["eligible"], customers), *numbers])
    head = ["case", "", "audience", "offered", "outranked", "held out", "ineligible", "unknown"]
    parts.append(_table(head, rows))
    rows = [
        [f"<code>{escape(channel['channel'])}</code>"]
        + ["" if channel.get(name) is None else str(channel[name]) for name in ("open", "demand", "offers", "capacity")]
        for channel in counts["channels"]
    ]
    parts.append(_table(["channel", "open for", "demand", "offers", "capacity"], rows))
    for case in counts["cases"][:_ROWS]:
        rows = [
            [f"<code>{escape(clause['id'])}</code>", escape(clause.get("text") or ""), _share(clause["left"], customers)]
            + [str(clause[name]) for name in ("lost", "left", "only")]
            for gate in case["gates"]
            for clause in gate["clauses"]
        ]
        shown = _table(["clause", "", "", "lost", "left", "only this"], rows)
        summary = f"<summary><code>{escape(case['case'])}</code>: the funnel</summary>"
        parts.append(f'<details style="margin-left:1.2em">{summary}{shown}</details>')
    return f'<div class="casewise">{"".join(parts)}</div>'


def _share(part: int, whole: int) -> str:
    """A bar as long as a part is of the whole."""
    width = round(100 * part / whole) if whole else 0
    return (
        f'<div style="width:100px;background:#8884" title="{width} %">'
        f'<div style="width:{width}px;height:0.8em;background:{_BLUE}"></div></div>'
    )


def backtest(found: dict[str, Any], warnings: tuple[str, ...]) -> str:
    """A backtest: how well each number told its outcome, and what was foretold. Curves are on its page."""
    title = f"<h4>scores as of {escape(found['as_of'])}, outcomes at {escape(found['until'])}</h4>"
    told = [f'<p>{_sign("unknown")} {escape(warning)}</p>' for warning in warnings]

    def single(record: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in record.items() if not isinstance(value, list)}

    shown = {
        "rankings": [single(ranking) for ranking in found["rankings"]],
        "groupings": found["groupings"],
        "forecasts": [single(forecast) for forecast in found["forecasts"]],
    }
    return f'<div class="casewise">{title}{"".join(told)}{_numbers({k: v for k, v in shown.items() if v})}</div>'
