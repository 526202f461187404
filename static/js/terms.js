// The promised time moves by a quarter of an hour without a reload; it is saved with the form.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-shift]");
  const terms = button?.closest("[data-terms]");
  if (!terms) return;
  const field = terms.querySelector("[data-ready]");
  // The field holds local time without a zone; counting in UTC keeps the wall clock.
  const moved = new Date(Date.parse(field.value + "Z") + Number(button.dataset.shift) * 60000);
  field.value = moved.toISOString().slice(0, 16);
  terms.querySelector("[data-ready-shown]").textContent = field.value.slice(11).replace(/^0/, "");
});
