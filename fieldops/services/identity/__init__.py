"""The same person across cases: keys kept, pairs scored, judged by people, and what follows."""

from fieldops.services.identity.due import hand_out, mark, mark_for_assets
from fieldops.services.identity.judging import VERDICTS, Judged, judge, propose
from fieldops.services.identity.keeping import add_keys
from fieldops.services.identity.linking import BATCH, Linked, count_due, link_due
from fieldops.services.identity.moves import Concerned, concerned
from fieldops.services.identity.queue import QUEUES, get_pair, pairs_to_judge, told_to_compliance
from fieldops.services.identity.records import record_of
from fieldops.services.identity.scope import across_creditors, scopes, set_scope
from fieldops.services.identity.shared import Shared, comparable, people_with_phones, shared_things
from fieldops.services.identity.showing import Entity, Side, entity_of, sides

__all__ = [
    "BATCH",
    "QUEUES",
    "VERDICTS",
    "Concerned",
    "Entity",
    "Judged",
    "Linked",
    "Shared",
    "Side",
    "across_creditors",
    "add_keys",
    "comparable",
    "concerned",
    "count_due",
    "entity_of",
    "get_pair",
    "hand_out",
    "judge",
    "link_due",
    "mark",
    "mark_for_assets",
    "pairs_to_judge",
    "people_with_phones",
    "propose",
    "record_of",
    "scopes",
    "set_scope",
    "shared_things",
    "sides",
    "told_to_compliance",
]
