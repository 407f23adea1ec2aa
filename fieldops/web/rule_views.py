"""The rules in force: what each asks, on what it rests, how that was read, and since when."""

from flask import render_template, request

from fieldops import clock
from fieldops.db import db
from fieldops.domain.permissions import Permission
from fieldops.domain.rulebook import explaining
from fieldops.domain.rulebook.records import EVERYWHERE, RuleBook
from fieldops.domain.rulebook.telling import applies, asked
from fieldops.models import Organisation
from fieldops.web.access import current_actor, page
from fieldops.web.blueprint import pages
from fieldops.wiring import wiring


@pages.get("/rules")
@page(Permission.JUDGE_CONTACTS)
def rules_page() -> str:
    """The packs that hold in one jurisdiction, the organisation's own unless another is chosen."""
    book = wiring().rulebook
    codes = _codes(book)
    chosen = request.args.get("in", "")
    if chosen not in codes:
        chosen = own_jurisdiction(book)
    return render_template(
        "rules.html",
        codes=codes,
        chosen=chosen,
        packs=book.packs_for([chosen]),
        today=clock.now().date(),
        explaining=explaining,
        applies=applies,
        asked=asked,
    )


def own_jurisdiction(book: RuleBook) -> str:
    """The first of the organisation's jurisdictions that has a pack, else the first of all."""
    codes = _codes(book)
    row = db.session().get_one(Organisation, current_actor().organisation_id)
    held = [p.jurisdiction for p in book.packs_for(row.jurisdictions) if p.jurisdiction in codes]
    return held[0] if held else codes[0]


def _codes(book: RuleBook) -> list[str]:
    return [pack.jurisdiction for pack in book.packs if pack.jurisdiction != EVERYWHERE]
