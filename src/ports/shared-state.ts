/**
 * What the nodes of one deployment tell each other. Lost on restart; nothing that must be kept.
 * Implementations live in adapters/state: memory for one node, Redis for several.
 */
export type SharedState = {
  /** Delivers to every subscriber of `channel` on every node, this one included; at most once, in order per sender. */
  publish(channel: string, message: string): Promise<void>;
  /** Resolves once messages published from now on will arrive. The function returned ends it. */
  subscribe(channel: string, listener: (message: string) => void): Promise<() => Promise<void>>;
  /** Keeps bytes under a key for a while, for every node; less long where room is short. Rejects what is too large. */
  putBytes(key: string, bytes: Uint8Array, ttlMs: number): Promise<void>;
  /** Undefined where there is nothing, or no more. */
  getBytes(key: string): Promise<Uint8Array | undefined>;
  /** Takes a key for a while: true for one caller alone, on all nodes, until then or until it gives it back. */
  claim(key: string, ttlMs: number): Promise<boolean>;
  /** Gives back what was taken; nothing happens where it is not. */
  release(key: string): Promise<void>;
  /** One round trip; rejects while it cannot be reached. */
  ping(): Promise<void>;
  close(): Promise<void>;
};
