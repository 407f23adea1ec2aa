"""One phone in one hand, as tests of the phone's page use it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from playwright.sync_api import BrowserContext, Page

from fieldops.models import Visit

MAIN = ".dock .main"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Handheld:
    """One phone in one hand: its browser, its clock and the service's, and what it is used for."""

    def __init__(self, context: BrowserContext, set_clock: Callable[[datetime], None]) -> None:
        self.context = context
        self.set_clock = set_clock
        self.complaints: list[str] = []
        self.page = self.opened("/phone/")

    def opened(self, address: str) -> Page:
        """A tab that is opened, as after the browser was killed."""
        page = self.context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda wrong: self.complaints.append(str(wrong)))
        page.goto(address)
        return page

    def at(self, moment: datetime) -> None:
        """Turn the clocks of the phone and of the service."""
        self.set_clock(moment)
        self.context.clock.set_fixed_time(moment)

    def kill(self, address: str) -> None:
        """Kill the tab without a word, and open the page again."""
        self.page.close(run_before_unload=False)
        self.page = self.opened(address)

    def tap(self, selector: str) -> None:
        self.page.click(selector)

    def arrive(self, visit: Visit) -> None:
        """Stand at the door, badge shown, authorisation shown, recorder on."""
        self.page.goto(f"/phone/#/visit/{visit.id}/arrive")
        self.page.wait_for_selector(".place-state .good")
        for box in self.page.locator("main .choice input").all():
            box.check()
        assert self.page.evaluate(OVERFLOW) <= 0
        self.tap(MAIN)
        self.page.wait_for_selector(".countdown")

    def hold_sos(self) -> None:
        """Hold the red button until it fires."""
        box: Any = self.page.locator(".sos").bounding_box()
        self.page.mouse.move(box["x"] + 20, box["y"] + 20)
        self.page.mouse.down()
        self.page.wait_for_url("**/#/help")
        self.page.mouse.up()

    def photo(self, visit: Visit) -> None:
        """Take one photo in the page's own camera."""
        self.page.goto(f"/phone/#/visit/{visit.id}/camera/photo")
        self.tap(".shutter")
        self.page.wait_for_selector("main p:has-text('SHA-256')")

    def answer(self, visit: Visit, outcome: str) -> None:
        """Say what happened and leave open whatever may be left open."""
        self.page.goto(f"/phone/#/visit/{visit.id}/door/outcome")
        self.tap(f".answer:has-text('{outcome}')")
        self.page.wait_for_selector("h2:has-text('What happened?')", state="detached")
        self.pass_over()

    def pass_over(self) -> None:
        """Leave questions open until one must be answered, or all were asked."""
        while True:
            asked = self.page.locator(".bar h1").text_content()
            if asked == "Check" or not self.page.locator(".dock button:not(.main)").count():
                return
            self.tap(".dock button:not(.main)")
            self.page.wait_for_selector(f".bar h1:not(:text-is('{asked}'))")

    def record_and_leave(self, visit: Visit) -> None:
        """Record what was answered, and leave the door."""
        self.page.wait_for_selector(".review-lines")
        self.tap(MAIN)
        self.page.wait_for_selector(".review-lines", state="detached")
        self.page.goto(f"/phone/#/visit/{visit.id}")
        self.tap(".dock button.main:has-text('Leave')")
        self.page.wait_for_selector(".visits")
