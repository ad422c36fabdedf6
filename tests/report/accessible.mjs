// What axe-core finds in the page, in light and in dark, wide and narrow: nothing.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const AXE = new URL("node_modules/axe-core/axe.min.js", import.meta.url);

/** The rules that an open page breaks, with the elements that break them. */
async function violations(page) {
  await page.ask(`${readFileSync(AXE, "utf8")}; true`);
  return page.ask(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations.map(({ id, help, nodes }) => [id, help, ...nodes.slice(0, 4).map((node) =>
      node.target.join(" ") + " " + (node.any[0]?.message ?? ""))].join("\\n    ")))`);
}

export function accessible({ browser, url, opened, step, named }) {
  const checks = {};
  checks["axe-core finds what is wrong where something is"] = async () => {
    const page = await browser.open(url);
    await page.ask(`document.querySelector("h1").replaceWith(
      Object.assign(document.createElement("p"), { innerHTML: "<button></button>" }))`);
    const found = await violations(page);
    assert.ok(found.some((one) => one.startsWith("button-name")), found.join("\n"));
    await page.close();
  };
  for (const [light, dark] of [["light", false], ["dark", true]]) {
    for (const width of [1280, 400]) {
      checks[`no rule of axe-core is broken in ${light}, ${width} wide`] = async () => {
        const page = await browser.open(url, { dark, width });
        const found = [await violations(page)];
        // A search, a comparison, faults, a failure with a difference: every kind of panel.
        for (const [name, at] of [["skips-for-every-reason", 7], ["gpo-against-manual", 6],
          ["loss-during-sync", undefined], ["wrong", undefined]]) {
          await opened(page, named(name));
          if (at) await step(page, named(name), at);
        }
        await page.ask(`document.querySelectorAll(".more").forEach((more) => { more.open = true; })`);
        await page.until(`[...document.querySelectorAll(".more")].every((more) =>
          more.children.length > 1)`);
        found.push(await violations(page));
        assert.deepEqual(found.flat(), []);
        await page.close();
      };
    }
  }
  return checks;
}
