// The outside of the car without a request: a tap is a mark, drawn at once and kept in the queue; kind, size, taking off and
// putting back are entries of the same mark. Draws discs, earlier marks, tabs, list and view from above from walk.state.

import * as queue from "./queue.js";
import { above, place } from "./discs.js";
import { walk } from "./walk.js";
import { VIEWS, looked } from "./walkstate.js";
import { why } from "./why.js";

const UNDO_SECONDS = 12;
const root = () => document.querySelector("[data-exterior]");
const all = (selector) => root()?.querySelectorAll(selector) ?? [];
const one = (selector) => root()?.querySelector(selector);
let chosen = "";
let drafts = []; // taps that are not on the disk yet
let words = {};

const live = () => Boolean(root() && walk.state && queue.usable());
const current = () => [...all("[data-view]")].find((view) => !view.hidden)?.dataset.view ?? VIEWS[0];
const marksOf = (view) => walk.state.marks.filter((mark) => mark.view === view);
const put = (text, given) => text.replace(/\{(\w+)\}/g, (all_, name) => given[name] ?? "");

function after(view) {
  const at = VIEWS.indexOf(view);
  return [...VIEWS.slice(at + 1), ...VIEWS.slice(0, at)].find((other) => !looked(walk.state, other)) ?? "";
}

// Why a sheet changes that the customer has confirmed; empty before.
const reason = () => (walk.state.confirmation ? one("[data-correction] [name=reason]:checked")?.value ?? "" : "");

async function keep(payload) {
  const given = reason() || (await why());
  if (given === null) throw new DOMException("thought again", "AbortError");
  const [op] = await queue.add([{ visit: walk.state.visit, kind: "mark", payload: given ? { ...payload, reason: given } : payload }]);
  return op;
}

// A tap: the disc stands in the next frame; when the tablet has no room it goes away again (the notice is the queue's).
function tap(detail) {
  const draft = { ...detail };
  drafts.push(draft);
  discs(draft.view);
  keep({ ...detail, kind: "scratch" })
    .then((op) => { chosen = op.id; })
    .catch((error) => { if (!["StorageFull", "AbortError"].includes(error.name)) console.warn("mark:", error.message); })
    .finally(() => { drafts = drafts.filter((other) => other !== draft); draw(); });
}

// One after the other: what was changed a moment ago has been seen, too.
let last = Promise.resolve();
function change(id, given) {
  last = last.then(() => keepChange(id, given));
  return last;
}

function keepChange(id, given) {
  const mark = walk.state.marks.find((other) => other.id === id) ?? walk.state.removed.find((other) => other.id === id);
  if (!mark) return Promise.resolve();
  return keep({ mark: id, ...given, seen: [...mark.ops] }).catch(draw);
}

function remove(id) {
  chosen = "";
  change(id, { removed: true }).then(() => {
    const notice = one("[data-mark-off]")?.content.firstElementChild.cloneNode(true);
    if (!notice || walk.state.marks.some((mark) => mark.id === id)) return;
    notice.querySelector("[data-mark-back]").addEventListener("click", () => {
      notice.remove();
      change(id, { removed: false });
    });
    document.getElementById("toasts").append(notice);
    setTimeout(() => notice.remove(), UNDO_SECONDS * 1000);
  });
}

function turn(view) {
  for (const each of all("[data-view]")) each.hidden = each.dataset.view !== view;
  root().dataset.shown = view;
}

export function show(view) {
  turn(view);
  chosen = "";
  const past = one("[data-past-words]");
  if (past) past.hidden = true;
  const url = new URL(location);
  url.searchParams.set("view", view);
  url.searchParams.delete("mark");
  if (url.searchParams.get("step") === "exterior") history.replaceState(history.state, "", url);
  draw();
}

// Only what differs is written: a tap at the car may not wait for the rest of the page.
function write(box, text) {
  if (box && box.textContent !== text) box.textContent = text;
}

function discs(view) {
  const marks = [...walk.state.marks, ...drafts].map((mark, index) => ({ ...mark, number: index + 1 }));
  const newest = drafts.at(-1);
  for (const box of all(`[data-view="${view}"] [data-marks]`)) {
    const shown = marks.filter((mark) => mark.view === view);
    place(box, shown.map((mark) => ({ ...mark, ring: mark.id ? mark.id === chosen : mark.x === newest.x && mark.y === newest.y })), view === "left");
  }
}

function tabs(state, view) {
  for (const tab of all("[data-view-tab]")) {
    const code = tab.dataset.viewTab;
    const count = marksOf(code).length;
    const seen = looked(state, code);
    tab.className = `${code === view ? "is-current " : ""}${seen ? "is-seen " : ""}${seen && !count ? "is-ok" : ""}`;
    if (code === view) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
    write(tab.querySelector("small > span"), count ? put(words.noted, { n: count }) : seen ? words.fine : words.unseen);
  }
}

function list(state, view) {
  const box = one("[data-mark-list]");
  const rows = state.marks.map((mark, index) => [mark, index + 1]).filter(([mark]) => mark.view === view);
  const known = new Map([...box.querySelectorAll("[data-mark]")].map((row) => [row.dataset.mark, row]));
  const none = box.querySelector(".rx-marks-none");
  for (const [mark, number] of rows) {
    const row = known.get(mark.id) ?? one("[data-mark-row]").content.firstElementChild.cloneNode(true);
    known.delete(mark.id);
    row.dataset.mark = mark.id;
    row.classList.toggle("is-current", mark.id === chosen);
    write(row.querySelector(".rx-disc"), String(number));
    write(row.querySelector("b"), state.words.kinds[mark.kind]);
    const where = state.words.zones[mark.zone] ?? state.words.views[mark.view];
    write(row.querySelector(".rx-quiet"), `${where}${mark.size_cm ? ` ${put(words.cm, { n: mark.size_cm })}` : ""}`);
    row.querySelector("a").href = `?card=1.5&step=exterior&view=${mark.view}&mark=${mark.id}`;
    box.insertBefore(row, none);
  }
  for (const row of known.values()) row.remove();
  none.hidden = rows.length > 0;
}

function editor(state) {
  const box = one("[data-mark-editor]");
  const number = state.marks.findIndex((mark) => mark.id === chosen) + 1;
  const mark = state.marks[number - 1];
  box.hidden = !mark;
  one("[data-side-answers]").hidden = Boolean(mark);
  if (!mark) return;
  box.dataset.mark = mark.id;
  write(box.querySelector(".rx-disc"), String(number));
  for (const chip of box.querySelectorAll("[name=kind]")) chip.setAttribute("aria-pressed", String(chip.value === mark.kind));
  for (const chip of box.querySelectorAll("[name=size_cm]")) chip.setAttribute("aria-pressed", String(Number(chip.value) === mark.size_cm));
  const photo = box.querySelector("[data-mark-photo]");
  photo.elements.place.value = `mark:${mark.id}`;
  photo.elements.label.value = state.words.zones[mark.zone] ?? state.words.views[mark.view];
}

function overview(state) {
  const marks = state.marks.map((mark, index) => ({ ...above(mark), number: index + 1 }));
  for (const view of VIEWS) {
    const look = marksOf(view).length ? "is-marked" : looked(state, view) ? "is-ok" : "";
    for (const zone of all(`.rx-car-over [data-zone="${view}"]`)) zone.setAttribute("class", `car-zone ${look}`);
  }
  for (const box of all(".rx-car-over [data-marks]")) place(box, marks, false);
}

function way(state, view) {
  const next = after(view);
  const done = VIEWS.every((other) => looked(state, other));
  for (const form of document.querySelectorAll("[data-side-next], [data-side-fine]")) form.elements.exterior.value = view;
  for (const field of document.querySelectorAll("[data-side-next] [name=reason], [data-side-answers] [name=reason]")) field.value = reason();
  const step = document.querySelector("[data-side-next]");
  const label = put(next ? words.next : words.last, { view: state.words.views[view], next: state.words.views[next] });
  if (step) step.hidden = done;
  write(step?.querySelector("[data-side-words]"), label);
  for (const link of document.querySelectorAll("[data-side-done]")) link.hidden = !done;
  for (const small of all("[data-elsewhere]")) small.hidden = !(small.dataset.elsewhere ? state.marks : marksOf(view)).length;
  const photo = one("[data-photo-side]");
  if (photo) Object.assign(photo.elements.place, { value: view });
  if (photo) Object.assign(photo.elements.label, { value: state.words.views[view] });
}

// A car that only this tablet knows: the page is the same for all bodies, its drawings are taken from the fitting template.
function fit(body) {
  const drawings = one(`[data-car-body="${body}"]`)?.content;
  if (!drawings || root().dataset.body === body) return;
  root().dataset.body = body;
  for (const drawing of drawings.cloneNode(true).children) {
    const view = drawing.dataset.bodyView;
    one(view === "above" ? ".rx-car-over" : `[data-view="${view}"]`).replaceChildren(...drawing.children);
  }
}

// The page may come from the tablet's cache: what the address asks for is shown here.
function begin() {
  const asked = new URLSearchParams(location.search);
  const view = asked.get("view");
  root().dataset.drawn = "true";
  words = JSON.parse(document.getElementById("exterior-words").textContent);
  if (VIEWS.includes(view)) turn(view);
  chosen = asked.get("mark") ?? "";
}

function draw() {
  const { state } = walk;
  if (!live()) return;
  if (!root().dataset.drawn) begin();
  fit(state.car?.body);
  const view = current();
  for (const side of VIEWS) discs(side);
  tabs(state, view);
  list(state, view);
  editor(state);
  overview(state);
  way(state, view);
}

walk.on(draw);
document.addEventListener("change", (event) => { if (event.target.closest("[data-exterior] [data-correction]")) draw(); });
document.addEventListener("rx:car", (event) => {
  if (!live()) return;
  event.preventDefault();
  tap(event.detail);
});
// A side was answered, here or by 全车完好: on to the next that nobody has looked at.
document.addEventListener("rx:kept", ({ detail }) => {
  if (!live()) return;
  // The photo of a mark stands in the row below, which the open mark hides.
  if (detail.operations.some((op) => op.kind === "photo" && op.payload.place === `mark:${chosen}`)) {
    chosen = "";
    draw();
  }
  const side = detail.operations.findLast((op) => op.kind === "reading" && op.payload.item === "exterior");
  if (side && side.visit === walk.state.visit && VIEWS.includes(side.payload.value)) show(after(side.payload.value) || side.payload.value);
});
// Before htmx, which would fetch the page.
document.addEventListener("click", (event) => {
  if (!live() || event.ctrlKey || event.metaKey) return;
  const found = (selector) => event.target.closest(`[data-exterior] ${selector}`);
  const tab = found("[data-view-tab]");
  const pencil = found("[data-mark-edit]");
  const chip = found("[data-mark-editor] .rx-chip");
  const past = found("[data-past]");
  const done = event.target.closest("[data-side-done]");
  if (!tab && !pencil && !chip && !past && !done && !found("[data-mark-close], [data-mark-remove]")) return;
  if (!past) event.preventDefault();
  event.stopImmediatePropagation();
  if (tab) show(tab.dataset.viewTab);
  else if (past) tell(past);
  else if (done) walk.show("engine");
  else if (chip) press(chip);
  else if (found("[data-mark-remove]")) remove(one("[data-mark-editor]").dataset.mark);
  else {
    chosen = pencil ? pencil.closest("[data-mark]").dataset.mark : "";
    draw();
  }
}, true);
document.addEventListener("keydown", (event) => {
  const past = event.target.closest?.("[data-exterior] [data-past]");
  if (past && ["Enter", " "].includes(event.key)) tell(past);
});

function press(chip) {
  for (const other of chip.parentElement.querySelectorAll(".rx-chip")) other.setAttribute("aria-pressed", String(other === chip));
  const value = chip.name === "size_cm" ? Number(chip.value) : chip.value;
  change(one("[data-mark-editor]").dataset.mark, { [chip.name]: value });
}

function tell(past) {
  const box = one("[data-past-words]");
  write(box.querySelector("span"), past.querySelector("title").textContent);
  box.hidden = false;
}
