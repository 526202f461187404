// The questions about a concern: the sentence grows while chips are tapped, a usual sentence fills them in one tap,
// and what is noted is kept as a reading of the item `concerns`, with or without network.
import { register } from "./entry.js";
import { sentence } from "./concernwords.js";
import * as queue from "./queue.js";

const LISTS = ["when", "where", "how"];
const sheet = () => document.getElementById("concern-sheet");
const form = () => document.getElementById("concern-form");
const words = () => JSON.parse(document.getElementById("concern-phrases").textContent);
const kept = (of) => JSON.parse(of.elements.concerns.value || "[]");

function answersOf(of) {
  const data = new FormData(of);
  const kind = data.get("kind") ?? (data.get("words").trim() ? "other" : "");
  if (!kind) return null;
  // Answers of another kind's questions stay in the page, hidden: they do not count.
  const shown = (input) => input.closest(".rx-chip").getClientRects().length > 0;
  const concern = { kind, words: data.get("words").trim(), often: data.get("often") ?? "", since: data.get("since") ?? "" };
  for (const name of LISTS) concern[name] = [...of.querySelectorAll(`[name=${name}]:checked`)].filter(shown).map((input) => input.value);
  const speed = of.querySelector("[name=speed]:checked");
  if (speed && shown(speed)) concern.speed = Number(speed.value);
  return concern;
}

function fill(of, concern, at = "") {
  of.elements.at.value = at;
  of.elements.words.value = concern.words ?? "";
  for (const input of of.querySelectorAll("input[type=radio], input[type=checkbox]")) {
    const value = concern[input.name];
    input.checked = Array.isArray(value) ? value.includes(input.value) : String(value ?? "") === input.value;
  }
  preview(of);
}

function preview(of) {
  const output = of.querySelector("[data-concern-sentence]");
  const concern = answersOf(of);
  const said = concern && (concern.kind !== "other" || concern.words) ? sentence(concern, words()) : "";
  output.textContent = said || output.dataset.empty;
  output.classList.toggle("is-said", Boolean(said));
  const at = of.elements.at.value;
  for (const row of document.querySelectorAll("[data-concern-list] > li")) row.classList.toggle("is-edited", row.dataset.at === at);
}

function draw(of, concerns) {
  const box = of.closest("[data-concerns]");
  const row = box.querySelector("[data-concern-row]");
  of.elements.concerns.value = JSON.stringify(concerns);
  box.querySelector("[data-concern-first]").hidden = concerns.length > 0;
  box.querySelector("[data-concern-more]").hidden = !concerns.length;
  box.querySelector("[data-concern-list]").replaceChildren(...concerns.map((concern, at) => {
    const item = row.content.firstElementChild.cloneNode(true);
    item.dataset.at = at;
    item.querySelector("[data-concern-text]").textContent = sentence(concern, words());
    item.querySelector("[name=remove]").value = at;
    return item;
  }));
}

// The next reading replaces this one.
function see(of, id) {
  for (const field of of.querySelectorAll("[name=seen]")) field.remove();
  of.append(Object.assign(document.createElement("input"), { type: "hidden", name: "seen", value: id }));
}

function changed(of, submitter) {
  const rows = kept(of);
  if (submitter?.name === "remove") return rows.filter((_, at) => at !== Number(submitter.value));
  const concern = answersOf(of);
  if (!concern || (concern.kind === "other" && !concern.words)) return null;
  const at = of.elements.at.value;
  if (at === "") return [...rows, concern];
  return rows.map((row, place) => (place === Number(at) ? concern : row));
}

register("concerns", (of, submitter) => {
  const value = changed(of, submitter);
  if (!value) return null;
  const seen = [...of.querySelectorAll("[name=seen]")].map((field) => field.value);
  return [{ visit: of.dataset.visit, kind: "reading", payload: { item: "concerns", value, seen } }];
});

// The latest of these operations that is about this car's concerns.
const latest = (operations, of) => operations.filter((operation) =>
  operation.kind === "reading" && operation.payload.item === "concerns" && operation.visit === of.dataset.visit).at(-1);

document.addEventListener("rx:kept", (event) => {
  const of = form();
  const mine = of && latest(event.detail?.operations ?? [], of);
  if (!mine) return;
  draw(of, mine.payload.value);
  see(of, mine.id);
  fill(of, {});
  sheet().close();
});

// A page from the tablet's own store does not know yet what waits here.
async function start() {
  const of = form();
  if (!of) return;
  preview(of);
  if (!queue.usable()) return;
  const waiting = latest(await queue.pending(of.dataset.visit), of);
  if (!waiting || !of.isConnected || of.querySelector(`[name=seen][value="${waiting.id}"]`)) return;
  draw(of, waiting.payload.value);
  see(of, waiting.id);
}

document.addEventListener("click", (event) => {
  const of = form();
  const usual = event.target.closest("#concern-form button[name=usual]");
  const edit = event.target.closest("[data-concern-edit]");
  if (usual) {
    event.preventDefault();
    fill(of, { ...words().usual[usual.value], words: of.elements.words.value }, of.elements.at.value);
  } else if (edit || event.target.closest("[data-concern-ask]")) {
    event.preventDefault();
    // What is open without script is no modal yet.
    sheet().close();
    if (edit) fill(of, kept(of)[Number(edit.closest("li").dataset.at)], edit.closest("li").dataset.at);
    sheet().showModal();
  } else if (event.target.closest("[data-concern-close]")) {
    event.preventDefault();
    sheet().close();
    if (of.elements.at.value) fill(of, {});
  }
}, true);

document.addEventListener("input", (event) => {
  if (event.target.form?.id === "concern-form") preview(event.target.form);
});

document.addEventListener("htmx:afterSettle", start);
start();
