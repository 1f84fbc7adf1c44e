/** Random uuids (version 4). */

/**
 * The browser's own, by the one door that is open on plain http too, where crypto.randomUUID is
 * not: the address of a blob ends with a fresh uuid (W3C File API, "generate a new blob URL").
 */
export function uuid() {
  const address = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(address);
  return address.slice(-36);
}
