import type { Caller } from '../../../domain/caller.ts';
import type { CompletionRecord } from '../../../domain/completion-record.ts';
import type { CompletionRequest, ServiceTier } from '../../../domain/completion-request.ts';
import type { RouteCondition } from '../../../domain/route.ts';
import { inputTokensOf, outputTokensOf, type Usage } from '../../../domain/usage.ts';
import { type CompletionCommand, DEFAULT_TIMEOUTS } from '../../completion-command.ts';
import { conditionHolds } from '../conditions.ts';
import type { OrderContext } from '../order.ts';
import { RequestFacts } from '../order-context.ts';
import type { ExpectedTokens } from '../rate-card.ts';
import { subjectHash } from '../strategies/subject-hash.ts';

/** Ends the replay of a completion of which too little was kept; caught by whoever replays. */
export class NotKept extends Error {}

/** A completion that is over, and what its answer used. */
export type Replayed = {
  readonly record: CompletionRecord;
  readonly usage: Usage;
  readonly serviceTier: ServiceTier | undefined;
};

const requestOf = ({ record, usage, serviceTier }: Replayed): CompletionRequest => ({
  messages: [],
  tools: [],
  // The answer has to fit as well.
  maxOutputTokens: outputTokensOf(usage),
  ...(serviceTier !== undefined && { serviceTier }),
  ...(record.metadata !== undefined && { metadata: record.metadata }),
  ...(record.user !== undefined && { user: record.user }),
});

const commandOf = ({ record }: Replayed, request: CompletionRequest): CompletionCommand => ({
  model: record.route.requested,
  request,
  streamUpstream: true,
  unsupported: 'WARN',
  timeouts: {},
  defaultTimeouts: DEFAULT_TIMEOUTS,
  delivery: 'WHOLE',
});

/** What strategies may know of a completion from its row in the ledger: what was used instead of what is expected. */
export class ReplayFacts extends RequestFacts {
  readonly tokens: ExpectedTokens;
  readonly #context: OrderContext;

  constructor(replayed: Replayed, caller: Caller, nowMs: number) {
    const { record, usage, serviceTier = 'STANDARD' } = replayed;
    const { createdAt: at } = record;
    const tokens = {
      input: inputTokensOf(usage),
      cacheRead: usage.cacheRead,
      output: outputTokensOf(usage),
    };
    const terms = { serviceTier, thinks: usage.reasoning > 0 };
    let drawn = 0;
    // The same each time that it is replayed.
    const random = (): number => {
      drawn += 1;
      return subjectHash(`${record.id}#${drawn}`);
    };
    const request = requestOf(replayed);
    super(
      { command: commandOf(replayed, request), caller, request, at },
      {
        calibration: undefined,
        outputLengths: { expected: () => tokens.output, learn() {} },
        random,
        nowMs,
        home: () => undefined,
      },
    );
    this.tokens = tokens;
    this.#context = {
      at,
      nowMs,
      costOf: ({ rates }) => {
        const cost = rates.costOf(tokens, at, terms);
        // What has no rate for cached tokens bills them like others.
        return Number.isNaN(cost) ? rates.costOf({ ...tokens, cacheRead: 0 }, at, terms) : cost;
      },
      outputTokens: () => tokens.output,
      complexity() {
        throw new NotKept('how hard a prompt was');
      },
      holds: (condition) => holds(condition, record),
      subject: (by) => {
        switch (by) {
          case 'KEY':
            return record.keyId;
          case 'USER':
            return record.user;
          case 'CONVERSATION':
            // Not kept: each is a conversation of its own, which gives the same shares.
            return record.id;
        }
      },
      random,
    };
  }

  override contextOf(): OrderContext {
    return this.#context;
  }
}

/** Throws NotKept where it hangs on what is not kept alone. */
const holds = (condition: RouteCondition, { createdAt: at, metadata, user }: CompletionRecord): boolean => {
  const { languages, regions, ...kept } = condition;
  const facts = { metadata, user, region: undefined, at, language: () => undefined };
  if (!conditionHolds(kept, facts)) return false;
  if (languages !== undefined || regions !== undefined)
    throw new NotKept('the language of a prompt and where it came from');
  return true;
};
