"""Take the pictures of the READMEs anew, in both languages, from a demo that is being served.

    fieldops demo --once --dir /tmp/day
    FIELDOPS_REHEARSAL_CLOCK=rehearsal-clock fieldops serve --dir /tmp/day
    python scripts/take_pictures.py http://127.0.0.1:8620 /tmp/day

The board, a case, a belief and a phone's day are taken; the phone is enrolled by a code, as a
person would. Every picture is kept with so few colours that it stays small.
"""

import argparse
import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyotp
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
LANGUAGES = {"en": "", "zh-CN": ".zh"}
SIZE: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
COLOURS = 128
CHROMIUM = "/usr/bin/chromium"


def main() -> None:
    """Sign in as those who see it, and look."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("base", help="where the demo is served")
    parser.add_argument("directory", type=Path, help="where the demo lies")
    asked = parser.parse_args()
    demo = json.loads((asked.directory / "demo.json").read_text())
    people = {one["role"]: one for one in demo["accounts"]}
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = _desk(browser, asked.base, people["dispatcher"])
        _in_both_languages(page, asked.base, {"board": _board})
        _phone(browser, page, asked.base)
        counsel = _desk(browser, asked.base, people["counsel"])
        _in_both_languages(counsel, asked.base, {"case": _case, "belief": _belief})
        browser.close()


def _desk(browser: Browser, base: str, person: dict[str, Any]) -> Page:
    """A window of somebody who has signed in."""
    page = browser.new_context(base_url=base, viewport=SIZE).new_page()
    _sign_in(page, person)
    return page


def _in_both_languages(page: Page, base: str, takes: dict[str, Callable[[Page], None]]) -> None:
    for language, ending in LANGUAGES.items():
        # By the address of the service: that of a page would hold for its folder alone.
        page.context.add_cookies([{"name": "fieldops_language", "value": language, "url": base}])
        for name, take in takes.items():
            take(page)
            _keep(page, f"{name}{ending}")


def _sign_in(page: Page, person: dict[str, Any]) -> None:
    page.goto("/sign-in")
    page.fill("[name=username]", person["username"])
    page.fill("[name=password]", person["password"])
    if person["otp_secret"]:
        page.fill("[name=code]", pyotp.TOTP(person["otp_secret"]).now())
    page.click("button.main")
    page.wait_for_url(re.compile("(?<!sign-in)$"))


def _board(page: Page) -> None:
    with page.expect_response(re.compile("areas.geojson")):
        page.goto("/board")
    page.wait_for_selector("[data-ready]")


def _case(page: Page) -> None:
    """The evidence of a flagged case as a timeline, with a photo open where there is one."""
    for case in _flagged(page):
        page.goto(f"{case}/timeline?kind=evidence")
        page.locator(".events a").last.click()
        page.wait_for_selector(".open-event")
        if page.locator(".open-event img").count():
            break
    page.evaluate("scrollTo(0, 0)")


def _flagged(page: Page) -> list[str]:
    page.goto("/desk")
    links = [one.get_attribute("href") or "" for one in page.locator(".due h3 a").all()]
    return list(dict.fromkeys(re.split("[?#]", one)[0] for one in links))


def _belief(page: Page) -> None:
    """Of the flagged cases the belief that is surest of a move, from the tabs of its case down."""
    shares = {}
    for case in _flagged(page):
        page.goto(f"{case}/belief")
        told = page.locator("svg text.p_moved").all_text_contents()
        shares[case] = max((int(re.sub(r"\D", "", one)) for one in told), default=-1)
    page.goto(f"{max(shares, key=lambda case: shares[case])}/belief")
    page.evaluate("scrollTo(0, document.querySelector('main .tabs').offsetTop - 8)")


def _phone(browser: Browser, office: Page, base: str) -> None:
    """The day of the first agent, on a phone that the office enrols: a code for each language."""
    for language, ending in LANGUAGES.items():
        office.goto("/phones")
        office.click("form[action$=codes] button.main")
        code = office.locator("p.code").inner_text()
        context = browser.new_context(
            base_url=base, viewport=PHONE, has_touch=True, is_mobile=True, locale=language
        )
        page = context.new_page()
        page.goto("/phone/")
        page.fill("input.code", code.replace(" ", ""))
        page.click(".dock .main")
        page.wait_for_selector(".visits")
        _keep(page, f"day{ending}")
        context.close()


def _keep(page: Page, name: str) -> None:
    # What is drawn a moment later, such as the areas, belongs to it.
    page.wait_for_load_state("networkidle")
    file = PICTURES / f"{name}.png"
    whole = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    whole.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    sys.stdout.write(f"{file.name}: {file.stat().st_size / 1000:.0f} kB\n")


if __name__ == "__main__":
    main()
