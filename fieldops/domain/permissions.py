"""Who may do what: each permission is one English sentence, each role a set of them."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """The roles of people in an organisation, and the system acting for itself."""

    AGENT = "agent"
    DISPATCHER = "dispatcher"
    COUNSEL = "counsel"
    COMPLIANCE = "compliance"
    ADMIN = "admin"
    AUDITOR = "auditor"
    SYSTEM = "system"


class Permission(StrEnum):
    """One act; the value is the sentence that a person reads."""

    ANYONE = "Anyone may call this, signed in or not."
    SIGNED_IN = "Anyone who is signed in may call this."
    IMPORT_CASES = "Bring case and agent files into the organisation."
    READ_CASES = "Read the organisation's cases, parties and addresses."
    CLOSE_CASES = "Close a case that is settled, withdrawn or written off, or open it again."
    SETTLE_ADDRESSES = "Decide where a doubtful address is, and whether it may be visited."
    MANAGE_PHONES = "Enrol and revoke agents' phones, and settle what they wrote offline."
    MANAGE_TEAM = "Read and change agents and their shifts."
    READ_TEAM_RECORDS = "Read what agents hold and how agencies were judged."
    KEEP_TEAM_RECORDS = "Keep and withdraw records of agents and evaluations of agencies."
    PLAN_VISITS = "Propose, commit and discard plans, and move visits by hand."
    READ_PLANS = "Read plans and their routes."
    SETTLE_PROMISES = "Decide on instalments that were offered, and say how a promise stands."
    WORK_VISITS = "Work the visits of one's own day: arrive, record, leave."
    READ_VISITS = "Read all visits of the organisation."
    CANCEL_VISITS = "Call a visit off."
    ADD_EVIDENCE = "Upload evidence for a visit of one's own day."
    READ_EVIDENCE = "Open items of evidence and their custody."
    READ_TRACE = "Read observations, beliefs and flags of a case."
    RECORD_OBSERVATIONS = "Record what was learned about a debtor or an asset."
    MOVE_TRACE = "Take the whole trace record out, or one in."
    REVIEW_FLAGS = "Judge a flag and say why."
    RECORD_LEGAL_EVENTS = "Record court and preservation events of a case, and withdraw them."
    DRAW_LEAD_SHEETS = "Draw the draft of a property lead for the court."
    READ_IDENTITY = "See which records may be one person, and why."
    JUDGE_IDENTITY = "Judge whether two records are one person, and withdraw such a judgement."
    SET_IDENTITY_SCOPE = "Switch comparing across creditors on or off, with its purpose."
    BUILD_PACKS = "Draw an evidence pack, download it and share it."
    PLACE_HOLDS = "Stop all contact at once."
    LIFT_HOLDS = "End a hold of the kinds that are one's own to end, and say why."
    CLEAR_VULNERABILITY = "End a hold of vulnerability, capacity, hardship or bereavement."
    LIFT_LEGAL_HOLDS = "End a hold that rests on a court, an authority or a death."
    OVERRIDE_RULES = "Let one contact through against a rule that one's office may override."
    RECORD_REQUESTS = "Take down what a person asks, disputes or complains of."
    READ_REQUESTS = "Read complaints, disputes and requests, in the person's words."
    HANDLE_COMPLAINTS = "Handle complaints, disputes and requests to an end, with an outcome."
    JUDGE_CONTACTS = "Ask what the rulebook says of a contact."
    RECORD_CONTACTS = "Record a call, message or letter and its result."
    READ_REPORTS = "Read the reports of a day, a week or a portfolio."
    COMPARE_AGENTS = "See the figures of each agent beside those of others."
    REVIEW_AGENTS = "Say what came of an agent whose evidence does not fit, and suspend him."
    READ_AUDIT = "Read who looked at what and what was refused."
    CALL_FOR_HELP = "Call for help, and say that one is safe."
    ANSWER_ALARMS = "Answer calls for help, look for crews that are overdue, and end both."
    REPORT_INCIDENTS = "Report what went wrong in the field."
    READ_INCIDENTS = "Read all incidents of the organisation."
    REVIEW_INCIDENTS = "Say what was done about an incident."
    SET_CALL_LIST = "Set who is called when nobody answers an alarm."
    READ_PROTECTION = "Read requests for personal data, restrictions, registers and retention."
    ANSWER_DATA_REQUESTS = "Record and answer what persons ask of their own data."
    REVEAL_DATA = "See one masked value in full, saying why."
    OPEN_RESTRICTED = "Open the record of a restricted person, saying why."
    KEEP_REGISTERS = "Keep the registers of impact assessments, breaches and purposes."
    SWITCH_RETENTION = "Switch erasing by the clock on or off."
    FILE_DRILLS = "File the report of a drill."
    MANAGE_ACCOUNTS = "Create accounts, reset passwords and second factors."
    MANAGE_ALERTS = "Set who is told of deadlines, through which channel and when."


_READING = {
    Permission.SIGNED_IN,
    Permission.READ_CASES,
    Permission.READ_PLANS,
    Permission.READ_VISITS,
    Permission.READ_EVIDENCE,
    Permission.READ_TRACE,
    Permission.READ_REPORTS,
    Permission.JUDGE_CONTACTS,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.AGENT: frozenset(
        {
            Permission.SIGNED_IN,
            Permission.WORK_VISITS,
            Permission.ADD_EVIDENCE,
            Permission.PLACE_HOLDS,
            Permission.CALL_FOR_HELP,
            Permission.REPORT_INCIDENTS,
            Permission.RECORD_REQUESTS,
        }
    ),
    Role.DISPATCHER: frozenset(
        {
            Permission.SIGNED_IN,
            Permission.IMPORT_CASES,
            Permission.READ_CASES,
            Permission.CLOSE_CASES,
            Permission.SETTLE_ADDRESSES,
            Permission.MANAGE_TEAM,
            Permission.MANAGE_PHONES,
            Permission.READ_TEAM_RECORDS,
            Permission.PLAN_VISITS,
            Permission.READ_PLANS,
            Permission.READ_REPORTS,
            Permission.COMPARE_AGENTS,
            Permission.READ_VISITS,
            Permission.CANCEL_VISITS,
            Permission.SETTLE_PROMISES,
            Permission.PLACE_HOLDS,
            Permission.RECORD_REQUESTS,
            Permission.JUDGE_CONTACTS,
            Permission.RECORD_CONTACTS,
            Permission.ANSWER_ALARMS,
            Permission.REPORT_INCIDENTS,
            Permission.READ_INCIDENTS,
            Permission.REVEAL_DATA,
        }
    ),
    Role.COUNSEL: frozenset(
        _READING
        | {
            Permission.RECORD_OBSERVATIONS,
            Permission.REVIEW_FLAGS,
            Permission.RECORD_LEGAL_EVENTS,
            Permission.DRAW_LEAD_SHEETS,
            Permission.READ_IDENTITY,
            Permission.JUDGE_IDENTITY,
            Permission.BUILD_PACKS,
            Permission.CLOSE_CASES,
            Permission.SETTLE_PROMISES,
            Permission.PLACE_HOLDS,
            Permission.LIFT_HOLDS,
            Permission.LIFT_LEGAL_HOLDS,
            Permission.OVERRIDE_RULES,
            Permission.RECORD_REQUESTS,
            Permission.READ_REQUESTS,
            Permission.RECORD_CONTACTS,
            Permission.REPORT_INCIDENTS,
            Permission.REVEAL_DATA,
            Permission.READ_PROTECTION,
            Permission.OPEN_RESTRICTED,
        }
    ),
    Role.COMPLIANCE: frozenset(
        _READING
        | {
            Permission.READ_TEAM_RECORDS,
            Permission.KEEP_TEAM_RECORDS,
            Permission.CLOSE_CASES,
            Permission.SETTLE_PROMISES,
            Permission.PLACE_HOLDS,
            Permission.LIFT_HOLDS,
            Permission.CLEAR_VULNERABILITY,
            Permission.OVERRIDE_RULES,
            Permission.RECORD_REQUESTS,
            Permission.READ_REQUESTS,
            Permission.HANDLE_COMPLAINTS,
            Permission.READ_IDENTITY,
            Permission.JUDGE_IDENTITY,
            Permission.SET_IDENTITY_SCOPE,
            Permission.MOVE_TRACE,
            Permission.CANCEL_VISITS,
            Permission.COMPARE_AGENTS,
            Permission.REVIEW_AGENTS,
            Permission.READ_AUDIT,
            Permission.FILE_DRILLS,
            Permission.ANSWER_ALARMS,
            Permission.REPORT_INCIDENTS,
            Permission.READ_INCIDENTS,
            Permission.REVIEW_INCIDENTS,
            Permission.READ_PROTECTION,
            Permission.ANSWER_DATA_REQUESTS,
            Permission.REVEAL_DATA,
            Permission.OPEN_RESTRICTED,
            Permission.KEEP_REGISTERS,
            Permission.SWITCH_RETENTION,
        }
    ),
    Role.ADMIN: frozenset(
        {
            Permission.SIGNED_IN,
            Permission.IMPORT_CASES,
            Permission.READ_CASES,
            Permission.CLOSE_CASES,
            Permission.SETTLE_ADDRESSES,
            Permission.MANAGE_TEAM,
            Permission.MANAGE_PHONES,
            Permission.READ_TEAM_RECORDS,
            Permission.KEEP_TEAM_RECORDS,
            Permission.PLAN_VISITS,
            Permission.READ_PLANS,
            Permission.READ_REPORTS,
            Permission.COMPARE_AGENTS,
            Permission.READ_VISITS,
            Permission.CANCEL_VISITS,
            Permission.MANAGE_ACCOUNTS,
            Permission.MANAGE_ALERTS,
            Permission.READ_AUDIT,
            Permission.FILE_DRILLS,
            Permission.JUDGE_CONTACTS,
            Permission.ANSWER_ALARMS,
            Permission.READ_INCIDENTS,
            Permission.SET_CALL_LIST,
        }
    ),
    Role.AUDITOR: frozenset(
        _READING
        | {
            Permission.READ_TEAM_RECORDS,
            Permission.READ_IDENTITY,
            Permission.READ_INCIDENTS,
            Permission.READ_AUDIT,
            Permission.READ_REQUESTS,
            Permission.READ_PROTECTION,
        }
    ),
    Role.SYSTEM: frozenset(Permission),
}

SECOND_FACTOR_ROLES = frozenset({Role.COUNSEL, Role.COMPLIANCE, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account of one organisation, or the system on its behalf."""

    organisation_id: UUID
    role: Role
    account_id: UUID | None = None
    agent_id: UUID | None = None
    name: str = ""

    def may(self, permission: Permission) -> bool:
        """Whether the actor's role carries this permission."""
        return permission is Permission.ANYONE or permission in GRANTS[self.role]

    @property
    def label(self) -> str:
        """A stable name for logs and custody entries, without personal data."""
        return f"{self.role.value}:{self.account_id or 'system'}"


def system(organisation_id: UUID) -> Actor:
    """The system acting for this organisation, as jobs do."""
    return Actor(organisation_id=organisation_id, role=Role.SYSTEM)
