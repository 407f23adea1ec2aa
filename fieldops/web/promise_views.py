"""Promises to pay: offers that wait for a word, days that passed, and those that come."""

from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from fieldops import clock
from fieldops.db import db
from fieldops.domain.errors import Conflict, FieldFault, FieldopsError, Forbidden, InvalidInput
from fieldops.domain.permissions import Permission
from fieldops.services.promises import deciding
from fieldops.web.access import current_actor, page, unit
from fieldops.web.blueprint import pages
from fieldops.web.form_words import NOT_OFFERED
from fieldops.wiring import wiring

Answer = AnyResponse | tuple[str, int]
Word = TypeVar("Word", bound=StrEnum)


@pages.get("/promises")
@page(Permission.READ_CASES, reads="promises")
def promises_page() -> str:
    """What waits for the office."""
    return _shown()


@pages.post("/arrangements/<uuid:arrangement_id>/decide")
@page(Permission.SETTLE_PROMISES)
def decide_arrangement(arrangement_id: UUID) -> Answer:
    """Agree, decline, or end."""
    try:
        with unit() as session:
            row = deciding.decide(
                session, arrangement_id, _word("decision", deciding.Decision),
                request.form.get("words", ""), terms=wiring().terms,
                actor=current_actor(), now=clock.now(),
            )  # fmt: skip
            case_id = row.case_id
    except (InvalidInput, Conflict, Forbidden) as wrong:
        return _shown(wrong), wrong.status
    return redirect(url_for("web.case_page", case_id=case_id, _anchor="promises"))


@pages.post("/promises/<uuid:promise_id>/settle")
@page(Permission.SETTLE_PROMISES)
def settle_promise(promise_id: UUID) -> Answer:
    """Say that a sum was paid by another way, or release it."""
    try:
        with unit() as session:
            row = deciding.settle(
                session, promise_id, _word("word", deciding.Word), request.form.get("words", ""),
                actor=current_actor(), now=clock.now(),
            )  # fmt: skip
            case_id = row.case_id
    except (InvalidInput, Conflict) as wrong:
        return _shown(wrong), wrong.status
    return redirect(url_for("web.case_page", case_id=case_id, _anchor="promises"))


def _shown(wrong: FieldopsError | None = None) -> str:
    found = deciding.to_follow(db.session(), current_actor(), now=clock.now())
    return render_template("promises.html", wrong=wrong, found=found)


def _word(name: str, words: type[Word]) -> Word:
    try:
        return words(request.form.get(name, ""))
    except ValueError as wrong:
        raise InvalidInput(faults=[FieldFault(name, NOT_OFFERED)]) from wrong
