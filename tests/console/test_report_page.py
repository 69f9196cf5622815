"""The report that a council can publish, in a real browser: what axe finds, and whether it fits."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from tests.analytics.reports import report_of
from tests.console.person import AXE

from mast_analytics.report.page import page as written


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_has_no_fault_that_axe_finds(
    chromium: Browser, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    """At 320 pixels, which is what 1280 are at 400 %; the script that looks at it is the test's own."""
    file = tmp_path / "report.html"
    file.write_bytes(written(report_of("nhs", tmp_path / "registry")))
    narrow = {"width": 320, "height": 256}
    context = chromium.new_context(viewport=narrow, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        page.goto(file.as_uri())
        found = Axe().run(page, options=AXE).response["violations"]
        assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    finally:
        context.close()
