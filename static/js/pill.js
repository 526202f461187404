// The pill in every header: online or offline, how many entries are not yet sent, when it was last synced, whether a
// login is needed, and how many entries somebody has to look at. Amber at most; it leads to the list of what waits.

import { usable } from "./queue.js";
import { tell } from "./sync.js";

let state = null;

const clock = (time) => {
  const zone = document.querySelector("[data-clock]")?.dataset.clock;
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(time);
};

function looks({ count, online, login, last }) {
  if (login && count) return ["login", "login"];
  if (!online) return ["offline", count ? "offlineWaiting" : "offline"];
  if (count) return ["waiting", "waiting"];
  return ["sent", last ? "sentAt" : "sent"];
}

function draw() {
  const pill = document.getElementById("sync");
  if (!pill || !state) return;
  const [icon, words] = looks(state);
  const fill = (text) => text.replace("{n}", state.count).replace("{time}", state.last ? clock(state.last) : "—");
  pill.classList.toggle("is-waiting", icon !== "sent" || state.parked > 0);
  for (const each of pill.querySelectorAll("[data-icon]")) each.hidden = each.dataset.icon !== icon;
  const text = pill.querySelector("[data-text]");
  const said = fill(pill.dataset[words]);
  if (text.textContent !== said) text.textContent = said;
  pill.title = fill(pill.dataset.title);
  const look = pill.querySelector("[data-look-text]");
  look.hidden = !state.parked;
  look.textContent = pill.dataset.look.replace("{n}", state.parked);
}

document.addEventListener("rx:unsent", (event) => {
  state = event.detail;
  draw();
});
document.addEventListener("htmx:afterSwap", draw);
document.addEventListener("htmx:historyRestore", draw);
if (usable()) tell();
