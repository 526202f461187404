// The customer has really looked: two seconds in view or the first touch. Sent once a visit of the page.
// <main data-opened="/my/…/opened/">

const address = document.querySelector("[data-opened]")?.dataset.opened;
let sent = false;
let timer;

function tell() {
  if (sent || !address) return;
  sent = true;
  const token = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="))?.slice(10) ?? "";
  fetch(address, { method: "POST", headers: { "X-CSRFToken": token }, keepalive: true });
}
function inView() {
  clearTimeout(timer);
  if (document.visibilityState === "visible") timer = setTimeout(tell, 2000);
}
document.addEventListener("visibilitychange", inView);
document.addEventListener("pointerdown", tell, { once: true });
inView();
