// The walk around the car (card 1.5): all steps stand in the page, this shows the one in hand and the next without a
// request, and draws what is known beside the step's names, from the page and from the entries that wait here.
// Others use walk.state, walk.on(fn), walk.show(slug), walk.entries(), walk.seen(item), or the event rx:walk on document.

import * as queue from "./queue.js";
import { apply, fromServer, nextOpen, stepOf, stepState } from "./walkstate.js";
import { factsOf } from "./walkwords.js";

const listeners = new Set();
const pictures = new Map();
let clock = null;

export const walk = {
  state: null,
  on(fn) {
    listeners.add(fn);
    if (walk.state) fn(walk.state);
  },
  show,
  entries: () => [...Object.values(walk.state?.readings ?? {}).map((one) => one.id), ...(walk.state?.marks ?? []).map((one) => one.id)],
  // Ids of what stands on the screen for an item: what a new reading of it replaces.
  seen: (item) => walk.state?.readings[item]?.heads ?? [walk.state?.readings[item]?.id].filter(Boolean),
};

const root = () => document.querySelector("[data-walk]");
const each = (selector, fn) => document.querySelectorAll(selector).forEach(fn);
const tools = {
  time: (op) => clock.format(new Date(op.at)),
  picture(op) {
    if (op.blob && !pictures.has(op.id)) pictures.set(op.id, URL.createObjectURL(op.blob));
    return pictures.get(op.id) ?? "";
  },
};

async function load() {
  const here = root();
  if (!here || here.dataset.loaded) return;
  here.dataset.loaded = "true";
  const state = fromServer(JSON.parse(document.getElementById("walk-state").textContent));
  state.visit = here.dataset.visit;
  clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: state.zone });
  walk.state = state;
  // The page may come from the tablet's cache, drawn at another step than the address asks for.
  const asked = new URLSearchParams(location.search).get("step");
  if (asked && asked !== state.step && state.steps.some((step) => step.slug === asked)) show(asked);
  else changed();
  const waiting = await queue.pending(state.visit).catch(() => []);
  // What was kept in the meantime is in `waiting` too: each entry is applied once, by its id.
  if (walk.state !== state) return;
  for (const op of waiting) apply(state, op, tools);
  if (waiting.length && !new URLSearchParams(location.search).get("step")) {
    const first = nextOpen(state);
    if (first !== state.step) show(first);
  }
  changed();
}

function changed() {
  draw(walk.state);
  each("[data-walk] [data-seen]", (box) => seen(box));
  each("[data-walk] [data-correction]", (box) => (box.hidden = box.disabled = !walk.state.confirmation));
  fit(walk.state);
  for (const fn of listeners) fn(walk.state);
  document.dispatchEvent(new CustomEvent("rx:walk", { detail: { state: walk.state } }));
}

// A form says which readings stood on the screen when it was sent: what nobody has seen is not replaced.
function seen(box) {
  const items = [...new Set([...box.closest("form").querySelectorAll("[name=item]")].map((field) => field.value))];
  const ids = ["", ...items.flatMap(walk.seen)];
  const key = ids.join();
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.replaceChildren(...ids.map((id) => Object.assign(document.createElement("input"), { type: "hidden", name: "seen", value: id })));
}

// A car that the page did not know when it was drawn: what it has not got is not asked for.
function fit({ car }) {
  const key = `${car.electric}${car.fuel}${car.plugged}`;
  if (root().dataset.car === key) return;
  root().dataset.car = key;
  for (const one of document.querySelectorAll("[data-walk] [data-only]:not([data-only=''])")) {
    one.hidden = !car[one.dataset.only];
    if (one.tagName === "FIELDSET") one.disabled = one.hidden;
  }
}

// Shows a step; an empty slug is the finished sheet.
function show(slug) {
  const { state } = walk;
  if (!state || !root()) return;
  state.step = slug;
  const section = slug || "confirm";
  each("[data-walk-step]", (one) => (one.hidden = one.dataset.walkStep !== section));
  each("[data-walk-script]", (one) => (one.hidden = one.dataset.walkScript !== section));
  each("[data-walk-next]", (one) => (one.hidden = one.dataset.walkNext !== (slug || "done")));
  root().closest(".rx-panel-main")?.scrollTo(0, 0);
  if (window.scrollY) window.scrollTo(0, 0);
  const url = new URL(location);
  url.searchParams.set("card", "1.5");
  if (slug) url.searchParams.set("step", slug);
  else url.searchParams.delete("step");
  for (const name of ["view", "mark"]) if (slug !== "exterior") url.searchParams.delete(name);
  history.replaceState(history.state, "", url);
  draw(state);
  // The step stands on the screen before anybody else hears of it.
  requestAnimationFrame(() => setTimeout(() => walk.state === state && root() && changed()));
}

const icon = (name) => document.getElementById("walk-icons")?.content.querySelector(`[data-icon="${name}"]`)?.firstElementChild.cloneNode(true);

// The rows of the steps at the left: only what differs is written.
function draw(state) {
  const facts = factsOf(state);
  let answered = 0;
  for (const step of state.steps) {
    const now = stepState(state, step);
    answered += now === "done";
    const row = document.querySelector(`a.rx-step[data-step="1.5/${step.slug}"]`);
    if (!row) continue;
    const fact = facts[step.slug];
    row.dataset.walked = "";
    const here = state.step === step.slug;
    const look = here && now === "open" ? "current" : fact?.finding && now !== "na" ? "finding" : now;
    const text = fact?.text ?? (now === "open" ? row.dataset.open ?? "" : timeOf(state, step));
    const key = `${look}|${here}|${text}`;
    if (row.dataset.drawn === key) continue;
    row.dataset.drawn = key;
    row.className = `rx-step is-${look}${here ? " is-here" : ""}`;
    if (here) row.setAttribute("aria-current", "step");
    else row.removeAttribute("aria-current");
    const disc = { finding: "finding", done: "done", na: "na", skipped: "na" }[look];
    row.querySelector(".rx-step-disc").replaceChildren(disc && !(look === "finding" && now === "open") ? icon(disc) ?? "" : String(step.number));
    write(row.querySelector(".rx-step-text"), text);
  }
  const head = document.querySelector(".rx-cards-open .rx-steps-head small");
  if (head) head.textContent = head.textContent.replace(/\d+\/\d+/, `${answered}/${state.steps.filter((step) => step.state !== "na").length}`);
}

function timeOf(state, step) {
  if (step.at) return step.at;
  return (step.slug === "enter" && state.readings.covers?.at) || "";
}

function write(box, text) {
  let fact = box.querySelector(".rx-step-fact");
  if (!fact && text) {
    fact = document.createElement("span");
    fact.className = "rx-step-fact";
    box.append(fact);
  }
  if (fact && fact.textContent !== text && text) fact.textContent = text;
}

document.addEventListener("rx:kept", ({ detail }) => {
  const { state } = walk;
  if (!state || !root()) return;
  const mine = detail.operations.filter((op) => op.visit === state.visit);
  if (!mine.length) return;
  for (const op of mine) apply(state, op, tools);
  root().dataset.kept = String(Number(root().dataset.kept ?? 0) + mine.length);
  const step = state.steps.find((one) => one.slug === state.step);
  const closed = step && stepState(state, step) !== "open" && mine.some((op) => stepOf(op) === step.slug);
  if (!closed) return changed();
  const next = nextOpen(state, step.slug);
  show(next);
  if (!next) leave();
});

// The sheet is confirmed: another card that waits opens by itself; leaving the stage stays a person's own tap.
function leave() {
  setTimeout(() => document.querySelector('[data-walk-next="done"]:not([hidden]) a.rx-next')?.click(), 300);
}

// A tap on a step's name; before htmx, which would fetch the page.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[data-step^="1.5/"]');
  if (!link || !root() || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  show(link.dataset.step.slice(4));
}, true);

document.addEventListener("htmx:afterSettle", load);
load();
