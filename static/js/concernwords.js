// The sentence of a concern, built from the page's words (json_script "concern-phrases") as reception/concerns.py builds it.
const ENDS = " \t\r\n,.;:!?，。；：！？、…";

export function sentence(concern, words) {
  const own = trimmed((concern.words ?? "").replace(/\s+/g, " "));
  const answered = ["when", "where", "how"].some((name) => concern[name]?.length) || concern.speed;
  const core = own && !answered ? own : coreOf(concern, words, own);
  const tails = ["often", "since"].filter((name) => concern[name]).map((name) => words[name][concern[name]]);
  const text = [core, ...tails].join(words.grammar.tail) + words.grammar.stop;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function coreOf(concern, words, own) {
  const kind = words.kinds[concern.kind];
  const how = concern.how ?? [];
  return filled(kind.template, {
    when: whenOf(concern, words),
    where: and("where", concern.where ?? [], words),
    what: and("what", how.filter((code) => kind.what.includes(code)), words),
    how: and("how", how.filter((code) => kind.how.includes(code)), words),
    always: concern.when?.includes("always") ? words.when.always[1] : "",
    words: own,
  });
}

function filled(template, slots) {
  return template
    .replace(/\[([^\]]*)\]/g, (_, part) => ([...part.matchAll(/\{(\w+)/g)].every(([, name]) => slots[name]) ? part : ""))
    .replace(/\{(\w+)(?:\|([^}]*))?\}/g, (_, name, instead) => slots[name] || instead || "")
    .replace(/ +/g, " ")
    .trim();
}

function whenOf(concern, words) {
  const { grammar, kinds } = words;
  const chosen = concern.when ?? [];
  const base = kinds[concern.kind].base;
  const acting = [...(base ? [base] : []), ...chosen].filter((code) => words.when[code][0] === "action");
  let groups = words.states.map((group) => chosen.filter((code) => words.when[code][0] === group).map((code) => words.when[code]));
  if (concern.speed) groups[words.states.indexOf("speed")] = [["speed", ...grammar.speed.map((text) => text.replace("{speed}", concern.speed))]];
  groups = groups.filter((group) => group.length);
  if (words.language === "en") groups.reverse();
  const alone = !acting.length;
  const states = groups.map((group, place) =>
    group.map((word, at) => (alone && place === groups.length - 1 && at === group.length - 1 ? word.at(-1) : word[1])).join(grammar.or));
  const actions = [...new Set(acting)].map((code) => words.when[code][1]).join(grammar.or);
  return (alone ? grammar.alone : grammar.at).replace("{states}", states.join(grammar.gap)).replace("{actions}", actions).trim();
}

function and(name, codes, words) {
  const [comma, last] = words.grammar[name === "how" ? "also" : "and"];
  const said = codes.map((code) => words[name][code]);
  return said.length > 1 ? said.slice(0, -1).join(comma) + last + said.at(-1) : (said[0] ?? "");
}

function trimmed(text) {
  let from = 0;
  let to = text.length;
  while (from < to && ENDS.includes(text[from])) from += 1;
  while (to > from && ENDS.includes(text[to - 1])) to -= 1;
  return text.slice(from, to);
}
