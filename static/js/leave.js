// Logging out: whoever has entries that are not sent yet is told, and may send them first. What is left stays on the
// tablet under its owner's key; copies of pages are wiped (event rx:wipe; `detail.wait` takes promises to wait for).

import * as queue from "./queue.js";
import { flush } from "./sync.js";

const SEND = 15_000;
const WIPE = 2000;
let leaving = null; // the form that logs out

const sheet = () => document.getElementById("sheet");

async function leave(form) {
  const wait = [];
  document.dispatchEvent(new CustomEvent("rx:wipe", { detail: { why: "logout", wait } }));
  await Promise.race([Promise.allSettled(wait), new Promise((resolve) => setTimeout(resolve, WIPE))]);
  const token = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="))?.slice(10);
  if (token) form.querySelector("[name=csrfmiddlewaretoken]").value = token;
  // Not requestSubmit: this form has been heard already.
  form.submit();
}

function say(count) {
  const body = sheet().querySelector("[data-leaving]");
  body.querySelector("[data-text]").textContent = count === 1 ? body.dataset.one : body.dataset.many.replace("{n}", count);
}

async function warn(form) {
  const { waiting } = await queue.counts();
  if (!waiting) return leave(form);
  leaving = form;
  if (sheet().open) sheet().close();
  sheet().replaceChildren(document.getElementById("rx-logout").content.cloneNode(true));
  say(waiting);
  sheet().showModal();
}

async function sendFirst(button) {
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  await flush(SEND);
  const { waiting } = await queue.counts();
  if (!waiting) return leave(leaving);
  button.disabled = false;
  button.removeAttribute("aria-busy");
  say(waiting);
}

document.addEventListener("submit", (event) => {
  if (!event.target.hasAttribute("data-logout") || !queue.usable()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  warn(event.target).catch((error) => {
    console.warn("logout:", error.message);
    event.target.submit();
  });
}, true);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-leave]")) leave(leaving);
  const send = event.target.closest("[data-send-first]");
  if (send) sendFirst(send);
});
