// Making elements. What comes from a run is only ever set as text or as an attribute without
// meaning to the browser: nothing of it is read as markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  const present = (child) => child !== undefined && child !== null && child !== false;
  node.append(...children.flat(Infinity).filter(present));
  return node;
}

function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

/** A table whose rows are arrays of text or nodes; the first cell of a row heads it. */
function table(caption, heads, rows) {
  const cell = (content, at) =>
    at === 0 ? el("th", { scope: "row" }, content) : el("td", {}, content);
  return el("table", {},
    el("caption", {}, caption),
    el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, rows.map((row) => el("tr", {}, row.map(cell)))));
}

/** A box that scrolls by itself, which the keyboard must reach too. */
function scroller(label, ...children) {
  return el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": label },
    children);
}

/** Details whose inside is made when they are first opened. */
function later(summary, make) {
  const details = el("details", { class: "more" }, el("summary", {}, summary));
  details.addEventListener("toggle", () => details.append(make()), { once: true });
  return details;
}

function cut(text, length) {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** `dhcp1` of `dhcp1.corp.example`; an address stays whole. */
function shortName(name) {
  return /^[\d.]+$|:/.test(name) ? name : name.split(".")[0];
}

function plural(count, one) {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}

/** Simulated milliseconds as a transcript writes them: `+1d 02:00:05.082`. */
function clock(millis) {
  const pad = (number, width = 2) => String(number).padStart(width, "0");
  const seconds = Math.floor(millis / 1000);
  const days = Math.floor(seconds / 86400);
  const time = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  return `+${days ? `${days}d ` : ""}${time.map((part) => pad(part)).join(":")}` +
    `.${pad(millis % 1000, 3)}`;
}

/** Scrolls a box, and nothing else of the page, until a part of it is seen below its head. */
function keepInView(part, box, head) {
  const [seen, at] = [box.getBoundingClientRect(), part.getBoundingClientRect()];
  if (at.top < seen.top + head) box.scrollTop -= seen.top + head - at.top;
  else if (at.bottom > seen.bottom) box.scrollTop += at.bottom - seen.bottom;
}
