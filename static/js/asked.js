// A page that waits for somebody's word asks whether it has come; not while a person is writing or signing on it,
// because the answer loads the page anew.

const writing = () =>
  document.getElementById("sheet")?.open ||
  [...document.querySelectorAll("[data-signature-field]")].some((field) => field.value) ||
  document.activeElement?.matches("input:not([type=hidden]), textarea");

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.hasAttribute("data-asked") && writing()) event.preventDefault();
});
