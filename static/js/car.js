// A tap on the drawing of the car is a new mark: zone and place go into the form [data-car-form], which is sent.
// Place: x and y in units of the drawing's viewBox, seen from the outside. Beside the zones the place alone counts.

const form = () => document.querySelector("[data-car-form]");

function mark(zone, point) {
  form().elements.zone.value = zone;
  form().elements.x.value = Math.max(0, Math.round(point.x));
  form().elements.y.value = Math.max(0, Math.round(point.y));
  form().requestSubmit();
}

document.addEventListener("click", (event) => {
  const drawing = event.target.closest(".rx-car > svg");
  if (!drawing || !form()) return;
  event.preventDefault();
  const zone = event.target.closest("[data-zone]");
  // A drawing may be mirrored: its zones know.
  const matrix = (zone ?? drawing.querySelector("[data-zone]")).getScreenCTM();
  mark(zone?.dataset.zone ?? "", new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse()));
});
document.addEventListener("keydown", (event) => {
  const zone = event.target.closest?.(".rx-car > svg [data-zone]");
  if (!zone || !["Enter", " "].includes(event.key) || !form()) return;
  event.preventDefault();
  const box = zone.getBBox();
  mark(zone.dataset.zone, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
});
