// The sheet in words, in the page's language: the same sentences as reception/queries/facts.py, from state.words.

import { sentence } from "./concernwords.js";

const put = (text, n) => text.replace("{n}", n);
const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
const value = (state, item) => state.readings[item]?.value;
const named = (codes, words) => codes.map((code) => words[code] ?? code);
const joined = (state, parts) => parts.filter(Boolean).join(state.words.comma);

export const kilometres = (state, km) => (km === undefined || km === null ? "—" : put(state.words.km, grouped(km)));

export function energyText(energy) {
  const parts = [];
  if (energy?.fuel !== undefined) parts.push(`${energy.fuel}/8`);
  if (energy?.charge !== undefined) parts.push(`${energy.charge}%`);
  return parts.join(" · ") || "—";
}

export function markText(state, mark) {
  const { words } = state;
  const size = mark.size_cm ? put(words.cm, mark.size_cm) : "";
  return joined(state, [words.kinds[mark.kind], words.zones[mark.zone] ?? words.views[mark.view], size, mark.note]);
}

// step → {text, finding}; steps that know nothing are missing.
export function factsOf(state) {
  const found = {
    cabin: cabin(state),
    controls: check(state, "controls", state.words.controls),
    exterior: exterior(state),
    engine: engine(state),
    confirm: state.confirmation ? { text: state.words.hows[state.confirmation.how] ?? "", finding: false } : null,
  };
  return Object.fromEntries(Object.entries(found).filter(([, fact]) => fact));
}

// [{label, text}] as the customer reads it; what nobody read is a dash.
export function linesOf(state) {
  const { words } = state;
  const { labels } = words;
  const found = factsOf(state);
  const marks = state.marks.map((mark) => markText(state, mark)).join(words.semicolon);
  const bay = check(state, "engine_bay", words.bay);
  const charging = value(state, "charging");
  const exam = value(state, "exam");
  const concerns = value(state, "concerns") ?? [];
  return [
    ...(concerns.length ? [[labels.concerns, concerns.map((one) => sentence(one, words.concerns)).join(words.concerns.grammar.gap)]] : []),
    [labels.mileage, kilometres(state, value(state, "mileage"))],
    [labels.energy, energyText(value(state, "energy"))],
    ...(charging ? [[labels.charging, joined(state, [words.ports[charging.port], words.cable[Number(charging.cable)]])]] : []),
    [labels.lamps, listText(state, value(state, "lamps"), words.lamps)],
    [labels.belongings, listText(state, value(state, "belongings"), words.belongings)],
    ...(value(state, "valuables") ? [[labels.valuables, words.reminded]] : []),
    [labels.controls, found.controls?.text ?? "—"],
    [labels.exterior, marks || (allSeen(state) ? words.noDamage : "—")],
    [labels.bay, bay?.text ?? "—"],
    ...(exam ? [[labels.exam, joined(state, examTexts(state, exam))]] : []),
  ].map(([label, text]) => ({ label, text }));
}

const allSeen = (state) => state.views.has("all") || ["left", "front", "right", "rear", "roof"].every((view) => state.views.has(view));

function listText(state, codes, words) {
  return codes === undefined ? "—" : joined(state, named(codes, words)) || state.words.none;
}

function examTexts(state, exam, wornOnly = false) {
  const { examParts, examResults, exam: text } = state.words;
  const parts = Object.keys(examParts).filter((part) => exam?.[part] && !(wornOnly && exam[part] === "good"));
  return parts.map((part) => text.replace("{part}", examParts[part]).replace("{result}", examResults[exam[part]]));
}

function cabin(state) {
  if (!state.readings.mileage) return null;
  const energy = value(state, "energy");
  const port = value(state, "charging")?.port ?? "ok";
  const amiss = named(value(state, "lamps") ?? [], state.words.lamps);
  if (port !== "ok") amiss.push(state.words.ports[port]);
  const parts = [kilometres(state, value(state, "mileage")), energy ? energyText(energy) : "", ...amiss];
  return { text: joined(state, parts), finding: amiss.length > 0 };
}

function engine(state) {
  const fact = check(state, "engine_bay", state.words.bay);
  const worn = examTexts(state, value(state, "exam"), true);
  if (!fact || !worn.length) return fact;
  return { text: joined(state, [fact.finding ? fact.text : "", ...worn]), finding: true };
}

function check(state, item, words) {
  const read = value(state, item);
  if (!read) return null;
  const findings = read.findings ?? [];
  if (!findings.length && !read.note) return { text: state.words.fine, finding: false };
  return { text: joined(state, [...named(findings, words), read.note]), finding: true };
}

function exterior(state) {
  const count = state.marks.length;
  if (count) return { text: put(state.words.damages[count === 1 ? 0 : 1], count), finding: true };
  return allSeen(state) ? { text: state.words.noDamage, finding: false } : null;
}
