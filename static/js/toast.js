// Notices leave by themselves; those with undo stay longer. A request that failed says that nothing is lost.

const SECONDS = { plain: 6, undo: 12 };
const region = () => document.getElementById("toasts");

function watch(toast) {
  toast.dataset.toast = "watched";
  const seconds = toast.querySelector("form") ? SECONDS.undo : SECONDS.plain;
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : toast.remove());
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

function sayFailed() {
  if (region().querySelector("[data-failed]")) return;
  const toast = document.createElement("div");
  toast.className = "rx-toast is-bad";
  toast.dataset.toast = toast.dataset.failed = "";
  const words = document.createElement("p");
  words.textContent = region().dataset.failed;
  toast.append(words);
  region().append(toast);
  watch(toast);
}
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, sayFailed);
