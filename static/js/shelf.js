// The tablet's own database: IndexedDB `reception`. Upgrades go step by step, so that a queue which an older version of
// the app has left behind is read and sent by this one.

import { openDB } from "../vendor/idb/index.js";

export const NAME = "reception";
export const VERSION = 2;
let opened = null;

function upgrade(db, from, _to, tx) {
  if (from < 1) {
    db.createObjectStore("operations", { keyPath: "id" });
    db.createObjectStore("counters", { keyPath: "owner" });
    db.createObjectStore("keys", { keyPath: "owner" });
  }
  if (from < 2) {
    const operations = tx.objectStore("operations");
    operations.createIndex("owner", ["owner", "seq"]);
    operations.createIndex("visit", ["owner", "visit"]);
    // Pictures lie apart: a list of what waits never loads them.
    db.createObjectStore("blobs", { keyPath: "id" });
    db.createObjectStore("cars", { keyPath: ["owner", "visit"] });
    db.createObjectStore("notes", { keyPath: "name" });
  }
}

export function shelf() {
  opened ??= openDB(NAME, VERSION, {
    upgrade,
    // Another tab has a newer version of the app: let it go first.
    blocking: async () => {
      (await opened)?.close();
      opened = null;
    },
    terminated: () => { opened = null; },
  }).catch((error) => {
    opened = null;
    throw error;
  });
  return opened;
}

// One transaction that is on the disk before it counts as done.
export async function write(stores, work) {
  const tx = (await shelf()).transaction(stores, "readwrite", { durability: "strict" });
  try {
    const made = await work((name) => tx.objectStore(name), tx);
    await tx.done;
    return made;
  } catch (error) {
    tx.done.catch(() => {});
    try { tx.abort(); } catch { /* it has ended by itself */ }
    throw tx.error ?? error;
  }
}
