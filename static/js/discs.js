// Numbered discs on a drawing of the car. Pure drawing: what stands already is moved, not made anew.

const SVG = "http://www.w3.org/2000/svg";

function made(name, attributes, parent) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent.append(node);
  return node;
}

// marks: [{number, x, y, ring}]; mirrored: the drawing is turned round, the figures are not.
export function place(box, marks, mirrored) {
  const key = JSON.stringify(marks.map((mark) => [mark.number, mark.x, mark.y, Boolean(mark.ring)]));
  if (box.dataset.drawn === key) return;
  box.dataset.drawn = key;
  const groups = marks.map((mark) => {
    const group = document.createElementNS(SVG, "g");
    group.setAttribute("class", "car-mark");
    group.setAttribute("transform", `translate(${mark.x} ${mark.y})${mirrored ? " scale(-1 1)" : ""}`);
    if (mark.ring) made("circle", { class: "car-mark-ring", r: 18 }, group);
    made("circle", { r: 13 }, group);
    made("text", {}, group).textContent = String(mark.number);
    return group;
  });
  box.replaceChildren(...groups);
}

// Where a mark stands in the view from above (viewBox 270 x 108): as reception/queries/walk.py has it.
export function above({ view, x, y }) {
  const along = 6 + Math.floor((x * 256) / 520);
  const across = Math.round(((x - 150) * 36) / 150);
  const places = { left: [along, 16], right: [along, 92], front: [254, 54 - across], rear: [14, 54 + across] };
  const [left, top] = places[view] ?? [x, y];
  return { x: left, y: top };
}
