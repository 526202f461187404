// A tap on a drawing of the car: says rx:car {view, zone, x, y} on the drawing, and when nobody takes it (preventDefault)
// sends it with the form [data-car-form]. x and y are units of the drawing's viewBox; beside the zones the place alone counts.

function say(drawing, zone, point) {
  const detail = {
    view: drawing.closest("[data-view]").dataset.view, zone: zone?.dataset.zone ?? "",
    x: Math.max(0, Math.round(point.x)), y: Math.max(0, Math.round(point.y)),
  };
  if (!drawing.dispatchEvent(new CustomEvent("rx:car", { detail, bubbles: true, cancelable: true }))) return;
  const form = document.querySelector("[data-car-form]");
  if (!form) return;
  for (const [name, value] of Object.entries(detail)) form.elements[name].value = value;
  form.requestSubmit();
}

// A tap leaves no focus behind: the ring would stand around a part of the car.
document.addEventListener("mousedown", (event) => { if (event.target.closest("[data-view] > svg")) event.preventDefault(); });
document.addEventListener("click", (event) => {
  const drawing = event.target.closest("[data-view] > svg");
  if (!drawing || event.target.closest("[data-past]")) return;
  event.preventDefault();
  const zone = event.target.closest("[data-zone]");
  // A drawing may be mirrored: its zones know.
  const matrix = (zone ?? drawing.querySelector("[data-zone]")).getScreenCTM();
  say(drawing, zone, new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse()));
});
document.addEventListener("keydown", (event) => {
  const zone = event.target.closest?.("[data-view] > svg [data-zone]");
  if (!zone || !["Enter", " "].includes(event.key)) return;
  event.preventDefault();
  const box = zone.getBBox();
  say(zone.ownerSVGElement, zone, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
});
