// Frame of every staff page: CSRF for htmx, clock, insecure bar.

const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(name + "="))?.slice(name.length + 1) ?? "";

// A cached page carries the token of an older login, so it is read when the form goes out.
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = cookie("csrftoken");
});
document.addEventListener("submit", (event) => {
  const field = event.target.querySelector("[name=csrfmiddlewaretoken]");
  if (field && cookie("csrftoken")) field.value = cookie("csrftoken");
}, true);

if (!window.isSecureContext) document.getElementById("insecure").hidden = false;

function showTime() {
  for (const clock of document.querySelectorAll("[data-clock]")) {
    clock.textContent = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: clock.dataset.clock }).format();
  }
}
showTime();
setInterval(showTime, 5000);

// A menu closes when one taps beside it.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.rx-me[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
