import { createRandom, type Random, seedOf } from './random.ts';

export const REQUEST_CLASSES = ['CHAT', 'DOCUMENT', 'HARD'] as const;
export type RequestClass = (typeof REQUEST_CLASSES)[number];

/** One kind of work. Tokens are log-normal around their medians. */
export type ClassModel = {
  /** Of all requests. */
  readonly share: number;
  readonly inputTokens: { readonly median: number; readonly sigma: number; readonly most: number };
  readonly outputTokens: { readonly median: number; readonly sigma: number; readonly most: number };
  /** Share of requests that go on with a conversation of before. */
  readonly followUps: number;
  /** The least score at the benchmark with which an answer is good enough. */
  readonly floor: number;
};
export type WorkloadModel = { readonly [Class in RequestClass]: ClassModel };

export const MIXED_WORKLOAD: WorkloadModel = {
  /** Short questions: any of the cheap open models does. */
  CHAT: {
    share: 0.6,
    inputTokens: { median: 350, sigma: 0.8, most: 4_000 },
    outputTokens: { median: 200, sigma: 0.6, most: 1_500 },
    followUps: 0.5,
    floor: 40,
  },
  /** Questions about long texts: needs a solid model; most of its tokens are input. */
  DOCUMENT: {
    share: 0.25,
    inputTokens: { median: 8_000, sigma: 0.6, most: 50_000 },
    outputTokens: { median: 350, sigma: 0.5, most: 2_000 },
    followUps: 0.5,
    floor: 70,
  },
  /** Debugging, proofs, designs: only the flagship does; most of its tokens are output, reasoning included. */
  HARD: {
    share: 0.15,
    inputTokens: { median: 2_500, sigma: 0.7, most: 20_000 },
    outputTokens: { median: 2_000, sigma: 0.6, most: 10_000 },
    followUps: 0.2,
    floor: 85,
  },
};

/** The same with another share of hard work; the other classes keep their proportion. */
export const withHardShare = (workload: WorkloadModel, share: number): WorkloadModel => {
  const rest = (1 - share) / (1 - workload.HARD.share);
  return {
    CHAT: { ...workload.CHAT, share: workload.CHAT.share * rest },
    DOCUMENT: { ...workload.DOCUMENT, share: workload.DOCUMENT.share * rest },
    HARD: { ...workload.HARD, share },
  };
};

export type SimulatedRequest = {
  readonly index: number;
  /** Milliseconds of virtual time. */
  readonly at: number;
  readonly class: RequestClass;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly conversation: number;
  /** From 1. */
  readonly turn: number;
  /** Of the input, what the turn before had in its prompt and answer. */
  readonly prefixTokens: number;
  readonly floor: number;
};

/** A conversation that goes on later: at most so many are open, the oldest end. */
const OPEN_CONVERSATIONS = 400;
const MOST_TURNS = 8;

const classOf = (workload: WorkloadModel, random: Random): RequestClass => {
  let left = random.next();
  for (const name of REQUEST_CLASSES) {
    left -= workload[name].share;
    if (left < 0) return name;
  }
  return 'CHAT';
};

const tokens = (random: Random, { median, sigma, most }: ClassModel['inputTokens']): number =>
  Math.max(1, Math.round(Math.min(most, random.logNormal(median, sigma))));

/** Requests arrive by chance, independently of each other, at this mean rate. The same for the same seed. */
export const drawWorkload = (
  workload: WorkloadModel,
  options: { readonly seed: number; readonly count: number; readonly perSecond: number },
): readonly SimulatedRequest[] => {
  const random = createRandom(seedOf(options.seed, 11));
  const open: { readonly [Class in RequestClass]: SimulatedRequest[] } = { CHAT: [], DOCUMENT: [], HARD: [] };
  let at = 0;
  let conversations = 0;
  return Array.from({ length: options.count }, (_, index): SimulatedRequest => {
    at += random.exponential(1_000 / options.perSecond);
    const name = classOf(workload, random);
    const model = workload[name];
    const goesOn = random.next() < model.followUps;
    const place = Math.floor(random.next() * open[name].length);
    const before = goesOn ? open[name].splice(place, 1)[0] : undefined;
    const outputTokens = tokens(random, model.outputTokens);
    const ownTokens = tokens(
      random,
      before === undefined ? model.inputTokens : MIXED_WORKLOAD.CHAT.inputTokens,
    );
    const prefixTokens = before === undefined ? 0 : before.inputTokens + before.outputTokens;
    conversations += 1;
    const request: SimulatedRequest = {
      index,
      at,
      class: name,
      inputTokens: prefixTokens + ownTokens,
      outputTokens,
      conversation: before?.conversation ?? conversations,
      turn: (before?.turn ?? 0) + 1,
      prefixTokens,
      floor: model.floor,
    };
    if (request.turn < MOST_TURNS) open[name].push(request);
    if (open[name].length > OPEN_CONVERSATIONS) open[name].shift();
    return request;
  });
};
