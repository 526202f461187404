// A tap on the drawing of the car is a new mark: zone and place go into the form [data-car-form], which is sent.
// Place: x and y in units of the drawing's viewBox, seen from the outside.

function mark(zone, point) {
  const form = document.querySelector("[data-car-form]");
  form.elements.zone.value = zone.dataset.zone;
  form.elements.x.value = Math.round(point.x);
  form.elements.y.value = Math.round(point.y);
  form.requestSubmit();
}

document.addEventListener("click", (event) => {
  const zone = event.target.closest("[data-zone]");
  if (!zone || !document.querySelector("[data-car-form]")) return;
  event.preventDefault();
  const drawing = zone.querySelector(".car-zone") ?? zone;
  mark(zone, new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse()));
});
document.addEventListener("keydown", (event) => {
  const zone = event.target.closest?.("[data-zone]");
  if (!zone || !["Enter", " "].includes(event.key) || !document.querySelector("[data-car-form]")) return;
  event.preventDefault();
  const box = zone.getBBox();
  mark(zone, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
});
