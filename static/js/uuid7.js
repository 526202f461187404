// Ids of everything that is made on the tablet: UUID version 7, the time in front, so that they sort by it.

let last = 0;

export function uuid7(now = Date.now()) {
  // Within one page ids never run backwards, also where the clock is set back.
  last = Math.max(now, last);
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let place = 5, rest = last; place >= 0; place -= 1, rest = Math.floor(rest / 256)) bytes[place] = rest % 256;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
