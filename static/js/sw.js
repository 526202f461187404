// The service worker: static files and the listed pages of the person who holds the tablet, with or without network.
// RX stands above: {version, static, assets, offline}. Listed pages come from the cache at once and are refreshed behind;
// what a POST has changed comes from the network first. Caches of pages bear their owner's id; whose turn it is (the
// pointer) is forgotten at every login, logout and change of person, and learnt again from the next page of the server.

const STATIC = `rx-static-${RX.version}`;
const PAGES = "rx-pages-";
const META = "rx-meta";
const POINTER = "/.owner", LIST = "/.list";
const BLANK = "00000000-0000-7000-8000-000000000000";
const NEVER = /^\/(my|v|api|admin)\/|^\/(sw\.js|livez|healthz|manifest\.webmanifest)$|\/sync\//;
const PERSON = /^\/(login|logout|pin|switch|device|language)\//;
const VISIT = /^\/([\w-]+)\/visits\/([0-9a-f-]{36})\/(reception\/)?$/;
const PATIENCE = 2000, LONGEST = 8000;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const visitOf = (path) => /\/visits\/([0-9a-f-]{36})\//.exec(path)?.[1] ?? "";

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(STATIC);
    await cache.addAll(RX.assets.map((url) => new Request(url, { cache: "no-cache" })));
    // Fetched as nobody: it must bear no person's name.
    await cache.put(RX.offline, await fetch(RX.offline, { credentials: "omit", cache: "no-store" }));
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("rx-static-") && name !== STATIC);
    // The pages kept so far stand on the last version's files until they have been fetched anew ("tidy").
    await Promise.all(old.slice(0, -1).map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

async function tidy() {
  const old = (await caches.keys()).filter((name) => name.startsWith("rx-static-") && name !== STATIC);
  await Promise.all(old.map((name) => caches.delete(name)));
}

// ---- whose pages

async function owner() {
  return (await (await caches.open(META)).match(POINTER))?.text() ?? "";
}

async function setOwner(id) {
  const meta = await caches.open(META);
  if (!id) return void (await meta.delete(POINTER));
  for (const name of await caches.keys()) {
    if (name.startsWith(PAGES) && name !== PAGES + id) await caches.delete(name);
  }
  await meta.put(POINTER, new Response(id));
}

async function wipe() {
  for (const name of await caches.keys()) if (name.startsWith(PAGES) || name === META) await caches.delete(name);
}

const headOf = (name, text) => new RegExp(`<html[^>]*\\bdata-${name}="([^"]*)"`).exec(text)?.[1] ?? "";
const ownerIn = (text) => headOf("owner", text);
const drawnIn = (text) => /<div id="page"[^>]*\bdata-drawn="([^"]*)"/.exec(text)?.[1] ?? "";

async function learn(response) {
  if (!response.headers.get("Content-Type")?.startsWith("text/html")) return;
  const found = ownerIn(await response.text());
  if (found && found !== await owner()) await setOwner(found);
}

// ---- what is kept

async function readList(kept) {
  return (await (await kept.match(LIST))?.json()) ?? { pages: [], homes: {}, start: "" };
}

// A card's page holds all its steps, so ?step and ?view are the page's own business.
function keysOf(url) {
  const card = url.searchParams.get("card");
  const whole = url.pathname + url.search;
  const short = url.pathname + (card ? `?card=${card}` : "");
  return whole === short || !visitOf(url.pathname) ? [whole] : [whole, short];
}

const keyIn = (list, url) => keysOf(url).find((key) => list.pages.some((page) => page.url === key)) ?? "";

async function isStale(kept, key, response) {
  const visit = visitOf(key);
  // Drawn by another version than this: its files may not be here.
  const version = response.headers.get("X-Version");
  if (version && version !== RX.version) return true;
  const marks = await Promise.all([kept.match(`/.stale/${visit}`), visit ? null : kept.match("/.stale/")]);
  const times = await Promise.all(marks.map((mark) => mark?.text() ?? "0"));
  return Math.max(...times.map(Number)) >= Number(response.headers.get("X-Kept-At"));
}

async function markStale(visit) {
  const who = await owner();
  if (!who) return;
  const kept = await caches.open(PAGES + who);
  // Every change may also be a change of 我的下一步.
  for (const key of new Set([`/.stale/${visit}`, "/.stale/"])) await kept.put(key, new Response(String(Date.now())));
}

// A car received on this tablet: {body, energy}, by which the fitting blank page is found; null for any other id.
const bornAs = async (kept, visit) => (await kept.match(`/.born/${visit}`))?.json() ?? null;

function remade(text, response, more = {}) {
  const headers = new Headers(response.headers);
  for (const name of ["Vary", "Content-Encoding", "Content-Length"]) headers.delete(name);
  for (const [name, value] of Object.entries(more)) headers.set(name, value);
  return new Response(text, { status: response.status, headers });
}

// What differs from one drawing of the same page to the next.
const plain = (text) => text
  .replace(/name="(csrfmiddlewaretoken|operation)" value="[^"]*"/g, "")
  .replace(/value="[^"]*" name="(csrfmiddlewaretoken|operation)"/g, "")
  .replace(/data-(drawn|version)="[^"]*"/g, "")
  .replace(/<time class="rx-clock"[^]*?<\/time>/g, "")
  .replace(/\s+/g, " ");

// Fetch a listed page and keep it when it is what was asked for; `changed` compares it with what was kept.
async function fetchPage(kept, who, key, tag = "") {
  const began = Date.now();
  const response = await fetch(key, { credentials: "same-origin", cache: "no-store" });
  const text = await response.text();
  const found = ownerIn(text);
  if (found && found !== who) await setOwner(found);
  const before = await kept.match(key);
  const right = response.ok && !response.redirected && found === who;
  const was = before?.headers; // read before its body is
  const changed = right && (!before || plain(await before.text()) !== plain(text));
  const drawn = changed ? drawnIn(text) : was?.get("X-Drawn") ?? ""; // since when it has said what it says
  // A page with a notice on it would show it at every opening.
  if (right && !text.includes('data-toast=""') && (await owner()) === who) {
    const kind = { "X-Kept-At": String(began), "X-Tag": tag || was?.get("X-Tag") || "", "X-Version": headOf("version", text), "X-Drawn": drawn };
    await kept.put(key, remade(text, response, kind));
  } else if (response.status === 404) await kept.delete(key);
  const version = headOf("version", text);
  return { response: remade(text, response), changed, drawn, version, redirected: response.redirected ? response.url : "", right };
}

async function tell(message, clientId) {
  const named = clientId ? await self.clients.get(clientId) : null;
  for (const client of named ? [named] : await self.clients.matchAll({ type: "window" })) client.postMessage(message);
}

async function behind(kept, who, key, clientId) {
  await tell({ type: "refreshing", url: key }, clientId);
  const done = await fetchPage(kept, who, key).catch(() => null);
  await tell({ type: done?.changed ? "fresh" : "same", url: key, drawn: done?.drawn, version: done?.version }, clientId);
}

// ---- answers

async function asset(request) {
  const found = await (await caches.open(STATIC)).match(request, { ignoreVary: true });
  return found ?? (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

// From the negotiation on cashier, technician and customer write too: there a kept page would offer what is done.
const OTHERS_WRITE = /\/visits\/[^/]+\/(negotiation|workshop|showcase|explanation|delivery)\//;

async function page(event, url) {
  const { request } = event;
  const who = await owner();
  if (!who) return fromNetwork(event, null, url);
  const kept = await caches.open(PAGES + who);
  const list = await readList(kept);
  const clientId = event.resultingClientId || event.clientId;
  if (list.homes[url.pathname]) return home(event, kept, list, url);
  const key = keyIn(list, url);
  const found = key && (await kept.match(key));
  if (!key || !found) return fromNetwork(event, kept, url);
  if (request.headers.get("X-Kept")) return found;
  if (!OTHERS_WRITE.test(url.pathname) && !(await isStale(kept, key, found))) {
    event.waitUntil(behind(kept, who, key, clientId));
    return found;
  }
  const network = fetchPage(kept, who, key).catch(() => null);
  const quick = await Promise.race([network, sleep(PATIENCE)]);
  if (quick?.redirected) return Response.redirect(quick.redirected);
  if (quick && quick.response.status < 500) return quick.response;
  event.waitUntil(network.then((late) => late?.changed && tell({ type: "fresh", url: key, drawn: late.drawn, version: late.version }, clientId)));
  return found;
}

// "/" and /<store>/visits/<id>/ lead on: at once to where they led last, and the server is asked behind.
async function home(event, kept, list, url) {
  const to = list.homes[url.pathname];
  const ask = async () => {
    const response = await fetch(url.href, { credentials: "same-origin", cache: "no-store" });
    const at = new URL(response.url).pathname;
    if (!response.ok || PERSON.test(at) || ownerIn(await response.text()) !== await owner()) return "";
    list.homes[url.pathname] = at;
    await kept.put(LIST, new Response(JSON.stringify(list)));
    return at;
  };
  const asked = ask().catch(() => "");
  const mark = await kept.match(to);
  if (!mark || await isStale(kept, to, mark)) {
    const quick = await Promise.race([asked, sleep(PATIENCE)]);
    return Response.redirect(quick || to);
  }
  event.waitUntil(asked.then((at) => at && at !== to && tell({ type: "moved", url: to, to: at })));
  return Response.redirect(to);
}

async function fromNetwork(event, kept, url) {
  const visit = VISIT.exec(url.pathname);
  const network = fetch(event.request).catch(() => null);
  const born = visit && kept && (await bornAs(kept, visit[2]));
  const response = await Promise.race([network, sleep(born ? PATIENCE : LONGEST)]);
  if (response && response.status !== 404) {
    event.waitUntil(learn(response.clone()));
    return response;
  }
  if (born) return blank(kept, url, visit, born);
  if (!response && url.pathname === "/" && kept) {
    const { start } = await readList(kept);
    if (start) return Response.redirect(start);
  }
  return response ?? lacking(event, kept);
}

// A car received here that the server does not know yet: the blank visit under its id.
async function blank(kept, url, [, store, visit, stage], { body, energy }) {
  const card = url.searchParams.get("card") ?? "1.5";
  if (!stage) return Response.redirect(`/${store}/visits/${visit}/reception/?card=${card}`);
  const walk = `/${store}/offline/visit/?card=1.5&body=${body}&energy=${energy}`;
  const found = (await kept.match(`/${store}/offline/visit/?card=${card}`)) ?? (await kept.match(walk));
  if (!found) return lacking(null, kept);
  return remade((await found.text()).replaceAll(BLANK, visit), found);
}

async function lacking(event, kept) {
  const found = await kept?.match(RX.offline) ?? await (await caches.open(STATIC)).match(RX.offline);
  if (!found) return Response.error();
  // htmx swaps nothing that came with 503.
  const status = event?.request.mode === "navigate" ? 503 : 200;
  return new Response(await found.text(), { status, headers: found.headers });
}

// What is polled or loaded into a part of the page stays as it is without network; a sheet says that it failed.
async function part(request) {
  const target = request.headers.get("HX-Target");
  return fetch(request).catch(() => (target === "sheet" ? Response.error() : new Response(null, { status: 204 })));
}

async function posted(request, url) {
  const person = PERSON.test(url.pathname);
  const response = await fetch(request);
  if (url.pathname.startsWith("/logout/")) await wipe();
  else if (person) await setOwner("");
  else await markStale(visitOf(url.pathname));
  return response;
}

async function refreshed(url, tag) {
  const who = await owner();
  if (!who) return new Response(null, { status: 204 });
  const done = await fetchPage(await caches.open(PAGES + who), who, url.pathname + url.search, tag).catch(() => null);
  const headers = { "X-Right": done?.right ? "1" : "" };
  if (done?.changed) await tell({ type: "fresh", url: url.pathname + url.search, drawn: done.drawn, version: done.version });
  return new Response(null, { status: 204, headers });
}

// What the page asks for after its entries have arrived: from the server or not at all.
async function fresh(request, url) {
  const who = await owner();
  const kept = who && (await caches.open(PAGES + who));
  const key = kept && keyIn(await readList(kept), url);
  if (!key) return fetch(request);
  return (await fetchPage(kept, who, key)).response;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin || NEVER.test(url.pathname)) return;
  if (request.method === "POST") return event.respondWith(posted(request, url));
  if (request.method !== "GET" || (request.cache === "only-if-cached" && request.mode !== "same-origin")) return;
  if (url.pathname.startsWith(RX.static)) return event.respondWith(asset(request));
  const header = (name) => request.headers.get(name);
  if (header("X-Refresh") !== null) return event.respondWith(refreshed(url, header("X-Refresh")));
  if (PERSON.test(url.pathname)) return;
  if (header("X-Fresh")) return event.respondWith(fresh(request, url));
  if (request.mode === "navigate" || header("HX-Boosted") || header("HX-Target") === "page") {
    return event.respondWith(page(event, url));
  }
  if (header("HX-Request")) event.respondWith(part(request));
});

self.addEventListener("message", (event) => {
  const { type, visit, urls = [], owner: who } = event.data ?? {};
  const work = {
    "stale": () => markStale(visit),
    "keep": async () => { for (const url of urls) await refreshed(new URL(url, self.location.origin), ""); },
    "owner": async () => { if (who !== await owner()) await setOwner(who); },
    "wipe": wipe,
    "tidy": tidy,
    "skip-waiting": () => self.skipWaiting(),
  }[type];
  if (work) event.waitUntil(work().then(() => event.ports[0]?.postMessage("done")));
});
