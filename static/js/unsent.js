// The page of what waits: entries of this person on this tablet, what, which car, when and why they wait; below, what the
// server could not apply, with its content, until its author removes it.

import * as queue from "./queue.js";
import { flush } from "./sync.js";
import { toast } from "./toast.js";

const UNDO_MS = 12_000;
const BY_SERVER = new Set(["refused", "unknown_visit", "unknown_kind", "other_store"]);
const leaving = new Set(); // removed, but undo is still offered
const pictures = new Map(); // id → address of its thumbnail
let state = { online: true, login: false };
let drawing = Promise.resolve();

const box = () => document.querySelector("[data-unsent-page]");
const said = (name) => document.getElementById("unsent-words").getAttribute(`data-${name}`);
const steps = () => JSON.parse(document.getElementById("step-names").textContent);

function what(op) {
  if (op.kind === "tick") return steps()[op.payload.step] ?? op.payload.step;
  return said(op.kind) ?? said("other");
}

function detail({ kind, payload }) {
  if (kind === "tick") return said("tick");
  if (kind === "visit.open") return [payload.plate, payload.customer?.name].filter(Boolean).join(" · ");
  return payload.text ?? payload.label ?? payload.note ?? "";
}

function why(op) {
  if (op.state === "parked") return op.sentence || said(`why-${op.reason}`) || said("why-other");
  if (state.login) return box().dataset.whyLogin;
  if (!state.online) return box().dataset.whyOffline;
  return op.posted ? box().dataset.whyPicture : box().dataset.whyWaiting;
}

function thumbnail(op) {
  if (!op.blob) return null;
  if (!pictures.has(op.id)) pictures.set(op.id, URL.createObjectURL(op.blob));
  const image = new Image(64, 48);
  image.src = pictures.get(op.id);
  image.alt = "";
  return image;
}

async function row(op) {
  const made = document.getElementById("unsent-row").content.firstElementChild.cloneNode(true);
  const put = (name, text) => { made.querySelector(`[data-${name}]`).textContent = text; };
  const zone = document.querySelector("[data-clock]")?.dataset.clock;
  const lang = document.documentElement.lang;
  put("what", what(op));
  put("detail", detail(op));
  put("car", await queue.carOf(op.visit));
  put("at", new Intl.DateTimeFormat(lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: zone }).format(new Date(op.at)));
  put("why", why(op));
  const image = thumbnail(op);
  if (image) {
    made.querySelector("[data-shot]").append(image);
    made.querySelector("[data-shot]").hidden = false;
  }
  const forget = made.querySelector("[data-forget]");
  forget.hidden = op.state !== "parked";
  forget.value = op.id;
  return made;
}

// What the server lists below needs no second line here.
const listed = (id) => document.querySelector(`[data-parked="${id}"]`);

// What the server once turned away and lists no more has been applied or dealt with.
async function settled(operations) {
  const whole = Number(box().dataset.listed) < Number(box().dataset.most);
  const drawn = Number(document.getElementById("page").dataset.drawn);
  const done = (op) => op.state === "parked" && BY_SERVER.has(op.reason) && !listed(op.id)
    && op.store === document.documentElement.dataset.store && Date.parse(op.received) / 1000 < drawn;
  if (whole) for (const op of operations.filter(done)) await queue.forget(op.id);
}

async function draw() {
  if (!box() || !queue.usable()) return;
  await settled(await queue.all());
  const found = (await queue.all()).filter((op) => !leaving.has(op.id));
  const groups = {
    waiting: found.filter((op) => op.state === "waiting"),
    parked: found.filter((op) => op.state === "parked" && !listed(op.id)),
  };
  for (const [name, operations] of Object.entries(groups)) {
    const group = box().querySelector(`[data-group=${name}]`);
    const lines = await Promise.all(operations.map(row));
    group.hidden = !lines.length;
    group.querySelector("[data-count]").textContent = lines.length;
    group.querySelector("ul").replaceChildren(...lines);
  }
  box().querySelector("[data-login]").hidden = !state.login;
  box().querySelector("[data-send-now]").hidden = state.login;
  const nothing = !groups.waiting.length && !groups.parked.length && !document.querySelector("[data-parked]");
  box().querySelector("[data-nothing]").hidden = !nothing;
}
const redraw = () => { drawing = drawing.then(draw).catch((error) => console.warn("unsent:", error.message)); };

function remove(id) {
  leaving.add(id);
  redraw();
  const late = setTimeout(() => queue.forget(id).then(() => leaving.delete(id)), UNDO_MS);
  const words = document.getElementById("rx-words").dataset;
  toast(box().dataset.forgotten, "", { text: words.undo, run: () => { clearTimeout(late); leaving.delete(id); redraw(); } });
}

document.addEventListener("click", (event) => {
  if (!box()) return;
  const forget = event.target.closest("[data-forget]");
  if (forget) remove(forget.value);
  if (event.target.closest("[data-send-now]")) flush(15_000).then(redraw);
});
document.addEventListener("rx:unsent", (event) => {
  state = event.detail;
  redraw();
});
document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target?.id === "page") redraw(); });
redraw();
