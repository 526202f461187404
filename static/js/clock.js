// The tablet's clock may be set while entries wait. This keeps the sum of all settings noticed: the wall clock is compared
// with the steady clock every second and at each act. An entry remembers the sum at its act; what was set between act and
// sending is told to the server. While the page is hidden or frozen nothing is compared, so that sleep is no setting.

import { shelf, write } from "./shelf.js";

const BEAT = 1000;
const LEAST = 700; // ms; less is the clock being nudged by the network's time
const STALL = 10_000; // ms; a gap this long between two looks means that the page did not run
const TOTAL = "clock";
let seen = null;
let writing = Promise.resolve();

export const now = () => Date.now();

const mark = () => { seen = { wall: Date.now(), steady: performance.now() }; };

function jump() {
  if (!seen || document.visibilityState !== "visible") return 0;
  const steady = performance.now() - seen.steady;
  const set = Date.now() - seen.wall - steady;
  return steady < STALL && Math.abs(set) >= LEAST ? Math.round(set) : 0;
}

async function remember(set) {
  await write(["notes"], async (on) => {
    const kept = (await on("notes").get(TOTAL)) ?? { name: TOTAL, total: 0, set: 0, wall: 0 };
    // Two windows in view notice the same setting: it counts once.
    const noticed = Math.abs(kept.set - set) < LEAST && Math.abs(Date.now() - kept.wall) < 3000;
    if (!noticed) await on("notes").put({ name: TOTAL, total: kept.total + set, set, wall: Date.now() });
  });
}

// Look now; resolves when a setting that was noticed is kept.
export function check() {
  const set = jump();
  mark();
  if (set) writing = writing.then(() => remember(set)).catch((error) => console.warn("clock:", error.message));
  return writing;
}

// Sum of all settings noticed on this tablet, in ms.
export async function total() {
  await check();
  return ((await (await shelf()).get("notes", TOTAL)) ?? { total: 0 }).total;
}

export const totalIn = async (notes) => ((await notes.get(TOTAL)) ?? { total: 0 }).total;

mark();
setInterval(check, BEAT);
for (const name of ["visibilitychange", "freeze", "resume"]) document.addEventListener(name, mark);
window.addEventListener("pageshow", mark);
