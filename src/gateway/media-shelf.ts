import { randomBytes } from 'node:crypto';
import type { Media } from '../domain/operation.ts';
import type { Clock } from '../ports/clock.ts';
import type { SharedState } from '../ports/shared-state.ts';

/** Where results lie for a while that are answered as an address rather than as data. */
export type MediaShelf = {
  /** Puts media there for an hour; less long where room is short. Rejects where the shared state cannot take them. */
  keep(media: Media): Promise<{ readonly url: string; readonly expiresAt: Date }>;
  /** Undefined for a token that was never given, or whose time is over. */
  find(token: string): Promise<Media | undefined>;
};

const KEPT_MS = 3_600_000;
/** Whoever has the address gets the media: it must not be guessed. */
const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Length of the label, the label as JSON, the bytes. */
const labelled = ({ mediaType, bytes, name }: Media): Uint8Array => {
  const label = Buffer.from(JSON.stringify({ mediaType, ...(name !== undefined && { name }) }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(label.length);
  return Buffer.concat([length, label, bytes]);
};

const unlabelled = (kept: Uint8Array): Media => {
  const view = Buffer.from(kept.buffer, kept.byteOffset, kept.byteLength);
  const start = 4 + view.readUInt32BE(0);
  const label = JSON.parse(view.toString('utf8', 4, start)) as {
    readonly mediaType: string;
    readonly name?: string;
  };
  return { ...label, bytes: view.subarray(start) };
};

/** Addresses are `<publicUrl>/media/<token>`. `publicUrl` is asked each time, and has no slash at its end. */
export const createMediaShelf = (state: SharedState, clock: Clock, publicUrl: () => string): MediaShelf => ({
  async keep(media) {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const expiresAt = new Date(clock.now().getTime() + KEPT_MS);
    await state.putBytes(`media:${token}`, labelled(media), KEPT_MS);
    return { url: `${publicUrl()}/media/${token}`, expiresAt };
  },
  async find(token) {
    if (!TOKEN.test(token)) return undefined;
    const kept = await state.getBytes(`media:${token}`);
    return kept === undefined ? undefined : unlabelled(kept);
  },
});
