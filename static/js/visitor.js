// The page of a visit that only this tablet knows: fills in plate, name and model from the visit.open that waits. Where
// none waits any more the server has the visit: the page is fetched for real, unless somebody is walking round the car.

import { pending } from "./queue.js";

const head = () => document.querySelector("[data-blank]");

function put(name, text) {
  const place = document.querySelector(`[data-blank-${name}]`);
  if (place && text) place.textContent = text;
}

function called({ name = "", sex = "" }, { m, f, none }) {
  if (!name) return none;
  const surname = /^[\u4e00-\u9fff]{3,}$/.test(name) ? name[0] : name;
  return ({ m, f }[sex] ?? "{}").replace("{}", surname);
}

async function fill() {
  const top = head();
  if (!top) return;
  const opened = (await pending(top.dataset.blank)).find((one) => one.kind === "visit.open");
  if (!opened) return fetchReal();
  const { plate, customer = {}, vehicle = {} } = opened.payload;
  put("plate", `${plate.slice(0, 2)}·${plate.slice(2)}`);
  document.querySelector("[data-blank-plate]").classList.add(plate.length > 7 ? "rx-plate-green" : "rx-plate-blue");
  put("name", called(customer, top.dataset));
  put("model", vehicle.model);
  document.title = `${plate} ${called(customer, top.dataset)}`;
}

let wanted = false;
function fetchReal() {
  const busy = document.querySelector("#sheet[open]") || document.activeElement?.matches("#page :is(input[type=text], textarea)");
  wanted = Boolean(head());
  if (!wanted || busy || document.querySelector("[data-walk]")) return;
  wanted = false;
  const how = { target: "#page", select: "#page", swap: "outerHTML show:none", headers: { "X-Fresh": "1" } };
  window.htmx.ajax("GET", location.pathname + location.search, how);
}
setInterval(() => { if (wanted) fetchReal(); }, 3000);

document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target?.id === "page") fill(); });
document.addEventListener("htmx:historyRestore", fill);
fill();
