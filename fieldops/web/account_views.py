"""The reader's own page: who he is here, and where he is signed in."""

from uuid import UUID

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import Conflict, FieldopsError
from fieldops.domain.permissions import Permission
from fieldops.services import sign_ins
from fieldops.web.access import current_actor, current_sign_in, page, unit
from fieldops.web.blueprint import pages

Answer = AnyResponse | tuple[str, int]


@pages.get("/account")
@page(Permission.SIGNED_IN)
def my_account_page() -> str:
    """Where the reader is signed in."""
    return _shown()


@pages.post("/account/sign-ins/<uuid:sign_in_id>/end")
@page(Permission.SIGNED_IN)
def end_my_sign_in(sign_in_id: UUID) -> Answer:
    """End one of one's own; of the present one nothing is left but the sign-in."""
    try:
        with unit() as session:
            sign_ins.end_own(
                session, sign_in_id, this=current_sign_in(), actor=current_actor(),
                now=clock.wall_time(),
            )  # fmt: skip
    except Conflict as wrong:
        return _shown(wrong), wrong.status
    return redirect(url_for("web.my_account_page"))


@pages.post("/account/sign-ins/end-others")
@page(Permission.SIGNED_IN)
def end_my_other_sign_ins() -> Answer:
    """End all but the present one."""
    with unit() as session:
        sign_ins.end_others(
            session, this=current_sign_in(), actor=current_actor(), now=clock.wall_time()
        )
    return redirect(url_for("web.my_account_page"))


def _shown(wrong: FieldopsError | None = None) -> str:
    found = sign_ins.own(
        db.session(), current_actor(), this=current_sign_in(), now=clock.wall_time()
    )
    return render_template("my_account.html", sign_ins=found, wrong=wrong)
