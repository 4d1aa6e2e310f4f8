import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { parseJson } from '../domain/json.ts';
import type { Log } from '../ports/log.ts';
import type { SharedState } from '../ports/shared-state.ts';

/** One subject of which the nodes of a deployment tell each other. */
export type NodeChannel = {
  /** Of this node. */
  readonly id: string;
  /** Tells all others, beside who tells it. Never rejects: what cannot be sent is lost, and the log says so once for each time. */
  tell(content: object): Promise<void>;
  /** Whether others are heard. Never rejects. */
  readonly joined: Promise<boolean>;
  close(): Promise<void>;
};

export type NodeChannelOptions<Message> = {
  readonly state: SharedState;
  readonly log: Log;
  readonly name: string;
  readonly schema: z.ZodType<Message & { readonly from: string }>;
  /** For the log: what cannot be sent, or heard. */
  readonly subject: string;
  /** Another node tells. What is not by the schema is passed over. */
  heard(message: Message & { readonly from: string }): void;
};

export const openNodeChannel = <Message>(options: NodeChannelOptions<Message>): NodeChannel => {
  const { state, log, name, schema, subject, heard } = options;
  const id = randomUUID();
  /** How its own messages begin, which come back to it as well. */
  const own = `{"from":${JSON.stringify(id)},`;
  let isDown = false;

  const subscribed = state
    .subscribe(name, (text) => {
      if (text.startsWith(own)) return;
      const parsed = schema.safeParse(parseJson(text));
      if (parsed.success) heard(parsed.data);
    })
    .catch((error: unknown) => {
      log.warn(`${subject} cannot be heard from other nodes`, { reason: String(error) });
      return undefined;
    });

  return {
    id,
    async tell(content) {
      try {
        await state.publish(name, JSON.stringify({ from: id, ...content }));
        isDown = false;
      } catch (error) {
        if (!isDown) log.warn(`${subject} cannot be sent to other nodes`, { reason: String(error) });
        isDown = true;
      }
    },
    joined: subscribed.then((unsubscribe) => unsubscribe !== undefined),
    async close() {
      await (await subscribed)?.();
    },
  };
};
