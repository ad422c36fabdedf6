// What is kept of a run, opened: its steps, how everything looked after each, and the moments
// that can be stepped to.

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

const isObject = (value) =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** A merge patch (RFC 7396) applied to a copy; what did not change is shared with the original. */
function merge(target, patch) {
  if (!isObject(patch)) return patch;
  // Without a prototype, so that a name from a run is a name and nothing else.
  const merged = Object.assign(Object.create(null), isObject(target) ? target : {});
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete merged[key];
    else merged[key] = merge(merged[key], change);
  }
  return merged;
}

/** A packet row by name; `missing` stands for packets that are left out. */
function readPacket(row, ends) {
  if (typeof row === "number") return { missing: row };
  const [at, from, to, words, took, why] = row;
  const fate = took === -1 ? "dropped" : took === -2 ? "under way" : why ? "fault" : "arrived";
  return { at, from: ends[from], to: ends[to], words, took, why, fate };
}

class Reel {
  constructor(story) {
    this.start = Date.parse(story.start);
    this.end = story.end;
    this.rest = story.rest.map((row) => readPacket(row, story.ends));
    this.steps = story.steps.map((step) => ({
      ...step,
      head: step.words.filter((line) => !line.trim().startsWith("#"))
        .map((line) => line.trim()).join(" "),
      packets: step.packets.map((row) => readPacket(row, story.ends)),
    }));
    this.scenes = [merge({}, story.before)];
    for (const patch of story.scenes) this.scenes.push(merge(this.scenes.at(-1), patch));
    this.moments = this.listMoments();
  }

  /** Before everything, then of each step its packets and its end, in the order of time. */
  listMoments() {
    const moments = [{ step: 0, packet: null, at: 0 }];
    this.steps.forEach((step, index) => {
      step.packets.forEach((packet, at) => {
        if (!packet.missing) moments.push({ step: index + 1, packet: at, at: packet.at });
      });
      moments.push({ step: index + 1, packet: null, at: step.ended });
    });
    return moments;
  }

  /** The moment at which a step has ended; 0 is before the first. */
  endOf(step) {
    return this.moments.findIndex((moment) => moment.step === step && moment.packet === null);
  }

  /** How everything looks at a moment: scenes are known between steps, not within them. */
  sceneAt(moment) {
    const whole = moment.packet === null;
    return this.sceneAfter(whole ? moment.step : moment.step - 1);
  }

  sceneAfter(step) {
    return this.scenes[Math.min(Math.max(step, 0), this.scenes.length - 1)];
  }

  /** Where a reader wants to be first: at what went wrong, else at the end. */
  firstLook() {
    const bad = this.steps.findIndex((step) => step.bad);
    return this.endOf(bad < 0 ? this.steps.length : bad + 1);
  }

  /** The estate's calendar at a moment. */
  calendar(at) {
    return new Date(this.start + at).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
  }
}
