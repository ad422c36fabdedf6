// What the transcript tells of a step, and the comparisons a run makes.

function toldPanel() {
  const body = el("div");
  let drawn = null;
  return {
    title: "What the step did and what was seen",
    body,
    show({ step, reel }) {
      if (drawn === (step ?? reel)) return;
      drawn = step ?? reel;
      if (!step) {
        body.replaceChildren(el("p", { class: "quiet" }, "Nothing has run yet."));
        return;
      }
      const last = step === reel.steps.at(-1);
      const took = step.ended === step.began ? clock(step.began)
        : `${clock(step.began)} to ${clock(step.ended)}`;
      body.replaceChildren(...[
        el("p", { class: "time" }, took),
        textBox("The step as it is written", step.words, "words"),
        isComparison(step) ? comparison(step) : told("What was seen", step.told),
        last && el("h5", {}, "At the end of the run"),
        last && told("What was seen at the end", reel.end),
      ].filter(Boolean));
    },
  };
}

function textBox(label, lines, kind) {
  return el("pre", { class: kind, tabindex: "0", role: "group", "aria-label": label },
    lines.map((line) => [line, "\n"]));
}

/** Lines of a transcript; those that fail a run stand out. */
function told(label, text) {
  if (!text) return el("p", { class: "quiet" }, "Nothing was seen.");
  const kind = (line) => /^ {2}(FINDING|NOT AS EXPECTED|REFUSED)/.test(line) ? "bad"
    : /^ {2}(as expected|verdict: as expected)/.test(line) ? "good" : undefined;
  const lines = text.replace(/\n$/, "").split("\n").map((line) => {
    const style = kind(line);
    return [style ? el("span", { class: style }, line) : line, "\n"];
  });
  return el("pre", { class: "seen", tabindex: "0", role: "group", "aria-label": label }, lines);
}

function isComparison(step) {
  return /^compare\b/.test(step.head);
}

/** The headline of a comparison is its first line. */
function headline(step) {
  return step.told.split("\n")[0].trim();
}

function comparison(step) {
  return el("div", { class: "comparison" },
    el("h5", {}, `Comparison: ${headline(step)}`),
    told("What the comparison found", step.told));
}

/** Every comparison of the run, with a way to its step. */
function comparisonList(reel, jump) {
  const found = reel.steps.map((step, at) => [step, at + 1]).filter(([step]) => isComparison(step));
  if (!found.length) return null;
  const items = found.map(([step, number]) => el("li", {},
    el("button", { type: "button", click: () => jump(number) }, `Step ${number}`),
    ` ${step.head.replace(/^compare:?\s*/, "")} – `, el("strong", {}, headline(step))));
  return el("div", { class: "comparisons" }, el("h4", {}, "Comparisons"), el("ul", {}, items));
}
