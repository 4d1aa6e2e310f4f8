import type { Alternative, Difference } from '../../../gateway/estimate/alternatives.ts';
import type { Calibrated } from '../../../gateway/estimate/calibration.ts';
import type { CompletionEstimate } from '../../../gateway/estimate/estimate-completion.ts';
import type { EstimatedCost } from '../../../gateway/estimate/estimated-cost.ts';
import type { OutputPrediction } from '../../../gateway/estimate/output-prediction.ts';
import { builder } from '../builder.ts';
import { completionError } from '../errors.ts';
import { promptWeight } from '../field-weight.ts';
import { completionCommand } from '../inputs/completion-command.ts';
import { CompletionInput } from '../inputs/completion-input.ts';
import { OfferingRef, WarningRef } from '../refs.ts';
import { orCompletionErrors } from '../types/completion-event.ts';
import { MoneyRef, money } from '../types/money.ts';
import { CostUnion } from '../types/usage-and-cost.ts';
import { pauseOf } from '../work/pace.ts';
import { FxRateRef } from './fx-rates.ts';

const EstimateCompletionInput = builder.inputType('EstimateCompletionInput', {
  description: 'Which completion to estimate, and how to say it.',
  fields: (t) => ({
    completion: t.field({
      type: CompletionInput,
      required: true,
      description: 'What would be asked: the very input of `complete`.',
    }),
    currency: t.string({
      required: true,
      defaultValue: 'USD',
      description: 'ISO 4217 code of the totals.',
    }),
    alternatives: t.int({
      required: true,
      defaultValue: 5,
      description: 'Most alternatives to give, 0 to 20.',
    }),
  }),
});

const EstimateMethodEnum = builder.enumType('EstimateMethod', {
  description: 'How tokens were counted.',
  values: {
    ESTIMATED: {
      description:
        'By the tokenizer o200k_base, times a factor for the model. `countTokens` asks the provider where that counts.',
    },
  } as const,
});

const CalibrationRef = builder.objectRef<Calibrated>('TokenCalibration').implement({
  description: "How the model's own count of tokens compares with the tokenizer's.",
  fields: (t) => ({
    factor: t.exposeFloat('factor', {
      description:
        "What the tokenizer's count was multiplied by: learnt from this server's completions, later ones weighing more; without any, as measured with the lab's tokenizer, or 1.",
    }),
    samples: t.exposeInt('samples', {
      description: "How many of this server's completions it was learnt from since it started.",
    }),
  }),
});

const InputTokensRef = builder.objectRef<CompletionEstimate['inputTokens']>('InputTokensEstimate').implement({
  description: 'How many tokens the prompt has, roughly.',
  fields: (t) => ({
    count: t.field({
      type: 'NonNegativeInt',
      description: 'Tokens of the whole prompt, as the model is thought to count them.',
      resolve: ({ count }) => count,
    }),
    method: t.field({
      type: EstimateMethodEnum,
      description: 'How they were counted.',
      resolve: () => 'ESTIMATED' as const,
    }),
    isCalibrated: t.boolean({
      description: "Whether the factor was learnt from this server's completions of the model.",
      resolve: ({ calibration }) => calibration.samples > 0,
    }),
    calibration: t.expose('calibration', { type: CalibrationRef, description: 'The factor.' }),
    plusMinus: t.field({
      type: 'NonNegativeInt',
      description:
        'Tokens by which the true count is likely to be off, either way: as estimates were off lately, or a fifth where nothing is learnt.',
      resolve: ({ plusMinus }) => plusMinus,
    }),
  }),
});

const PredictionBasisEnum = builder.enumType('PredictionBasis', {
  description: 'What a prediction of output is taken from.',
  values: {
    KEY_AND_MODEL: {
      description: "This key's last 200 successful completions of the model; there are at least 5.",
    },
    MODEL: { description: 'Those of all keys; there are at least 20.' },
    DEFAULT: {
      description:
        'Nothing is known: 300 tokens, at most 1,000; for a model that reasons 1,200, at most 5,000.',
    },
  } as const,
});

const OutputTokensRef = builder.objectRef<OutputPrediction>('OutputTokensPrediction').implement({
  description:
    'How long the answer will likely be in tokens, reasoning included, from the ledger of this server.',
  fields: (t) => ({
    p50: t.field({
      type: 'NonNegativeInt',
      description: 'Half of such answers have no more tokens.',
      resolve: ({ p50 }) => Math.round(p50),
    }),
    p90: t.field({
      type: 'NonNegativeInt',
      description: 'Nine of ten such answers have no more tokens.',
      resolve: ({ p90 }) => Math.round(p90),
    }),
    basis: t.expose('basis', { type: PredictionBasisEnum, description: 'What it is taken from.' }),
    samples: t.exposeInt('samples', { description: 'How many completions it is taken from.' }),
    cap: t.int({
      nullable: true,
      description:
        'Most tokens that there can be: `maxOutputTokens`, or what the sources say of the model; null if neither says.',
      resolve: ({ cap }) => cap,
    }),
  }),
});

const EstimatedCostRef = builder.objectRef<EstimatedCost>('EstimatedCost').implement({
  description:
    'What a completion of that length would cost by the rows in force now, without anything read from a cache.',
  fields: (t) => ({
    cost: t.field({
      type: CostUnion,
      description: "The bill in the tariff's own currency.",
      resolve: ({ cost }) => cost,
    }),
    total: t.field({
      type: MoneyRef,
      nullable: true,
      description:
        'The total in the currency asked for; null if it is not known or no exchange rate is. Never to be read as zero.',
      resolve: ({ total, currency }) => total && money(total, currency),
    }),
    fxRates: t.field({
      type: [FxRateRef],
      description:
        'The stated exchange rates by which `total` was converted, with their source and day: two where it goes through a third currency. Empty where the tariff is in the currency asked for.',
      resolve: ({ fxRates }) => [...fxRates],
    }),
  }),
});

const CostRangeRef = builder.objectRef<CompletionEstimate['cost']>('CostRange').implement({
  description: 'What the completion would cost.',
  fields: (t) => ({
    p50: t.expose('p50', { type: EstimatedCostRef, description: 'With an answer of usual length.' }),
    p90: t.expose('p90', { type: EstimatedCostRef, description: 'With a long one.' }),
  }),
});

const ContextFitRef = builder.objectRef<CompletionEstimate['fit']>('ContextFit').implement({
  description: "Whether it goes into the model's context window.",
  fields: (t) => ({
    fits: t.boolean({
      nullable: true,
      description: 'Whether `needed` is within the window; null if no source states the window.',
      resolve: ({ fits }) => fits,
    }),
    contextWindow: t.int({
      nullable: true,
      description: 'Largest prompt plus answer in tokens, as the sources state it.',
      resolve: ({ contextWindow }) => contextWindow,
    }),
    needed: t.field({
      type: 'NonNegativeInt',
      description: 'Tokens of the prompt and of `maxOutputTokens`, or of the p90 answer without.',
      resolve: ({ needed }) => Math.round(needed),
    }),
  }),
});

const AlternativeGainEnum = builder.enumType('AlternativeGain', {
  description: 'What an alternative is better at.',
  values: {
    CHEAPER: { description: 'The p50 cost is lower.' },
    FASTER: { description: 'Its first token comes sooner, and the rest not slower.' },
    BOTH: { description: 'Cheaper and faster.' },
  } as const,
});

const DifferenceCodeEnum = builder.enumType('AlternativeDifferenceCode', {
  description: 'What an alternative would change besides cost and speed.',
  values: {
    OTHER_MODEL: { description: 'Another model answers.' },
    NOT_CONFIGURED: { description: 'Its provider is off; the message says what to set.' },
    SMALLER_CONTEXT: { description: 'It accepts smaller prompts, but large enough for this one.' },
    LARGER_CONTEXT: { description: 'It accepts larger prompts.' },
    LOWER_QUALITY: { description: 'Its model scores lower at a benchmark that both were put to.' },
    HIGHER_QUALITY: { description: 'Its model scores higher there.' },
    NOT_VERIFIED: { description: 'No source says whether it can do all that the request needs.' },
    UNCERTAIN_IDENTITY: { description: 'Which model it serves is concluded from its name.' },
  } as const,
});

const DifferenceRef = builder.objectRef<Difference>('AlternativeDifference').implement({
  description: 'One thing that an alternative would change.',
  fields: (t) => ({
    code: t.expose('code', { type: DifferenceCodeEnum, description: 'What it is.' }),
    message: t.exposeString('message', { description: 'The same with its figures, for a person.' }),
  }),
});

const AlternativeRef = builder.objectRef<Alternative>('CompletionAlternative').implement({
  description:
    'Another offering that would be cheaper or faster, and that no source says cannot do what the request needs.',
  fields: (t) => ({
    offering: t.expose('offering', { type: OfferingRef, description: 'The offering.' }),
    gain: t.expose('gain', { type: AlternativeGainEnum, description: 'What it is better at.' }),
    cost: t.field({
      type: CostRangeRef,
      description: 'What the same completion would cost there.',
      resolve: ({ p50, p90 }) => ({ p50, p90 }),
    }),
    costRatio: t.float({
      nullable: true,
      description: "Its p50 cost divided by the first offering's; null if either is not known.",
      resolve: ({ costRatio }) => costRatio,
    }),
    ttftMsDelta: t.float({
      nullable: true,
      description:
        "Its median time to the first token less the first offering's, in milliseconds; this server's measurement first, then the sources'. Null if either is not known.",
      resolve: ({ ttftMsDelta }) => ttftMsDelta,
    }),
    outputTpsDelta: t.float({
      nullable: true,
      description: "Its output tokens a second less the first offering's, likewise.",
      resolve: ({ outputTpsDelta }) => outputTpsDelta,
    }),
    differences: t.field({
      type: [DifferenceRef],
      description: 'What else it would change.',
      resolve: ({ differences }) => [...differences],
    }),
  }),
});

const CompletionEstimateRef = builder.objectRef<CompletionEstimate>('CompletionEstimate').implement({
  description: 'What a completion would use and cost. No provider is asked, and nothing is recorded.',
  fields: (t) => ({
    offering: t.expose('offering', {
      type: OfferingRef,
      description: 'The offering that would be tried first, and its model.',
    }),
    inputTokens: t.expose('inputTokens', { type: InputTokensRef, description: 'How long the prompt is.' }),
    outputTokens: t.expose('outputTokens', {
      type: OutputTokensRef,
      description: 'How long the answer will likely be.',
    }),
    cost: t.expose('cost', { type: CostRangeRef, description: 'What it would cost there.' }),
    fitsContext: t.field({
      type: ContextFitRef,
      description: 'Whether it goes into the context window.',
      resolve: ({ fit }) => fit,
    }),
    warnings: t.field({
      type: [WarningRef],
      description: 'What would be left out of the request, and how the estimate was made.',
      resolve: ({ warnings }) => [...warnings],
    }),
    alternatives: t.field({
      type: [AlternativeRef],
      description:
        'Cheaper or faster ones, the best first: the same model elsewhere (at most three fifths, where there are others), then models that are as good where both were tested, then those of the same lab, then others; in each part those that can be called at once, then the cheapest.',
      resolve: ({ alternatives }) => [...alternatives],
    }),
  }),
});

builder.queryField('estimateCompletion', (t) =>
  t.field({
    type: CompletionEstimateRef,
    extensions: promptWeight(1_000, 1_000),
    description:
      'What a completion would likely use and cost, before it is made. No provider is asked, nothing is fetched, nothing is recorded.',
    args: {
      input: t.arg({ type: EstimateCompletionInput, required: true, description: 'What to estimate.' }),
    },
    errors: orCompletionErrors('EstimateCompletionResult', 'An estimate, or why it failed.'),
    resolve: async (_root, { input }, context) => {
      const { estimator, caller, timeouts, gone } = context;
      const parsed = completionCommand(input.completion, timeouts, 'WHOLE');
      if (parsed.kind === 'REFUSED') throw completionError(parsed, undefined);
      const { currency, alternatives } = input;
      const answer = await estimator.estimate(
        caller,
        { completion: parsed.value.command, currency, alternatives },
        gone,
        pauseOf(context),
      );
      if (answer.kind === 'REFUSED') throw completionError(answer, undefined);
      return answer.estimate;
    },
  }),
);
