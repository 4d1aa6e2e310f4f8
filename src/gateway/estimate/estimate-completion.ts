import type { Catalogue } from '../../catalogue/catalogue.ts';
import { costOf } from '../../catalogue/price-engine.ts';
import type { Caller } from '../../domain/caller.ts';
import type { Model, Offering } from '../../domain/model.ts';
import type { Currency } from '../../domain/money.ts';
import type { Pause } from '../../domain/pause.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import { usageOf } from '../../domain/usage.ts';
import type { Warning } from '../../domain/warning.ts';
import type { LedgerStore } from '../../ports/store.ts';
import type { CompletionCommand } from '../completion-command.ts';
import type { OfferingStats } from '../offering-stats.ts';
import { beginDryRun, type DryRunDependencies } from '../plan-completion.ts';
import type { Router } from '../routing/router.ts';
import { estimateTokens, HOW_ESTIMATED } from '../token-estimate.ts';
import { type Alternative, alternativesTo } from './alternatives.ts';
import type { Calibrated, Calibration } from './calibration.ts';
import { costsIn, type EstimatedCost } from './estimated-cost.ts';
import { demandsOf, needsAt } from './needs.ts';
import { type OutputPrediction, predictOutput } from './output-prediction.ts';
import { promptStart } from './prompt-text.ts';
import { LOOKED_AT } from './starting-ratio.ts';

/** What a completion would likely use and cost, worked out without asking anybody. */
export type CompletionEstimate = {
  /** The one that would be tried first; where none can be, for its size or for how it is doing, the first that could. */
  readonly offering: Offering;
  readonly model: Model;
  readonly inputTokens: {
    readonly count: number;
    /** How far the true count is likely to be off, either way, in tokens. */
    readonly plusMinus: number;
    readonly calibration: Calibrated;
  };
  readonly outputTokens: OutputPrediction;
  readonly cost: { readonly p50: EstimatedCost; readonly p90: EstimatedCost };
  readonly fit: {
    /** Absent where the context window is not known. */
    readonly fits?: boolean;
    readonly contextWindow?: number;
    /** The prompt and as much output as p90 says, or as the request reserves. */
    readonly needed: number;
  };
  readonly warnings: readonly Warning[];
  readonly alternatives: readonly Alternative[];
};

export type EstimateAnswer =
  | { readonly kind: 'ESTIMATED'; readonly estimate: CompletionEstimate }
  | { readonly kind: 'REFUSED'; readonly refusal: CompletionRefusal };

export type EstimateCommand = {
  readonly completion: CompletionCommand;
  /** ISO 4217 code of the totals. */
  readonly currency: Currency;
  /** How many alternatives at most, 0 to 20. */
  readonly alternatives: number;
};

/** Works out what a completion would cost. Asks no provider, fetches nothing and leaves no row in the ledger. */
export type CompletionEstimator = {
  estimate(
    caller: Caller,
    command: EstimateCommand,
    signal: AbortSignal,
    pause: Pause,
  ): Promise<EstimateAnswer>;
};

export type EstimatorDependencies = DryRunDependencies & {
  readonly catalogue: () => Catalogue;
  readonly router: Pick<Router, 'compile' | 'plan'>;
  readonly calibration: Calibration;
  readonly outputTokens: LedgerStore['outputTokens'];
  /** What this server measured of its own calls; absent: nothing. */
  readonly stats?: Pick<OfferingStats, 'of'>;
};

export const MOST_ALTERNATIVES = 20;
const CURRENCY = /^[A-Z]{3}$/;

const invalid = (path: string, problem: string): EstimateAnswer => ({
  kind: 'REFUSED',
  refusal: { code: 'INVALID_INPUT', path: `input.${path}`, problem },
});

/** A path of the completion's own input, as it is within the input of an estimate. */
const within = (refusal: CompletionRefusal): CompletionRefusal =>
  refusal.code === 'INVALID_INPUT'
    ? { ...refusal, path: refusal.path.replace(/^input\b/, 'input.completion') }
    : refusal;

const unfetchedWarning = (unfetched: number): readonly Warning[] =>
  unfetched === 0
    ? []
    : [
        {
          code: 'ESTIMATED',
          message: `What is at ${unfetched === 1 ? 'one address was' : `${unfetched} addresses was`} not fetched: it is counted by its kind alone.`,
        },
      ];

export const createCompletionEstimator = (dependencies: EstimatorDependencies): CompletionEstimator => {
  const { calibration, outputTokens, stats, router } = dependencies;
  return {
    async estimate(caller, { completion, currency, alternatives }, signal, pause) {
      if (!CURRENCY.test(currency)) return invalid('currency', 'takes an ISO 4217 code, e.g. USD.');
      if (alternatives < 0 || alternatives > MOST_ALTERNATIVES)
        return invalid('alternatives', `is ${alternatives}; takes 0 to ${MOST_ALTERNATIVES}.`);
      const catalogue = dependencies.catalogue();
      const begun = beginDryRun(dependencies, caller, completion);
      if (begun.kind === 'REFUSED') return { kind: 'REFUSED', refusal: within(begun.refusal) };
      const { route, ask, unfetched } = begun.value;
      const { at } = ask;
      const possible = await router.plan(route, ask);
      // What would be refused for its size, or while nothing can be called, has its cost all the same.
      const planned =
        possible.kind === 'REFUSED' && possible.refusal.code === 'NO_CANDIDATE'
          ? await router.plan(route, { ...ask, isHypothetical: true })
          : possible;
      if (planned.kind === 'REFUSED') return planned;
      const [{ offering, request, warnings }] = planned.value.candidates;
      const model = catalogue.model(offering.modelSlug) ?? catalogue.unlisted(offering.id)?.model;
      if (model === undefined)
        return {
          kind: 'REFUSED',
          refusal: { code: 'UNKNOWN_MODEL', name: completion.model, suggestions: [] },
        };

      calibration.begin();
      const calibrated = calibration.of(model.slug, promptStart(request, LOOKED_AT));
      const [counted, prediction] = await Promise.all([
        estimateTokens(request, signal, { keyId: caller.key.id, pause }),
        predictOutput({ keyId: caller.key.id, model, offering, request }, outputTokens),
      ]);
      const count = Math.round(counted * calibrated.factor);
      const inCurrency = costsIn(currency, catalogue.fx);
      const { serviceTier, inferenceRegion: region } = request;
      const estimatedCostOf = (each: Offering, length: 'p50' | 'p90'): EstimatedCost =>
        inCurrency(
          costOf({
            offering: each,
            prices: catalogue.pricesOf(each.id),
            usage: usageOf({ input: count, output: prediction[length] }),
            at,
            ...(serviceTier !== undefined && { serviceTier }),
            ...(region !== undefined && { region }),
          }),
        );
      const cost = { p50: estimatedCostOf(offering, 'p50'), p90: estimatedCostOf(offering, 'p90') };
      const needed = count + (request.maxOutputTokens ?? prediction.p90);
      const { contextWindow } = offering.limits;
      return {
        kind: 'ESTIMATED',
        estimate: {
          offering,
          model,
          inputTokens: {
            count,
            plusMinus: Math.ceil(count * calibrated.deviation),
            calibration: calibrated,
          },
          outputTokens: prediction,
          cost,
          fit: {
            needed,
            ...(contextWindow !== undefined && { contextWindow, fits: needed <= contextWindow }),
          },
          warnings: [
            ...warnings,
            {
              code: 'ESTIMATED',
              message: HOW_ESTIMATED.replace('No provider of the model counts tokens, so t', 'T'),
            },
            ...unfetchedWarning(unfetched),
          ],
          alternatives: await alternativesTo(
            { offering, p50: cost.p50 },
            { catalogue, stats, needs: needsAt(demandsOf(request), needed), costOf: estimatedCostOf },
            alternatives,
            pause,
          ),
        },
      };
    },
  };
};
