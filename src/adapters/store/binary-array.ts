/** `text` among the types of every Postgres. */
const TEXT_OID = 25;
/** Dimensions, whether there are nulls, type of the elements, their number, index of the first. */
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const MOST_BYTES_OF_A_UNIT = 3;
const LENGTH_OF_NULL = -1;

/**
 * A parameter of type `text[]` in Postgres's binary format. As a literal, every quote in every element is escaped
 * here and unescaped there, which for JSON takes several times as long. The texts must be storable.
 */
export const binaryTextArray = (values: readonly (string | null)[]): Buffer => {
  let most = HEADER_BYTES;
  for (const value of values) most += LENGTH_BYTES + (value?.length ?? 0) * MOST_BYTES_OF_A_UNIT;
  const buffer = Buffer.allocUnsafe(most);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(1, 4);
  buffer.writeInt32BE(TEXT_OID, 8);
  buffer.writeInt32BE(values.length, 12);
  buffer.writeInt32BE(1, 16);
  let at = HEADER_BYTES;
  for (const value of values) {
    const length = value === null ? LENGTH_OF_NULL : buffer.write(value, at + LENGTH_BYTES);
    buffer.writeInt32BE(length, at);
    at += LENGTH_BYTES + Math.max(length, 0);
  }
  return buffer.subarray(0, at);
};
