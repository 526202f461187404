// Notices leave by themselves; those with undo stay longer. A request that failed says that nothing is lost.

const region = document.getElementById("toasts");
const SECONDS = { plain: 6, undo: 12 };

function watch(toast) {
  toast.querySelector("[data-close]")?.addEventListener("click", () => toast.remove());
  const seconds = toast.querySelector("form") ? SECONDS.undo : SECONDS.plain;
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : toast.remove());
  setTimeout(leave, seconds * 1000);
}

region.querySelectorAll("[data-toast]").forEach(watch);
new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) {
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      if (node.matches("[data-toast]")) watch(node);
      node.querySelectorAll("[data-toast]").forEach(watch);
    }
  }
}).observe(region, { childList: true });

function sayFailed() {
  if (region.querySelector("[data-failed]")) return;
  const toast = document.createElement("div");
  toast.className = "rx-toast is-bad";
  toast.dataset.toast = toast.dataset.failed = "";
  const words = document.createElement("p");
  words.textContent = region.dataset.failed;
  toast.append(words);
  region.append(toast);
}
for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, sayFailed);
