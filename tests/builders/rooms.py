"""Every page that a role may open, by its address; what stands in braces is taken from a world."""

from fieldops.domain.permissions import GRANTS, Permission, Role
from tests.builders.worlds import World

PAGES = {
    "/account": Permission.SIGNED_IN,
    "/day": Permission.WORK_VISITS,
    "/visits/{visit}": Permission.WORK_VISITS,
    "/phones": Permission.MANAGE_PHONES,
    "/team": Permission.READ_TEAM_RECORDS,
    "/board": Permission.READ_PLANS,
    "/board/week": Permission.READ_PLANS,
    "/imports": Permission.IMPORT_CASES,
    "/addresses": Permission.SETTLE_ADDRESSES,
    "/desk": Permission.READ_TRACE,
    "/cases": Permission.READ_CASES,
    "/promises": Permission.READ_CASES,
    "/cases/{case}": Permission.READ_CASES,
    "/cases/{case}/timeline": Permission.READ_CASES,
    "/cases/{case}/belief": Permission.READ_TRACE,
    "/cases/{case}/links": Permission.READ_TRACE,
    "/cases/{case}/packs": Permission.BUILD_PACKS,
    "/identity": Permission.READ_IDENTITY,
    "/cases/{case}/basket": Permission.BUILD_PACKS,
    "/holds": Permission.READ_CASES,
    "/overrides": Permission.READ_CASES,
    "/reports": Permission.READ_REPORTS,
    "/compliance": Permission.READ_AUDIT,
    "/compliance/agents": Permission.READ_AUDIT,
    "/compliance/agents/{agent}": Permission.READ_AUDIT,
    "/rules": Permission.JUDGE_CONTACTS,
    "/rules/changes": Permission.JUDGE_CONTACTS,
    "/complaints": Permission.READ_REQUESTS,
    "/complaints/{complaint}": Permission.READ_REQUESTS,
    "/protection": Permission.READ_PROTECTION,
    "/protection/restrictions/{restriction}": Permission.READ_PROTECTION,
    "/protection/readings": Permission.READ_AUDIT,
    "/protection/retention": Permission.READ_PROTECTION,
    "/protection/registers": Permission.READ_PROTECTION,
    "/drills": Permission.READ_AUDIT,
    "/drills/{drill}": Permission.READ_AUDIT,
    "/admin": Permission.MANAGE_ACCOUNTS,
    "/admin/organisation": Permission.MANAGE_ACCOUNTS,
    "/admin/providers": Permission.MANAGE_ACCOUNTS,
    "/admin/work": Permission.MANAGE_ACCOUNTS,
    "/api/docs": Permission.SIGNED_IN,
    "/api/docs/accounts": Permission.SIGNED_IN,
    "/admin/alerts": Permission.MANAGE_ALERTS,
    "/alarms": Permission.ANSWER_ALARMS,
    "/incidents": Permission.READ_INCIDENTS,
}


def pages_of(role: str) -> list[str]:
    """The pages that this role may open."""
    return [page for page, permission in PAGES.items() if permission in GRANTS[Role(role)]]


def address_of(page: str, world: World) -> str:
    """The page of something in this world."""
    return page.format(
        visit=world.visits[0].id, case=world.case.id, drill=world.drill.id,
        complaint=world.complaint.id, agent=world.visits[0].agent_id,
        restriction=world.restriction.id,
    )  # fmt: skip
