// Fault codes without network: the codes are kept as they are read here, their words follow once the server has them.
import { register } from "./entry.js";

const CODE = /(?<![A-Z0-9])([PCBU]) ?([0-9OIL][0-9A-FOIL]{3})(?:[-/]?[0-9A-F]{2})?(?![A-Z0-9])/g;

function codesIn(text) {
  const found = [...text.normalize("NFKC").toUpperCase().matchAll(CODE)].filter(([whole]) => /[0-9]/.test(whole));
  return found.map(([, letter, digits]) => letter + digits.replace(/O/g, "0").replace(/[IL]/g, "1"));
}

register("fault_codes", (form, submitter) => {
  const gone = submitter?.name === "remove" ? submitter.value : "";
  const known = JSON.parse(form.elements.codes.value || "[]").filter((row) => row.code !== gone);
  const fresh = codesIn(form.elements.text.value).filter((code) => !known.some((row) => row.code === code));
  if (!gone && !fresh.length) return null;
  const value = [...known, ...[...new Set(fresh)].map((code) => ({ code, state: "" }))];
  const seen = [...form.querySelectorAll("[name=seen]")].map((field) => field.value);
  return [{ visit: form.dataset.visit, kind: "reading", payload: { item: "fault_codes", value, seen } }];
});
