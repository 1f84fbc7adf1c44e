/** Random uuids (version 4, RFC 9562), also where crypto.randomUUID is not: on plain http. */

const SHAPE = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (Number(bytes[6]) & 0x0f) | 0x40;
  bytes[8] = (Number(bytes[8]) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** @param {string | null} text */
export function isUuid(text) {
  return SHAPE.test(text ?? "");
}
