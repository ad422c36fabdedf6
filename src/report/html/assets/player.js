// One scenario, to be stepped through: a scrubber over simulated time moves every panel.

function player(reel, file, view) {
  const panels = [toldPanel(), sequencePanel(), estatePanel(),
    matrixPanel(), mapPanel()];
  const top = reel.moments.length - 1;
  const range = el("input", { type: "range", min: 0, max: top, step: 1,
    "aria-label": `Simulated time of ${file}`, input: () => show(Number(range.value)) });
  const previous = el("button", { type: "button", click: () => jump(stepNow() - 1) },
    "Previous step");
  const next = el("button", { type: "button", click: () => jump(stepNow() + 1) }, "Next step");
  const time = el("output", { class: "clock" });
  const now = el("p", { class: "now", role: "status" });
  const steps = reel.steps.map((step, at) => el("button",
    { type: "button", class: step.bad ? "bad" : undefined, click: () => jump(at + 1) },
    `${step.bad ? "✕ " : ""}${cut(step.head, 90)}`));
  let at = -1;

  const stepNow = () => reel.moments[at].step;
  const jump = (step) => {
    const to = Math.min(Math.max(step, 0), reel.steps.length);
    show(reel.endOf(to));
  };

  function show(to) {
    if (to === at || to < 0) return;
    at = to;
    const moment = reel.moments[at];
    const step = reel.steps[moment.step - 1];
    range.value = at;
    const words = tell(moment, step);
    range.setAttribute("aria-valuetext", `${clock(moment.at)}, ${words}`);
    time.textContent = `${clock(moment.at)} (${reel.calendar(moment.at)})`;
    now.textContent = words;
    // A button that loses its use must keep the focus, so it is marked and not disabled.
    previous.setAttribute("aria-disabled", String(moment.step === 0));
    next.setAttribute("aria-disabled", String(at === top));
    steps.forEach((button, number) => {
      if (number === moment.step - 1) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
    const current = steps[moment.step - 1];
    if (current) keepInView(current, current.closest("ol"), 0);
    const look = { reel, moment, step, scene: reel.sceneAt(moment),
      before: reel.sceneAfter(moment.step - 1), first: reel.scenes[0],
      last: reel.scenes.at(-1) };
    for (const panel of panels) panel.show(look);
  }

  function tell(moment, step) {
    if (!step) return "Before the first step";
    const head = `Step ${moment.step} of ${reel.steps.length}: ${cut(step.head, 120)}`;
    if (moment.packet === null) return head;
    const packet = step.packets[moment.packet];
    return `${head}; packet: ${packet.words}, ${shortName(packet.from)} to ` +
      `${shortName(packet.to)}, ${fateWords(packet)}`;
  }

  range.addEventListener("keydown", (event) => {
    const by = { PageUp: -1, PageDown: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    jump(stepNow() + by);
  });
  view.append(
    el("div", { class: "controls" },
      el("div", { class: "scrub" }, previous, range, next), time, now),
    el("p", { class: "quiet keys" }, "On the scrubber, arrow keys move by a packet, Page Up " +
      "and Page Down by a step."),
    comparisonList(reel, jump) ?? "",
    el("nav", { class: "steps", "aria-label": `Steps of ${file}` },
      el("h4", {}, "Steps"), el("ol", {}, steps.map((button) => el("li", {}, button)))),
    el("div", { class: "panels" }, panels.map(({ title, body }) =>
      el("div", { class: "panel" }, el("h4", {}, title), body))));
  show(reel.firstLook());
}

/** Opens a scenario's reel the first time the scenario is opened. */
function openCase(item) {
  const data = item.querySelector(":scope > script");
  const told = item.querySelector(".told");
  if (!data || item.dataset.opened) return;
  item.dataset.opened = "yes";
  const file = item.querySelector(".file").textContent;
  const view = el("div", { class: "player" }, el("p", { class: "opening" }, "Opening…"));
  told.append(view);
  unpack(data.textContent).then((story) => {
    view.replaceChildren();
    player(new Reel(story), file, view);
    view.dataset.ready = "yes";
  }).catch((error) => {
    view.replaceChildren(el("p", { class: "note" },
      `This browser cannot show the run step by step: ${error.message}`));
  });
}

for (const item of document.querySelectorAll(".case")) {
  const details = item.querySelector("details");
  details.addEventListener("toggle", () => {
    if (details.open) openCase(item);
  });
}

/** `#s12` opens that scenario. */
function openNamed() {
  const item = /^#s\d+$/.test(location.hash) && document.querySelector(location.hash);
  if (!item) return;
  item.querySelector("details").open = true;
  item.scrollIntoView();
}
addEventListener("hashchange", openNamed);
openNamed();
