// Draws what waits onto the page at once, and again onto every page that comes, from the cache too: pending ticks on the
// cards and the rail. After the server has acknowledged them the page is fetched again, unless somebody is in the middle
// of something on it.

import * as queue from "./queue.js";
import { working } from "./sync.js";

const PROVES = { qualify: "1.6/qualify", coverage: "1.7/coverage", symptom: "1.7/symptom" };
const STATES = { done: "done", not_done: "skipped", not_applicable: "na" };
const ALL = ["is-open", "is-current", "is-done", "is-finding", "is-skipped", "is-na"];
const UUID = /\/visits\/([0-9a-f-]{36})\//;
const RETRY = 1500;

const page = () => document.getElementById("page");
const before = new WeakMap(); // step → how the server drew it
let known = []; // what waited when it was last read: drawn at once, then read again
let wanted = false;
let holding = 0;
let requests = 0;
let fetching = null;
let dirty = false;

export const visits = () => [...new Set([location.pathname.match(UUID)?.[1], page()?.dataset.visit].filter(Boolean))];
// While a form is on its way the page stays what it is.
export const hold = (by) => { holding += by; };

// The answers that wait: code of a step → {state, id}; the earliest that nobody took back.
function answers(operations) {
  const waiting = operations.filter((op) => op.state !== "parked");
  const undone = new Set(waiting.filter((op) => op.kind === "undo").map((op) => op.payload.tick));
  const found = new Map();
  for (const op of waiting) {
    const code = op.kind === "tick" ? op.payload.step : op.kind === "reading" ? PROVES[op.payload.item] : "";
    if (!code || undone.has(op.id) || found.has(code)) continue;
    found.set(code, { state: STATES[op.payload.answer] ?? "done", id: op.kind === "tick" ? op.id : "" });
  }
  return { found, undone };
}

const icon = (name) => document.getElementById("rx-words").content.querySelector(`[data-icon="${name}"]`).firstElementChild.cloneNode(true);

function drawn(step) {
  if (!before.has(step)) {
    const state = ALL.find((name) => step.classList.contains(name)) ?? "is-open";
    before.set(step, { state, disc: [...step.querySelector(".rx-step-disc").childNodes] });
  }
  return before.get(step);
}

function drawStep(step, { found, undone }) {
  const server = drawn(step);
  const local = found.get(step.dataset.step);
  const takenBack = undone.has(step.dataset.tick);
  const answered = !["is-open", "is-current"].includes(server.state) && !takenBack;
  const disc = step.querySelector(".rx-step-disc");
  step.classList.remove(...ALL);
  if (answered || (!local && !takenBack)) {
    step.classList.add(server.state);
    disc.replaceChildren(...server.disc);
  } else {
    step.classList.add(local ? `is-${local.state}` : "is-open");
    disc.replaceChildren(local ? icon(local.state === "done" ? "check" : "minus") : step.dataset.number ?? "");
  }
}

const recount = (text, done, of) => text.replace(/\d+\/\d+/, `${done}/${of}`);

function drawCard(list) {
  const steps = [...list.querySelectorAll(".rx-step[data-step]")];
  if (!steps.length) return;
  const is = (name) => steps.filter((step) => step.classList.contains(name)).length;
  const open = is("is-open") + is("is-current");
  const done = is("is-done") + is("is-finding");
  const head = list.parentElement.querySelector(".rx-steps-head small");
  if (head) head.textContent = recount(head.textContent, done, steps.length - is("is-na"));
  const pip = document.querySelector(`[data-pip="${steps[0].dataset.step.split("/")[0]}"]`);
  if (!pip || pip.classList.contains("is-na")) return;
  pip.dataset.was ??= pip.classList.contains("is-done") ? "done" : "open";
  const now = open ? "open" : "done";
  if (now === "done" || pip.classList.contains("is-done")) {
    pip.classList.remove("is-open", "is-current", "is-done");
    pip.classList.add(`is-${now}`);
  }
  const count = pip.closest(".rx-seg")?.querySelector(".rx-seg-count");
  if (!count) return;
  count.dataset.was ??= count.textContent;
  const [was, of] = count.dataset.was.split("/").map(Number);
  count.textContent = `${was + (now === "done") - (pip.dataset.was === "done")}/${of}`;
}

// Beside the open step: its answers turn into "undo" of the entry that waits, and back.
function drawAnswers(box, { found }) {
  const local = found.get(box.dataset.answers);
  const undo = box.querySelector("[data-undo]");
  if (!undo) return;
  undo.hidden = !local?.id;
  box.querySelector("[data-answer]").hidden = Boolean(local);
  if (local?.id) undo.elements.tick.value = local.id;
}

function drawTap(form, { found }) {
  const steps = [...form.querySelectorAll("[name=step]")].map((field) => field.value);
  const all = steps.length > 0 && steps.every((code) => found.has(code));
  for (const button of form.querySelectorAll("button")) {
    button.disabled = all;
    button.classList.toggle("is-kept", all);
  }
}

function draw() {
  const waiting = answers(known);
  // (The walk draws its own steps.)
  document.querySelectorAll(".rx-step[data-step]:not([data-walked])").forEach((step) => drawStep(step, waiting));
  document.querySelectorAll(".rx-steps-list").forEach(drawCard);
  document.querySelectorAll("[data-answers]").forEach((box) => drawAnswers(box, waiting));
  document.querySelectorAll("form.rx-cards-tap").forEach((form) => drawTap(form, waiting));
}

// Read what waits and draw it. `operations`: what has just been kept, so that it shows without waiting for the disk.
export async function show(operations = []) {
  const here = visits();
  known = [...known.filter((op) => here.includes(op.visit)), ...operations.filter((op) => here.includes(op.visit))];
  if (known.length) draw();
  if (!queue.usable() || !here.length) return;
  known = (await Promise.all(here.map(queue.pending))).flat();
  draw();
}

async function arrived() {
  dirty = false;
  await show();
  const at = Number(page()?.dataset.drawn ?? 0);
  if (!at || !visits().length) return;
  for (const visit of visits()) await queue.superseded(visit, at);
  await show();
  // This page shows it all already.
  if (!known.some((op) => op.state === "acked")) wanted = false;
}

function typing() {
  const field = document.activeElement;
  return dirty || Boolean(field?.closest("#page") && field.matches("input:not([type=hidden]), textarea, select"));
}

const inTheMiddle = () => holding > 0 || requests > 0 || typing() || document.getElementById("sheet")?.open
  || document.querySelector("#page [data-walk], #page dialog[open], #page details.rx-me[open], #page details.rx-more[open]");

async function refresh() {
  if (!wanted || fetching) return;
  if (inTheMiddle()) {
    setTimeout(refresh, RETRY);
    return;
  }
  wanted = false;
  fetching = { url: location.href };
  working(1);
  try {
    const how = { target: "#page", select: "#page", swap: "outerHTML show:none", headers: { "X-Fresh": "1" } };
    await window.htmx.ajax("GET", location.pathname + location.search, how);
  } catch {
    // Offline again: what waits stays drawn.
  } finally {
    fetching = null;
    working(-1);
  }
}

const ours = (event) => event.detail.requestConfig?.headers?.["X-Fresh"] === "1";

document.addEventListener("htmx:beforeRequest", (event) => {
  if (ours(event)) return;
  requests += 1;
  // Somebody goes on meanwhile: the fresh page must not come between.
  if (fetching) fetching.late = true;
});
document.addEventListener("htmx:afterRequest", (event) => { if (!ours(event)) requests = Math.max(0, requests - 1); });
document.addEventListener("htmx:beforeSwap", (event) => {
  if (ours(event) && (fetching?.late || fetching?.url !== location.href || inTheMiddle())) {
    event.detail.shouldSwap = false;
    wanted = true;
    setTimeout(refresh, RETRY);
  }
});
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  // Fetched behind the person's back: nothing of theirs has failed.
  document.addEventListener(name, (event) => { if (ours(event)) event.stopImmediatePropagation(); }, true);
}
document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target?.id === "page") arrived(); });
document.addEventListener("htmx:historyRestore", arrived);
document.addEventListener("input", (event) => { if (event.target.closest("#page form:not([data-op])")) dirty = true; });
document.addEventListener("rx:kept", (event) => show(event.detail.operations));
let soon = null;
document.addEventListener("rx:sent", (event) => {
  show();
  if (!event.detail.visits.some((visit) => visits().includes(visit))) return;
  wanted = true;
  // One fetch for a row of answers; until then the page counts as busy.
  if (soon) clearTimeout(soon);
  else working(1);
  soon = setTimeout(() => {
    soon = null;
    refresh();
    working(-1);
  }, 300);
});
arrived();
