// The readers of the house's own forms: what each form says, as entries of the queue.

import { register, visitOf } from "./entry.js";

const one = (form, name) => new FormData(form).get(name) ?? "";
const many = (form, name) => new FormData(form).getAll(name).filter((value) => value !== "");
const number = (form, name) => (one(form, name) === "" ? null : Number(one(form, name)));

const ANSWERS = new Set(["done", "not_done", "not_applicable"]);

register("tick", (form, submitter) => {
  const said = submitter?.name === "answer" ? submitter.value : one(form, "answer") || "done";
  const [word, reason = ""] = said.split(":");
  const answer = word === "na" ? "not_applicable" : word;
  if (!ANSWERS.has(answer)) return null;
  const more = reason ? { answer, reason: reason.slice(0, 60) } : { answer };
  return many(form, "step").map((step) => ({ visit: visitOf(form), kind: "tick", payload: { step, ...more } }));
});

register("undo", (form) => [{ visit: visitOf(form), kind: "undo", payload: { tick: one(form, "tick") } }]);

register("note", (form) => {
  const text = one(form, "text").trim();
  return text ? [{ visit: visitOf(form), kind: "note", payload: { text } }] : null;
});

register("visit.take", (form) => [{ visit: visitOf(form), kind: "visit.take", payload: {} }]);
register("visit.greet", (form) => [{ visit: visitOf(form), kind: "visit.greet", payload: {} }]);
register("stage.advance", (form) => [
  { visit: visitOf(form), kind: "stage.advance", payload: { to: one(form, "to"), reason: one(form, "reason") } },
]);

// Item → its value in the form of the pre-check sheet; undefined where the form does not say it.
const VALUES = {
  covers: () => true,
  qualify: () => true,
  valuables: () => true,
  mileage: (form) => number(form, "mileage") ?? undefined,
  energy: (form) => {
    const found = ["fuel", "charge"].map((name) => [name, number(form, name)]).filter(([, value]) => value !== null);
    return found.length ? Object.fromEntries(found) : undefined;
  },
  lamps: (form) => many(form, "lamps"),
  belongings: (form) => many(form, "belongings"),
  controls: (form) => ({ findings: many(form, "controls"), note: one(form, "note") }),
  engine_bay: (form) => ({ findings: many(form, "engine_bay"), note: one(form, "note") }),
  exterior: (form) => one(form, "exterior") || undefined,
  coverage: (form) => (one(form, "coverage") ? { result: one(form, "coverage"), note: one(form, "note") } : undefined),
};

// Other modules add the items of their own forms: item → function(form) → value or undefined.
export const registerItem = (item, value) => { VALUES[item] = value; };

register("reading", (form, submitter) => {
  const seen = form.querySelector("[name=seen]") ? { seen: many(form, "seen") } : {};
  const reason = one(form, "reason");
  const entries = [];
  for (const item of many(form, "item")) {
    // A button may hold the whole value: one of several entries that differ.
    const value = submitter?.name === "value" ? JSON.parse(submitter.value) : VALUES[item]?.(form);
    // Something is missing: the server says what, in a sentence.
    if (value === undefined || Number.isNaN(value)) return null;
    entries.push({ visit: visitOf(form), kind: "reading", payload: { item, value, ...seen, reason } });
  }
  return entries.length ? entries : null;
});
