// The access matrix of each server: before the step, after it, and at the end of the run, with
// the evidence behind each answer.

const GOOD = new Set(["Unblocked", "Running"]);
const SERVERS_SHOWN = 24;
const QUIET = new Set(["Not applicable", "Not checked", "Unknown", ""]);

/** A status as a chip: a mark and a word, never colour alone. */
function status(word) {
  if (word === undefined) return el("span", { class: "chip none" }, "–");
  const kind = GOOD.has(word) ? "good" : QUIET.has(word) ? "quiet" : "bad";
  const mark = { good: "✓ ", quiet: "", bad: "✕ " }[kind];
  return el("span", { class: `chip ${kind}` }, `${mark}${word || "–"}`);
}

function matrixPanel() {
  const body = el("div");
  let drawn = [];
  return {
    title: "Access",
    body,
    show({ scene, before, last, moment }) {
      // Within a step nothing but its packets is known: the server is told of as it was before.
      const when = moment.packet === null ? "After it" : "Within it";
      const now = [scene.engines, before.engines, when];
      if (now.every((part, at) => part === drawn[at])) return;
      drawn = now;
      const parts = scene.engineOrder.flatMap((engine) => {
        const servers = (of) => of.engines[engine]?.servers ?? {};
        const names = Object.keys({ ...servers(scene), ...servers(last) });
        const head = scene.engineOrder.length > 1 && el("h5", {}, `As ${engine} sees it`);
        const draw = (name) => serverTable(name,
          [before, scene, last].map((of) => servers(of)[name]), when);
        const changed = (name) => servers(before)[name] !== servers(scene)[name];
        const [first, rest] = firstOf(names, changed);
        return [head, ...first.map(draw), rest.length > 0 &&
          later(`${rest.length} more servers`, () => el("div", {}, rest.map(draw)))];
      }).filter(Boolean);
      const none = el("p", { class: "quiet" }, "No server is in the inventory yet.");
      body.replaceChildren(...(parts.length ? parts : [none]));
    },
  };
}

/** Of many servers those that the step changed come first, and the others wait to be asked for. */
function firstOf(names, changed) {
  if (names.length <= SERVERS_SHOWN) return [names, []];
  const sorted = [...names.filter(changed), ...names.filter((name) => !changed(name))];
  return [sorted.slice(0, SERVERS_SHOWN), sorted.slice(SERVERS_SHOWN)];
}

function serverTable(name, [before, now, last], when) {
  const known = now ?? last;
  const checks = known.checks.map(([check]) => check);
  const of = (server, check) => server?.checks.find(([one]) => one === check);
  const row = (label, read, why) => {
    const [old, new_, end] = [before, now, last].map((one) => one && read(one));
    const changed = old !== new_;
    return el("tr", changed ? { class: "changed" } : {},
      el("th", { scope: "row" }, label, changed && el("span", { class: "mark" }, " changed")),
      [old, new_, end].map((word) => el("td", {}, status(word))),
      el("td", { class: "why" }, why ?? ""));
  };
  const roles = Object.keys(Object.fromEntries(known.availability));
  const service = (server, role) =>
    server.availability.find(([one]) => one === role)?.[1];
  return el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `Access to ${name}` },
    el("table", { class: "access" },
      el("caption", {}, name, now
        ? el("span", { class: "said" },
          ` ${now.roles.join(", ")}; ${now.manageability}; ${now.action}; data: ${now.data}`)
        : el("span", { class: "said" }, " not in the inventory at this moment")),
      el("thead", {}, el("tr", {}, ["Check", "Before the step", when, "At the end", "Why"]
        .map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {},
        row("IPAM access status", (one) => one.access),
        checks.map((check) =>
          row(check, (one) => of(one, check)?.[1], of(now, check)?.[2])),
        roles.map((role) => row(`${role} service`, (one) => service(one, role))))));
}
