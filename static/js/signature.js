// Signature fields: draws on the canvas and writes a PNG data address into the hidden field after each stroke.

import SignaturePad from "../vendor/signature_pad/signature_pad.min.js";

function start(box) {
  const canvas = box.querySelector("canvas");
  if (!canvas || box.dataset.started) return;
  box.dataset.started = "yes";
  const field = box.querySelector("[data-signature-field]");
  const again = box.parentElement.querySelector("[data-sign-again]");
  const pad = new SignaturePad(canvas, { penColor: "#0F1D24", minWidth: 1.2, maxWidth: 3.2 });

  function show() {
    field.value = pad.isEmpty() ? "" : pad.toDataURL("image/png");
    box.classList.toggle("is-signed", !pad.isEmpty());
    if (again) again.hidden = pad.isEmpty();
  }
  // Turning the tablet changes the size; the strokes are drawn again, not stretched.
  function fit() {
    const strokes = pad.toData();
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    canvas.width = canvas.offsetWidth * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    pad.fromData(strokes);
  }
  pad.addEventListener("beginStroke", () => box.classList.add("is-signed"));
  pad.addEventListener("endStroke", show);
  again?.addEventListener("click", () => { pad.clear(); show(); });
  new ResizeObserver(fit).observe(canvas);
}

const startAll = () => document.querySelectorAll("[data-signature]").forEach(start);
startAll();
document.addEventListener("htmx:afterSettle", startAll);
