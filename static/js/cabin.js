// Mileage and level in the cabin step: the gauge follows the slider, a missing figure is asked for beside its field, a
// mileage below the last one is asked back in the page; a choice that may be left out goes out only where it was made.

import { registerItem } from "./readers.js";

const form = () => document.getElementById("walk-cabin");
const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
const one = (of, name) => new FormData(of).get(name) ?? "";

registerItem("charging", (of) => ({ port: one(of, "port"), cable: one(of, "cable") === "1" }));
registerItem("exam", (of) => {
  const parts = [["tread", "tread"], ["lamps", "lights"], ["wipers", "blades"]].filter(([, name]) => one(of, name));
  return Object.fromEntries(parts.map(([part, name]) => [part, one(of, name)]));
});

function setGauge(box) {
  const range = box.querySelector("[data-gauge-range]");
  const output = box.querySelector("output");
  box.querySelector("input[type=hidden]").value = range.value;
  output.textContent = range.value + output.dataset.unit;
  box.querySelector(".gauge-needle")?.setAttribute("transform", `rotate(${range.value * 22.5} 100 66)`);
  box.querySelector(".gauge-fill")?.setAttribute("width", String(Math.round(range.value * 1.64)));
  box.classList.add("is-set");
  missing(box, false);
}

function missing(box, is) {
  const line = box.querySelector("[data-missing]");
  line.hidden = !is;
  line.textContent = is ? box.dataset.required : "";
  box.classList.toggle("is-wrong", is);
}

function mileageChanged(input) {
  const box = input.closest(".rx-mileage-field");
  const hint = box.querySelector("[data-mileage-hint]");
  const last = Number(input.dataset.last || NaN);
  const more = Number(input.value) - last;
  hint.querySelector("b").textContent = input.value && more >= 0 ? hint.dataset.since.replace("{n}", grouped(more)) : "";
  ask().hidden = true;
  missing(box, false);
}

const ask = () => form().querySelector("[data-mileage-ask]");

// True where something has to be said before the form may go.
function holds(of, submitter) {
  const input = of.elements.mileage;
  const gauges = [...of.querySelectorAll("[data-gauge]:not([disabled])")];
  const empty = [
    ...(input.value.trim() ? [] : [input.closest(".rx-mileage-field")]),
    ...(gauges.some((box) => box.querySelector("input[type=hidden]").value !== "") ? [] : gauges.slice(0, 1)),
  ];
  empty.forEach((box) => missing(box, true));
  if (empty.length) {
    empty[0].scrollIntoView({ block: "nearest" });
    return true;
  }
  const last = Number(input.dataset.last || NaN);
  if (!(Number(input.value) < last) || submitter?.name === "confirm_mileage") return false;
  const text = ask().querySelector("p");
  text.textContent = text.dataset.text.replace("{last}", grouped(last)).replace("{now}", grouped(Number(input.value)));
  ask().hidden = false;
  ask().scrollIntoView({ block: "nearest" });
  ask().querySelector("button").focus({ preventScroll: true });
  return true;
}

// Before everybody else who listens for a form that goes out.
window.addEventListener("submit", (event) => {
  if (event.target !== form() || !holds(event.target, event.submitter)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-gauge-range]")) setGauge(event.target.closest("[data-gauge]"));
  if (event.target.id === "id_mileage") mileageChanged(event.target);
});
// A slider that stands where it should is confirmed by a tap.
document.addEventListener("pointerup", (event) => {
  if (event.target.matches?.("[data-gauge-range]")) setGauge(event.target.closest("[data-gauge]"));
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-ask-again]")) {
    ask().hidden = true;
    form().elements.mileage.focus();
  }
});

// What need not be answered: its item goes out only with an answer; a second tap takes an answer back.
function optional(box) {
  const item = box.querySelector("[data-optional]");
  if (item) item.disabled = !box.querySelector("input[type=radio]:checked");
}
document.addEventListener("change", (event) => {
  const box = event.target.closest("fieldset");
  if (box) optional(box);
});
let before = null;
document.addEventListener("pointerdown", (event) => {
  const radio = event.target.closest?.("label")?.querySelector("[data-clearable]");
  before = radio?.checked ? radio : null;
});
document.addEventListener("click", (event) => {
  if (!before || event.target !== before) return;
  before.checked = false;
  optional(before.closest("fieldset"));
  before = null;
});
function setUp() {
  for (const item of document.querySelectorAll("[data-optional]")) optional(item.closest("fieldset"));
}
document.addEventListener("htmx:afterSettle", setUp);
setUp();
