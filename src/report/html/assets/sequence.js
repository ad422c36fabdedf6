// The packets of a step as a message sequence: who sent what to whom, when, what a fault did to
// it, and why it never arrived.

const LANE = { width: 190, time: 116, row: 30, head: 40 };

function sequencePanel() {
  const body = el("div");
  let drawn;
  let rows = [];
  return {
    title: "Packets",
    body,
    show({ step, moment, reel }) {
      const packets = step ? step.packets : [];
      if (drawn !== packets) {
        drawn = packets;
        rows = [];
        body.replaceChildren(...sequence(step, packets, rows, reel));
      }
      rows.forEach((row, at) => {
        const later = moment.packet !== null && at > moment.packet;
        row?.classList.toggle("later", later);
        row?.classList.toggle("now", moment.packet === at);
      });
      const now = rows[moment.packet];
      if (now) keepInView(now, body.querySelector(".sequence"), LANE.head);
    },
  };
}

function sequence(step, packets, rows, reel) {
  if (!packets.length) {
    const what = step ? "The step sent no packet." : "Nothing was sent before the first step.";
    return [el("p", { class: "quiet" }, what), step === reel.steps.at(-1) && afterwards(reel)]
      .filter(Boolean);
  }
  const ends = [...new Set(packets.flatMap(({ from, to }) => [from, to]))]
    .filter((end) => end !== undefined);
  // What a host sends to itself is told to its right.
  const beside = packets.some(({ from, to }) => from && from === to) ? LANE.width : 0;
  const width = LANE.time + ends.length * LANE.width + beside;
  const x = (end) => LANE.time + (ends.indexOf(end) + 0.5) * LANE.width;
  const height = packets.length * LANE.row + 10;
  const lines = ends.map((end) =>
    svg("line", { class: "life", x1: x(end), x2: x(end), y1: 0, y2: height }));
  const drawn = packets.map((packet, at) => {
    const row = packet.missing
      ? gap(packet.missing, at) : arrow(packet, at, x);
    rows.push(row);
    return row;
  });
  const bad = packets.filter(({ fate }) => fate && fate !== "arrived").length;
  const label = `Message sequence of ${plural(packets.length, "row")} among ${ends.length} ` +
    `hosts, ${bad} with a fault or dropped; the table of packets says the same in words`;
  const frame = (name, high, ...inside) => svg("svg", {
    class: name, viewBox: `0 0 ${width} ${high}`, width, height: high,
  }, inside);
  const short = ends.map(shortName);
  const alone = (name) => short.indexOf(name) === short.lastIndexOf(name);
  const heads = frame("heads", LANE.head, ends.map((end, at) => svg("text",
    { x: x(end), y: 25, class: "lane" }, svg("title", {}, end),
    cut(alone(short[at]) ? short[at] : end, 25))));
  heads.setAttribute("aria-hidden", "true");
  const picture = frame("arrows", height, lines, drawn);
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", label);
  const shown = packets.filter((packet) => !packet.missing).length;
  return [
    el("p", { class: "quiet" }, step.sent > shown
      ? `${shown} of the step's ${step.sent} packets: the first, and those that met a fault or ` +
        "were dropped. `--pcap` writes every one."
      : plural(step.sent, "packet")),
    el("div", { class: "scroll sequence", tabindex: "0", role: "group",
      "aria-label": "Message sequence" }, heads, picture),
    later("These packets in words", () => packetTable(packets)),
    step === reel.steps.at(-1) && afterwards(reel),
  ].filter(Boolean);
}

/** What was sent after the last step had ended. */
function afterwards(reel) {
  return reel.rest.length > 0 &&
    later("Packets after the last step, in words", () => packetTable(reel.rest));
}

function gap(missing, at) {
  const y = at * LANE.row + LANE.row / 2 + 4;
  return svg("g", { class: "gap" },
    svg("text", { x: LANE.time, y }, `… ${missing} more that arrived`));
}

function arrow(packet, at, x) {
  const y = at * LANE.row + 20;
  const [from, to] = [x(packet.from), x(packet.to)];
  const self = from === to;
  const toward = to >= from ? 1 : -1;
  // A dropped packet stops on its way.
  const tip = packet.fate === "dropped" ? from + (to - from) * 0.6 : to - toward * 2;
  const end = self ? from + 46 : tip;
  const note = packet.fate === "dropped" ? `✕ ${packet.why}`
    : packet.fate === "fault" ? `⚠ ${packet.why}, after ${packet.took} ms`
      : packet.fate === "under way" ? "… under way at the end" : "";
  const head = packet.fate === "dropped"
    ? svg("path", { d: `M${end - 5},${y - 5}l10,10m0,-10l-10,10`, class: "cross" })
    : svg("path", { d: `M${end},${y}l${-7 * toward},-4v8z`, class: "tip" });
  const middle = self ? from + 52 : (from + end) / 2;
  const text = note ? `${packet.words} – ${note}` : packet.words;
  const room = Math.max(Math.abs(end - from), LANE.width) / 6.2;
  return svg("g", { class: `packet ${packet.fate.replace(" ", "-")}` },
    svg("title", {}, `${packet.words}: ${packet.from} to ${packet.to} ${note}`),
    svg("text", { x: 4, y: y + 4, class: "time" }, clock(packet.at)),
    svg("line", { x1: from, x2: end, y1: y, y2: y }),
    head,
    svg("text", { x: middle, y: self ? y + 4 : y - 5, class: self ? "label self" : "label" },
      cut(text, Math.floor(room) + 8)));
}

function packetTable(packets) {
  const rows = packets.map((packet) => packet.missing
    ? ["…", "", "", `${packet.missing} more that arrived`, ""]
    : [clock(packet.at), packet.from, packet.to, packet.words, fateWords(packet)]);
  const heads = ["Sent", "From", "To", "What", "What became of it"];
  return scroller("Packets in words", table("Packets", heads, rows));
}

function fateWords({ fate, took, why }) {
  switch (fate) {
    case "dropped": return `never arrived: ${why}`;
    case "fault": return `arrived after ${took} ms: ${why}`;
    case "under way": return "under way when the run ended";
    default: return `arrived after ${took} ms`;
  }
}
