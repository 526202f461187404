// Forms whose facts go through the tablet's queue: form[data-op=kind] is read by the reader of its kind and kept;
// form[data-op-offline=kind] goes online as ever and is kept only when the server cannot be reached. Where the queue
// cannot run, or a reader hands back nothing, the form goes out as a plain form.

import { hold, show } from "./overlay.js";
import * as queue from "./queue.js";
import { flush, online } from "./sync.js";
import { toast } from "./toast.js";
import { uuid7 } from "./uuid7.js";

const UUID = /\/visits\/([0-9a-f-]{36})\//;
const AGAIN = 800; // ms in which the same form with the same content is a second press
const ONLINE_TIMEOUT = 8000;

const readers = new Map();
const pressed = new WeakMap(); // form → {content, until}
const plain = new WeakSet(); // forms that go out as they are
const fresh = new WeakSet(); // id fields that were filled since they were drawn

// reader(form, submitter) → entries [{visit, kind, payload, …}], a promise of them, or null: not mine.
export const register = (kind, reader) => readers.set(kind, reader);

export const visitOf = (form) => form.dataset.visit || form.action.match(UUID)?.[1] || document.getElementById("page").dataset.visit;
const words = () => document.getElementById("rx-words").dataset;
const carShown = () => document.querySelector("#page .rx-top .rx-plate")?.textContent.trim() ?? "";

function freshIds() {
  for (const field of document.querySelectorAll("input[name=operation]")) {
    if (fresh.has(field)) continue;
    fresh.add(field);
    field.value = uuid7();
  }
}

// The form's own ids where it has one for each entry, so that online and kept are the same operation.
function named(form, entries) {
  const ids = [...form.querySelectorAll("input[name=operation]")];
  const fits = ids.length === entries.length;
  return entries.map((entry, number) => ({ car: carShown(), id: fits ? ids[number].value : uuid7(), ...entry }));
}

function press(form, submitter) {
  const content = new URLSearchParams(new FormData(form, submitter)).toString();
  const last = pressed.get(form);
  if (last && last.content === content && last.until > performance.now()) return false;
  const forGood = ["tick", "undo"].includes(form.dataset.op);
  pressed.set(form, { content, until: forGood ? Infinity : performance.now() + AGAIN });
  return true;
}

async function keep(form, submitter, entries) {
  submitter?.classList.add("is-pressed");
  hold(1);
  try {
    const operations = await queue.add(named(form, await entries));
    if (!pressed.get(form) || pressed.get(form).until !== Infinity) form.querySelectorAll("input[name=operation]").forEach((field) => { field.value = uuid7(); });
    if (form.closest("#sheet")) document.getElementById("sheet").close();
    await onward(form.dataset.then ?? "");
    return operations;
  } catch (error) {
    pressed.delete(form);
    if (error.name === "StorageFull") return null;
    // The tablet's own store does not work here: the server may still be reached.
    console.warn("queue:", error.message);
    plain.add(form);
    form.requestSubmit(submitter);
    return null;
  } finally {
    hold(-1);
    submitter?.classList.remove("is-pressed");
  }
}

async function onward(then) {
  if (!then || then.startsWith("step:")) return;
  await show();
  if (then === "card") nextCard();
  else go(then);
}

// A card that is finished leads on to the next open one, as the server would.
function nextCard() {
  const steps = document.querySelectorAll(".rx-cards-open .rx-step[data-step]");
  if ([...steps].some((step) => step.matches(".is-open, .is-current"))) return;
  const rows = [...document.querySelectorAll(".rx-card-row.is-open[data-card]")];
  const here = steps[0]?.dataset.step ?? "";
  (rows.find((row) => row.dataset.card > here) ?? rows[0])?.click();
}

function go(url) {
  const link = document.createElement("a");
  link.href = url;
  link.hidden = true;
  document.getElementById("page").append(link);
  window.htmx?.process(link);
  link.click();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const reader = readers.get(form.dataset.op);
  if (!reader || !queue.usable()) return;
  if (plain.delete(form)) return;
  if (!press(form, event.submitter)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  const entries = reader(form, event.submitter);
  if (!entries) {
    pressed.delete(form);
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  keep(form, event.submitter, entries);
}, true);

// Any other form is judged by the server with all that the tablet knows: what waits goes first.
document.addEventListener("htmx:confirm", async (event) => {
  const form = event.detail.elt.closest?.("form");
  const waits = Number(document.documentElement.dataset.unsent ?? 0) > 0;
  if (event.detail.verb === "get" || !form || !waits || !queue.usable()) return;
  event.preventDefault();
  hold(1);
  const all = await flush(4000);
  hold(-1);
  if (!all && !online() && form.dataset.opOffline) keepOffline(form, event.detail.triggeringEvent?.submitter);
  else event.detail.issueRequest(true);
});

async function keepOffline(form, submitter) {
  const entries = await readers.get(form.dataset.opOffline)?.(form, submitter);
  if (!entries || !press(form, submitter)) return;
  if (await keep(form, submitter, entries)) toast(words().keptOffline);
}

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.closest?.("form[data-op-offline]") && queue.usable()) event.detail.timeout = ONLINE_TIMEOUT;
});
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, (event) => {
    const form = event.detail.elt.closest?.("form[data-op-offline]");
    const unreachable = name !== "htmx:responseError" || [502, 503, 504].includes(event.detail.xhr.status);
    if (!form || !unreachable || !queue.usable()) return;
    event.stopImmediatePropagation();
    keepOffline(form, event.detail.requestConfig.triggeringEvent?.submitter);
  }, true);
}
document.addEventListener("rx:full", () => toast(words().full, "error"));

for (const name of ["htmx:afterSwap", "htmx:load", "htmx:historyRestore"]) document.addEventListener(name, freshIds);
freshIds();
