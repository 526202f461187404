// The picture over the whole screen: the finger draws in red, the strokes are burned in when it is kept.
// annotate(dialog, blob) → the JPEG to keep, "again" to take another, null when it was closed; look(dialog, url, label) only shows.

const RED = "#E01B1B";
const QUALITY = 0.85;

let shown = null; // {dialog, canvas, image, strokes, resolve}

const part = (name) => shown.dialog.querySelector(`[data-annotate-${name}]`);

function paint() {
  const { canvas, image, strokes } = shown;
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  context.lineCap = context.lineJoin = "round";
  // Wide enough to be seen in a small picture; a light edge keeps it apart from a red car.
  const width = Math.max(canvas.width, canvas.height) / 130;
  for (const [colour, wide] of [["#fff", width * 1.7], [RED, width]]) {
    context.strokeStyle = colour;
    context.lineWidth = wide;
    for (const stroke of strokes) {
      context.beginPath();
      context.moveTo(...stroke[0]);
      for (const point of stroke.length > 1 ? stroke.slice(1) : stroke) context.lineTo(...point);
      context.stroke();
    }
  }
  part("undo").disabled = !strokes.length;
  part("plain").hidden = !strokes.length;
}

function open(dialog, image, editing) {
  const canvas = dialog.querySelector("[data-annotate-canvas]");
  Object.assign(canvas, { width: image.naturalWidth ?? image.width, height: image.naturalHeight ?? image.height });
  dialog.querySelector("[data-annotate-edit]").hidden = !editing;
  dialog.querySelector("[data-annotate-look]").hidden = editing;
  return new Promise((resolve) => {
    shown = { dialog, canvas, image, strokes: [], editing, resolve };
    paint();
    dialog.showModal();
  });
}

function close(answer) {
  if (!shown) return;
  const { dialog, image, resolve } = shown;
  shown = null;
  image.close?.();
  dialog.close();
  resolve(answer);
}

export async function annotate(dialog, blob) {
  const answer = await open(dialog, await createImageBitmap(blob), true);
  return answer === "plain" ? blob : answer;
}

export async function look(dialog, url, label) {
  const image = Object.assign(new Image(), { src: url });
  await image.decode();
  dialog.querySelector("[data-annotate-label]").textContent = label;
  return open(dialog, image, false);
}

function at({ clientX, clientY }) {
  const { canvas } = shown;
  const box = canvas.getBoundingClientRect();
  return [((clientX - box.left) * canvas.width) / box.width, ((clientY - box.top) * canvas.height) / box.height];
}

const onCanvas = (event) => shown?.editing && event.target === shown.canvas;
let drawing = null;

document.addEventListener("pointerdown", (event) => {
  if (!onCanvas(event) || drawing) return;
  event.preventDefault();
  shown.canvas.setPointerCapture(event.pointerId);
  drawing = { pointer: event.pointerId, stroke: [at(event)] };
  shown.strokes.push(drawing.stroke);
  paint();
});
document.addEventListener("pointermove", (event) => {
  if (!shown || drawing?.pointer !== event.pointerId) return;
  for (const each of event.getCoalescedEvents?.() ?? [event]) drawing.stroke.push(at(each));
  requestAnimationFrame(() => shown && paint());
});
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, (event) => {
  if (drawing?.pointer === event.pointerId) drawing = null;
});

document.addEventListener("click", (event) => {
  if (!shown) return;
  const pressed = (name) => event.target.closest(`[data-annotate-${name}]`);
  if (pressed("undo")) {
    shown.strokes.pop();
    paint();
  } else if (pressed("again")) close("again");
  else if (pressed("plain")) close("plain");
  else if (pressed("close")) close(null);
  else if (pressed("keep")) {
    if (!shown.strokes.length) close("plain");
    else shown.canvas.toBlob(close, "image/jpeg", QUALITY);
  }
});
// Escape, or the system's way back: the picture is not kept.
document.addEventListener("close", (event) => { if (event.target === shown?.dialog) close(null); }, true);
