"""Explanations a person can add up: prior, drift, a line for every observation, and their sum."""

from datetime import datetime, timedelta

from evidence.trace.assets import AssetScore
from evidence.trace.belief import Belief, Line, p_moved_after
from evidence.trace.model import Model, Weight

PLACES = 2


def explain_belief(belief: Belief, model: Model) -> list[str]:
    """Text lines; the printed decibans add up exactly to the printed sum."""
    total = round(belief.decibans, PLACES)
    prior = round(belief.prior, PLACES)
    weights = [round(line.decibans, PLACES) for line in belief.lines]
    # The drift takes up the rounding, so that whoever adds up the column gets the sum.
    drift = round(total - prior - sum(weights), PLACES)
    out = [
        f"{belief.person} @ {belief.address}  as of {belief.as_of.isoformat()}  {belief.version}",
        f"p_home {belief.p_home:.4f}  p_away {belief.p_away:.4f}  p_moved {belief.p_moved:.4f}",
        "decibans for having moved / 支持“已搬离”的分贝值:",
        _row(prior, "prior / 先验"),
        _row(drift, "drift: what time alone changed / 随时间漂移"),
    ]
    out += [_row(weight, _told(line)) for weight, line in zip(weights, belief.lines, strict=True)]
    out.append(_row(total, f"sum = 10 log10 odds / 合计 (p_moved {belief.p_moved:.4f})"))
    out.append("what would change it most / 最能改变结论的观察:")
    out += [f"  {text}" for text in _most_telling(belief, model)]
    return out


def _row(decibans: float, text: str) -> str:
    return f"{decibans:+9.{PLACES}f} dB  {text}"


def _told(line: Line) -> str:
    o = line.observation
    discount = f"  x{line.share:.2f}" if line.share < 1.0 else ""
    why = f"  [{line.reason}]" if line.reason else ""
    days = line.age / timedelta(days=1)
    return f"{o.kind}  {o.source_class} {o.source_id}  {days:.0f} d old  {o.id}{discount}{why}"


def _most_telling(belief: Belief, model: Model, limit: int = 3) -> list[str]:
    """Kinds that would move p_moved furthest if a new source of usual grade reported them now."""
    changes = []
    for emission in model.residence.emissions.values():
        after = p_moved_after(belief, emission, model)
        changes.append((abs(after - belief.p_moved), after, emission))
    changes.sort(key=lambda row: (-row[0], row[2].kind, row[2].source or ""))
    return [
        f"{e.kind}{f' ({e.source})' if e.source else ''}: "
        f"p_moved {belief.p_moved:.3f} -> {after:.3f}"
        for _, after, e in changes[:limit]
    ]


def explain_asset(found: AssetScore, model: Model, as_of: datetime | None) -> list[str]:
    """Text lines for one asset; the printed decibans add up exactly to the printed sum."""
    weights = [round(sign.decibans, PLACES) for sign in found.signs]
    prior = round(found.prior, PLACES)
    total = round(prior + sum(weights), PLACES)
    when = as_of.isoformat() if as_of is not None else "everything recorded"
    out = [
        f"{found.case.asset} of {found.case.person}  as of {when}  {model.version}",
        f"p_evasive {found.p_evasive:.4f}",
        "decibans for evasion / 支持“规避执行”的分贝值:",
        _row(prior, "prior / 先验"),
    ]
    for weight, sign in zip(weights, found.signs, strict=True):
        o = sign.observation
        why = f"  x{sign.share:.2f} [{sign.reason}]" if sign.reason else ""
        seen = f"{o.observed_at.date()}  {o.id}"
        out.append(_row(weight, f"{sign.sign}  {o.source_class} {o.source_id}  {seen}{why}"))
    out.append(_row(total, f"sum = 10 log10 odds / 合计 (p_evasive {found.p_evasive:.4f})"))
    out.append("what would change it most / 最能改变结论的观察:")
    out += [f"  {w.sign}: {w.decibans:+.1f} dB" for w in telling_signs(found, model)]
    return out


def telling_signs(found: AssetScore, model: Model, limit: int = 3) -> list[Weight]:
    """Signs not yet known whose weight is greatest: what would change the score most."""
    known = {sign.sign for sign in found.signs}
    open_signs = [w for name, w in model.assets.weights.items() if name.startswith(_OBSERVABLE)]
    open_signs = [w for w in open_signs if w.sign not in known]
    open_signs.sort(key=lambda w: (-abs(w.decibans), w.sign))
    return open_signs[:limit]


_OBSERVABLE = ("asset.", "counterparty.", "debtor.", "vehicle.", "price_", "counterparty_")
