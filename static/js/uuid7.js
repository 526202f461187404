// Ids of everything that is made on the tablet: UUID version 7, the time in front, so that they sort by it. Within a page
// they never run backwards, also within one millisecond and where the clock is set back.

let last = 0;
let count = 0;

export function uuid7(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  if (now > last) {
    last = now;
    count = bytes[6] * 4; // room to count on within the millisecond
  } else if (++count > 0xfff) {
    last += 1;
    count = 0;
  }
  for (let place = 5, rest = last; place >= 0; place -= 1, rest = Math.floor(rest / 256)) bytes[place] = rest % 256;
  bytes[6] = 0x70 | (count >> 8);
  bytes[7] = count & 0xff;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
