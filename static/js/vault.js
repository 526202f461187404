// What waits on the tablet may hold names, plates and pictures: it lies encrypted. The key of each owner can be used by
// this page but never read out, and every entry has an initial value of its own.

import { shelf, write } from "./shelf.js";

const keys = new Map();
const words = new TextEncoder();

async function made(owner) {
  const found = await (await shelf()).get("keys", owner);
  if (found) return found.key;
  const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  return write(["keys"], async (on) => {
    // Another tab may have been quicker: the first key stays.
    const first = await on("keys").get(owner);
    if (first) return first.key;
    await on("keys").put({ owner, key: fresh });
    return fresh;
  });
}

function keyOf(owner) {
  if (!keys.has(owner)) keys.set(owner, made(owner).catch((error) => { keys.delete(owner); throw error; }));
  return keys.get(owner);
}

// bytes: ArrayBuffer → {iv, data}
export async function sealBytes(owner, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(owner), bytes) };
}

export async function openBytes(owner, { iv, data }) {
  return crypto.subtle.decrypt({ name: "AES-GCM", iv }, await keyOf(owner), data);
}

export const seal = (owner, value) => sealBytes(owner, words.encode(JSON.stringify(value)));

export async function open(owner, sealed) {
  return JSON.parse(new TextDecoder().decode(await openBytes(owner, sealed)));
}

export async function sha256(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
