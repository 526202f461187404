// The queue of entries on this tablet: kept on the disk before anything shows as kept, deleted when the server has
// acknowledged that very id and the page shows it. Each owner sees and sends only their own.
// Events on document: rx:kept {operations}, rx:full (no room: nothing was kept). Other tabs hear by BroadcastChannel.

import * as clock from "./clock.js";
import { shelf, write } from "./shelf.js";
import { uuid7 } from "./uuid7.js";
import { open, openBytes, seal, sealBytes, sha256 } from "./vault.js";

const PLAIN = new Set(["tick", "undo"]); // a step's code and an id: nobody's data
const SPARE = 8 * 1024 * 1024; // bytes left free for ticks when pictures fill the tablet
const KEEP_ACKED = 12 * 3600 * 1000;

export const channel = "BroadcastChannel" in window ? new BroadcastChannel("rx-queue") : null;
export const owner = () => document.documentElement.dataset.owner ?? "";
const store = () => document.documentElement.dataset.store ?? "";
export const usable = () => Boolean(window.isSecureContext && window.indexedDB && window.crypto?.subtle && navigator.locks && owner());

const read = new Map(); // id → what was decrypted, for this page only
let line = Promise.resolve();
let asked = false;

export const say = (name, detail = {}) => document.dispatchEvent(new CustomEvent(name, { detail }));

// entries: [{visit, kind, version = 1, payload, blob, id, car}] → the operations, once they are on the disk.
// Rejects with an Error named StorageFull when there is no room; then nothing of them is kept.
export function add(entries) {
  const at = new Date(clock.now()).toISOString();
  const looked = clock.check();
  // One after the other, so that `seq` follows the order of the acts.
  const kept = line.then(() => looked).then(() => keep(entries, at));
  line = kept.catch(() => {});
  return kept;
}

async function keep(entries, at) {
  const who = owner();
  try {
    const sealed = [];
    for (const entry of entries) sealed.push(await closed(who, { ...entry, at }));
    const rows = await write(["operations", "counters", "blobs", "cars", "notes"], (on) => put(on, who, sealed));
    const operations = [];
    for (const row of rows) operations.push(await shown(row));
    say("rx:kept", { operations });
    channel?.postMessage({ type: "kept", owner: who });
    return operations;
  } catch (error) {
    if (!["QuotaExceededError", "StorageFull"].includes(error.name)) throw error;
    const full = Object.assign(new Error("No room is left on this tablet."), { name: "StorageFull" });
    say("rx:full");
    throw full;
  }
}

async function closed(who, { visit, kind, version = 1, payload = {}, blob = null, id = uuid7(), car = "", at }) {
  const row = { id, owner: who, store: store(), visit, kind, version, at, state: "waiting", reason: "", sentence: "" };
  const made = { row, blob: null, car: car ? { owner: who, visit, ...(await seal(who, car)) } : null };
  if (blob) {
    await room(blob.size);
    const bytes = await blob.arrayBuffer();
    payload = { ...payload, sha256: await sha256(bytes) };
    row.blob = { size: blob.size, type: blob.type, sha256: payload.sha256 };
    made.blob = { id, ...(await sealBytes(who, bytes)) };
    read.set(id, { payload, blob });
  }
  return Object.assign(made, { row: { ...row, ...(PLAIN.has(kind) ? { payload } : { sealed: await seal(who, payload) }) } });
}

// The browser counts roughly; a picture that might just not fit is refused before it is taken for kept.
async function room(size) {
  if (!asked && navigator.storage?.persist) {
    asked = true;
    navigator.storage.persist().catch(() => {});
  }
  const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
  if (quota && quota - usage < size * 1.2 + Math.min(SPARE, quota / 10)) {
    throw Object.assign(new Error("nearly full"), { name: "StorageFull" });
  }
}

async function put(on, who, sealed) {
  const counter = (await on("counters").get(who)) ?? { owner: who, seq: 0 };
  const total = await clock.totalIn(on("notes"));
  const rows = [];
  for (const { row, blob, car } of sealed) {
    // A second press of the same form: it is kept already.
    if (await on("operations").get(row.id)) continue;
    counter.seq += 1;
    Object.assign(row, { seq: counter.seq, total });
    await on("operations").add(row);
    if (blob) await on("blobs").put(blob);
    if (car) await on("cars").put(car);
    rows.push(row);
  }
  await on("counters").put(counter);
  return rows;
}

// A row with its content readable, its picture left on the shelf.
export async function readable(row) {
  const known = read.get(row.id) ?? {};
  known.payload ??= row.sealed ? await open(row.owner, row.sealed) : row.payload;
  read.set(row.id, known);
  const { sealed, ...rest } = row;
  return { ...rest, payload: known.payload };
}

const shown = async (row) => ({ ...(await readable(row)), ...(row.blob ? { blob: await picture(row) } : {}) });

export async function picture(row) {
  const known = read.get(row.id) ?? {};
  if (known.blob) return known.blob;
  const kept = await (await shelf()).get("blobs", row.id);
  if (!kept) return null;
  known.blob = new Blob([await openBytes(row.owner, kept)], { type: row.blob.type });
  read.set(row.id, known);
  return known.blob;
}

export async function rows() {
  const who = owner();
  if (!usable()) return [];
  return (await shelf()).getAllFromIndex("operations", "owner", IDBKeyRange.bound([who], [who, []]));
}

export async function all() {
  return Promise.all((await rows()).map(shown));
}

// Entries of mine for this visit that no page from the server shows yet, by seq.
export async function pending(visit) {
  if (!usable()) return [];
  const found = await (await shelf()).getAllFromIndex("operations", "visit", [owner(), visit]);
  return Promise.all(found.sort((a, b) => a.seq - b.seq).map(shown));
}

export async function counts() {
  const found = await rows();
  const of = (state) => found.filter((row) => row.state === state).length;
  return { waiting: of("waiting"), parked: of("parked") };
}

// Words by which the person knows the car ("沪A·8K2D6"), as the page showed them when something was kept.
export async function carOf(visit) {
  const kept = await (await shelf()).get("cars", [owner(), visit]);
  return kept ? open(owner(), kept) : "";
}

// results: [{id, state, reason, sentence}] of the server, received: its time. Returns the rows that changed.
export async function settle(results, received) {
  return write(["operations"], async (on) => {
    const changed = [];
    for (const { id, state, reason = "", sentence = "" } of results) {
      // A duplicate brings the reason for which it was parked the first time, when that answer was lost.
      const row = await on("operations").get(id);
      if (!row || row.owner !== owner()) continue;
      const parked = state === "parked" || (state === "duplicate" && reason !== "");
      // An entry with a picture is done when its picture is.
      if (row.blob && reason === "blob_missing" && !row.posted) row.posted = true;
      else if (reason === "blob_missing" && row.blob) continue;
      else Object.assign(row, { state: parked ? "parked" : "acked", reason, sentence, received });
      await on("operations").put(row);
      changed.push(row);
    }
    return changed;
  });
}

async function drop(gone) {
  if (!gone.length) return;
  const left = new Set((await rows()).filter((row) => !gone.includes(row.id)).map((row) => row.visit));
  await write(["operations", "blobs", "cars"], async (on) => {
    for (const id of gone) {
      const row = await on("operations").get(id);
      await on("operations").delete(id);
      await on("blobs").delete(id);
      if (row && !left.has(row.visit)) await on("cars").delete([row.owner, row.visit]);
      read.delete(id);
    }
  });
  channel?.postMessage({ type: "dropped", owner: owner() });
}

// A page of this visit that the server drew at `drawn` (seconds) shows what it had acknowledged until then.
export async function superseded(visit, drawn) {
  if (!usable()) return;
  const found = await (await shelf()).getAllFromIndex("operations", "visit", [owner(), visit]);
  await drop(found.filter((row) => row.state === "acked" && Date.parse(row.received) / 1000 <= drawn).map((row) => row.id));
}

export async function forget(id) {
  const row = await (await shelf()).get("operations", id);
  if (row?.owner === owner() && row.state === "parked") await drop([id]);
}

// Entries that the server has: a read copy, until a page shows them.
async function clearAcked() {
  if (usable()) await drop((await rows()).filter((row) => row.state === "acked").map((row) => row.id));
}

document.addEventListener("rx:wipe", (event) => {
  const done = clearAcked();
  event.detail?.wait?.push(done);
});

export async function tidy() {
  if (!usable()) return;
  const old = Date.now() - KEEP_ACKED;
  await drop((await rows()).filter((row) => row.state === "acked" && Date.parse(row.received) < old).map((row) => row.id));
}
