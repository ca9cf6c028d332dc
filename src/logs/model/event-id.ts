/** An event's id, as digits: the same whenever the event is read, and no other's. */
export const eventId = (timestamp: number, place: string): string =>
  `${String(timestamp).padStart(15, "0")}${digitsOf(place)}`;

/** 64 bits of FNV-1a, as twenty digits. */
const digitsOf = (text: string): string => {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return String(hash).padStart(20, "0");
};
