// Notices leave by themselves; those with undo stay longer. A request that failed says that nothing is lost.

const SECONDS = { plain: 6, undo: 12 };
const region = () => document.getElementById("toasts");

function watch(notice) {
  notice.dataset.toast = "watched";
  const seconds = notice.querySelector("form, .rx-btn") ? SECONDS.undo : SECONDS.plain;
  const leave = () => (notice.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : notice.remove());
  setTimeout(leave, seconds * 1000);
}
// The region itself is swapped with a page, so it is asked for anew each time.
const watchAll = () => region().querySelectorAll('[data-toast=""]').forEach(watch);

watchAll();
document.addEventListener("htmx:afterSettle", watchAll);
document.addEventListener("htmx:oobAfterSwap", watchAll);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) event.target.closest("[data-toast]")?.remove();
});

// A notice made by the page itself. kind "error" for bad news; action: {text, run} for one button, mostly undo.
export function toast(text, kind = "", action = null) {
  const made = document.createElement("div");
  made.className = kind === "error" ? "rx-toast is-bad" : "rx-toast";
  made.dataset.toast = "";
  const words = document.createElement("p");
  words.textContent = text;
  made.append(words);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "rx-btn";
    button.textContent = action.text;
    button.addEventListener("click", () => { made.remove(); action.run(); });
    made.append(button);
  }
  region().append(made);
  watch(made);
  return made;
}

function sayFailed(event) {
  // What a page asks for by itself every few seconds fails quietly: the pill says that the network is gone.
  if (event.detail.requestConfig?.verb === "get" && !event.detail.requestConfig.triggeringEvent) return;
  if (region().querySelector("[data-failed]")) return;
  toast(region().dataset.failed, "error").dataset.failed = "";
}
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, sayFailed);
