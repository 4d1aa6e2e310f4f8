import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SharedState } from '../../../../src/ports/shared-state.ts';
import { type Node, rulesWith, settled, startNode } from './nodes.ts';

/** What nodes of one deployment tell each other, whatever their shared state is. `connect`: as one more node. */
export const describeNodes = (connect: () => Promise<SharedState>): void => {
  describe('nodes', () => {
    const start = async (count: number): Promise<readonly Node[]> => {
      const name = `talker-${randomUUID()}`;
      const nodes: Node[] = [];
      for (let index = 0; index < count; index += 1) nodes.push(await join(name));
      return nodes;
    };
    /** Ready once it hears what others tell. */
    const join = async (name: string): Promise<Node> => {
      const state = await connect();
      const node = startNode({ state, name });
      onTestFinished(async () => {
        await node.board.close();
      });
      await heard(state);
      return node;
    };
    /** What was subscribed to before is in force once a later subscription is. */
    const heard = async (state: SharedState): Promise<void> => {
      await (await state.subscribe(`ready-${randomUUID()}`, () => {}))();
      await settled();
    };
    const two = async (): Promise<readonly [Node, Node]> => {
      const [one, other] = await start(2);
      if (one === undefined || other === undefined) throw new Error('two nodes were started');
      return [one, other];
    };
    const open = (node: Node): void => {
      for (let time = 0; time < 5; time += 1) node.call('SERVER_ERROR');
    };
    const pass = (nodes: readonly Node[], ms: number): void => {
      for (const { clock } of nodes) clock.advance(ms);
    };

    it('a breaker that opens on one opens on all, with its reason, and closes on all', async () => {
      const [one, other] = await two();
      open(one);
      await expect.poll(() => other.availability.state()).toBe('OPEN');
      expect(other.availability.reason()).toBe('5 calls in a row failed, the last one with SERVER_ERROR');
      expect(other.availability.retryAfterMs()).toBe(5_000);
      pass([one, other], 5_000);
      expect(await other.availability.admit()).toBe(true);
      other.call('SUCCEEDED');
      await expect.poll(() => one.availability.state()).toBe('CLOSED');
    });

    it('what one operation meets is told of that alone; what its account meets, of all', async () => {
      const [one, other] = await two();
      const embeddings = ({ board, id }: Node) => board.availabilityOf(id, rulesWith(), 'EMBEDDING');
      for (let time = 0; time < 5; time += 1) one.call('SERVER_ERROR', { by: embeddings(one) });
      for (let time = 0; time < 3; time += 1) one.call('MODEL_NOT_FOUND', { by: embeddings(one) });
      await expect.poll(() => embeddings(other).state()).toBe('OPEN');
      await expect.poll(() => embeddings(other).pulse.closedUntil).toBeGreaterThan(0);
      for (const { availability, pulse } of [one, other])
        expect([availability.state(), pulse.closedUntil, pulse.errorRate]).toEqual(['CLOSED', 0, 0]);

      one.call('AUTHENTICATION', { by: embeddings(one) });
      await expect.poll(() => other.pulse.closedUntil).toBeGreaterThan(0);
      expect(one.pulse.closedUntil).toBeGreaterThan(0);
      expect(other.board.availabilityOf(other.id, rulesWith(), 'SPEECH').pulse.closedUntil).toBe(
        other.pulse.closedUntil,
      );
      other.call('SUCCEEDED');
      await expect.poll(() => one.pulse.closedUntil).toBe(0);
      expect(embeddings(one).pulse.closedUntil).toBeGreaterThan(0);
    });

    it('a breaker of rules that the other has not met yet opens there, too', async () => {
      const [one, other] = await two();
      const rules = rulesWith({ consecutiveFailures: 1, slowTtftMs: 777 });
      one.call('OVERLOADED', { by: one.board.availabilityOf(one.id, rules) });
      await expect.poll(() => other.board.availabilityOf(other.id, rules).state()).toBe('OPEN');
      expect(other.availability.state()).toBe('CLOSED');
    });

    it('one probe is let through in all, however many ask on however many nodes', async () => {
      const nodes = await start(3);
      const [one] = nodes;
      if (one === undefined) throw new Error('three nodes were started');
      open(one);
      for (const { availability } of nodes) await expect.poll(() => availability.state()).toBe('OPEN');
      pass(nodes, 5_000);
      const asked = nodes.flatMap(({ availability }) => [availability.admit(), availability.admit()]);
      const admitted = await Promise.all(asked);
      expect(admitted.filter((each) => each)).toHaveLength(1);
      const prober = nodes[Math.floor(admitted.indexOf(true) / 2)];
      prober?.call('SERVER_ERROR');
      for (const { availability } of nodes) await expect.poll(() => availability.state()).toBe('OPEN');
      for (const { availability } of nodes) await expect.poll(() => availability.retryAfterMs()).toBe(10_000);
      pass(nodes, 10_000);
      const later = nodes.find((node) => node !== prober);
      await expect.poll(() => later?.availability.admit()).toBe(true);
    });

    it('a node that starts learns what is open, and for how long it still is', async () => {
      const [one] = await start(1);
      if (one === undefined) throw new Error('one node was started');
      open(one);
      one.call('QUOTA_EXHAUSTED');
      one.clock.advance(2_000);
      const late = await join(one.id.replace('host/', ''));
      await expect.poll(() => late.availability.state()).toBe('OPEN');
      expect(late.availability.retryAfterMs()).toBe(3_000);
      await expect.poll(() => late.pulse.closedUntil - late.clock.monotonicMs()).toBe(298_000);
    });

    it('what one was asked to leave alone, all do', async () => {
      const [one, other] = await two();
      const failure = { code: 'RATE_LIMITED', message: '', retry: 'HERE', retryAfterMs: 9_000 } as const;
      one.rateLimits.failed(failure);
      await expect.poll(() => other.pulse.closedUntil - other.clock.monotonicMs()).toBe(9_000);
      one.call('AUTHENTICATION');
      await expect.poll(() => other.pulse.closedReason).toBe('It answered with AUTHENTICATION.');
      expect(other.pulse.closedByGuess).toEqual({
        kind: 'UNUSABLE',
        askedUntil: other.clock.monotonicMs() + 9_000,
      });
      pass([one, other], 1);
      other.call('SUCCEEDED');
      await expect.poll(() => one.pulse.closedByGuess).toBeUndefined();
      expect(one.pulse.closedUntil - one.clock.monotonicMs()).toBe(8_999);
    });

    it('statistics are those of all, told every five seconds, each call once', async () => {
      const [one, other] = await two();
      for (let time = 0; time < 10; time += 1) one.call('SUCCEEDED', { ttftMs: 100, durationMs: 300 });
      for (let time = 0; time < 10; time += 1) other.call('SUCCEEDED', { ttftMs: 900, durationMs: 1_000 });
      other.call('RATE_LIMITED');
      for (let round = 0; round < 2; round += 1) {
        pass([one, other], 5_000);
        for (const { stats, id } of [one, other])
          await expect.poll(() => stats.window(id, 'FIVE_MINUTES').calls).toBe(21);
      }
      const [first, second] = [one, other].map(({ stats, id }) => stats.window(id, 'FIVE_MINUTES'));
      expect(first?.ttft).toEqual(second?.ttft);
      expect(first).toMatchObject({ succeeded: 20, ttft: { p50: 100, sampleSize: 20 }, uptime: 1 });
      expect(first?.ttft?.p90).toBeCloseTo(900, -1);
      expect([...(first?.failedBy ?? [])]).toEqual([['RATE_LIMITED', 1]]);
      // What is counted for ever is each node's own, so that whoever adds nodes up counts no call twice.
      expect(one.stats.totals(one.id)).toEqual(new Map([['SUCCEEDED', 10]]));
    });
  });
};
