// The walk around the car as it stands: what the server knew when it drew the page, and the entries that wait on
// this tablet. Pure: no page, no network. state: see reception/queries/walk_state.py.

const ITEM_STEPS = { covers: "enter", mileage: "cabin", energy: "cabin", controls: "controls", exterior: "exterior", engine_bay: "engine" };
export const VIEWS = ["left", "front", "right", "rear", "roof"];

export const stepOf = (op) => (op.kind === "reading" ? ITEM_STEPS[op.payload.item] : op.kind === "confirmation" ? "confirm" : undefined);
export const looked = (state, view) => state.views.has(view) || state.views.has("all");

const PROOFS = {
  enter: (state) => Boolean(state.readings.covers),
  cabin: (state) => Boolean(state.readings.mileage && state.readings.energy),
  controls: (state) => Boolean(state.readings.controls),
  exterior: (state) => VIEWS.every((view) => looked(state, view)),
  engine: (state) => Boolean(state.readings.engine_bay),
  confirm: (state) => Boolean(state.confirmation),
};

// done, skipped, na or open: a step whose entry waits here is done here.
export function stepState(state, step) {
  return step.state === "open" && PROOFS[step.slug]?.(state) ? "done" : step.state;
}

// The next step without an answer, from `slug` on and round again; empty when every step has one.
export function nextOpen(state, slug = "") {
  const from = state.steps.findIndex((step) => step.slug === slug) + 1;
  const round = [...state.steps.slice(from), ...state.steps.slice(0, from)];
  return round.find((step) => stepState(state, step) === "open")?.slug ?? "";
}

export function fromServer(data) {
  return {
    ...data,
    readings: { ...data.readings },
    views: new Set(data.views),
    marks: data.marks.map((mark) => ({ ...mark, local: false, ops: [...(mark.ops ?? [mark.id])] })),
    removed: [],
    photos: data.photos.map((photo) => ({ ...photo, local: false })),
    steps: data.steps.map((step) => ({ ...step })),
  };
}

// Adds one entry of the tablet's queue. time(op) → HH:MM, picture(op) → address of its picture.
export function apply(state, op, { time, picture }) {
  if (op.kind === "reading") reading(state, op, time);
  if (op.kind === "mark") mark(state, op);
  if (op.kind === "tick") tick(state, op, time);
  if (op.kind === "undo") undo(state, op);
  if (op.kind === "photo" && !state.photos.some((photo) => photo.id === op.id)) {
    state.photos.push({ id: op.id, label: op.payload.label ?? "", place: op.payload.place ?? "", url: picture(op), local: true });
  }
  if (op.kind === "confirmation" && !state.confirmation) state.confirmation = { how: op.payload.how, at: time(op), local: true };
  if (op.kind === "visit.open" && op.payload.vehicle?.energy) car(state, op.payload.vehicle.energy);
  if (op.kind === "visit.open" && op.payload.vehicle?.body) state.car = { ...state.car, body: op.payload.vehicle.body };
}

function reading(state, op, time) {
  const { item, value } = op.payload;
  if (item === "exterior") state.views.add(value);
  if (state.readings[item]?.id === op.id) return;
  const heads = (state.readings[item]?.heads ?? []).filter((id) => !(op.payload.seen?.includes(id) ?? true));
  state.readings[item] = { id: op.id, value, at: time(op), local: true, heads: [...heads, op.id] };
}

function tick(state, op, time) {
  const step = state.steps.find((each) => `1.5/${each.slug}` === op.payload.step);
  if (!step || step.state !== "open") return;
  step.state = { not_done: "skipped", not_applicable: "na" }[op.payload.answer] ?? "done";
  step.at = time(op);
  step.tick = op.id;
}

function undo(state, op) {
  const step = state.steps.find((each) => each.tick === op.payload.tick);
  if (step) Object.assign(step, { state: "open", at: "", tick: "" });
}

function mark(state, op) {
  const { payload } = op;
  if (!payload.mark) {
    if (state.marks.some((one) => one.id === op.id) || state.removed.some((one) => one.id === op.id)) return;
    const fields = { zone: "", kind: "scratch", size_cm: null, note: "" };
    for (const name of ["view", "zone", "x", "y", "kind", "size_cm", "note"]) if (payload[name] !== undefined) fields[name] = payload[name];
    state.marks.push({ id: op.id, ...fields, local: true, ops: [op.id] });
    return;
  }
  if (payload.removed === false) move(state.removed, state.marks, payload.mark);
  const found = state.marks.find((one) => one.id === payload.mark) ?? state.removed.find((one) => one.id === payload.mark);
  if (!found) return;
  for (const name of ["kind", "size_cm", "note"]) if (payload[name] !== undefined) found[name] = payload[name];
  found.ops.push(op.id);
  if (payload.removed === true) move(state.marks, state.removed, payload.mark);
}

function move(from, to, id) {
  const at = from.findIndex((one) => one.id === id);
  if (at >= 0) to.push(...from.splice(at, 1));
}

function car(state, energy) {
  const plugged = ["phev", "erev", "bev"].includes(energy);
  state.car = { ...state.car, electric: energy === "bev", fuel: energy !== "bev", plugged };
}
