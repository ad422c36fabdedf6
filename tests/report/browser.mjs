// Headless Chromium over its debugging pipe, with nothing but Node's own library: no driver to
// install beside the browser, and no port that another program could reach.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FLAGS = [
  "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb",
  // The network is off: no name resolves, and what asks for an address meets a closed port.
  "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9",
  // CI runs as root, which Chromium's sandbox refuses; the page is the project's own.
  "--no-sandbox", "--mute-audio",
];

export class Browser {
  #child; #profile; #next = 1; #waiting = new Map(); #listeners = []; #rest = "";

  constructor(program = process.env.IPAMLAB_CHROMIUM ?? "chromium") {
    this.#profile = mkdtempSync(join(tmpdir(), "ipamlab-chromium-"));
    this.#child = spawn(program, [...FLAGS, `--user-data-dir=${this.#profile}`],
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    this.#child.on("error", (error) => this.#fail(error));
    this.#child.on("exit", () => this.#fail(new Error("the browser ended")));
    this.#child.stdio[3].on("error", () => {});
    this.#child.stdio[4].setEncoding("utf8");
    this.#child.stdio[4].on("data", (text) => this.#read(text));
  }

  #fail(error) {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #read(text) {
    const messages = (this.#rest + text).split("\0");
    this.#rest = messages.pop();
    for (const message of messages.map((one) => JSON.parse(one))) {
      const asked = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error) asked?.reject(new Error(`${asked.method}: ${message.error.message}`));
      else if (asked) asked.resolve(message.result);
      else for (const listener of this.#listeners) listener(message);
    }
  }

  send(method, params = {}, sessionId = undefined) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, method });
      this.#child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  listen(listener) {
    this.#listeners.push(listener);
  }

  async open(url, options = {}) {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, sessionId, targetId);
    await page.load(url, options);
    return page;
  }

  async close() {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    await this.send("Browser.close").catch(() => {});
    const late = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    if (this.#child.exitCode === null) await ended;
    clearTimeout(late);
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

export class Page {
  /** Addresses the page asked for. */
  requests = [];
  /** What the page complained of: errors, and what its own policy forbade. */
  complaints = [];
  #browser; #session; #target; #loaded = () => {};

  constructor(browser, session, target) {
    this.#browser = browser;
    this.#session = session;
    this.#target = target;
    browser.listen((message) => message.sessionId === session && this.#hear(message));
  }

  #hear({ method, params }) {
    if (method === "Network.requestWillBeSent") this.requests.push(params.request.url);
    if (method === "Page.loadEventFired") this.#loaded();
    if (method === "Runtime.exceptionThrown") {
      this.complaints.push(params.exceptionDetails.exception?.description ??
        params.exceptionDetails.text);
    }
    if (method === "Log.entryAdded") this.complaints.push(params.entry.text);
  }

  send(method, params = {}) {
    return this.#browser.send(method, params, this.#session);
  }

  async load(url, { width = 1280, height = 900, dark = false, print = false, scripts = true } = {}) {
    for (const domain of ["Network", "Page", "Runtime", "Log"]) await this.send(`${domain}.enable`);
    await this.send("Emulation.setDeviceMetricsOverride",
      { width, height, deviceScaleFactor: 1, mobile: false });
    await this.send("Emulation.setScriptExecutionDisabled", { value: !scripts });
    await this.send("Emulation.setEmulatedMedia", {
      media: print ? "print" : "",
      features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" },
        { name: "prefers-reduced-motion", value: "reduce" }],
    });
    const loaded = new Promise((resolve) => { this.#loaded = resolve; });
    await this.send("Page.navigate", { url });
    await loaded;
  }

  /** What an expression is in the page; a promise is awaited. */
  async ask(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate",
      { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  /** Waits until an expression holds. */
  async until(expression, patience = 20000) {
    const end = Date.now() + patience;
    while (!(await this.ask(expression))) {
      if (Date.now() > end) throw new Error(`it never came to be: ${expression}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async press(key, code = key, keyCode = undefined, text = undefined) {
    const event = { key, code, windowsVirtualKeyCode: keyCode, text };
    await this.send("Input.dispatchKeyEvent", { type: text ? "keyDown" : "rawKeyDown", ...event });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
  }

  async type(text) {
    await this.send("Input.insertText", { text });
  }

  async picture(clip = undefined) {
    const { data } = await this.send("Page.captureScreenshot",
      { format: "png", captureBeyondViewport: clip !== undefined, clip });
    return Buffer.from(data, "base64");
  }

  async pdf() {
    const { data } = await this.send("Page.printToPDF", { printBackground: true });
    return Buffer.from(data, "base64");
  }

  close() {
    return this.#browser.send("Target.closeTarget", { targetId: this.#target });
  }
}
