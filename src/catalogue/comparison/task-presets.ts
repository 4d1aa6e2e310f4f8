import type { Capability } from '../../domain/model.ts';
import type { OperationKind } from '../../domain/operation.ts';
import type { Modality } from '../../domain/price.ts';
import type { Weights } from './criteria.ts';
import type { Workload } from './workload.ts';

export const TASK_PRESETS = [
  'CHAT',
  'RAG',
  'AGENT',
  'CODING',
  'EXTRACTION',
  'LONG_DOCUMENT',
  'BATCH',
  'VISION',
  'EMBEDDING',
  'SPEECH',
  'TRANSCRIPTION',
] as const;
export type TaskPreset = (typeof TASK_PRESETS)[number];

/** What an offering is asked to do. */
export type TaskOperation = 'COMPLETION' | Extract<OperationKind, 'EMBEDDING' | 'SPEECH' | 'TRANSCRIPTION'>;

/** A typical job: what one request of it uses, what a model must be able to do, and what makes one better than another. */
export type Task = {
  readonly title: string;
  /** Why the figures are what they are, in one sentence. */
  readonly explanation: string;
  readonly operation: TaskOperation;
  readonly workload: Workload;
  /** All of these are needed. */
  readonly capabilities: readonly Capability[];
  /** All of these must be accepted as input. Empty: text is enough. */
  readonly modalities: readonly Modality[];
  /** Proportions. */
  readonly weights: Weights;
  /**
   * Benchmarks that tell good from bad at it, the best first: the first that scores at least half as many candidates as the
   * widest of them does is used. Empty: none is known.
   */
  readonly benchmarks: readonly string[];
};

/** Requests a month, in all presets alike: easy to scale in one's head. */
const REQUESTS_PER_MONTH = 10_000;

/** Someone waits for the answer, and it has to be good. */
const INTERACTIVE: Weights = { QUALITY: 0.5, COST: 0.3, TTFT: 0.1, THROUGHPUT: 0.07, UPTIME: 0.03 };
/** A wrong step costs more than a dear token. */
const DEMANDING: Weights = { QUALITY: 0.6, COST: 0.25, THROUGHPUT: 0.07, TTFT: 0.05, UPTIME: 0.03 };
/** Many simple requests: what they cost decides among those that are good enough. */
const IN_BULK: Weights = { COST: 0.6, QUALITY: 0.35, UPTIME: 0.05, TTFT: 0, THROUGHPUT: 0 };

export const TASKS: { readonly [Name in TaskPreset]: Task } = {
  CHAT: {
    title: 'Chat',
    explanation: 'A short exchange: 1,000 tokens of instructions and history in, an answer of 300 out.',
    operation: 'COMPLETION',
    workload: { inputTokens: 1_000, outputTokens: 300, requestsPerMonth: REQUESTS_PER_MONTH },
    capabilities: [],
    modalities: [],
    weights: INTERACTIVE,
    benchmarks: ['index', 'arena-text', 'gpqa-diamond'],
  },
  RAG: {
    title: 'Answers from documents (RAG)',
    explanation:
      '20,000 tokens of instructions and passages in, of which 80 % are the same as before and read from the cache, 500 out.',
    operation: 'COMPLETION',
    workload: {
      inputTokens: 20_000,
      outputTokens: 500,
      cachedInputShare: 0.8,
      requestsPerMonth: REQUESTS_PER_MONTH,
    },
    capabilities: [],
    modalities: [],
    weights: INTERACTIVE,
    benchmarks: ['index-factuality', 'index', 'arena-text'],
  },
  AGENT: {
    title: 'Agent with tools',
    explanation:
      'One step of a long run: 100,000 tokens of instructions, tools and results in, of which 90 % are read from the cache, 2,000 out.',
    operation: 'COMPLETION',
    workload: {
      inputTokens: 100_000,
      outputTokens: 2_000,
      cachedInputShare: 0.9,
      requestsPerMonth: REQUESTS_PER_MONTH,
    },
    capabilities: ['TOOLS'],
    modalities: [],
    weights: DEMANDING,
    benchmarks: ['index-agentic', 'index', 'index-coding', 'arena-text'],
  },
  CODING: {
    title: 'Coding',
    explanation:
      'A change to a few files: 30,000 tokens of code in, of which 80 % are read from the cache, 2,000 tokens of thought and 2,000 of code out.',
    operation: 'COMPLETION',
    workload: {
      inputTokens: 30_000,
      outputTokens: 2_000,
      reasoningTokens: 2_000,
      cachedInputShare: 0.8,
      requestsPerMonth: REQUESTS_PER_MONTH,
    },
    capabilities: ['TOOLS'],
    modalities: [],
    weights: DEMANDING,
    benchmarks: ['index-coding', 'index', 'aider-polyglot'],
  },
  EXTRACTION: {
    title: 'Extraction',
    explanation:
      'Fields out of a page as JSON: 4,000 tokens in, of which a quarter are the instructions, read from the cache, 400 out.',
    operation: 'COMPLETION',
    workload: {
      inputTokens: 4_000,
      outputTokens: 400,
      cachedInputShare: 0.25,
      requestsPerMonth: REQUESTS_PER_MONTH,
    },
    capabilities: [],
    modalities: [],
    weights: IN_BULK,
    benchmarks: ['index', 'arena-text', 'gpqa-diamond'],
  },
  LONG_DOCUMENT: {
    title: 'Long document',
    explanation: 'A contract or a book read once: 180,000 tokens in, nothing of it cached, 2,000 out.',
    operation: 'COMPLETION',
    workload: { inputTokens: 180_000, outputTokens: 2_000, requestsPerMonth: REQUESTS_PER_MONTH },
    capabilities: [],
    modalities: [],
    weights: { QUALITY: 0.45, COST: 0.45, THROUGHPUT: 0.05, TTFT: 0, UPTIME: 0.05 },
    benchmarks: ['index', 'index-factuality', 'arena-text'],
  },
  BATCH: {
    title: 'Batch',
    explanation: 'Work that can wait a day: 4,000 tokens in, 500 out, all of it handed in as batches.',
    operation: 'COMPLETION',
    workload: {
      inputTokens: 4_000,
      outputTokens: 500,
      batchShare: 1,
      requestsPerMonth: REQUESTS_PER_MONTH,
    },
    capabilities: [],
    modalities: [],
    weights: IN_BULK,
    benchmarks: ['index', 'arena-text', 'gpqa-diamond'],
  },
  VISION: {
    title: 'Vision',
    explanation:
      'A question about a picture: 2,000 tokens in, of which the picture is about 1,500, billed as input as nearly all providers do, 300 out.',
    operation: 'COMPLETION',
    workload: { inputTokens: 2_000, outputTokens: 300, requestsPerMonth: REQUESTS_PER_MONTH },
    capabilities: [],
    modalities: ['IMAGE'],
    weights: INTERACTIVE,
    benchmarks: ['index', 'arena-text'],
  },
  EMBEDDING: {
    title: 'Embedding',
    explanation: 'A passage of 500 tokens turned into a vector.',
    operation: 'EMBEDDING',
    workload: { inputTokens: 500, outputTokens: 0, requestsPerMonth: REQUESTS_PER_MONTH },
    capabilities: [],
    modalities: [],
    weights: { QUALITY: 0.6, COST: 0.35, UPTIME: 0.05, TTFT: 0, THROUGHPUT: 0 },
    benchmarks: ['mteb-multilingual', 'mteb-eng', 'rteb-open', 'miracl-hard-negatives'],
  },
  SPEECH: {
    title: 'Speech',
    explanation:
      'A paragraph of 500 characters read aloud: about 125 tokens in, 30 seconds or 600 audio tokens out, billed by what each provider counts.',
    operation: 'SPEECH',
    workload: {
      inputTokens: 125,
      outputTokens: 0,
      characters: 500,
      audioSeconds: 30,
      requestsPerMonth: REQUESTS_PER_MONTH,
    },
    capabilities: [],
    modalities: [],
    weights: { QUALITY: 0.4, COST: 0.5, UPTIME: 0.1, TTFT: 0, THROUGHPUT: 0 },
    benchmarks: [],
  },
  TRANSCRIPTION: {
    title: 'Transcription',
    explanation:
      'Five minutes of speech written down: 300 seconds or 3,000 audio tokens in, about 1,000 tokens out, billed by what each provider counts.',
    operation: 'TRANSCRIPTION',
    workload: {
      inputTokens: 0,
      outputTokens: 1_000,
      audioSeconds: 300,
      requestsPerMonth: REQUESTS_PER_MONTH,
    },
    capabilities: [],
    modalities: [],
    weights: { QUALITY: 0.5, COST: 0.45, UPTIME: 0.05, TTFT: 0, THROUGHPUT: 0 },
    benchmarks: ['open-asr-en-short', 'open-asr-en-long'],
  },
};
