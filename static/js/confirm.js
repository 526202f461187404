// The last step of the walk: how the customer confirms the sheet goes through the queue, with the ids of what was shown,
// a signature as its picture. Draws the sheet again from what waits on the tablet, until it is confirmed.

import { register, visitOf } from "./entry.js";
import "./turned.js";
import "./why.js";
import { walk } from "./walk.js";
import { linesOf } from "./walkwords.js";

const one = (form, name) => String(new FormData(form).get(name) ?? "").trim();
const each = (selector, fn) => document.querySelectorAll(selector).forEach(fn);

function png(address) {
  const bytes = Uint8Array.from(atob(address.split(",")[1] ?? ""), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: "image/png" });
}

register("confirmation", (form) => {
  const how = one(form, "how");
  const shown = walk.state ? walk.entries() : one(form, "entries").split(" ").filter(Boolean);
  const payload = { how, entries: shown };
  if (how === "refused") {
    const reason = one(form, "reason_words") || one(form, "reason");
    const witness = one(form, "witness");
    // Without them the server says in a sentence what is missing.
    if (!reason || !witness) return null;
    return [{ visit: visitOf(form), kind: "confirmation", payload: { ...payload, reason, witness } }];
  }
  if (how !== "signed") return [{ visit: visitOf(form), kind: "confirmation", payload }];
  const signature = one(form, "signature");
  return signature ? [{ visit: visitOf(form), kind: "confirmation", payload, blob: png(signature) }] : null;
});

function draw(state) {
  const done = state.confirmation;
  each("[data-turned-open], [data-refusal-open]", (button) => (button.hidden = Boolean(done)));
  each("[data-confirm-way]", (button) => { if (done) button.hidden = true; });
  const note = document.querySelector("[data-sheet-confirmed]");
  if (done?.local && note) {
    note.hidden = false;
    const words = note.querySelector("[data-pattern]");
    words.textContent = words.dataset.pattern.replace("{at}", done.at).replace("{how}", state.words.hows[done.how] ?? "");
  }
  const box = document.querySelector("[data-sheet-lines]");
  if (done || !box) return;
  const lines = linesOf(state);
  const key = JSON.stringify(lines);
  if (box.dataset.drawn === key) return;
  box.dataset.drawn = key;
  box.replaceChildren(...lines.flatMap(({ label, text }) => {
    const value = document.createElement("dd");
    value.append(Object.assign(document.createElement("b"), { textContent: text }));
    return [Object.assign(document.createElement("dt"), { textContent: label }), value];
  }));
}
walk.on(draw);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-refusal-open]")) document.querySelector("dialog[data-refusal]").showModal();
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog").close();
});
document.addEventListener("rx:kept", ({ detail }) => {
  if (detail.operations.some((op) => op.kind === "confirmation")) each("dialog[data-refusal][open], dialog[data-turned][open]", (dialog) => dialog.close());
});
