// A polled part of a page: sends the tag of what it shows, so that nothing is swapped while nothing has changed.

const polled = (event) => (event.detail.elt?.hasAttribute?.("data-poll") ? event.detail.elt : null);

document.addEventListener("htmx:configRequest", (event) => {
  const part = polled(event);
  if (part?.dataset.pollTag) event.detail.headers["If-None-Match"] = part.dataset.pollTag;
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const part = polled(event);
  // A 304 carries no tag: what is shown stays what it was.
  if (part && event.detail.xhr.status === 200) part.dataset.pollTag = event.detail.xhr.getResponseHeader("X-Tag") ?? "";
});
