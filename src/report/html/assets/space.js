// Arithmetic of addresses: numbers for IPv4 and IPv6 alike, and back to text.

/** An address as `{ six, number }`. */
function readAddress(text) {
  if (!text.includes(":")) {
    const number = text.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
    return { six: false, number };
  }
  const [left, right] = text.split("::").map((half) => (half ? half.split(":") : []));
  const groups = right === undefined
    ? left : [...left, ...Array(8 - left.length - right.length).fill("0"), ...right];
  const number = groups.reduce((sum, part) => sum * 65536n + BigInt(`0x${part}`), 0n);
  return { six: true, number };
}

function writeAddress(number, six) {
  const digits = (count, width) => Array.from({ length: count },
    (_, at) => (number >> BigInt((count - 1 - at) * width)) & ((1n << BigInt(width)) - 1n));
  if (!six) return digits(4, 8).join(".");
  const groups = digits(8, 16).map((group) => group.toString(16));
  const zeros = longestZeros(groups);
  if (zeros.length < 2) return groups.join(":");
  const [head, tail] = [groups.slice(0, zeros.start), groups.slice(zeros.start + zeros.length)];
  return `${head.join(":")}::${tail.join(":")}`;
}

/** The first longest run of zero groups, which RFC 5952 section 4.2 shortens. */
function longestZeros(groups) {
  let best = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, at) => {
    if (group !== "0") start = at + 1;
    else if (at + 1 - start > best.length) best = { start, length: at + 1 - start };
  });
  return best;
}

const KINDS = ["block", "subnet", "range"];

/** Areas in the order of the console: blocks, subnets, ranges, each by space and address. */
function sortedAreas(areas) {
  const read = Object.values(areas).map((area) => {
    const { six, number } = readAddress(area.first);
    return { ...area, six, from: number, to: readAddress(area.last).number };
  });
  const compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
  return read.sort((one, other) =>
    compare(KINDS.indexOf(one.kind), KINDS.indexOf(other.kind)) ||
    compare(one.space, other.space) || compare(one.six, other.six) ||
    compare(one.from, other.from) || compare(other.to, one.to));
}

/** Address records of a space by number, for IPv4 or IPv6. */
function recordsByNumber(addresses, space, six) {
  const records = new Map();
  for (const record of Object.values(addresses)) {
    if (record.space !== space) continue;
    const at = readAddress(record.address);
    if (at.six !== six) continue;
    const known = records.get(at.number) ?? [];
    records.set(at.number, [...known, record]);
  }
  return records;
}

/** What a search said of addresses, by number. */
function candidatesByNumber(search, six) {
  const found = new Map();
  for (const candidate of search?.candidates ?? []) {
    const at = readAddress(candidate.address);
    if (at.six === six) found.set(at.number, candidate);
  }
  return found;
}

/** The areas of another kind that lie within one. */
function within(area, areas, kind) {
  return areas.filter((one) => one.kind === kind && one.space === area.space &&
    one.six === area.six && one.from >= area.from && one.to <= area.to);
}
