import type { Offering } from '../../domain/model.ts';
import type { ComplexityModel } from '../../domain/route.ts';
import type { Calibration } from '../estimate/calibration.ts';
import type { CompiledRoute, RouteCandidate } from './candidate.ts';
import { complexityOf } from './complexity/classify.ts';
import { type ConditionFacts, conditionHolds } from './conditions.ts';
import { conversationKeyOf } from './conversation-key.ts';
import type { ConversationHome } from './conversation-memory.ts';
import { languageOf } from './language.ts';
import type { OrderContext } from './order.ts';
import { expectedOutput, type OutputLengths } from './output-length.ts';
import { type PromptSize, promptSize, tokenFactor } from './prompt-tokens.ts';
import type { ExpectedTokens } from './rate-card.ts';
import type { RouteAsk } from './route-ask.ts';

/** How long a provider keeps a prompt in its cache after it was last used, as far as all of them promise. */
export const WARM_MS = 300_000;

export type FactsDependencies = {
  readonly calibration: Pick<Calibration, 'learnt'> | undefined;
  readonly outputLengths: OutputLengths;
  readonly random: () => number;
  readonly nowMs: number;
  /** Where the conversation is at home, as far as is known. */
  readonly home: () => ConversationHome | undefined;
};

const NOT_ASKED = -1;

/** What is known of one request; each thing is worked out when it is first asked for. */
export class RequestFacts {
  readonly ask: RouteAsk;
  readonly #dependencies: FactsDependencies;
  #size: PromptSize | undefined;
  #home: { readonly value: ConversationHome | undefined } | undefined;
  #conversation: string | undefined;
  #complexity: { readonly model: ComplexityModel | undefined; readonly value: number } | undefined;
  #language: { readonly value: string | undefined } | undefined;

  constructor(ask: RouteAsk, dependencies: FactsDependencies) {
    this.ask = ask;
    this.#dependencies = dependencies;
  }

  inputTokens(offering: Offering): number {
    this.#size ??= promptSize(this.ask.request);
    return this.#size.tokens * tokenFactor(offering.modelSlug, this.#size, this.#dependencies.calibration);
  }

  /** Where the conversation was answered last, as far as is known. */
  home(): ConversationHome | undefined {
    this.#home ??= { value: this.#dependencies.home() };
    return this.#home.value;
  }

  /** The same while its prompt cache may still be warm. */
  warmHome(): ConversationHome | undefined {
    const home = this.home();
    return home !== undefined && this.ask.at.getTime() - home.at.getTime() <= WARM_MS ? home : undefined;
  }

  /** What a request to an offering will likely use. */
  tokensAt(offering: Offering): ExpectedTokens {
    const input = this.inputTokens(offering);
    const output = this.#dependencies.outputLengths.expected(offering, this.ask.request);
    const home = this.warmHome();
    const cacheRead = home?.offeringId === offering.id ? Math.min(home.inputTokens, input) : 0;
    return { input, cacheRead, output };
  }

  /** The same, for whatever answers where there is no offering. */
  expectedTokens(offering: Offering | undefined): ExpectedTokens {
    if (offering !== undefined) return this.tokensAt(offering);
    const { request } = this.ask;
    return { input: promptSize(request).tokens, cacheRead: 0, output: expectedOutput(undefined, request) };
  }

  outputTokens(offering: Offering | undefined): number {
    const { request } = this.ask;
    return offering === undefined
      ? expectedOutput(undefined, request)
      : this.#dependencies.outputLengths.expected(offering, request);
  }

  costOf({ offering, rates }: RouteCandidate): number {
    const { at, request } = this.ask;
    const tokens = this.tokensAt(offering);
    const tier = request.serviceTier ?? 'STANDARD';
    const cost = rates.costOf(tokens, at, tier);
    // What has no rate for cached tokens bills them like others at the most.
    return Number.isNaN(cost) && tokens.cacheRead > 0
      ? rates.costOf({ ...tokens, cacheRead: 0 }, at, tier)
      : cost;
  }

  conversation(): string {
    this.#conversation ??= conversationKeyOf(this.ask);
    return this.#conversation;
  }

  complexity(model: ComplexityModel | undefined): number {
    if (this.#complexity === undefined || this.#complexity.model !== model)
      this.#complexity = { model, value: complexityOf(this.ask.request, model) };
    return this.#complexity.value;
  }

  /** Undefined until a strategy has asked. */
  get askedComplexity(): number | undefined {
    return this.#complexity?.value;
  }

  conditionFacts(): ConditionFacts {
    const { command, request, at } = this.ask;
    return {
      metadata: request.metadata,
      user: request.user,
      region: command.routing?.region,
      at,
      language: () => this.#lastLanguage(),
    };
  }

  #lastLanguage(): string | undefined {
    this.#language ??= { value: languageOf(this.#lastUserText()) };
    return this.#language.value;
  }

  #lastUserText(): string {
    const last = this.ask.request.messages.findLast(({ role }) => role === 'user');
    if (last?.role !== 'user') return '';
    return last.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  }

  subject(by: 'KEY' | 'USER' | 'CONVERSATION'): string | undefined {
    switch (by) {
      case 'KEY':
        return this.ask.caller.key.id;
      case 'USER':
        return this.ask.request.user;
      case 'CONVERSATION':
        return this.conversation();
    }
  }

  /** For the candidates of one route: costs are kept by their places in it. */
  contextOf({ candidates }: CompiledRoute): OrderContext {
    let costs: Float64Array | undefined;
    const { random, nowMs } = this.#dependencies;
    return {
      at: this.ask.at,
      nowMs,
      costOf: (candidate) => {
        costs ??= new Float64Array(candidates.length).fill(NOT_ASKED);
        const known = costs[candidate.index];
        if (known !== undefined && known !== NOT_ASKED) return known;
        const cost = this.costOf(candidate);
        costs[candidate.index] = cost;
        return cost;
      },
      outputTokens: () => this.outputTokens(candidates[0]?.offering),
      complexity: (model) => this.complexity(model),
      holds: (condition) => conditionHolds(condition, this.conditionFacts()),
      subject: (by) => this.subject(by),
      random,
    };
  }
}
