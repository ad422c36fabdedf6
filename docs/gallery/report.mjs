// Pictures of a report, as a headless browser shows it: node report.mjs REPORT.html

import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Browser } from "../../tests/report/browser.mjs";

const PICTURES = [
  { name: "report-list", height: 480 },
  { name: "report-search", of: "skips-for-every-reason", step: 7, panel: "Address space",
    height: 980 },
  { name: "report-packets", of: "loss-during-sync", fault: true, panel: "Packets",
    height: 620 },
  { name: "report-access-dark", of: "gpo-against-manual", step: 13, panel: "Estate",
    dark: true, height: 620 },
];

const browser = new Browser();
for (const { name, of, step, fault, panel, dark, height } of PICTURES) {
  const page = await browser.open(pathToFileURL(process.argv[2]).href,
    { width: 1000, height, dark });
  if (of) {
    const id = await page.ask(`[...document.querySelectorAll(".case")].find((item) =>
      item.querySelector(".file").textContent.includes("${of}")).id`);
    await page.ask(`location.hash = "#${id}"`);
    await page.until(`!!document.querySelector("#${id} .player[data-ready]")`);
    await page.ask(`(() => {
      const item = document.querySelector("#${id}");
      for (const button of item.querySelectorAll(".steps button")) {
        button.click();
        const at = [...item.querySelectorAll(".steps button")].indexOf(button) + 1;
        if (${fault ? "item.querySelector('.packet.fault, .packet.dropped')" : `at === ${step}`}) break;
      }
      const panel = [...item.querySelectorAll(".panel")].find((panel) =>
        panel.querySelector("h4").textContent === "${panel}");
      const heads = item.querySelector(".controls").getBoundingClientRect().height + 12;
      scrollTo(0, panel.getBoundingClientRect().top + scrollY - heads);
      const told = item.querySelector(".packet.dropped, .packet.fault");
      const box = item.querySelector(".sequence");
      if (told && box) {
        box.scrollTop += told.getBoundingClientRect().top - box.getBoundingClientRect().top - 200;
      }
      document.activeElement?.blur();
    })()`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  writeFileSync(new URL(`${name}.png`, import.meta.url), await page.picture());
  await page.close();
}
await browser.close();
