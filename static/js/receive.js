// The page of a new arrival: chips of common models, a car the server knows needs no customer typed, and the reader that
// turns the form into the operation visit.open, with or without network.

import { register } from "./entry.js";
import { uuid7 } from "./uuid7.js";

const page = () => document.getElementById("receive");
const given = (form, name) => String(new FormData(form).get(name) ?? "").trim();

document.addEventListener("click", (event) => {
  const chip = event.target.closest("#receive [data-model]");
  if (!chip) return;
  const { make, model, body } = chip.dataset;
  const form = page();
  form.elements.make.value = make;
  form.elements.model.value = model;
  if (body) form.elements.body.value = body;
  for (const each of form.querySelectorAll("[data-model]")) each.setAttribute("aria-pressed", String(each === chip));
});

// What the server says of the plate decides what has to be asked.
function settle() {
  const form = page();
  if (!form) return;
  const known = form.querySelector("#receive-known")?.dataset.known ?? "";
  form.classList.toggle("is-known", known === "known");
  form.classList.toggle("is-inside", known === "inside");
  for (const field of form.querySelectorAll("[data-required]")) field.required = known !== "known";
  for (const button of document.querySelectorAll('button[form="receive"]')) button.disabled = known === "inside";
}
document.addEventListener("htmx:afterSwap", settle);
settle();

// A green plate has eight characters: its car is electric until somebody says otherwise.
document.addEventListener("input", (event) => {
  if (!event.target.matches("#receive [data-plate-number]")) return;
  const { energy } = page().elements;
  if (event.target.value.length === 7 && energy.value === "fuel") energy.value = "bev";
  else if (event.target.value.length < 7 && energy.value === "bev") energy.value = "fuel";
});

const KINDS = { hybrid: "fuel", erev: "phev" }; // which of the kept pages of the walk fits

// The service worker must know that this id is no mistake before the page of the visit is asked for.
async function bear(visit, { body, energy }) {
  const owner = document.documentElement.dataset.owner;
  const kept = await caches.open(`rx-pages-${owner}`);
  const facts = { body: body || "sedan", energy: KINDS[energy] ?? (energy || "fuel") };
  await kept.put(`/.born/${visit}`, new Response(JSON.stringify(facts)));
}

const spelt = (plate) => (plate.length > 3 ? `${plate.slice(0, 2)}·${plate.slice(2)}` : plate);

register("visit.open", (form) => {
  const number = given(form, "number").toUpperCase().replace(/[^0-9A-Z\u4e00-\u9fff]/g, "");
  if (!number || !window.caches) return null;
  const plate = /^[0-9A-Z]/.test(number) ? given(form, "province") + number : number;
  const known = form.classList.contains("is-known");
  const customer = { name: given(form, "name"), sex: given(form, "sex"), phone: given(form, "phone") };
  const vehicle = Object.fromEntries(["make", "model", "body", "energy"].map((name) => [name, given(form, name)]).filter(([, value]) => value));
  const visit = uuid7();
  const payload = {
    plate, arrival: "walk_in", works: new FormData(form).getAll("works"), words: given(form, "words"),
    customer: known ? {} : customer, vehicle: known ? {} : vehicle, take: true,
  };
  form.dataset.then = `${form.dataset.home.replace(/[0-9a-f-]{36}/, visit)}reception/?card=1.5`;
  return bear(visit, vehicle).then(() => [{ visit, kind: "visit.open", payload, car: spelt(plate) }]);
});
