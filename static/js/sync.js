// The sender: takes what waits to the server in the order of `seq`, pictures one by one after their entries, and keeps
// everything until the server has acknowledged that very id. A lost answer is simply sent again. One tab sends, by Web
// Locks; the others hear of it. Events on document: rx:sent {ids, visits}, rx:unsent {count, parked, online, login, last}.

import * as clock from "./clock.js";
import * as queue from "./queue.js";

const BATCH = 200;
const BYTES = 1_000_000; // of one batch
const WAITS = [1, 2, 4, 8, 15]; // seconds
const BEAT = 15_000;
const TIMEOUT = { batch: 15_000, blob: 60_000, ping: 5_000 };
const TRIES = 3; // of a picture whose bytes arrive damaged

const html = document.documentElement;
const state = { online: navigator.onLine, login: false, last: 0, heard: 0 };
let running = null;
let again = false;
let failures = 0;
let timer = null;
let busy = 0;

const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(name + "="))?.slice(name.length + 1) ?? "";
const pause = (ms) => new Promise((wake) => setTimeout(wake, ms));

export function working(by) {
  busy += by;
  html.toggleAttribute("data-busy", busy > 0);
}

export async function tell() {
  const { waiting, parked } = await queue.counts();
  html.dataset.unsent = waiting;
  html.toggleAttribute("data-login", state.login);
  html.toggleAttribute("data-offline", !state.online);
  queue.say("rx:unsent", { count: waiting, parked, online: state.online, login: state.login, last: state.last });
}

function heard(online) {
  state.online = online;
  if (online) state.heard = Date.now();
}

const lastName = () => `rx-last-${queue.owner()}`;
function synced() {
  state.last = Date.now();
  // Only a time: what the pill shows before the first contact of the next page.
  try { localStorage.setItem(lastName(), String(state.last)); } catch { /* storage is full or closed */ }
}

class Answered extends Error {} // the server is there, but nothing was taken
class Stop extends Answered {} // nor will it be, until a person does something

// fetch that ends by itself; anything but our own JSON (a hotel's login page, a proxy's error) is no answer.
async function ask(url, options, ms) {
  const limit = new AbortController();
  const clockwork = setTimeout(() => limit.abort(), ms);
  try {
    const answer = await fetch(url, {
      ...options, signal: limit.signal, credentials: "same-origin", redirect: "manual", cache: "no-store",
      headers: { ...options.headers, "X-CSRFToken": cookie("csrftoken"), Accept: "application/json" },
    });
    const body = await answer.json().catch(() => null);
    return { status: answer.status, body };
  } finally {
    clearTimeout(clockwork);
  }
}

function judge({ status, body }) {
  if (status === 401 && body) {
    heard(true);
    state.login = true;
    throw new Stop("login");
  }
  if (status === 409 && body?.code === "other_author") {
    heard(true);
    state.login = true;
    throw new Stop("other author");
  }
  if (status >= 500 || !body) throw new Error(`no answer (${status})`);
  heard(true);
  if (status === 403 && body.code === "csrf") throw new Answered("csrf");
  state.login = false;
  // Who may not send here today, or whose store has gone, keeps the entries: that is for a person to put right.
  if ([403, 404].includes(status)) throw new Stop(body.code);
}

async function batch() {
  const waiting = (await queue.rows()).filter((row) => row.state === "waiting" && !row.posted);
  if (!waiting.length) return null;
  const found = [];
  let size = 0;
  for (const row of waiting.slice(0, BATCH)) {
    size += row.sealed?.data.byteLength ?? 200;
    if (row.store !== waiting[0].store || (found.length && size > BYTES)) break;
    found.push(row);
  }
  return found;
}

async function envelope(rows) {
  const total = await clock.total();
  const readable = await Promise.all(rows.map((row) => queue.readable(row)));
  const operations = readable.map(({ id, seq, visit, kind, version, at, payload }, number) => (
    { id, seq, visit, kind, version, at, shift: total - (rows[number].total ?? total), payload }
  ));
  return JSON.stringify({ author: queue.owner(), sent_at: new Date(clock.now()).toISOString(), operations });
}

async function post(rows) {
  const answer = await ask(`/${rows[0].store}/sync/`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: await envelope(rows),
  }, TIMEOUT.batch);
  judge(answer);
  if (answer.status === 200) return took(rows, answer.body.results, answer.body.now);
  // One entry that the server cannot read must not hold up the others: they go one by one, it stays to be looked at.
  if (rows.length > 1) {
    for (const row of rows) await post([row]);
    return;
  }
  await took(rows, [{ id: rows[0].id, state: "parked", reason: answer.body.code ?? String(answer.status) }], new Date().toISOString());
}

async function upload(row) {
  const blob = await queue.picture(row);
  if (!blob) return took([row], [{ id: row.id, state: "parked", reason: "blob_lost" }], new Date().toISOString());
  const options = { method: "PUT", headers: { "Content-Type": row.blob.type || "application/octet-stream", "X-Sha256": row.blob.sha256 }, body: blob };
  for (let tries = 1; ; tries += 1) {
    const answer = await ask(`/${row.store}/sync/blobs/${row.id}/`, options, TIMEOUT.blob);
    // A server in between that takes no large bodies answers without our JSON.
    if (answer.status === 413) answer.body ??= { code: "too_large" };
    judge(answer);
    if (answer.status === 200) return took([row], [answer.body], answer.body.now);
    if (answer.status === 422 && tries < TRIES) continue;
    return took([row], [{ id: row.id, state: "parked", reason: answer.body.code ?? String(answer.status) }], new Date().toISOString());
  }
}

// Only ids that were asked for and answered are settled; an answer that settles nothing is none.
async function took(rows, results, received) {
  const asked = new Set(rows.map((row) => row.id));
  const changed = await queue.settle((results ?? []).filter((one) => asked.has(one.id)), received ?? new Date().toISOString());
  if (!changed.length) throw new Answered("nothing acknowledged");
  failures = 0;
  synced();
  const done = changed.filter((row) => row.state !== "waiting");
  const news = { ids: done.map((row) => row.id), visits: [...new Set(done.map((row) => row.visit))] };
  if (done.length) {
    queue.say("rx:sent", news);
    queue.channel?.postMessage({ type: "sent", owner: queue.owner(), ...news });
  }
  await tell();
}

async function drain() {
  for (;;) {
    const rows = await batch();
    if (rows) await post(rows);
    else {
      const next = (await queue.rows()).find((row) => row.state === "waiting" && row.posted);
      if (!next) return;
      await upload(next);
    }
  }
}

function later() {
  const seconds = state.login ? 15 : WAITS[Math.min(failures, WAITS.length - 1)];
  failures += 1;
  clearTimeout(timer);
  timer = setTimeout(run, seconds * 1000 * (0.75 + Math.random() / 2));
}

async function send() {
  if (!(await queue.counts()).waiting) return;
  working(1);
  try {
    await drain();
  } catch (error) {
    if (!(error instanceof Answered)) heard(false);
    later();
    await tell();
  } finally {
    working(-1);
  }
}

export function run() {
  if (!queue.usable()) return Promise.resolve();
  if (running) {
    again = true;
    return running;
  }
  clearTimeout(timer);
  again = false;
  running = navigator.locks.request("rx-queue", { ifAvailable: true }, (lock) => (lock ? send() : null)).catch((error) => {
    console.warn("sync:", error.message);
  }).finally(() => {
    running = null;
    if (again && !state.login && !failures) run();
  });
  return running;
}

// True when nothing waits any more; false when `ms` have passed first.
export async function flush(ms) {
  if (!queue.usable()) return true;
  const until = performance.now() + ms;
  while ((await queue.counts()).waiting) {
    if (performance.now() > until || state.login) return false;
    await Promise.race([run(), pause(until - performance.now())]);
    if ((await queue.counts()).waiting) await pause(150);
  }
  return true;
}

export const online = () => state.online;

async function ping() {
  try {
    await fetch("/livez", { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT.ping) }).then((answer) => heard(answer.ok));
    if (state.online && !(await queue.counts()).waiting && !state.login) synced();
  } catch {
    heard(false);
  }
  await tell();
}

async function beat() {
  if ((await queue.counts()).waiting) await run();
  else if (document.visibilityState === "visible" && Date.now() - state.heard > BEAT - 1000) await ping();
}

function wake() {
  failures = 0;
  run().then(beat);
}

async function start() {
  state.last = Number(localStorage.getItem(lastName()) ?? 0);
  await queue.tidy();
  await tell();
  setInterval(() => beat().catch((error) => console.warn("sync:", error.message)), BEAT);
  window.addEventListener("online", wake);
  window.addEventListener("offline", () => { heard(false); tell(); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") wake(); });
  document.addEventListener("rx:kept", ({ detail }) => {
    html.dataset.unsent = Number(html.dataset.unsent ?? 0) + detail.operations.length;
    tell();
    run();
  });
  queue.channel?.addEventListener("message", ({ data }) => {
    if (data.owner !== queue.owner()) return;
    if (data.type === "sent") queue.say("rx:sent", { ids: data.ids, visits: data.visits });
    if (data.type === "kept") run();
    tell();
  });
  wake();
}

if (queue.usable()) start().catch((error) => console.warn("sync:", error.message));
