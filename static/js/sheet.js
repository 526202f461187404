// The sheet from below: opens when htmx puts something into #sheet, or when the page comes back with it open.
// As a modal <dialog> it keeps the focus and closes by Esc; a gate may be left, nothing has been stored yet.

const sheet = document.getElementById("sheet");
const filled = () => sheet.childElementCount > 0;

function open() {
  if (sheet.open) sheet.close();
  sheet.showModal();
  (sheet.querySelector("[autofocus], .is-wrong input, input:not([type=hidden]), select, textarea") ?? sheet).focus();
}

if (sheet.open && filled()) open();

document.addEventListener("htmx:afterSwap", (event) => {
  // The page under it has changed: what the sheet asked for is done.
  if (event.detail.target?.id === "page" && sheet.open) sheet.close();
  if (event.detail.target !== sheet) return;
  if (filled()) open();
  else if (sheet.open) sheet.close();
});
sheet.addEventListener("click", (event) => {
  const beside = event.target === sheet && event.clientY < sheet.getBoundingClientRect().top;
  if (!beside && !event.target.closest("[data-close]")) return;
  event.preventDefault();
  sheet.close();
});
