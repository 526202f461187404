// Plate by keypad: [data-plate-entry] holds the province field and the number field, [data-key] are the keys.
// The letters I and O are on no plate; the keys simply do not exist.

const entry = document.querySelector("[data-plate-entry]");
const number = entry?.querySelector("[data-plate-number]");

function put(text) {
  number.value = text.toUpperCase().slice(0, Number(number.maxLength) > 0 ? number.maxLength : 8);
  number.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-key]");
  if (!key || !number) return;
  if (key.dataset.key === "back") put(number.value.slice(0, -1));
  else put(number.value + key.dataset.key);
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-province]") && entry) entry.querySelector("[data-plate-province]").value = event.target.value;
});
