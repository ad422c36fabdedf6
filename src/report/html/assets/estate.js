// The estate as a picture: forests and domains as boxes, hosts within them, and in words beside
// it what a step changed.

const HOST = { width: 196, height: 74, gap: 10 };
/** Hosts in the picture; the table has every one. */
const HOSTS_DRAWN = 60;

function estatePanel() {
  const body = el("div");
  let drawn = [];
  return {
    title: "Estate",
    body,
    show({ scene, before, first, step }) {
      const now = [scene.hosts, scene.domains, before.hosts, step && step.packets];
      if (now.every((part, at) => part === drawn[at])) return;
      drawn = now;
      const talking = new Set((step?.packets ?? []).flatMap(({ from, to }) => [from, to]));
      const columns = Math.max(1, Math.floor(((body.clientWidth || 900) - 40) / (HOST.width + HOST.gap)));
      body.replaceChildren(
        picture(scene, { before, first, talking, columns }),
        changesBetween(before, scene),
        later("Every host in words", () => hostTable(scene)));
    },
  };
}

/** The facts of a host that another scene does not have. */
function newFacts(host, other) {
  const known = new Set(other?.facts ?? []);
  return host.facts.filter((fact) => !known.has(fact));
}

function picture(scene, look) {
  const all = Object.keys(scene.hosts);
  const drawn = new Set(all.slice(0, HOSTS_DRAWN));
  const place = { y: 0, width: look.columns * (HOST.width + HOST.gap) + 40 };
  const parts = [];
  for (const [forest, domains] of groupByForest(scene.domains)) {
    const trusts = domains[0][1].trusts;
    const said = `Forest ${forest}${trusts.length ? `, trusts ${trusts.join(", ")}` : ""}`;
    parts.push(box("forest", said, place, () => domains.map(([name, domain]) => {
      const policies = domain.policies.length;
      const head = `Domain ${name}${policies ? `, ${policies} policies` : ""}`;
      const hosts = domain.hosts.filter((host) => drawn.has(host));
      return box("domain", head, place, () => hostGrid(hosts, scene, look, place));
    })));
  }
  const alone = scene.workgroup.filter((host) => drawn.has(host));
  if (alone.length) {
    parts.push(box("domain", "In no domain", place, () => hostGrid(alone, scene, look, place)));
  }
  const more = all.length - drawn.size;
  const label = `${plural(all.length, "host")} in ${plural(Object.keys(scene.domains).length,
    "domain")}; the table of hosts says the same in words`;
  const image = svg("svg", {
    class: "estate", role: "img", "aria-label": label,
    viewBox: `0 0 ${place.width} ${place.y}`, width: place.width,
  }, parts);
  return el("figure", {}, image, more > 0 &&
    el("figcaption", {}, `and ${more} more hosts, which the table has`));
}

function groupByForest(domains) {
  const forests = new Map();
  for (const entry of Object.entries(domains)) {
    const forest = entry[1].forest;
    forests.set(forest, [...(forests.get(forest) ?? []), entry]);
  }
  return forests;
}

/** A frame with a head around what `inside` draws, at `place`, which it moves down. */
function box(kind, head, place, inside) {
  const top = place.y;
  const inset = kind === "forest" ? 0 : 8;
  place.y += 28;
  const parts = inside();
  place.y += 8;
  const frame = svg("rect", {
    class: kind, x: inset + 1, y: top + 2, width: place.width - 2 * inset - 2,
    height: place.y - top - 4, rx: 8,
  });
  const title = svg("text", { class: `${kind}-head`, x: inset + 10, y: top + 20 },
    svg("title", {}, head), cut(head, Math.floor(place.width / 7.2)));
  return svg("g", {}, frame, title, parts);
}

function hostGrid(names, scene, look, place) {
  const drawn = names.map((name, at) => {
    const x = 20 + (at % look.columns) * (HOST.width + HOST.gap);
    const y = place.y + Math.floor(at / look.columns) * (HOST.height + HOST.gap);
    return hostBox(name, scene.hosts[name], look, x, y);
  });
  place.y += Math.ceil(names.length / look.columns) * (HOST.height + HOST.gap);
  return drawn;
}

function hostBox(name, host, look, x, y) {
  const old = look.before.hosts[name];
  const changed = !old || old !== host;
  const facts = newFacts(host, look.first.hosts[name]).length;
  const state = !host.up ? "✕ off" : host.answers ? "● on" : "○ on, silent";
  const kind = ["host", !host.up && "off", changed && "changed",
    look.talking.has(name) && "talking"].filter(Boolean).join(" ");
  const line = (at, text, style) => svg("text", { x: x + 10, y: y + at, class: style }, text);
  const addresses = host.addresses.length > 1
    ? `${host.addresses[0]} +${host.addresses.length - 1}` : host.addresses[0] ?? "no address";
  return svg("g", { class: kind },
    svg("title", {}, `${name}: ${host.addresses.join(", ")}`),
    svg("rect", { x, y, width: HOST.width, height: HOST.height, rx: 5 }),
    line(18, cut(shortName(name), 17), "host-name"),
    svg("text", { x: x + HOST.width - 8, y: y + 18, class: "state" }, state),
    line(35, cut(addresses, 28)),
    line(51, cut(host.roles.join(", ") || "no role", 28), "roles"),
    facts > 0 && line(67, `${changed ? "▲ " : ""}${plural(facts, "setting")} changed`, "facts"));
}

/** What a step changed in the estate, in words. */
function changesBetween(before, scene) {
  const said = [];
  for (const [name, host] of Object.entries(scene.hosts)) {
    const old = before.hosts[name];
    if (old === host) continue;
    if (!old) {
      said.push([name, "joined the estate"]);
      continue;
    }
    if (old.up !== host.up) said.push([name, host.up ? "was switched on" : "was switched off"]);
    if (old.answers !== host.answers) {
      said.push([name, host.answers ? "answers pings now" : "answers no ping any more"]);
    }
    const moved = host.addresses.join(", ");
    if (old.addresses.join(", ") !== moved) said.push([name, `has ${moved || "no address"} now`]);
    for (const fact of newFacts(host, old)) said.push([name, fact, "now"]);
    for (const fact of newFacts(old, host)) said.push([name, fact, "no longer"]);
  }
  for (const name of Object.keys(before.hosts)) {
    if (!scene.hosts[name]) said.push([name, "left the estate"]);
  }
  if (!said.length) return el("p", { class: "quiet" }, "The step changed nothing here.");
  const shown = said.slice(0, 40);
  return el("div", {},
    el("h5", {}, "What the step changed"),
    el("ul", { class: "changes" }, shown.map(([name, what, when]) =>
      el("li", {}, el("strong", {}, name), " ", when && el("em", {}, `${when}: `), what))),
    said.length > 40 && el("p", {}, `and ${said.length - 40} more changes`));
}

function hostTable(scene) {
  const rows = Object.entries(scene.hosts).map(([name, host]) => [
    name, host.addresses.join(", "), host.roles.join(", "),
    `${host.up ? "on" : "off"}, ${host.answers ? "answers pings" : "silent"}`,
    el("ul", {}, host.facts.map((fact) => el("li", {}, fact))),
  ]);
  const heads = ["Host", "Addresses", "Roles", "State", "Settings"];
  return scroller("Every host", table("Every host", heads, rows));
}
