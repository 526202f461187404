// A self-check round: a tap on a number keeps it on the tablet, and the page goes on to the next open card. Draws what
// waits here onto the cards (numbers, reasons, notes, photos), counts them, and says at the end what comes back.

import { register, visitOf } from "./entry.js";
import * as queue from "./queue.js";

const LOW = 7;
const box = () => document.querySelector("[data-round]");
const cards = () => [...document.querySelectorAll("[data-task]")];
const pictures = new Map(); // id → address of a picture that waits here
const drafts = new Map(); // task → a note that is typed and not kept: a page drawn anew must not lose it

register("check", (form, submitter) => {
  const given = new FormData(form, submitter);
  const why = submitter?.name === "why" ? submitter.value : "";
  const score = submitter?.name === "score" && submitter.value !== "" ? Number(submitter.value) : null;
  if (score === null && !why) return null;
  const note = (given.get("note") ?? "").trim();
  drafts.delete(given.get("task"));
  const payload = { task: given.get("task"), score, why, note };
  return [{ visit: visitOf(form), kind: "check", payload, car: form.dataset.car }];
});

const icon = (name) => document.getElementById("rx-words").content.querySelector(`[data-icon="${name}"]`).firstElementChild.cloneNode(true);

// The entry of each task that stands: of several on this tablet the last.
function latest(operations) {
  const found = new Map();
  for (const op of operations) if (op.kind === "check" && op.state !== "parked") found.set(op.payload.task, op.payload);
  return found;
}

function drawDraft(card) {
  const note = card.querySelector("[name=note]");
  const typed = drafts.get(card.dataset.task);
  if (!note || typed === undefined || note.value === typed) return;
  note.value = typed;
  note.closest("details").open = true;
}

function drawCard(card, given) {
  const chosen = given.score === null ? "" : String(given.score);
  for (const tile of card.querySelectorAll(".rx-rcard-tile")) {
    const on = chosen !== "" && tile.value === chosen;
    tile.classList.toggle("is-chosen", on);
    tile.setAttribute("aria-pressed", on);
  }
  const why = card.querySelector(`.rx-rcard-why button[value="${given.why}"]`);
  const shown = card.querySelector("[data-why-text]");
  shown.textContent = why ? why.textContent : shown.dataset.words;
  card.querySelector("[data-why-shown]").classList.toggle("is-chosen", Boolean(why));
  const note = card.querySelector("[name=note]");
  if (document.activeElement !== note && given.note !== note.value) note.value = note.defaultValue = given.note;
  else note.defaultValue = given.note; // it is kept: nothing is half typed any more
  const keep = card.querySelector("[data-keep]");
  [keep.name, keep.value] = why ? ["why", given.why] : ["score", chosen];
  card.classList.add("is-done");
  card.querySelector("[data-disc]").replaceChildren(icon(why ? "minus" : "check"));
}

const scoreOf = (card) => card.querySelector(".rx-rcard-tile.is-chosen")?.value ?? "";
const openCards = () => cards().filter((card) => !card.classList.contains("is-done") && card.querySelector("form[data-op=check]"));

function drawEnd() {
  const open = openCards();
  const done = cards().filter((card) => card.classList.contains("is-done")).length;
  document.querySelector("[data-round-bar]").value = done;
  document.querySelector("[data-round-count]").textContent = `${done}/${box().dataset.of}`;
  for (const card of cards()) card.classList.toggle("is-current", card === open[0]);
  const next = document.querySelector("[data-round-next]");
  const text = document.querySelector("[data-round-next-text]");
  next.hidden = !open.length;
  document.querySelector("[data-round-over]").hidden = Boolean(open.length);
  document.querySelector("[data-round-end]").hidden = Boolean(open.length) || !done;
  if (open.length) {
    next.hash = `#task-${open[0].dataset.number}`;
    text.textContent = text.dataset.words.replace("{n}", open[0].dataset.number);
  }
  drawBack();
}

function drawBack() {
  const low = cards().filter((card) => scoreOf(card) !== "" && Number(scoreOf(card)) < LOW);
  if (openCards().length || !document.querySelector(".rx-rcard-tile")) return;
  const rows = low.map((card) => {
    const row = document.querySelector("[data-back-row]").content.firstElementChild.cloneNode(true);
    row.children[0].textContent = card.querySelector("[data-item]").textContent;
    row.children[1].textContent = card.querySelector("[data-touchpoint]").textContent;
    return row;
  });
  document.querySelector("[data-back]").replaceChildren(...rows);
  document.querySelector("[data-back-some]").hidden = !rows.length;
  document.querySelector("[data-back-none]").hidden = rows.length > 0;
}

async function drawPhotos(list) {
  const waiting = (await queue.pending(list.dataset.of)).filter((op) => op.kind === "photo" && op.payload.place === list.dataset.place);
  for (const op of waiting) {
    if (!op.blob || list.querySelector(`[data-shot="${op.id}"]`)) continue;
    if (!pictures.has(op.id)) pictures.set(op.id, URL.createObjectURL(op.blob));
    const link = Object.assign(document.createElement("a"), { className: "rx-shot", href: pictures.get(op.id), target: "_blank" });
    link.dataset.shot = op.id;
    link.setAttribute("hx-boost", "false");
    link.append(Object.assign(new Image(96, 72), { src: pictures.get(op.id), alt: op.payload.label ?? "" }));
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
    list.hidden = false;
  }
}

async function draw() {
  if (!box()) return;
  if (queue.usable()) {
    const given = latest(await queue.pending(document.getElementById("page").dataset.visit));
    if (!box()) return;
    for (const card of cards()) if (given.has(card.dataset.task)) drawCard(card, given.get(card.dataset.task));
    for (const list of document.querySelectorAll("[data-photos]")) await drawPhotos(list);
  }
  cards().forEach(drawDraft);
  if (box()) drawEnd();
}
let line = Promise.resolve();
const redraw = () => { line = line.then(draw).catch((error) => console.warn("round:", error.message)); return line; };

// The next open card comes up under the finger; at the end what comes back.
async function onward(operations) {
  const first = operations.find((op) => op.kind === "check");
  if (!first || !box()) return;
  const before = cards().find((card) => card.dataset.task === first.payload.task);
  const fresh = before && !before.classList.contains("is-done");
  await redraw();
  if (!fresh) return;
  const still = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const to = openCards()[0] ?? document.querySelector("[data-round-end]");
  to?.scrollIntoView({ behavior: still ? "smooth" : "auto", block: openCards().length ? "center" : "nearest" });
}

document.addEventListener("input", ({ target }) => {
  if (box() && target.matches("[data-task] [name=note]")) drafts.set(target.closest("[data-task]").dataset.task, target.value);
});
// A note to a number that is given already needs no button.
document.addEventListener("change", ({ target }) => {
  const card = box() && target.matches("[data-task] [name=note]") && target.closest("[data-task].is-done");
  if (card) target.form.requestSubmit(card.querySelector("[data-keep]"));
});
document.addEventListener("rx:kept", (event) => onward(event.detail.operations).then(redraw));
document.addEventListener("rx:sent", redraw);
document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target?.id === "page") redraw(); });
document.addEventListener("htmx:historyRestore", redraw);
redraw();
