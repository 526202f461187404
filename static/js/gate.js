// The guard's keypad. [data-key] types into [data-plate-number]; the lookup is htmx's. Once the car is known the keypad
// folds away; "another plate" brings it back. The letters I and O are on no plate: the keys do not exist.

const form = () => document.querySelector("[data-gate]");
const number = () => form()?.querySelector("[data-plate-number]");

function put(text) {
  const field = number();
  field.value = text.toUpperCase().slice(0, field.maxLength);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function fold(folded) {
  form()?.classList.toggle("is-folded", folded);
}

document.addEventListener("click", (event) => {
  if (!form()) return;
  const key = event.target.closest("[data-key]");
  if (key) put(key.dataset.key === "back" ? number().value.slice(0, -1) : number().value + key.dataset.key);
  if (event.target.closest("[data-plate-wrong]")) {
    put("");
    fold(false);
    number().focus();
  }
});
// Whoever types elsewhere is done with the plate.
document.addEventListener("focusin", (event) => {
  if (event.target.closest(".rx-gate-new")) fold(true);
});

function settle() {
  const found = form()?.querySelector("[data-found]");
  if (!found) return fold(false);
  // A green plate has eight characters, so seven of an unknown car may be one short.
  fold(found.dataset.found === "known" || number().value.length >= 7);
}
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "gate-car" || event.detail.target?.id === "page") settle();
});
settle();
