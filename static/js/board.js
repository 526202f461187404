// The board's poll: sends the tag of what it shows, so that an unchanged board answers 304 and nothing is swapped;
// keeps each column where it was scrolled to.

let tag = "";
const scrolled = new Map();
const isBoard = (event) => event.detail.elt?.id === "board";

document.addEventListener("htmx:configRequest", (event) => {
  if (isBoard(event) && tag) event.detail.headers["If-None-Match"] = tag;
});
document.addEventListener("htmx:beforeSwap", (event) => {
  // A 304 carries no tag: what is shown stays what it was.
  if (!isBoard(event) || event.detail.xhr.status === 304) return;
  tag = event.detail.xhr.getResponseHeader("X-Board-Tag") ?? "";
  for (const list of document.querySelectorAll(".rx-lane-list")) scrolled.set(list.id, list.scrollTop);
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (!isBoard(event)) return;
  for (const [id, top] of scrolled) document.getElementById(id)?.scrollTo(0, top);
});
