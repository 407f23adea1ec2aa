"""What binds contact: holds, consents, past contacts, and the rulings that were given."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Text, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models.base import Base, Owned
from fieldops.models.types import Digest, Json, Moment, Note, SealedJson, Short, UtcDateTime, Word


class Hold(Owned, Base):
    """A stop on contact, for a person, a debt or a third party; never erased, only lifted.

    `kind` is one of the kinds of the rulings format (cease, dispute, complaint, vulnerable, ...).
    """

    __tablename__ = "hold"
    __table_args__ = (
        Index("ix_hold_organisation_id_ends_at", "organisation_id", "ends_at"),
        Index("ix_hold_organisation_id_id", "organisation_id", "id"),
    )

    kind: Mapped[Word]
    # Which of several of its kind, such as an offer of hardship; see config/rights/holds.toml.
    variant: Mapped[Word] = mapped_column(default="")
    # person, debt or third_party
    scope: Mapped[Word]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"), index=True)
    starts_at: Mapped[Moment]
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[Note]
    # What it rests on, such as the number of an order.
    evidence: Mapped[Short | None]
    placed_by: Mapped[UUID | None]
    placed_at: Mapped[Moment]
    lifted_by: Mapped[UUID | None]
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_reason: Mapped[Note | None]
    # The outcome that lifted it, where it belongs to a complaint or a dispute.
    lifted_outcome: Mapped[Word | None]
    # When its time was seen to be over, so that its cases went on.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Consent(Owned, Base):
    """A person's agreement to a channel at hours otherwise forbidden; revocable at once."""

    __tablename__ = "consent"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[Word]
    # Local times ["22:00", "23:00"]
    window: Mapped[Json]
    evidence: Mapped[Short]
    granted_at: Mapped[Moment]
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Contact(Owned, Base):
    """Any attempt to reach a party, by any channel; frequency rules count it if it is ours."""

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_organisation_id_id", "organisation_id", "id"),
        # A period is counted from this index alone.
        Index("ix_contact_counted", "organisation_id", "at", "channel", "result", "house_id"),
        Index("ix_contact_person_id_at", "person_id", "at"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    # The debtor on whose account the person was contacted.
    debtor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[Word]
    purpose: Mapped[Word]
    at: Mapped[Moment]
    result: Mapped[Word]
    number_index: Mapped[Digest | None]
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"), unique=True)
    account_id: Mapped[UUID | None]
    recorded_at: Mapped[Moment]
    # The other house that made it, as its trace record told: then no rule of ours counts it.
    house_id: Mapped[UUID | None]
    house_name: Mapped[Short | None]


class RulePackVersion(Base):
    """A version of a rule pack that judged something, in its canonical content; never changed."""

    __tablename__ = "rule_pack_version"

    sha256: Mapped[Digest] = mapped_column(primary_key=True)
    name: Mapped[Short]
    content: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[Moment]


class RulingRecord(Owned, Base):
    """A ruling as given, kept so that an auditor can replay it; refusals are evidence too."""

    __tablename__ = "ruling_record"
    __table_args__ = (
        Index("ix_ruling_record_organisation_id_id", "organisation_id", "id"),
        # A period is counted from this index alone.
        Index("ix_ruling_record_counted", "organisation_id", "at", "gate", "allowed", "rule_pack"),
    )

    # plan, commit, door, close or asked
    gate: Mapped[Word]
    # What was judged: the kind and id of a visit, a stop of a plan, a contact.
    subject: Mapped[Short]
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"), index=True)
    allowed: Mapped[bool]
    violations: Mapped[Json]
    next_legal: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The packs as a person reads them, and their whole hashes: the keys of RulePackVersion.
    rule_pack: Mapped[Short]
    packs: Mapped[Any | None] = mapped_column(
        JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    )
    policies: Mapped[bool] = mapped_column(server_default=true())
    # [{"rule": ..., "override_id": ...}] where an officer's word let it through.
    overrides: Mapped[Any | None] = mapped_column(
        JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    )
    # The proposal as it was judged, in the format of rulings; None from before it was kept.
    inputs: Mapped[Any | None] = mapped_column(SealedJson("ruling-inputs"))
    inputs_hash: Mapped[Digest]
    account_id: Mapped[UUID | None]
    # The field agent whose contact it was: who asked, else the first of the crew.
    agent_id: Mapped[UUID | None] = mapped_column(index=True)
    at: Mapped[Moment]


class RulingRule(Owned, Base):
    """One rule's part in a kept ruling, so that rulings are found and counted by rule.

    `part`: refused or warned; of what was allowed it was near, when a little later
    (`near_end`) or once more (`near_cap`) would have been refused, or passed by a consent alone;
    or it was overridden.
    """

    __tablename__ = "ruling_rule"
    __table_args__ = (
        Index("ix_ruling_rule_organisation_id_part_at", "organisation_id", "part", "at"),
        Index(
            "ix_ruling_rule_organisation_id_rule_ruling_id", "organisation_id", "rule", "ruling_id"
        ),
    )

    ruling_id: Mapped[UUID] = mapped_column(ForeignKey("ruling_record.id"), index=True)
    ruling: Mapped[RulingRecord] = relationship(viewonly=True)
    rule: Mapped[Word]
    part: Mapped[Word]
    at: Mapped[Moment]
