// The address map: a cell an address for each block and range, with a letter and a colour for its
// state, and what a search said of it. A large area is folded into runs of addresses alike.

/** Cells of a map; an area with more addresses is folded. */
const CELLS_MAX = 1024n;
const ACROSS = 16n;
const RUNS_SHOWN = 80;
const LETTERS = { "In-Use": "U", Inactive: "I", Reserved: "R" };

function mapPanel() {
  const body = el("div");
  let drawn = [];
  return {
    title: "Address space",
    body,
    show({ scene }) {
      const now = [scene.engines, scene.search];
      if (now.every((part, at) => part === drawn[at])) return;
      drawn = now;
      const parts = scene.engineOrder.flatMap((name) => {
        const engine = scene.engines[name];
        const areas = sortedAreas(engine.areas);
        const head = scene.engineOrder.length > 1 && el("h5", {}, `As ${name} has it`);
        return areas.length ? [head, ...spaceOf(engine, areas, scene.search)] : [];
      }).filter(Boolean);
      const search = scene.search ? searchTable(scene.search) : [];
      const none = el("p", { class: "quiet" }, "No block and no range is there yet.");
      body.replaceChildren(...search, ...(parts.length ? parts : [none]));
    },
  };
}

function spaceOf(engine, areas, search) {
  const rows = areas.map((area) => [
    `${area.kind} ${nameOf(area)}`, area.space, area.owner || "–", area.total, area.assigned,
    area.utilized, `${area.percent} %, ${area.level}`,
  ]);
  const heads = ["Area", "Space", "Name or owner", "Addresses", "Assigned", "Utilized", "Use"];
  const mapped = areas.filter((area) => area.kind !== "subnet");
  return [
    scroller("Blocks, subnets and ranges", table("Blocks, subnets and ranges", heads, rows)),
    legend(),
    engine.more > 0 && el("p", { class: "note" }, `${engine.more} more address records are not ` +
      "in this page: a cell without a record may have one."),
    ...mapped.map((area, at) => {
      const details = el("details", { class: "map", open: at < 4 },
        el("summary", {}, `${area.kind} ${nameOf(area)}, ${area.space}` +
          `${area.owner ? `, ${area.owner}` : ""}`));
      // Maps are made when they are seen.
      const make = () => details.append(areaMap(area, areas, engine, search));
      if (at < 4) make();
      else details.addEventListener("toggle", make, { once: true });
      return details;
    }),
  ].filter(Boolean);
}

function nameOf(area) {
  return area.kind === "range" ? `${area.first}–${area.last}` : area.network;
}

function legend() {
  const words = [...Object.entries(LETTERS).map(([state, letter]) => [letter, state]),
    ["O", "other state"], ["·", "no record"], ["–", "in no range"],
    ["✓", "a search found it free"], ["✕", "a search passed it over"]];
  return el("p", { class: "legend" }, words.map(([letter, word]) => el("span", {},
    el("span", { class: `cell ${kindOf(letter)}`, "aria-hidden": "true" }, letter), ` ${word} `)));
}

function kindOf(letter) {
  return { "·": "free", "–": "outside", "✓": "found", "✕": "skipped" }[letter] ??
    `state-${letter}`;
}

/** What there is to say of one address. */
function readCell(number, area, known) {
  const records = known.records.get(number) ?? [];
  const candidate = known.candidates.get(number);
  const outside = area.kind === "block" && !records.length &&
    !known.ranges.some((range) => range.from <= number && number <= range.to);
  let letter = outside ? "–" : "·";
  if (records.length) letter = LETTERS[records[0].state] ?? "O";
  else if (candidate) letter = candidate.available ? "✓" : "✕";
  const said = records.map((record) => [record.state, record.device, record.owner,
    record.expiry, ...record.sync.map(([what, how]) => `${what} ${how}`)]
    .filter(Boolean).join(", "));
  if (!records.length) said.push(outside ? "in no range" : "no record");
  if (candidate) {
    const evidence = candidate.evidence.map(([what, how]) => `${what}: ${how}`).join(", ");
    said.push(`search: ${candidate.available ? "free" : ""} ${candidate.verdict} (${evidence})`);
  }
  return { letter, candidate, said: said.join("; ") };
}

function areaMap(area, areas, engine, search) {
  const known = {
    records: recordsByNumber(engine.addresses, area.space, area.six),
    candidates: candidatesByNumber(search, area.six),
    ranges: within(area, areas, "range"),
  };
  const count = area.to - area.from + 1n;
  return count > CELLS_MAX ? runs(area, known) : cells(area, known);
}

function cells(area, known) {
  const info = el("p", { class: "cell-said", role: "status" },
    "Arrow keys move from address to address.");
  const rows = [];
  const start = area.from - (area.from % ACROSS);
  for (let row = start; row <= area.to; row += ACROSS) {
    const inside = [];
    for (let number = row; number < row + ACROSS; number += 1n) {
      if (number < area.from || number > area.to) {
        inside.push(el("td", { role: "gridcell" }));
        continue;
      }
      const { letter, candidate, said } = readCell(number, area, known);
      const name = `${writeAddress(number, area.six)}: ${said}`;
      const looked = candidate ? (candidate.available ? "found" : "skipped") : "";
      inside.push(el("td", { role: "gridcell", class: `cell ${kindOf(letter)} ${looked}`,
        "aria-label": name, tabindex: number === area.from ? "0" : "-1" }, letter));
    }
    rows.push(el("tr", { role: "row" },
      el("th", { scope: "row", role: "rowheader" }, writeAddress(row, area.six)), inside));
  }
  const grid = el("table", { class: "cells", role: "grid", "aria-label": `Map of ${nameOf(area)}` },
    el("tbody", { role: "rowgroup" }, rows));
  const tell = (cell) => { info.textContent = cell.getAttribute("aria-label"); };
  grid.addEventListener("keydown", (event) => moveInGrid(event, grid));
  grid.addEventListener("focusin", (event) => event.target.matches(".cell") && tell(event.target));
  grid.addEventListener("click", (event) => event.target.closest(".cell[tabindex]")?.focus());
  return el("div", {}, el("div", { class: "wide" }, grid), info);
}

/** Arrow keys, Home and End move the one cell that the keyboard is on. */
function moveInGrid(event, grid) {
  const all = [...grid.querySelectorAll(".cell[tabindex]")];
  const at = all.indexOf(event.target);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + Number(ACROSS),
    ArrowUp: at - Number(ACROSS), Home: 0, End: all.length - 1 }[event.key];
  if (at < 0 || to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const next = all[Math.min(Math.max(to, 0), all.length - 1)];
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

/** Addresses that something is said of stand alone; those between them are one run. */
function runs(area, known) {
  const told = new Set([...known.records.keys(), ...known.candidates.keys()]);
  const inside = [...told].filter((number) => number >= area.from && number <= area.to);
  inside.sort((one, other) => (one < other ? -1 : 1));
  const list = [];
  // Between them, what is in a range and what is in none are told apart.
  const edges = known.ranges.flatMap(({ from, to }) => [from, to + 1n])
    .sort((one, other) => (one < other ? -1 : 1));
  const quiet = (from, to) => {
    const starts = [from, ...edges.filter((edge) => edge > from && edge <= to)];
    starts.forEach((start, at) => {
      const end = at + 1 < starts.length ? starts[at + 1] - 1n : to;
      if (start <= end) list.push({ from: start, to: end, ...readCell(start, area, known) });
    });
  };
  let next = area.from;
  for (const number of inside) {
    quiet(next, number - 1n);
    const cell = readCell(number, area, known);
    const last = list.at(-1);
    const joins = last && last.to === number - 1n && last.said === cell.said;
    if (joins) last.to = number;
    else list.push({ from: number, to: number, ...cell });
    next = number + 1n;
  }
  quiet(next, area.to);
  const rows = list.slice(0, RUNS_SHOWN).map(({ from, to, letter, said }) => {
    const [first, last] = [from, to].map((number) => writeAddress(number, area.six));
    const name = from === to ? first : `${first}–${last}`;
    return [name, String(to - from + 1n),
      el("span", { class: `cell ${kindOf(letter)}` }, letter), said];
  });
  const more = list.length - rows.length;
  return el("div", {},
    scroller(`Runs of ${nameOf(area)}`, table(`Runs of addresses in ${nameOf(area)}`,
      ["Addresses", "Count", "", "What is known"], rows)),
    more > 0 && el("p", { class: "note" }, `and ${more} more runs`));
}

/** Every candidate of a search with the evidence behind its verdict. */
function searchTable(search) {
  const criteria = [...new Set(search.candidates.flatMap((candidate) =>
    candidate.evidence.map(([what]) => what)))];
  const rows = search.candidates.map((candidate) => {
    const evidence = new Map(candidate.evidence);
    const mark = candidate.available ? "✓ " : "✕ ";
    return [candidate.address, `${mark}${candidate.verdict}`,
      ...criteria.map((what) => evidence.get(what) ?? "–")];
  });
  const end = [search.selected && `proposed ${search.selected}`,
    search.allocated && `recorded ${search.allocated}`].filter(Boolean).join(", ");
  return [el("div", { class: "search" },
    scroller("Search for free addresses", table(`Search in ${search.range}`,
      ["Candidate", "Verdict", ...criteria], rows)),
    search.passedOver.length > 0 && el("ul", {}, search.passedOver.map((line) => el("li", {}, line))),
    el("p", {}, end || "No address was proposed."))];
}
