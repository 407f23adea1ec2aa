"""Case files: imports, cases, the persons in them, and where those are said to live."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fieldops.models.base import Base, Owned
from fieldops.models.types import (
    AddressText,
    Digest,
    Id,
    IdNumber,
    Json,
    LongText,
    Moment,
    Money,
    Name,
    Note,
    Phone,
    Short,
    Starred,
    UtcDateTime,
    Word,
)


class Import(Owned, Base):
    """One file handed over, and what became of its lines."""

    __tablename__ = "import"

    # "cases" or "agents"
    kind: Mapped[Word]
    filename: Mapped[Short]
    sha256: Mapped[Digest]
    is_dry_run: Mapped[bool]
    state: Mapped[Word]
    # How many lines came to each verdict of the report.
    counts: Mapped[Json]
    account_id: Mapped[UUID | None]
    created_at: Mapped[Moment]
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportLine(Base):
    """What is to be said of one line: refused, or taken and to be looked at."""

    __tablename__ = "import_line"
    __table_args__ = (Index("ix_import_line_import_id_line", "import_id", "line"),)

    id: Mapped[Id]
    import_id: Mapped[UUID] = mapped_column(ForeignKey("import.id"))
    line: Mapped[int]
    # The number of the case or the code of the agent, where it could be read.
    key: Mapped[Short]
    # refused or to_look_at
    verdict: Mapped[Word]
    field: Mapped[Short]
    # The heading as the file writes it.
    heading: Mapped[Short]
    reason: Mapped[Word]
    message_en: Mapped[LongText]
    message_zh: Mapped[LongText]
    cure_en: Mapped[LongText]
    cure_zh: Mapped[LongText]


class ImportMapping(Owned, Base):
    """What the headings of a file mean, as a person said it; proposed for the same header again."""

    __tablename__ = "import_mapping"
    __table_args__ = (
        UniqueConstraint("organisation_id", "name"),
        Index("ix_import_mapping_organisation_id_header_key", "organisation_id", "header_key"),
    )

    name: Mapped[Short]
    # "cases" or "agents"
    kind: Mapped[Word]
    header_key: Mapped[Digest]
    # {plain heading: field or "ignore"}, and {field: what a blank cell stands for}.
    columns: Mapped[Json]
    defaults: Mapped[Json]
    saved_by: Mapped[UUID | None]
    saved_at: Mapped[Moment]


class Person(Owned, Base):
    """A natural person, one row over all cases of the organisation that name his ID number.

    Caps on contact count by person, over all debts.
    """

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("organisation_id", "id_number_index"),
        Index("ix_person_organisation_id_links_due_id", "organisation_id", "links_due", "id"),
    )

    name: Mapped[Name]
    id_number: Mapped[IdNumber | None]
    id_number_index: Mapped[Digest | None]
    phone: Mapped[Phone | None]
    phone_index: Mapped[Digest | None] = mapped_column(index=True)
    # Further telephones, separated by a slash.
    other_phones: Mapped[Phone | None]
    # What the lender starred, {"id_number": "510104********4774", "phones": ["138****8000"]}: to
    # compare by, never to call or to know somebody by.
    starred: Mapped[Starred | None]
    # Something new is known of him, so that he is compared with others again.
    links_due: Mapped[bool] = mapped_column(default=True)
    # Wishes of time and place, {"channel": [["12:00", "14:00"]]}; see the rulings format.
    wishes: Mapped[Json]
    created_at: Mapped[Moment]


class Case(Owned, Base):
    """One debt that somebody asked the organisation to pursue."""

    __tablename__ = "case"
    __table_args__ = (
        Index(
            "ix_case_organisation_id_state_priority_id",
            "organisation_id",
            "state",
            "priority",
            "id",
        ),
        Index("ix_case_organisation_id_id", "organisation_id", "id"),
        Index("ix_case_organisation_id_creditor", "organisation_id", "creditor"),
        Index("ix_case_import_id", "import_id"),
        Index("ix_case_organisation_id_priority_number", "organisation_id", "priority", "number"),
        UniqueConstraint("organisation_id", "number"),
        Index("ix_case_organisation_id_state_id", "organisation_id", "state", "id"),
        Index("ix_case_organisation_id_state_updated_at", "organisation_id", "state", "updated_at"),
    )

    number: Mapped[Short]
    creditor: Mapped[Short]
    product: Mapped[Short]
    amount: Mapped[Money]
    currency: Mapped[Word]
    overdue_days: Mapped[int]
    # 1 (must) to 5
    priority: Mapped[int]
    # What whoever visits must be able to do: a list of words, as agents' skills are written.
    skills: Mapped[Json | None]
    state: Mapped[Word]
    note: Mapped[Note | None]
    # The hash of the row as imported, by which the same row is known again.
    content_key: Mapped[Short]
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("import.id"))
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment] = mapped_column(index=True)

    parties: Mapped[list["Party"]] = relationship(back_populates="case", order_by="Party.id")
    addresses: Mapped[list["Address"]] = relationship(back_populates="case", order_by="Address.id")


class Party(Owned, Base):
    """A person's part in a case: debtor, guarantor, spouse, relative, neighbour, ..."""

    __tablename__ = "party"
    __table_args__ = (UniqueConstraint("case_id", "person_id", "role"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Word]
    # A third person who refused once is left alone for ever.
    opted_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[Moment]

    case: Mapped[Case] = relationship(back_populates="parties")
    person: Mapped[Person] = relationship()


class Address(Owned, Base):
    """Where a party is said to be found, and how well that place is located.

    `state`: pending, located, ambiguous, unlocated, settled (a person decided).
    `grade`: door, street, township, county, city, none. A place worse than street is doubtful
    and visited only when `visit_allowed_by` says who took that upon himself.
    """

    __tablename__ = "address"
    __table_args__ = (
        Index("ix_address_organisation_id_id", "organisation_id", "id"),
        Index("ix_address_organisation_id_state_id", "organisation_id", "state", "id"),
        # Where the addresses of many cases are is read from this index alone.
        Index("ix_address_placed", "case_id", "lat", "lon", "area_code"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"))
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    text: Mapped[AddressText]
    text_index: Mapped[Digest] = mapped_column(index=True)
    # home, work or other
    kind: Mapped[Word]
    # As received: {"lat": "30.66", "lon": "104.06", "datum": "GCJ02"}, or null.
    given_position: Mapped[Json | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    state: Mapped[Word]
    grade: Mapped[Word]
    provider: Mapped[Word]
    # The administrative code of the county, where known: rules may depend on it.
    area_code: Mapped[Word | None]
    candidates: Mapped[Json]
    visit_allowed_by: Mapped[UUID | None]
    visit_allowed_reason: Mapped[Short | None]
    # Who decided where a doubtful place is, and why.
    settled_by: Mapped[UUID | None]
    settled_reason: Mapped[Short | None]
    # Grows with every decision of a person, so that two of them do not overwrite each other.
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment]
    located_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[Case] = relationship(back_populates="addresses")
    party: Mapped[Party] = relationship()


class GeocoderAnswer(Base):
    """What a geocoder once said of a text: positive answers long, "no result" short."""

    __tablename__ = "geocoder_answer"

    # The blind index of provider and normalised text; the text itself is not kept.
    id: Mapped[Digest] = mapped_column(primary_key=True)
    provider: Mapped[Word]
    answer: Mapped[Json]
    expires_at: Mapped[Moment]
