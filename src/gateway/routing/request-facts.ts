import type { Offering } from '../../domain/model.ts';
import type { Operation } from '../../domain/operation.ts';
import type { Modality } from '../../domain/price.ts';
import type { ComplexityModel } from '../../domain/route.ts';
import type { Calibration } from '../estimate/calibration.ts';
import { needsAt } from '../estimate/needs.ts';
import { thinkingOf } from '../stages/meter.ts';
import type { CacheHits } from './cache-hits.ts';
import type { RouteCandidate } from './candidate.ts';
import type { CompiledRoute } from './compiled-route.ts';
import { falseConditionOf } from './conditions/condition.ts';
import { RequestVariables } from './conditions/variables.ts';
import { type ConversationHome, conversationKeyOf, pastKeysOf } from './conversation.ts';
import {
  type CountedModel,
  countedModel,
  expectedOutput,
  mostTokens,
  mostTokensWritten,
  type OutputLengths,
  type PromptSize,
  promptSize,
  tokenFactor,
} from './expected-tokens.ts';
import type { ExpectedTokens, RateTerms } from './rate-card.ts';
import { type RequestShape, requestShapeOf } from './request-shape.ts';
import type { RouteTokens } from './route-costs.ts';
import type { RouteAsk } from './route-plan.ts';
import { type Judgement, judge } from './strategies/complexity/classify.ts';
import { languageOf } from './strategies/language.ts';
import type { OrderContext } from './strategies/order.ts';
import { orderOf } from './strategies/registry.ts';

/** No tokenizer is believed to make more tokens of a text for one of ours. */
const MAX_FACTOR = 4;

/** How long a provider keeps a prompt in its cache after it was last used, as far as all of them promise. */
export const WARM_MS = 300_000;

export type FactsDependencies = {
  readonly calibration: Pick<Calibration, 'learnt'> | undefined;
  readonly outputLengths: OutputLengths;
  readonly cacheHits: Pick<CacheHits, 'share'>;
  readonly random: () => number;
  readonly nowMs: number;
  /** Where the conversation is at home, as far as is known. */
  readonly home: () => ConversationHome | undefined;
  /** What is spent of a route's budget, what is in flight included, as a share; undefined: it has none. Absent: none has. */
  readonly budgetShareOf?: (route: CompiledRoute) => number | undefined;
};

/** What is known of one request; each thing is worked out when it is first asked for. */
export class RequestFacts {
  readonly ask: RouteAsk;
  readonly shape: RequestShape;
  /** The route's budget is spent: no candidate may be used. */
  budgetSpent: { readonly detail: () => string; readonly retryAfterMs: number } | undefined;
  readonly #dependencies: FactsDependencies;
  #size: PromptSize | undefined;
  #tokensIn: { readonly route: CompiledRoute; readonly tokens: RouteTokens } | undefined;
  /** Of the route, and of routes within. */
  readonly #contexts: { readonly route: CompiledRoute; readonly context: OrderContext }[] = [];
  #home: { readonly value: ConversationHome | undefined } | undefined;
  #conversation: string | undefined;
  #pastKeys: readonly string[] | undefined;
  #complexity: { readonly model: ComplexityModel | undefined; readonly judgement: Judgement } | undefined;
  #language: { readonly value: string | undefined } | undefined;

  constructor(ask: RouteAsk, dependencies: FactsDependencies) {
    this.ask = ask;
    this.shape = requestShapeOf(ask.request, ask.command.client?.plain);
    this.#dependencies = dependencies;
  }

  /** The moment of the asking on the monotonic clock. */
  get nowMs(): number {
    return this.#dependencies.nowMs;
  }

  /** What is spent of the budget of a route, what is in flight included, as a share; undefined: it has none. */
  budgetShare(route: CompiledRoute): number | undefined {
    return this.#dependencies.budgetShareOf?.(route);
  }

  /** What it asks of whoever answers, see `needsAt`. */
  get needs(): number {
    return this.shape.needs;
  }

  get #terms(): RateTerms {
    const { request } = this.ask;
    return { serviceTier: request.serviceTier ?? 'STANDARD', thinks: thinkingOf(request) === true };
  }

  /** Tokens that are kept for the answer. */
  get reservedTokens(): number {
    return this.ask.request.maxOutputTokens ?? 0;
  }

  /** Whether the prompt comes to more tokens for any model of a route. Most are so short that nothing has to be measured. */
  mayExceed(tokens: number, route: CompiledRoute): boolean {
    const { request, command } = this.ask;
    const extent = command.client?.extent;
    const mayBe = (most: number): boolean => this.#mayBe(most, tokens, route);
    if (extent !== undefined && !mayBe(mostTokensWritten(request, this.shape, extent))) return false;
    return mayBe(mostTokens(request, this.shape)) && this.tokensIn(route).mostInput > tokens;
  }

  /** Whether `most` rough tokens may be more than `tokens` for a model of a route. */
  #mayBe(most: number, tokens: number, route: CompiledRoute): boolean {
    if (most * MAX_FACTOR <= tokens) return false;
    const { calibration } = this.#dependencies;
    return route.models.some(
      (model) =>
        most * Math.max(tokenFactor(model, 0, calibration), tokenFactor(model, 1, calibration)) > tokens,
    );
  }

  inputTokens(offering: Offering): number {
    return this.tokensOf(countedModel(offering));
  }

  protected tokensOf(model: CountedModel): number {
    this.#size ??= promptSize(this.ask.request);
    return this.#size.tokens * tokenFactor(model, this.#size.nonLatin, this.#dependencies.calibration);
  }

  /** Without what is cached, for each model of a route. */
  tokensIn(route: CompiledRoute): RouteTokens {
    if (this.#tokensIn?.route === route) return this.#tokensIn.tokens;
    const { outputLengths } = this.#dependencies;
    const { request } = this.ask;
    const { models } = route;
    const inputs = new Float64Array(models.length);
    const outputs = new Float64Array(models.length);
    let mostInput = 0;
    for (let place = 0; place < models.length; place += 1) {
      const model = models[place];
      if (model === undefined) continue;
      const input = this.tokensOf(model);
      inputs[place] = input;
      outputs[place] = outputLengths.expected(model.offering, request);
      if (input > mostInput) mostInput = input;
    }
    const tokens = { inputs, outputs, mostInput };
    this.#tokensIn = { route, tokens };
    return tokens;
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

  /** What a request to an offering will likely use; undefined: to whatever answers where there is no offering. */
  expectedTokens(offering: Offering | undefined): ExpectedTokens {
    const output = this.outputTokens(offering);
    if (offering === undefined) return { input: promptSize(this.ask.request).tokens, cacheRead: 0, output };
    const input = this.inputTokens(offering);
    const home = this.warmHome();
    const cacheRead =
      home?.offeringId === offering.id
        ? Math.min(home.inputTokens * this.#dependencies.cacheHits.share(offering.id), input)
        : 0;
    return { input, cacheRead, output };
  }

  outputTokens(offering: Offering | undefined): number {
    const { request } = this.ask;
    return offering === undefined
      ? expectedOutput(undefined, request)
      : this.#dependencies.outputLengths.expected(offering, request);
  }

  #cachedCostOf({ offering, rates }: RouteCandidate): number {
    return rates.costOf(this.expectedTokens(offering), this.ask.at, this.#terms);
  }

  /** What a request costs at each candidate of a route, by their places; at its warm home, with what is cached there. */
  protected costsAt(route: CompiledRoute): Float64Array {
    const costs = route.costs.of(this.ask.at, this.#terms, this.tokensIn(route));
    const warm = this.warmHome();
    const home = warm && route.candidates.find(({ offering }) => offering.id === warm.offeringId);
    if (home === undefined) return costs;
    const cost = this.#cachedCostOf(home);
    // What has no rate for cached tokens bills them like others at the most.
    if (!Number.isNaN(cost)) costs[home.index] = cost;
    return costs;
  }

  conversation(): string {
    this.#conversation ??= conversationKeyOf(this.ask);
    return this.#conversation;
  }

  /** By which the memory may know where its conversation was answered, the likeliest first; none at a first turn. */
  pastKeys(): readonly string[] {
    this.#pastKeys ??= pastKeysOf(this.ask);
    return this.#pastKeys;
  }

  judge(model: ComplexityModel | undefined): Judgement {
    if (this.#complexity === undefined || this.#complexity.model !== model)
      this.#complexity = { model, judgement: judge(this.ask.request, model) };
    return this.#complexity.judgement;
  }

  /** Undefined until a strategy has asked. */
  get askedComplexity(): number | undefined {
    return this.#complexity?.judgement.complexity;
  }

  get operation(): Operation {
    return 'COMPLETION';
  }

  /** What it holds besides text. */
  inputModalities(): readonly Modality[] {
    return needsAt(this.shape.needs, 0).inputModalities;
  }

  /** What conditions of a route's rules may know. */
  protected variablesFor(route: CompiledRoute): RequestVariables {
    const { command, caller, request, at } = this.ask;
    const order = orderOf(route.policy.strategy);
    return new RequestVariables({
      at,
      model: command.model,
      operation: this.operation,
      key: caller.key,
      isStreamed: command.delivery === 'STREAM',
      user: request.user,
      region: command.routing?.region,
      metadata: request.metadata,
      headers: command.headers,
      route: route.saved?.name,
      budgetShare: () => this.budgetShare(route),
      maxTokens: request.maxOutputTokens,
      output: request.output?.kind,
      promptTokens: () => this.expectedTokens(undefined).input,
      tools: () => request.tools.map(({ name }) => name),
      inputModalities: () => this.inputModalities(),
      language: () => this.#lastLanguage(),
      complexity: () => this.judge(order.kind === 'COMPLEXITY' ? order.model : undefined).complexity,
      costOf: (candidate) => this.contextOf(route).costOf(candidate),
    });
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

  /** For the candidates of one route. */
  contextOf(route: CompiledRoute): OrderContext {
    for (const known of this.#contexts) if (known.route === route) return known.context;
    const context = this.#contextFor(route);
    this.#contexts.push({ route, context });
    return context;
  }

  #contextFor(route: CompiledRoute): OrderContext {
    const { candidates } = route;
    const { random, nowMs } = this.#dependencies;
    const { command, request, at } = this.ask;
    let costs: Float64Array | undefined;
    let variables: RequestVariables | undefined;
    const facts = {
      metadata: request.metadata,
      user: request.user,
      region: command.routing?.region,
      at,
      language: () => this.#lastLanguage(),
      variables: () => {
        variables ??= this.variablesFor(route);
        return variables;
      },
    };
    return {
      at,
      all: candidates,
      nowMs,
      costOf: ({ index }) => {
        costs ??= this.costsAt(route);
        return costs[index] ?? Number.NaN;
      },
      outputTokens: () => this.outputTokens(candidates[0]?.offering),
      judge: (model) => this.judge(model),
      isUnconditional: !route.isConditional,
      whyNot: (condition, candidate) => falseConditionOf(condition, facts, candidate),
      subject: (by) => this.subject(by),
      random,
    };
  }
}
