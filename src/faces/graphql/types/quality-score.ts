import type {
  IndexEvidence,
  QualityCategory,
  QualityReporter,
  QualityScore,
} from '../../../domain/quality.ts';
import { builder } from '../builder.ts';
import { ProvenanceRef } from '../refs.ts';

export const QualityCategoryEnum = builder.enumType('QualityCategory', {
  description: 'What a benchmark tests.',
  values: {
    GENERAL: { description: 'Several of the others at once.' },
    REASONING: { description: 'Questions that take knowledge and several steps.' },
    MATH: { description: 'Mathematical problems.' },
    CODING: { description: 'Programs written or repaired.' },
    AGENTIC: { description: 'Tasks done with tools over many turns.' },
    TOOL_CALLING: { description: 'The right function called with the right arguments.' },
    FACTUALITY: { description: 'True answers, no invented ones, nonsense pushed back.' },
    INSTRUCTION_FOLLOWING: { description: 'Constraints of a prompt that are kept.' },
    LONG_CONTEXT: { description: 'Facts found in long inputs.' },
    VISION: { description: 'Questions about images and documents.' },
    PREFERENCE: { description: 'Votes of people or judges between two answers.' },
    EMBEDDING: { description: 'Retrieval and similarity by embeddings.' },
    SPEECH_RECOGNITION: { description: 'Speech written down.' },
    VOICE: { description: 'Tasks done in spoken conversations.' },
    OTHER: { description: 'A benchmark that this server does not know.' },
  } satisfies { readonly [Name in QualityCategory]: { readonly description: string } },
});

const QualityReporterEnum = builder.enumType('QualityReporter', {
  description: 'Who ran a benchmark.',
  values: {
    LAB: { description: "The model's own lab reports the score. It does not count in the index." },
    INDEPENDENT: { description: 'A third party ran it.' },
  } satisfies { readonly [Name in QualityReporter]: { readonly description: string } },
});

const IndexEvidenceRef = builder.objectRef<IndexEvidence>('IndexEvidence').implement({
  description: 'What an index of a model is made of: how far to trust it.',
  fields: (t) => ({
    benchmarks: t.exposeInt('benchmarks', {
      description: 'Benchmarks with a score that counts, at least 2.',
    }),
    sources: t.exposeInt('sources', { description: 'Publishers of these scores, at least 2.' }),
    error: t.exposeFloat('error', {
      description:
        'Standard error in points. Two indexes that differ by less than the sum of their errors may well be equal.',
    }),
    oldest: t.string({
      nullable: true,
      description: 'Day of the oldest score, `YYYY-MM-DD`; null if no score has a day.',
      resolve: ({ oldest }) => oldest,
    }),
    newest: t.string({
      nullable: true,
      description: 'Day of the newest score, `YYYY-MM-DD`; null if no score has a day.',
      resolve: ({ newest }) => newest,
    }),
  }),
});

export const QualityScoreRef = builder.objectRef<QualityScore>('QualityScore').implement({
  description: `The score of a model at one benchmark, as its source publishes it, or an index over several.

The modelgraph index (\`index\`, \`index-reasoning\`, \`index-coding\`, \`index-agentic\`, \`index-factuality\`) puts independent scores on one scale: every series (same source, benchmark, version and conditions; runs with little reasoning apart; of several runs of a model the best) is a straight line over one ability of the models plus noise, fitted over all models at once, so that a benchmark that only strong models took is not held against them. Shares are taken as log-odds. 50 is the middle of the models tested, 10 points are one standard deviation. Labs' own figures do not count, narrow traits count little, and a model has an index only if two benchmarks of two sources count and its standard error is at most 6 points. docs/quality.md states the recipe and its limits.`,
  fields: (t) => ({
    benchmark: t.exposeString('benchmark', {
      description:
        'In lower case with dashes, e.g. `aider-polyglot`, `gpqa-diamond`; `index` and `index-…` are of this server.',
    }),
    version: t.string({
      nullable: true,
      description: 'Release of the benchmark or of its tasks, e.g. `v4`; null if its source states none.',
      resolve: ({ version }) => version,
    }),
    setting: t.string({
      nullable: true,
      description:
        "How it was run, in the source's words: reasoning effort, mode, scaffold, e.g. `high`, `FC`; null if nothing is stated.",
      resolve: ({ setting }) => setting,
    }),
    category: t.expose('category', { type: QualityCategoryEnum, description: 'What the benchmark tests.' }),
    metric: t.string({
      nullable: true,
      description: 'What is counted, e.g. `accuracy`, `word error rate`; null if unknown.',
      resolve: ({ metric }) => metric,
    }),
    unit: t.string({
      nullable: true,
      description: 'Unit of the score, e.g. `%`, `points`; null if unknown.',
      resolve: ({ unit }) => unit,
    }),
    lessIsBetter: t.exposeBoolean('lessIsBetter', {
      description: 'Whether a lower score is the better one, as for error rates. Floors are ceilings then.',
    }),
    score: t.exposeFloat('score', { description: "In the benchmark's own unit." }),
    maximum: t.float({
      nullable: true,
      description: 'The perfect score; 100 for percentages; null if scores are not bounded.',
      resolve: (score) => score.maximum,
    }),
    costUsd: t.float({
      nullable: true,
      description: 'What one run of the whole benchmark cost, in US dollars, as its source states it.',
      resolve: (score) => score.costUsd,
    }),
    date: t.string({
      nullable: true,
      description:
        'Day of the run, else of the list that states it: `YYYY-MM-DD`, or `YYYY-MM` if only the month is stated; null if its source states none.',
      resolve: ({ date }) => date,
    }),
    reportedBy: t.expose('reportedBy', {
      type: QualityReporterEnum,
      description: "Whether the model's own lab or a third party ran it.",
    }),
    testedModel: t.string({
      nullable: true,
      description:
        'Name that the source gives the model, often of one dated snapshot; null if it is not stated.',
      resolve: ({ testedModel }) => testedModel,
    }),
    series: t.exposeString('series', {
      description:
        'Scores are comparable where this is the same: one source, benchmark, version and way of running it, e.g. `bfcl:bfcl-overall@v4/fc`.',
    }),
    represents: t.exposeBoolean('represents', {
      description:
        "Whether this score represents the model in comparisons at the benchmark. It is of the benchmark's series that has most models (independent ones before labs' own), the best of its runs there; runs with little reasoning are a separate series. A model without a score in that series is not comparable at the benchmark.",
    }),
    evidence: t.field({
      type: IndexEvidenceRef,
      nullable: true,
      description: 'What an index is made of; null for scores of sources.',
      resolve: ({ evidence }) => evidence,
    }),
    provenance: t.expose('provenance', {
      type: ProvenanceRef,
      description: 'Who published it; `modelgraph` for the index.',
    }),
  }),
});
