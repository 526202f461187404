// A confirmed sheet asks why it changes, before the entry is kept: dialog[data-why] of the walk. why() answers with the
// reason, "" while the sheet is open, null when the person thinks again. Forms without a reason are held back until then.

import { walk } from "./walk.js";

const SAME = 60 * 1000; // ms in which the next entry has the same reason

let last = { reason: "", until: 0, visit: "" };

const dialog = () => document.querySelector("dialog[data-why]");

export async function why() {
  const box = dialog();
  if (!walk.state?.confirmation || !box) return "";
  if (last.visit === walk.state.visit && last.until > performance.now()) return last.reason;
  const reason = await asked(box);
  if (reason) last = { reason, until: performance.now() + SAME, visit: walk.state.visit };
  return reason;
}

function asked(box) {
  const form = box.querySelector("form");
  form.reset();
  // Its own step may be hidden, and it with the step.
  if (box.closest("[data-walk-step]")) document.querySelector("[data-walk]").append(box);
  box.returnValue = "";
  box.showModal();
  return new Promise((resolve) => {
    box.addEventListener("close", () => resolve(box.returnValue.trim().slice(0, 200) || null), { once: true });
  });
}

// Own words, or nothing chosen yet: the dialog stays until there is a reason.
document.addEventListener("submit", (event) => {
  const box = event.target.closest("dialog[data-why]");
  if (!box || event.submitter?.value) return;
  event.preventDefault();
  const words = event.target.elements.words;
  if (words.value.trim()) box.close(words.value);
  else words.focus();
}, true);

// On window, so that it comes before the queue reads the form.
window.addEventListener("submit", async (event) => {
  const form = event.target;
  const items = form.matches('[data-walk] form[data-op="reading"]') ? [...form.querySelectorAll("[name=item]")] : [];
  const frozen = (dialog()?.dataset.why ?? "").split(" ");
  if (!walk.state?.confirmation || !items.some((field) => frozen.includes(field.value)) || new FormData(form).get("reason")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const submitter = event.submitter;
  const reason = await why();
  if (!reason) return;
  const own = form.querySelector("input[type=hidden][name=reason]");
  const field = own ?? Object.assign(document.createElement("input"), { type: "hidden", name: "reason" });
  field.value = reason;
  if (!own) form.append(field);
  form.requestSubmit(submitter?.form === form ? submitter : null);
  if (own) own.value = "";
  else field.remove();
}, true);
