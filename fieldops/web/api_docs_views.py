"""The interface for those who program against it: every call with an example, to be tried here."""

from flask import abort, render_template, request

from fieldops.domain.permissions import Permission
from fieldops.web import api_reading
from fieldops.web.access import page
from fieldops.web.blueprint import pages
from fieldops.web.catalogue import language


@pages.get("/api/docs")
@page(Permission.SIGNED_IN)
def api_docs_page() -> str:
    """Every group of calls, and the calls that are sought by a word."""
    interface, sought = api_reading.read(language()), request.args.get("q", "").strip()[:100]
    found = [
        (group, call)
        for group in interface.groups
        for call in group.calls
        if sought and _matches(sought.casefold(), call)
    ]
    return render_template("api_docs.html", interface=interface, sought=sought, found=found)


@pages.get("/api/docs/<string:name>")
@page(Permission.SIGNED_IN)
def api_group_page(name: str) -> str:
    """The calls about one kind of thing."""
    interface = api_reading.read(language())
    group = interface.group(name)
    if group is None:
        abort(404)
    return render_template("api_group.html", interface=interface, group=group)


def _matches(sought: str, call: api_reading.Call) -> bool:
    text = f"{call.method} {call.path} {call.summary} {call.more} {call.id}".casefold()
    return all(word in text for word in sought.split())
