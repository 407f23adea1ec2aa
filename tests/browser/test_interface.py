"""A call of the interface is tried on its page, as the reader, under the policy of every page."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_calls_are_tried_as_the_reader(opened: Callable[..., Page]) -> None:
    page = opened("agent", "desk", "en")
    page.goto("/api/docs/auth#auth.Me.get")
    me = page.locator("[id='auth.Me.get']")
    me.get_by_role("button", name="Send").click()
    expect(me.get_by_role("status")).to_contain_text("200")
    expect(me.locator("[data-answer]")).to_contain_text('"role": "agent"')


def test_a_fault_comes_back_with_its_cure(enters: Callable[..., Page]) -> None:
    page = enters("dispatcher", "phone", "zh-CN")
    page.goto("/api/docs/holds#holds.Holds.post")
    hold = page.locator("[id='holds.Holds.post']")
    hold.get_by_label("正文").fill("{}")
    hold.get_by_role("button", name="发送").click()
    expect(hold.get_by_role("status")).to_contain_text("422")
    expect(hold.locator("[data-answer]")).to_contain_text('"cure": "请填写该项"')
