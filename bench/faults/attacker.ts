/**
 * A process of its own that sends requests without pause while it is told to. It has the processor last, as attackers have their
 * own: what it does does not delay those whose time is measured.
 */
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';

const LAST = 19;

export type Attack = {
  readonly url: string;
  readonly key: string;
  /** Sent one after the other, again and again. */
  readonly requests: readonly { readonly path: string; readonly body: string }[];
  readonly connections: number;
};

const { url, key, requests, connections }: Attack = JSON.parse(readFileSync(0, 'utf8'));
setPriority(LAST);
const bodies = requests.map(({ path, body }) => ({ path, body: Buffer.from(body) }));
const counts = new Map<number, number>();
let isOn = false;
let index = 0;

const connection = async (): Promise<void> => {
  while (isOn) {
    const request = bodies[index % bodies.length];
    index += 1;
    if (request === undefined) return;
    const response = await fetch(`${url}${request.path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: request.body,
    });
    await response.arrayBuffer();
    counts.set(response.status, (counts.get(response.status) ?? 0) + 1);
  }
};

let attack: Promise<unknown> = Promise.resolve();
process.on('message', async (order: 'begin' | 'end') => {
  isOn = order === 'begin';
  if (isOn) attack = Promise.all(Array.from({ length: connections }, connection));
  else await attack;
  process.send?.(Object.fromEntries(counts));
});
