// Small helpers of fields: steppers, sliders, copy buttons, forms that send themselves when something is chosen.

document.addEventListener("click", async (event) => {
  const step = event.target.closest("[data-stepper] [data-by]");
  if (step) {
    const input = step.parentElement.querySelector("input");
    if (Number(step.dataset.by) > 0) input.stepUp();
    else input.stepDown();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    await copyText(copy.dataset.copy || document.querySelector(copy.dataset.copyFrom).textContent.trim());
    const words = copy.querySelector("[data-copied]");
    if (words) words.textContent = words.dataset.copied;
  }
});

async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // The clipboard does not exist on http://<address>; an off-screen field still does.
  const field = document.createElement("textarea");
  field.className = "rx-vh";
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

document.addEventListener("input", (event) => {
  const output = event.target.closest("[data-slider]")?.querySelector("output");
  if (output) output.textContent = event.target.value + (output.dataset.unit ?? "");
});

document.addEventListener("change", (event) => {
  if (event.target.form?.hasAttribute("data-autosubmit")) event.target.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
