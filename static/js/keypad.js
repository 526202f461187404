// A keypad in the page: [data-keypad=id of the input] with buttons [data-digit] 0 to 9, back, clear. Without this script
// the pad stays hidden and the tablet's own keyboard comes up.

const field = (pad) => document.getElementById(pad.dataset.keypad);

function setUp() {
  for (const pad of document.querySelectorAll("[data-keypad][hidden]")) {
    pad.hidden = false;
    field(pad).inputMode = "none";
  }
}

document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-keypad] [data-digit]");
  if (!key) return;
  const input = field(key.closest("[data-keypad]"));
  const { digit } = key.dataset;
  const now = input.value;
  if (digit === "back") input.value = now.slice(0, -1);
  else if (digit === "clear") input.value = "";
  else if (input.maxLength < 0 || now.length < input.maxLength) input.value = (now + digit).replace(/^0+(?=\d)/, "");
  if (input.value !== now) input.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("htmx:afterSettle", setUp);
setUp();
