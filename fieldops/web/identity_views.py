"""Who may be one person: the queues of pairs, two records side by side, and the judgement."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import FieldopsError, NotFound
from fieldops.domain.linkage import explained, limit_text
from fieldops.domain.permissions import Permission
from fieldops.models import IdentityPair
from fieldops.services import identity
from fieldops.services.same_people import same_people
from fieldops.web import case_queries
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.catalogue import language
from fieldops.web.paging import asked_id

_SHOWN = 50


@pages.get("/identity")
@page(Permission.READ_IDENTITY, reads="identity")
def identity_page() -> str:
    """One queue of pairs, the heaviest score first."""
    return _queue()


@pages.get("/identity/<uuid:pair_id>")
@page(Permission.READ_IDENTITY, reads="identity-pair")
def pair_page(pair_id: UUID) -> str:
    """Two records side by side, with the lines of their score and what was said of them."""
    return _pair(pair_id)


@pages.post("/identity/<uuid:pair_id>")
@page(Permission.JUDGE_IDENTITY)
def judge_pair(pair_id: UUID) -> AnyResponse | tuple[str, int]:
    """Judge the pair and say why."""
    verdict, reason = request.form.get("verdict", ""), request.form.get("reason", "")
    try:
        with unit() as session:
            identity.judge(
                session, pair_id, verdict, reason, actor=current_actor(), now=clock.now()
            )
    except NotFound:
        raise
    except FieldopsError as wrong:
        return _pair(pair_id, wrong), wrong.status
    return redirect(url_for("web.pair_page", pair_id=pair_id))


@pages.post("/identity/scope")
@page(Permission.SET_IDENTITY_SCOPE)
def set_identity_scope() -> AnyResponse | tuple[str, int]:
    """Switch comparing across creditors on or off, with its purpose."""
    across, purpose = request.form.get("across") == "on", request.form.get("purpose", "")
    try:
        with unit() as session:
            identity.set_scope(session, across, purpose, actor=current_actor(), now=clock.now())
    except FieldopsError as wrong:
        return _queue(wrong), wrong.status
    return redirect(url_for("web.identity_page"))


def _queue(wrong: FieldopsError | None = None) -> str:
    session, actor = db.session(), current_actor()
    queue = request.args.get("queue", "")
    queue = queue if queue in identity.QUEUES else next(iter(identity.QUEUES))
    found, following = identity.pairs_to_judge(
        session, actor, queue=queue, after=asked_id("after"), limit=_SHOWN
    )
    people = {one for pair in found for one in (pair.low_id, pair.high_id)}
    return render_template(
        "identity.html",
        queue=queue,
        queues=[*identity.QUEUES],
        pairs=found,
        following=following,
        sides=identity.sides(session, people, actor),
        lines={pair.id: _lines(pair) for pair in found},
        scopes=identity.scopes(session, actor),
        wrong=wrong,
    )


def _pair(pair_id: UUID, wrong: FieldopsError | None = None) -> str:
    session, actor = db.session(), current_actor()
    pair = identity.get_pair(session, pair_id, actor)
    people = [pair.low_id, pair.high_id]
    both = identity.sides(session, people, actor)
    same = same_people(session, people)
    apart = [one for one in (pair.cut_low_id, pair.cut_high_id) if one is not None]
    return render_template(
        "pair.html",
        pair=pair,
        sides=[both[one] for one in people],
        lines=_lines(pair),
        limit=limit_text(pair.limit)[language() == "zh-CN"] if pair.limit else "",
        counts=[len(same.everybody([one])) for one in people],
        apart=identity.sides(session, apart, actor),
        judges=case_queries.names_of(session, {one.account_id for one in pair.judgements}),
        wrong=wrong,
    )


def _lines(pair: IdentityPair) -> list[dict[str, object]]:
    key = "zh" if language() == "zh-CN" else "en"
    return [{**line, "text": line[key]} for line in explained(pair.lines, pair.decibans)]
