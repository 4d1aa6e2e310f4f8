import type { ModelFacts } from '../../domain/model.ts';
import { isOperators, isOwnList } from '../source-precedence.ts';
import type { JoinedDraft } from './describe-model.ts';
import { isLabsOwn } from './lab-opinions.ts';

/** Lists that leave out what is no longer served; others keep models for years. */
const CURRENT_LISTS: ReadonlySet<string> = new Set(['pi-ai']);

/** Whether a list of today has it after that day. */
const isListedAfter = ({ draft }: JoinedDraft, end: Date): boolean =>
  draft.claims.some(
    ({ source, rank, provenance }) =>
      (CURRENT_LISTS.has(source) || isOwnList(rank)) && provenance.observedAt > end,
  );

const isStatedByOperator = ({ draft }: JoinedDraft): boolean =>
  (draft.declared !== undefined && draft.declared.isProvidersName !== true) ||
  draft.claims.some(
    ({ rank, stated }) =>
      isOperators(rank) && (stated.facts.retiresAt !== undefined || stated.facts.deprecated !== undefined),
  );

/** When a lab ends a model: as sources say of the model, else the last day that they say of an offering of the lab's. */
const labsEnd = (claimed: ModelFacts, served: readonly JoinedDraft[]): Date | undefined =>
  claimed.retiresAt ??
  served.reduce<Date | undefined>((last, { draft, joined, facts: { retiresAt } }) => {
    if (retiresAt === undefined || !isLabsOwn(draft, joined)) return last;
    return last === undefined || retiresAt > last ? retiresAt : last;
  }, undefined);

/**
 * Gives offerings the end of their model at its lab: all those of the lab, whatever they are called, and where the weights
 * are closed those of resellers too. Who serves open weights, or runs closed ones at a cloud of its own, ends them by itself; and
 * what a list of today still has has not ended.
 */
export const withLabsEnd = (
  served: readonly JoinedDraft[],
  claimed: ModelFacts,
  openWeights: boolean | undefined,
): readonly JoinedDraft[] => {
  const end = labsEnd(claimed, served);
  if (end === undefined && !claimed.deprecated) return served;
  return served.map((one) => {
    const { draft, joined, facts } = one;
    if (isStatedByOperator(one)) return one;
    const isOwn = isLabsOwn(draft, joined);
    const isResold =
      openWeights === false && (draft.info.kind === 'AGGREGATOR' || draft.info.kind === 'RELAY');
    if (!isOwn && !isResold) return one;
    const deprecated = facts.deprecated || (isOwn && claimed.deprecated);
    // What sources say of the model is of its lab's page; of single names lists say it by hearsay.
    const stated = isOwn ? (claimed.retiresAt ?? facts.retiresAt) : facts.retiresAt;
    const ends = stated ?? end;
    if (ends === undefined || (stated === undefined && isListedAfter(one, ends)))
      return deprecated === facts.deprecated ? one : { ...one, facts: { ...facts, deprecated } };
    return { ...one, facts: { ...facts, deprecated, retiresAt: ends } };
  });
};
