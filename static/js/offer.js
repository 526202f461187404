// The sum and the pickup time under an offer follow what is chosen so far.
// <b data-sum data-before="598.00">, .pair[data-adds][data-takes] with two radios, <b data-ready data-ready-before>.

const sum = document.querySelector("[data-sum]");
const ready = document.querySelector("[data-ready]");
const withAll = document.querySelector("[data-if-all]");

function fen(text) {
  return Math.round(Number(text) * 100);
}
function yuan(amount) {
  const digits = amount % 100 ? 2 : 0;
  const written = (amount / 100).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `¥${written}`;
}
function show() {
  let total = fen(sum.dataset.before);
  let open = false;
  let agreed = false;
  for (const pair of document.querySelectorAll("[data-adds]")) {
    const chosen = pair.querySelector(":checked")?.value;
    if (chosen === "yes") total += fen(pair.dataset.adds);
    if (chosen === "no") total += fen(pair.dataset.takes);
    open ||= !chosen;
    agreed ||= chosen === "yes";
  }
  if (![...document.querySelectorAll("[data-adds] :checked")].length) return;
  sum.textContent = yuan(total);
  withAll.hidden = true;
  if (ready) ready.textContent = agreed || open ? ready.dataset.ready : ready.dataset.readyBefore;
}
document.addEventListener("change", show);
if (sum) show();
