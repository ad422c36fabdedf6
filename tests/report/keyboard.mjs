// The page by keyboard alone.

import assert from "node:assert/strict";

export function keyboard({ browser, url, opened, named, quiet }) {
  const focused = (page, read) => page.ask(`(() => {
    const on = document.activeElement;
    return ${read};
  })()`);
  const name = "on.className || on.name || on.textContent.trim()";
  const checks = {};

  checks["Tab reaches the filters and the scenarios, Enter opens one"] = async () => {
    const page = await browser.open(url);
    await page.press("Tab", "Tab", 9);
    assert.equal(await focused(page, name), "skip");
    const seen = [];
    for (let press = 0; press < 40 && !seen.includes("SUMMARY"); press += 1) {
      await page.press("Tab", "Tab", 9);
      seen.push(await focused(page, "on.tagName"));
    }
    assert.ok(seen.includes("INPUT") && seen.includes("SELECT"), seen.join());
    await page.press("Enter", "Enter", 13, "\r");
    await page.until(`!!document.querySelector(".player[data-ready]")`);
    await page.press("Tab", "Tab", 9);
    assert.equal(await focused(page, "on.textContent"), "Previous step");
    await page.press("Tab", "Tab", 9);
    assert.equal(await focused(page, "on.type"), "range");
    const outline = await focused(page, "getComputedStyle(on).outlineStyle");
    assert.equal(outline, "solid", "the focus is seen");
    quiet(page);
    await page.close();
  };

  checks["the scrubber moves by packet, by step, to either end, and says where it is"] = async () => {
    const number = named("skips-for-every-reason");
    const page = await browser.open(url);
    await opened(page, number);
    await page.ask(`document.querySelector("#s${number} input[type=range]").focus()`);
    const said = () => focused(page, "on.getAttribute('aria-valuetext')");
    await page.press("Home", "Home", 36);
    assert.equal(await said(), "+00:00:00.000, Before the first step");
    await page.press("PageDown", "PageDown", 34);
    assert.match(await said(), /^\+\S+, Step 1 of 8: Invoke-IpamServerProvisioning/);
    await page.press("ArrowRight", "ArrowRight", 39);
    assert.match(await said(), /Step 2 of 8: .*; packet: .* to .*, arrived after/);
    const now = await page.ask(`document.querySelectorAll("#s${number} .packet.now").length`);
    assert.equal(now, 1, "the packet is marked in the picture");
    await page.press("PageUp", "PageUp", 33);
    assert.match(await said(), /Step 1 of 8/);
    await page.press("End", "End", 35);
    assert.match(await said(), /Step 8 of 8: expect/);
    quiet(page);
    await page.close();
  };

  checks["arrow keys move on the address map, which is one stop of Tab"] = async () => {
    const number = named("skips-for-every-reason");
    const page = await browser.open(url);
    await opened(page, number);
    const stops = await page.ask(`document.querySelectorAll("#s${number} .cells [tabindex='0']").length`);
    assert.equal(stops, 1);
    await page.ask(`document.querySelector("#s${number} .cells [tabindex='0']").focus()`);
    const label = () => focused(page, "on.getAttribute('aria-label').split(':')[0]");
    assert.equal(await label(), "10.0.1.10");
    await page.press("ArrowRight", "ArrowRight", 39);
    assert.equal(await label(), "10.0.1.11");
    await page.press("ArrowDown", "ArrowDown", 40);
    assert.equal(await label(), "10.0.1.27");
    await page.press("End", "End", 35);
    assert.equal(await label(), "10.0.1.250");
    const said = await page.ask(`document.querySelector("#s${number} .cell-said").textContent`);
    assert.match(said, /^10\.0\.1\.250: no record/);
    quiet(page);
    await page.close();
  };
  return checks;
}
