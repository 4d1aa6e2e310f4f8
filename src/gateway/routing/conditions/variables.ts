import { localTimeIn, weekdayOf } from '../../../catalogue/zone-clock.ts';
import type { Key } from '../../../domain/key.ts';
import type { Operation } from '../../../domain/operation.ts';
import type { RequestHeaders } from '../../completion-command.ts';
import type { RouteCandidate } from '../candidate.ts';
import { readableHeaders } from './readable-headers.ts';

/** What is known of a request, for conditions; each is asked for only where an expression names it. */
export type VariableSource = {
  readonly at: Date;
  readonly model: string;
  readonly operation: Operation;
  readonly key: Pick<Key, 'id' | 'name' | 'role'>;
  readonly isStreamed: boolean;
  readonly user: string | undefined;
  readonly region: string | undefined;
  readonly metadata: { readonly [name: string]: string } | undefined;
  readonly headers: RequestHeaders | undefined;
  readonly maxTokens: number | undefined;
  readonly output: string | undefined;
  promptTokens(): number;
  tools(): readonly string[];
  inputModalities(): readonly string[];
  language(): string | undefined;
  /** 0 to 1. */
  complexity(): number;
  /** Name of the saved route. */
  readonly route: string | undefined;
  /** What is spent of the route's budget, as a share; undefined: it has none. */
  budgetShare(): number | undefined;
  /** US dollars for this request; NaN: not known. */
  costOf(candidate: RouteCandidate): number;
};

/** More tools than these are not looked at. */
const MAX_TOOLS = 100;

const whole = (value: number): bigint => BigInt(Number.isFinite(value) ? Math.round(value) : 0);

/** Who calls. */
export class KeyVariables {
  readonly id: string;
  readonly name: string;
  readonly role: string;

  constructor({ id, name, role }: VariableSource['key']) {
    this.id = id;
    this.name = name;
    this.role = role;
  }
}

/** The route that the condition is of. */
export class RouteVariables {
  readonly #source: Pick<VariableSource, 'route' | 'budgetShare'>;

  constructor(source: Pick<VariableSource, 'route' | 'budgetShare'>) {
    this.#source = source;
  }

  get name(): string {
    return this.#source.route ?? '';
  }

  get budgetShare(): number {
    return this.#source.budgetShare() ?? Number.NaN;
  }
}

/** The moment of the request. */
export class TimeVariables {
  readonly #at: Date;

  constructor(at: Date) {
    this.#at = at;
  }

  get hour(): bigint {
    return this.hourIn('UTC');
  }

  get weekday(): string {
    return this.weekdayIn('UTC');
  }

  hourIn(zone: string): bigint {
    return BigInt(Math.floor((localTimeIn(zone, this.#at)?.minute ?? 0) / 60));
  }

  weekdayIn(zone: string): string {
    return weekdayOf(localTimeIn(zone, this.#at)?.day ?? 0);
  }
}

/** One candidate, with how it does now. */
export class CandidateVariables {
  readonly #candidate: RouteCandidate;
  readonly #source: VariableSource;

  constructor(candidate: RouteCandidate, source: VariableSource) {
    this.#candidate = candidate;
    this.#source = source;
  }

  get id(): string {
    return this.#candidate.offering.id;
  }

  get provider(): string {
    return this.#candidate.offering.providerId;
  }

  get model(): string {
    return this.#candidate.offering.modelSlug;
  }

  get region(): string {
    return this.#candidate.region ?? '';
  }

  get costUsd(): number {
    return this.#source.costOf(this.#candidate);
  }

  get ttftMs(): number {
    return this.#candidate.pulse.ttftMs;
  }

  get p95TtftMs(): number {
    return this.#candidate.pulse.p95TtftMs;
  }

  get outputTps(): number {
    return this.#candidate.pulse.outputTps;
  }

  get uptime(): number {
    const { errorRate, measuredAtMs } = this.#candidate.pulse;
    return Number.isFinite(measuredAtMs) ? 1 - errorRate : Number.NaN;
  }

  get inFlight(): bigint {
    return BigInt(this.#candidate.pulse.inFlight);
  }
}

/** The variables of expressions, by the names that these have there. Each is worked out when it is first asked for. */
export class RequestVariables {
  readonly #source: VariableSource;
  #promptTokens: bigint | undefined;
  #headers: ReadonlyMap<string, string> | undefined;
  #metadata: ReadonlyMap<string, string> | undefined;
  #tools: readonly string[] | undefined;
  #candidate: { readonly of: RouteCandidate; readonly variables: CandidateVariables } | undefined;

  constructor(source: VariableSource) {
    this.#source = source;
  }

  /** Which candidate `candidate` is from now on. */
  lookAt(candidate: RouteCandidate | undefined): void {
    if (candidate === undefined) this.#candidate = undefined;
    else if (this.#candidate?.of !== candidate)
      this.#candidate = { of: candidate, variables: new CandidateVariables(candidate, this.#source) };
  }

  get promptTokens(): bigint {
    this.#promptTokens ??= whole(this.#source.promptTokens());
    return this.#promptTokens;
  }

  get maxTokens(): bigint {
    return whole(this.#source.maxTokens ?? 0);
  }

  get tools(): readonly string[] {
    this.#tools ??= this.#source.tools().slice(0, MAX_TOOLS);
    return this.#tools;
  }

  get inputModalities(): readonly string[] {
    return this.#source.inputModalities();
  }

  get output(): string {
    return this.#source.output ?? 'text';
  }

  get model(): string {
    return this.#source.model;
  }

  get operation(): string {
    return this.#source.operation;
  }

  get stream(): boolean {
    return this.#source.isStreamed;
  }

  get user(): string {
    return this.#source.user ?? '';
  }

  get region(): string {
    return this.#source.region ?? '';
  }

  get language(): string {
    return this.#source.language() ?? '';
  }

  get complexity(): number {
    return this.#source.complexity();
  }

  get metadata(): ReadonlyMap<string, string> {
    this.#metadata ??= new Map(Object.entries(this.#source.metadata ?? {}));
    return this.#metadata;
  }

  get headers(): ReadonlyMap<string, string> {
    this.#headers ??= readableHeaders(this.#source.headers);
    return this.#headers;
  }

  get key(): KeyVariables {
    return new KeyVariables(this.#source.key);
  }

  get route(): RouteVariables {
    return new RouteVariables(this.#source);
  }

  get time(): TimeVariables {
    return new TimeVariables(this.#source.at);
  }

  get candidate(): CandidateVariables | undefined {
    return this.#candidate?.variables;
  }
}

type Described = { readonly type: string; readonly description: string };

/** Each variable with its type in CEL; docs/routing.md lists them. What is not known is 0, an empty text, or no number. */
export const VARIABLES: { readonly [Name in keyof Omit<RequestVariables, 'lookAt'>]: Described } = {
  promptTokens: { type: 'int', description: 'Tokens of the prompt, counted here: about as many.' },
  maxTokens: { type: 'int', description: 'Output tokens that the request allows; 0: it does not say.' },
  tools: { type: 'list<string>', description: 'Names of its tools, the first 100.' },
  inputModalities: {
    type: 'list<string>',
    description: 'What it holds besides text: IMAGE, AUDIO, DOCUMENT.',
  },
  output: { type: 'string', description: 'What is to come: text, json, or jsonSchema.' },
  model: { type: 'string', description: 'The model as the request names it.' },
  operation: {
    type: 'string',
    description:
      'COMPLETION, EMBEDDING, IMAGE_GENERATION, SPEECH, TRANSCRIPTION, RERANK, MODERATION or TOKEN_COUNT.',
  },
  stream: { type: 'bool', description: 'Whether the client is streamed to.' },
  user: { type: 'string', description: "The caller's own end-user id." },
  region: { type: 'string', description: 'Where the request comes from, as `routing.region` says.' },
  language: { type: 'string', description: 'ISO 639-1 code of the last user message.' },
  complexity: {
    type: 'double',
    description: 'How hard the prompt is, 0 to 1; worked out only where it is named.',
  },
  metadata: { type: 'map<string, string>', description: "The request's tags." },
  headers: {
    type: 'map<string, string>',
    description: 'Headers of the request, dashes as underscores: headers.x_team.',
  },
  key: { type: 'Key', description: 'The key that calls.' },
  route: { type: 'Route', description: 'The route that the condition is of.' },
  time: { type: 'Time', description: 'The moment of the request.' },
  candidate: {
    type: 'Candidate',
    description: 'The offering that the condition is asked of, with how it does now.',
  },
};

/** Members of the variables that have some. */
export const MEMBERS = {
  Key: {
    id: { type: 'string', description: 'Its id.' },
    name: { type: 'string', description: 'Its name.' },
    role: { type: 'string', description: 'ADMIN or MEMBER.' },
  } satisfies { readonly [Name in keyof KeyVariables]: Described },
  Route: {
    name: { type: 'string', description: 'Its name; empty for a policy that a request brings.' },
    budgetShare: { type: 'double', description: 'What is spent of its budget, 1: all.' },
  } satisfies { readonly [Name in keyof RouteVariables]: Described },
  Time: {
    hour: { type: 'int', description: '0 to 23, in UTC; time.hourIn("Asia/Shanghai") elsewhere.' },
    weekday: {
      type: 'string',
      description: 'MONDAY to SUNDAY, in UTC; time.weekdayIn("Asia/Shanghai") elsewhere.',
    },
  } satisfies { readonly [Name in keyof Omit<TimeVariables, 'hourIn' | 'weekdayIn'>]: Described },
  Candidate: {
    id: { type: 'string', description: "The offering's id." },
    provider: { type: 'string', description: "Its provider's id." },
    model: { type: 'string', description: 'The slug of its model.' },
    region: { type: 'string', description: 'Its region, in lower case.' },
    costUsd: { type: 'double', description: 'What this request would cost there, in US dollars.' },
    ttftMs: {
      type: 'double',
      description: 'Recent average of the time to the first token, in milliseconds.',
    },
    p95TtftMs: { type: 'double', description: 'p95 of the same over the last 5 minutes.' },
    outputTps: { type: 'double', description: 'Recent average of output tokens a second.' },
    uptime: {
      type: 'double',
      description: "Share of recent calls that did not fail by the provider's fault.",
    },
    inFlight: { type: 'int', description: 'Calls of this server under way there.' },
  } satisfies { readonly [Name in keyof CandidateVariables]: Described },
} as const;
