"""Take the pictures of the READMEs anew, in both languages, from a demo that is being served.

    fieldops demo --once --dir /tmp/day
    FIELDOPS_REHEARSAL_CLOCK=rehearsal-clock fieldops serve --dir /tmp/day
    python scripts/take_pictures.py http://127.0.0.1:8620 /tmp/day

The board and a case are taken; every picture is kept with so few colours that it stays small.
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
from playwright.sync_api import Page, ViewportSize, sync_playwright

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
LANGUAGES = {"en": "", "zh-CN": ".zh"}
SIZE: ViewportSize = {"width": 1280, "height": 800}
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
        for role, name, take in (("dispatcher", "board", _board), ("counsel", "case", _case)):
            context = browser.new_context(base_url=asked.base, viewport=SIZE)
            page = context.new_page()
            _sign_in(page, people[role])
            for language, ending in LANGUAGES.items():
                context.add_cookies(
                    [{"name": "fieldops_language", "value": language, "url": asked.base}]
                )
                _keep(page, take, PICTURES / f"{name}{ending}.png")
            context.close()
        browser.close()


def _sign_in(page: Page, person: dict[str, Any]) -> None:
    page.goto("/sign-in")
    page.fill("[name=username]", person["username"])
    page.fill("[name=password]", person["password"])
    if person["otp_secret"]:
        page.fill("[name=code]", pyotp.TOTP(person["otp_secret"]).now())
    page.click("button.main")
    page.wait_for_url(re.compile("(?<!sign-in)$"))


def _board(page: Page) -> None:
    page.goto("/board")
    page.wait_for_selector("[data-ready]")


def _case(page: Page) -> None:
    """The evidence of a flagged case as a timeline, with what came first open."""
    page.goto("/desk")
    case = page.locator(".due h3 a").first.get_attribute("href") or ""
    page.goto(f"{re.split('[?#]', case)[0]}/timeline?kind=evidence")
    page.locator(".events a").last.click()
    page.wait_for_selector(".open-event")
    page.evaluate("scrollTo(0, 0)")


def _keep(page: Page, take: Callable[[Page], None], file: Path) -> None:
    take(page)
    # What is drawn a moment later, such as the areas, belongs to it.
    page.wait_for_load_state("networkidle")
    whole = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    whole.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    sys.stdout.write(f"{file.name}: {file.stat().st_size / 1000:.0f} kB\n")


if __name__ == "__main__":
    main()
