import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SharedState } from '../../src/ports/shared-state.ts';

/** Two nodes of one deployment; the same object twice where there can be only one. */
export type Nodes = { readonly one: SharedState; readonly other: SharedState };

/** What every implementation of SharedState does. */
export const describeSharedState = (open: () => Promise<Nodes>): void => {
  describe('shared state', () => {
    let nodes: Nodes;
    beforeEach(async () => {
      nodes = await open();
    });
    afterEach(async () => {
      await Promise.all([nodes.one.close(), nodes.other.close()]);
    });

    const channelName = (): string => `channel-${randomUUID()}`;

    /** A listener's messages, and the moment when `count` of them are there. */
    const inbox = async (node: SharedState, channel: string) => {
      const messages: string[] = [];
      const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
      const unsubscribe = await node.subscribe(channel, (message) => {
        messages.push(message);
        for (const { count, resolve } of waiting) if (messages.length >= count) resolve();
      });
      const received = (count: number): Promise<readonly string[]> =>
        new Promise((resolve) => {
          if (messages.length >= count) resolve(messages);
          else waiting.push({ count, resolve: () => resolve(messages) });
        });
      return { messages, received, unsubscribe };
    };

    it('delivers to every subscriber on every node, the sender’s own included', async () => {
      const channel = channelName();
      const inboxes = await Promise.all([
        inbox(nodes.one, channel),
        inbox(nodes.one, channel),
        inbox(nodes.other, channel),
      ]);
      await nodes.one.publish(channel, 'héllo\n\0"');
      for (const each of inboxes) expect(await each.received(1)).toEqual(['héllo\n\0"']);
    });

    it('keeps the order of one sender', async () => {
      const channel = channelName();
      const { received } = await inbox(nodes.other, channel);
      const sent = Array.from({ length: 500 }, (_, index) => String(index));
      await Promise.all(sent.map((message) => nodes.one.publish(channel, message)));
      expect(await received(500)).toEqual(sent);
    });

    it('keeps channels apart', async () => {
      const [wanted, unwanted] = [channelName(), channelName()];
      const { messages, received } = await inbox(nodes.other, wanted);
      await nodes.one.publish(unwanted, 'not for you');
      await nodes.one.publish(wanted, 'for you');
      await received(1);
      expect(messages).toEqual(['for you']);
    });

    it('delivers nothing after unsubscribing, and goes on for others', async () => {
      const channel = channelName();
      const leaving = await inbox(nodes.other, channel);
      const staying = await inbox(nodes.other, channel);
      await leaving.unsubscribe();
      await leaving.unsubscribe();
      await nodes.one.publish(channel, 'late');
      expect(await staying.received(1)).toEqual(['late']);
      expect(leaving.messages).toEqual([]);
    });

    it('can be subscribed to again after the last one has left', async () => {
      const channel = channelName();
      const first = await inbox(nodes.other, channel);
      const leaving = first.unsubscribe();
      const second = await inbox(nodes.other, channel);
      await leaving;
      await nodes.one.publish(channel, 'again');
      expect(await second.received(1)).toEqual(['again']);
      expect(first.messages).toEqual([]);
    });

    it('takes a listener’s unsubscribing while it is called', async () => {
      const channel = channelName();
      const seen: string[] = [];
      const last = await inbox(nodes.one, channel);
      const unsubscribe = await nodes.one.subscribe(channel, (message) => {
        seen.push(message);
        void unsubscribe();
      });
      await nodes.one.publish(channel, 'one');
      await nodes.one.publish(channel, 'two');
      await last.received(2);
      expect(seen).toEqual(['one']);
    });

    const someBytes = (length: number): Uint8Array =>
      Uint8Array.from({ length }, (_, index) => (index * 7) % 256);

    it('keeps bytes for every node, exactly, and the last that were put', async () => {
      const key = `key-${randomUUID()}`;
      expect(await nodes.other.getBytes(key)).toBeUndefined();
      const bytes = someBytes(1000);
      // A view into something larger is kept as what it shows.
      await nodes.one.putBytes(key, bytes.subarray(3, 300), 60_000);
      bytes.fill(0);
      const kept = await nodes.other.getBytes(key);
      expect(kept && [...kept]).toEqual([...someBytes(1000).subarray(3, 300)]);
      await nodes.other.putBytes(key, new Uint8Array([1]), 60_000);
      expect([...((await nodes.one.getBytes(key)) ?? [])]).toEqual([1]);
    });

    it('forgets bytes when their time is over', async () => {
      const [brief, lasting] = [`key-${randomUUID()}`, `key-${randomUUID()}`];
      await nodes.one.putBytes(lasting, someBytes(5), 60_000);
      await nodes.one.putBytes(brief, someBytes(5), 20);
      await expect.poll(() => nodes.other.getBytes(brief)).toBeUndefined();
      expect(await nodes.other.getBytes(lasting)).toHaveLength(5);
    });

    it('rejects what is too large, and takes what is just not', async () => {
      const key = `key-${randomUUID()}`;
      const limit = 64 * 1024 * 1024;
      await expect(nodes.one.putBytes(key, new Uint8Array(limit + 1), 1_000)).rejects.toThrow(
        'bytes are too many to share',
      );
      expect(await nodes.one.getBytes(key)).toBeUndefined();
      await nodes.one.putBytes(key, new Uint8Array(limit), 10_000);
      expect((await nodes.other.getBytes(key))?.byteLength).toBe(limit);
    });

    it('gives a key that is claimed at once by many to one of them alone, on all nodes', async () => {
      const key = `key-${randomUUID()}`;
      const takers = [nodes.one, nodes.other, nodes.one, nodes.other];
      const taken = await Promise.all(takers.map((node) => node.claim(key, 60_000)));
      expect(taken.filter((each) => each)).toHaveLength(1);
      expect(await nodes.other.claim(`${key}-other`, 60_000)).toBe(true);
    });

    it('lets a key be claimed again once it is given back, by whichever node', async () => {
      const key = `key-${randomUUID()}`;
      expect(await nodes.one.claim(key, 60_000)).toBe(true);
      await nodes.other.release(key);
      expect(await nodes.other.claim(key, 60_000)).toBe(true);
      expect(await nodes.one.claim(key, 60_000)).toBe(false);
      await nodes.one.release(`${key}-of-nobody`);
    });

    it('lets a key be claimed again once its time is over', async () => {
      const key = `key-${randomUUID()}`;
      expect(await nodes.one.claim(key, 20)).toBe(true);
      await expect.poll(() => nodes.other.claim(key, 60_000)).toBe(true);
      expect(await nodes.one.claim(key, 60_000)).toBe(false);
    });

    it('keeps claims apart from bytes of the same name', async () => {
      const key = `key-${randomUUID()}`;
      expect(await nodes.one.claim(key, 60_000)).toBe(true);
      expect(await nodes.other.getBytes(key)).toBeUndefined();
      await nodes.one.putBytes(key, someBytes(3), 60_000);
      await nodes.one.release(key);
      expect(await nodes.other.getBytes(key)).toHaveLength(3);
    });

    it('answers a ping', async () => {
      await expect(nodes.one.ping()).resolves.toBeUndefined();
    });

    it('closes twice without complaint', async () => {
      await nodes.one.close();
      await expect(nodes.one.close()).resolves.toBeUndefined();
    });
  });
};
