"""What the rows of a large archive say of evidence, of what is held and flagged, and of a house."""

from bench.archive_rows import DayRows, Made
from bench.bulk import Row

FLAGS = ("AT-GIFT", "AT-UNDERVALUE", "AT-RELATIVE", "AT-NOVALUE")
KINDS = ("visit.no_answer", "visit.met_debtor")
_CHECKS = ("exif-to-address", "fix-to-address", "exif-to-fix", "fix-to-arrival", "arrival-clock")
FITS = [
    {"check": check, "holds": True, "value": 12, "threshold": 100, "unit": "m"} for check in _CHECKS
]
FITS_NOT = [{**FITS[0], "holds": False}, *FITS[1:]]


class Rows(DayRows):
    """All rows of an archive."""

    @property
    def _items(self) -> int:
        # The first case is a busy one: of it there is always more than a page.
        return self.visits // 2 + min(700, self.visits // 4)

    def _seen_on(self, n: int) -> dict[str, object]:
        """The case and the visit of an item or an observation."""
        visit = 2 * n if n < self.visits // 2 else 0
        return {**self._of_case(visit), "visit_id": self.a.key("visit", visit)}

    def blob(self) -> Made:
        return self._items, lambda n: {
            "sha256": f"{n:064x}", "size": 400_000, "stored_at": self.a.at(n, self._items),
        }  # fmt: skip

    def item(self) -> Made:
        team = 2 * self.a.crews
        return self._items, lambda n: {
            **self._seen_on(n), "blob_id": self.a.key("blob", n), "sha256": f"{n:064x}",
            "account_id": self.a.key("account", n % team), "size": 400_000, "kind": "photo",
            "media_type": "image/jpeg", "filename": f"IMG_{n:06d}.jpg", "capture": "camera",
            "received_at": self.a.at(n, self._items), "properties": {}, "record": {},
            "findings": FITS_NOT if n % 30 == 7 else FITS, "receipt": "{}", "scan_state": "clean",
        }  # fmt: skip

    def custody_entry(self) -> Made:
        return self._items, lambda n: {
            "case_id": self._seen_on(n)["case_id"], "position": n, "case_sequence": n + 1,
            "item_id": self.a.key("item", n), "action": "received", "body": b"{}",
            "at": self.a.at(n, self._items), "leaf_hash": f"{n:064x}",
        }  # fmt: skip

    def observation(self) -> Made:
        count = self.visits // 2
        return count, lambda n: {
            **self._of_case(2 * n), "person_id": self.a.key("person", 2 * n % self.cases),
            "kind": KINDS[n % 2], "polarity": "affirmed", "observed_at": self.a.at(n, count),
            "recorded_at": self.a.at(n, count), "source_class": "agent",
            "source_id": f"agent-{n % 400}", "basis": "OBSERVED_FROM_PUBLIC_PLACE",
            "grade": {"reliability": "B", "credibility": 2}, "data": {}, "origin": f"visit:{n}",
        }  # fmt: skip

    def observation_change(self) -> Made:
        return self.visits // 2, lambda n: {
            "seq": n + 1, "observation_id": self.a.key("observation", n), "what": "recorded",
            "person_id": self.a.key("person", 2 * n % self.cases),
        }  # fmt: skip

    @property
    def _flags(self) -> int:
        return max(8, self.visits // 50)

    def flag(self) -> Made:
        return self._flags, lambda n: {
            **self._of_case(n), "person_id": self.a.key("person", n % self.cases),
            "code": FLAGS[n % 4], "subject": f"asset {n}", "severity": "high",
            "state": "open" if n % 5 == 0 else "confirmed", "basis": "", "probability": 0.7,
            "model_version": "1", "known_at": self.a.at(n, self._flags),
            "earliest_deadline": self.a.at(n, self._flags) if n % 2 else None,
            "raised_at": self.a.at(n, self._flags), "updated_at": self.a.at(n, self._flags),
        }  # fmt: skip

    def deadline(self) -> Made:
        return self._flags // 2, lambda n: {
            **self._of_case(2 * n + 1), "flag_id": self.a.key("flag", 2 * n + 1),
            "holder": f"flag:{n}", "name": "revocation-1y", "subject": "",
            "ends_at": self.a.at(2 * n + 1, self._flags),
        }  # fmt: skip

    def notice(self) -> Made:
        return 2 * self._flags, lambda n: {
            **self._of_case(n), "flag_id": self.a.key("flag", n % self._flags),
            "code": FLAGS[n % 4], "occasion": "raised", "version": f"{n:064x}", "role": "counsel",
            "way": "today", "made_at": self.a.at(n, 2 * self._flags),
            "seen_at": self.a.at(n, 2 * self._flags) if n % 10 else None,
        }  # fmt: skip

    def alert_channel(self) -> Made:
        return 1, lambda n: {
            "role": "counsel",
            "kind": "mail",
            "language": "en",
            "created_at": self.a.ends,
        }

    def notice_sending(self) -> Made:
        return 2 * self._flags, lambda n: {
            "notice_id": self.a.key("notice", n), "channel_id": self.a.key("alert_channel", 0),
            "state": "sent", "due_at": self.a.at(n, 2 * self._flags), "attempts": 1,
            "sent_at": self.a.at(n, 2 * self._flags),
        }  # fmt: skip

    def hold(self) -> Made:
        return self._flags, lambda n: {
            "kind": "cease", "scope": "person", "person_id": self.a.key("person", n % self.cases),
            "starts_at": self.a.at(n, self._flags), "reason": self.note,
            "placed_at": self.a.at(n, self._flags),
            "lifted_at": self.a.at(n, self._flags) if n % 5 else None,
        }  # fmt: skip

    def _asked(self, n: int) -> dict[str, object]:
        """Somebody's words, with the hold that came of them."""
        return {
            **self._of_case(n), "party_id": self.a.key("party", n % self.cases),
            "hold_id": self.a.key("hold", n % self._flags), "came_by": "call", "words": self.note,
        }  # fmt: skip

    def complaint(self) -> Made:
        count = max(8, self.visits // 400)
        return count, lambda n: {
            **self._asked(n), "complexity": "simple", "state": "closed" if n % 5 else "opened",
            "received_at": self.a.at(n, count), "due_at": self.a.at(n, count),
            "opened_at": self.a.at(n, count), "closed_at": self.a.at(n, count) if n % 5 else None,
        }  # fmt: skip

    def dispute(self) -> Made:
        count = max(8, self.visits // 400)
        return count, lambda n: {
            **self._asked(n), "ground": "amount", "opened_at": self.a.at(n, count),
            "resolved_at": self.a.at(n, count) if n % 5 else None,
        }  # fmt: skip

    def contact_request(self) -> Made:
        count = max(8, self.visits // 200)
        return count, lambda n: {
            **self._asked(n), "person_id": self.a.key("person", n % self.cases),
            "kind": "channel", "channel": "call", "recorded_at": self.a.at(n, count),
        }  # fmt: skip

    def data_request(self) -> Made:
        count = max(8, self.visits // 1_000)
        return count, lambda n: {
            "person_id": self.a.key("person", n % self.cases), "kind": "access", "answer": {},
            "jurisdiction": "CN", "state": "answered" if n % 5 else "open", "channel": "letter",
            "received_at": self.a.at(n, count), "due_at": self.a.at(n, count),
            "answered_at": self.a.at(n, count) if n % 5 else None,
        }  # fmt: skip

    def rule_override(self) -> Made:
        count = max(8, self.visits // 1_000)
        return count, lambda n: {
            **self._of_case(n), "party_id": self.a.key("party", n % self.cases),
            "rule": "CN-TIME-01", "office": "counsel", "channel": "visit", "reason": self.note,
            "reference": self.note, "starts_at": self.a.at(n, count),
            "ends_at": self.a.at(n, count), "placed_at": self.a.at(n, count),
            "placed_by": self.a.account_id,
        }  # fmt: skip

    def ruling_record(self) -> Made:
        return self.visits, lambda n: {
            **self._of_case(n), "gate": "commit", "subject": f"stop:{n}", "allowed": n % 50 != 0,
            "rule_pack": "cn", "inputs_hash": f"{n:064x}", "policies": True,
            "agent_id": self.a.key("agent", n % (2 * self.a.crews)),
            "at": self.a.at(n, self.visits),
        }  # fmt: skip

    def ruling_rule(self) -> Made:
        def make(n: int) -> Row:
            ruling = 25 * n
            return {
                "ruling_id": self.a.key("ruling_record", ruling),
                "rule": f"CN-TIME-0{1 + n % 3}", "at": self.a.at(ruling, self.visits),
                "part": "refused" if ruling % 50 == 0 else "near_end",
            }  # fmt: skip

        return self.visits // 25, make

    def access_record(self) -> Made:
        return self.visits, lambda n: {
            "account_id": self.a.account_id, "role": "counsel", "purpose": "case-handling",
            "subject": f"case:{self.a.id_of('case', n % self.cases)}",
            "at": self.a.at(n, self.visits),
        }  # fmt: skip

    def job_run(self) -> Made:
        count = self.visits // 2
        return count, lambda n: {
            "id": self.a.key("job_run", n), "name": "observe-visit",
            "subject": f"visit:{self.a.id_of('visit', 2 * n)}",
            "state": "failed" if n % 1_000 == 0 else "done", "queued_at": self.a.at(n, count),
        }  # fmt: skip

    def import_line(self) -> Made:
        return self.cases // 4, lambda n: {
            "import_id": self.a.key("import", n % self.imports), "line": n + 1,
            "key": f"HT-{n:07d}", "verdict": "to_look_at", "field": "address", "heading": "地址",
            "reason": "address-short",
        }  # fmt: skip

    def identity_pair(self) -> Made:
        return max(1, self.visits // 100), lambda n: {
            "low_id": self.a.key("person", n % self.cases),
            "high_id": self.a.key("person", self.cases + n % (self.cases // 2)),
            "decibans": 40.0 + n % 997 / 10, "verdict": "possible" if n % 3 else "same",
            "model_version": "1", "scored_at": self.a.at(n, self.visits), "limit": "",
        }  # fmt: skip

    def pack(self) -> Made:
        count = max(8, self.visits // 500)
        return count, lambda n: {
            "case_id": self.a.key("case", 0 if n % 20 == 0 else n % self.cases),
            "account_id": self.a.account_id, "state": "ready", "purpose": "court", "summary": {},
            "size": 1_000_000, "sha256": f"{n:064x}", "created_at": self.a.at(n, count),
            "finished_at": self.a.at(n, count),
        }  # fmt: skip

    def device(self) -> Made:
        return 2 * self.a.crews, lambda n: {
            "account_id": self.a.account_id, "agent_id": self.a.key("agent", n), "name": "phone",
            "key_hash": f"{n:064x}", "family": f"{n:064x}", "enrolled_at": self.a.ends,
        }  # fmt: skip

    def device_entry(self) -> Made:
        count = self.visits // 5
        return count, lambda n: {
            "device_id": self.a.key("device", n % (2 * self.a.crews)), "sequence": n,
            "key": f"{n:032x}", "kind": "arrive", "state": "applied", "tries": 1,
            "visit_id": self.a.key("visit", 5 * n), "content_hash": f"{n:064x}",
            "happened_at": self.a.at(n, count), "received_at": self.a.at(n, count),
            "settled_at": self.a.at(n, count),
        }  # fmt: skip

    def alarm(self) -> Made:
        count = max(8, self.visits // 1_000)
        return count, lambda n: {
            "kind": "sos", "key": f"{n:032x}", "agent_id": self.a.key("agent", n % self.a.crews),
            "raised_at": self.a.at(n, count), "ending": "safe",
            "ended_at": self.a.at(n, count), "acknowledged_at": self.a.at(n, count),
        }  # fmt: skip

    def incident(self) -> Made:
        count = max(8, self.visits // 1_000)
        return count, lambda n: {
            **self._of_case(n), "key": f"{n:032x}", "kind": "threat", "words": self.note,
            "happened_at": self.a.at(n, count), "recorded_at": self.a.at(n, count),
            "review_due_at": self.a.at(n, count),
            "reviewed_at": self.a.at(n, count) if n % 5 else None,
        }  # fmt: skip

    def day_change(self) -> Made:
        count = self.visits // 200
        return count, lambda n: {
            "plan_id": self.a.key("plan", n % self.a.plans), "kind": "move", "state": "applied",
            "reason": self.note, "base_version": 1, "recipe": {}, "told": {}, "figures": {},
            "seen": {}, "created_at": self.a.at(n, count), "applied_at": self.a.at(n, count),
        }  # fmt: skip

    def legal_event(self) -> Made:
        count = self.visits // 200
        return count, lambda n: {
            **self._of_case(n), "kind": "judgment_effective", "subject": "",
            "at": self.a.at(n, count), "recorded_at": self.a.at(n, count),
        }  # fmt: skip
