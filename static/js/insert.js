// A chip puts its text where the cursor stands in a field: data-insert (what), data-into (id of the field).

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-insert]");
  const field = chip && document.getElementById(chip.dataset.into);
  if (!field) return;
  field.setRangeText(chip.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
