// The app on this tablet: registers the service worker, keeps the pages of the person's open cars (the list of
// /<store>/offline/, two at a time when the page is idle), draws a page anew when its kept copy was out of date, lets a
// new version take over between two visits only, and wipes what is kept after logout, after twelve hours, and when
// somebody else holds the tablet. The queue of entries is not touched by any of it.

import * as clock from "./clock.js";
import { working } from "./sync.js";

const html = document.documentElement;
const { owner, store } = html.dataset;
const PAGES = `rx-pages-${owner}`;
const AGE = "rx-login"; // only times: {owner, since, total}
const LONGEST = 12 * 3600 * 1000;
const EVERY = 60_000, SOON = 800;
const VISIT = /\/visits\/[0-9a-f-]{36}\/|\/receive\/$/;

const worker = navigator.serviceWorker;
const post = (message) => worker.controller?.postMessage(message);
const idle = () => new Promise((resolve) => (window.requestIdleCallback ? requestIdleCallback(resolve, { timeout: 1500 }) : setTimeout(resolve, 50)));
const between = () => Boolean(document.querySelector("[data-between]"));

// ---- drawing anew

const CHANGED = "#page :is(input:not([type=hidden]), textarea)";
const touched = (field) => (/^(checkbox|radio)$/.test(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);

// What the person has sent or followed and whose answer is not here yet: a page drawn anew in between would take away
// the place that the answer is drawn into.
const asked = new Set();
document.addEventListener("htmx:beforeSend", ({ detail: { boosted, requestConfig, xhr } }) => {
  if (boosted || requestConfig.verb !== "get") asked.add(xhr);
});
function waiting() {
  for (const xhr of asked) if ([XMLHttpRequest.UNSENT, XMLHttpRequest.DONE].includes(xhr.readyState)) asked.delete(xhr);
  return asked.size > 0;
}

// Nobody is in the middle of something that a new drawing would disturb.
function quiet() {
  if (waiting()) return false;
  const field = document.activeElement;
  if (document.querySelector("#sheet[open], [data-walk], details.rx-me[open]")) return false;
  if (field?.matches("#page :is(textarea, select, input:not([type=checkbox], [type=radio], [type=hidden]))")) return false;
  return ![...document.querySelectorAll(CHANGED)].some(touched);
}

function here(url) {
  const card = new URLSearchParams(location.search).get("card");
  return url === location.pathname + location.search || url === location.pathname + (card ? `?card=${card}` : "");
}

// Address → when the server first drew what its newer copy says. Told while the page itself may still be on its way:
// by the time on each page it is known which of the two is the older.
const news = new Map();
function redraw() {
  const key = [...news.keys()].find(here);
  const drawn = Number(document.getElementById("page").dataset.drawn);
  if (!key || drawn >= news.get(key)) return void news.delete(key);
  if (!quiet() || html.dataset.unsent > 0) return;
  news.delete(key);
  const address = location.pathname + location.search;
  window.htmx.ajax("GET", address, { target: "#page", select: "#page", swap: "outerHTML show:none", headers: { "X-Kept": "1" } });
}
document.addEventListener("htmx:beforeSwap", (event) => {
  const { requestConfig, xhr } = event.detail;
  if (!requestConfig?.headers["X-Kept"] || (here(requestConfig.path) && !waiting())) return;
  event.detail.shouldSwap = false;
  const drawn = Number(xhr.getResponseHeader("X-Drawn"));
  if (drawn) news.set(requestConfig.path, drawn); // looked at again once the answer is here
});

const refreshing = new Map();
function settled(url) {
  if (!refreshing.has(url)) return;
  clearTimeout(refreshing.get(url));
  refreshing.delete(url);
  working(-1);
}
function listen({ data }) {
  const { type, url, to, drawn, version } = data;
  if (type === "refreshing" && !refreshing.has(url)) {
    working(1);
    refreshing.set(url, setTimeout(settled, 10_000, url));
  }
  if (type === "fresh" || type === "same") settled(url);
  if (type === "fresh") {
    // New markup wants the new version's files: a whole page, or none until the visit is over.
    if (version && html.dataset.version && version !== html.dataset.version) {
      if (here(url) && between() && quiet()) location.reload();
      return;
    }
    news.set(url, Number(drawn));
    redraw();
  }
  if (type === "moved" && here(url) && quiet()) location.replace(to);
}

// A newer copy that was kept while this page was on its way to the screen.
async function catchUp() {
  const kept = await caches.open(PAGES);
  const card = new URLSearchParams(location.search).get("card");
  for (const url of new Set([location.pathname + location.search, location.pathname + (card ? `?card=${card}` : "")])) {
    const drawn = (await kept.match(url))?.headers.get("X-Drawn");
    if (drawn) news.set(url, Number(drawn));
  }
  redraw();
}

// ---- what is kept

async function young() {
  const kept = JSON.parse(localStorage.getItem(AGE) ?? "null");
  if (kept?.owner !== owner) return true;
  const set = (await clock.total()) - kept.total; // what the clock was set by is no time that has passed
  return Date.now() - set - kept.since < LONGEST;
}

async function aged(age) {
  localStorage.setItem(AGE, JSON.stringify({ owner, since: Date.now() - age * 1000, total: await clock.total() }));
}

async function wipe() {
  for (const name of await caches.keys()) if (/^rx-(pages-|meta$)/.test(name)) await caches.delete(name);
  for (const kept of [localStorage, sessionStorage]) kept.removeItem("htmx-history-cache");
}

async function readList() {
  const answer = await fetch(`/${store}/offline/`, { cache: "no-store", credentials: "same-origin" });
  if (!answer.ok || answer.redirected || !answer.headers.get("Content-Type")?.includes("json")) return null;
  return answer.json();
}

const tagOf = async (kept, url) => (await kept.match(url))?.headers.get("X-Tag");

async function tidy(kept, list) {
  const wanted = new Set(list.pages.map((page) => page.url));
  for (const { url } of await kept.keys()) {
    const { pathname, search } = new URL(url);
    const visit = /^\/\.(?:born|stale)\/(.+)$/.exec(pathname)?.[1];
    const listed = visit && Object.keys(list.homes).some((home) => home.includes(visit));
    const gone = pathname.startsWith("/.born/") ? listed : pathname.startsWith("/.stale/") ? visit && !listed : !pathname.startsWith("/.") && !wanted.has(pathname + search);
    if (gone) await kept.delete(url);
  }
}

async function fetchAll(pages) {
  let failed = false;
  const next = async () => {
    for (let page = pages.shift(); page && !failed; page = pages.shift()) {
      await idle();
      const answer = await fetch(page.url, { headers: { "X-Refresh": page.tag } });
      failed = answer.status !== 204 || !answer.headers.get("X-Right");
    }
  };
  await Promise.all([next(), next()]);
  return !failed;
}

async function keep() {
  const list = await readList();
  if (!list || !worker.controller) return;
  post({ type: "owner", owner: list.owner });
  // Somebody else has logged in since this page was drawn: it is theirs no more.
  if (list.owner !== owner) return location.replace("/");
  await aged(list.age);
  if (!(await young())) return document.dispatchEvent(new CustomEvent("rx:wipe", { detail: { why: "age" } }));
  const kept = await caches.open(PAGES);
  await kept.put("/.list", new Response(JSON.stringify(list)));
  await tidy(kept, list);
  const tags = await Promise.all(list.pages.map((page) => tagOf(kept, page.url)));
  const done = await fetchAll(list.pages.filter((page, number) => page.tag !== tags[number]));
  html.toggleAttribute("data-offline-ready", done);
  if (done && list.version === html.dataset.version) post({ type: "tidy" });
}

let running = null, again = false;
function run() {
  if (running) return void (again = true);
  again = false;
  working(1);
  running = keep().catch(() => {}).finally(() => {
    running = null;
    working(-1);
    if (again) run();
  });
}
let soon = 0;
function runSoon() {
  clearTimeout(soon);
  soon = setTimeout(run, SOON);
}

// ---- a new version

let release = null;
function hold() {
  const open = VISIT.test(location.pathname) || Boolean(document.querySelector("[data-walk]"));
  if (!open) {
    release?.();
    release = null;
  } else if (!release) {
    const held = new Promise((resolve) => { release = resolve; });
    navigator.locks.request("rx-visit", { mode: "shared" }, () => held);
  }
}

async function takeOver() {
  const registration = await worker.getRegistration("/");
  if (!registration?.waiting || !between() || !quiet() || html.hasAttribute("data-busy")) return;
  await navigator.locks.request("rx-visit", { ifAvailable: true }, (lock) => {
    if (lock) registration.waiting?.postMessage({ type: "skip-waiting" });
  });
}

let replaced = false;
function changed() {
  if (between() && quiet()) location.reload();
  else replaced = true;
}
document.addEventListener("htmx:beforeRequest", (event) => {
  const { boosted, requestConfig } = event.detail;
  if (!replaced || !boosted || requestConfig.verb !== "get") return;
  event.preventDefault();
  location.assign(requestConfig.path);
});

async function start() {
  const first = !worker.controller;
  const registration = await worker.register("/sw.js", { scope: "/", updateViaCache: "none" });
  await worker.ready;
  if (!worker.controller) await new Promise((resolve) => worker.addEventListener("controllerchange", resolve, { once: true }));
  worker.addEventListener("controllerchange", changed);
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", takeOver);
  });
  if (!first) registration.update().catch(() => {});
  setInterval(() => registration.update().catch(() => {}), EVERY);
  setInterval(takeOver, 2000);
  setInterval(redraw, 1500);
  setInterval(run, EVERY);
  document.addEventListener("rx:sent", ({ detail }) => {
    for (const visit of detail.visits) post({ type: "stale", visit });
    runSoon();
  });
  let reached = true;
  document.addEventListener("rx:unsent", ({ detail }) => {
    if (detail.online && !reached) runSoon();
    reached = detail.online;
  });
  takeOver();
  run();
  await catchUp();
}

document.addEventListener("rx:wipe", (event) => {
  const done = wipe();
  event.detail?.wait?.push(done); // who logs out waits for it
});
for (const name of ["htmx:afterSettle", "htmx:pushedIntoHistory", "htmx:historyRestore"]) {
  document.addEventListener(name, hold);
  document.addEventListener(name, redraw);
}
hold();
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-again]")) location.reload();
});

async function begin() {
  if (!(await young())) document.dispatchEvent(new CustomEvent("rx:wipe", { detail: { why: "age" } }));
  working(1);
  await start().finally(() => working(-1));
}
if (owner && store && worker && window.caches && navigator.locks) {
  // At once: what the worker says between now and the load would be heard by nobody.
  worker.addEventListener("message", listen);
  worker.startMessages();
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", () => setTimeout(begin, 0));
}
