import { createHash } from 'node:crypto';

/** The text in the characters that every provider takes in names of tools and ids of calls. */
export const plainName = (text: string): string => text.replaceAll(/[^a-zA-Z0-9_-]/g, '_');

export const hexDigest = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

/** The beginning of a plain name and a digest, `length` characters at most. */
export const withDigest = (plain: string, digest: string, length: number): string =>
  `${plain.slice(0, length - digest.length - 1)}_${digest}`;
