import type { JsonObject } from '../../domain/json.ts';
import type { RerankResult } from '../../domain/operation.ts';
import { type Usage, usageOf } from '../../domain/usage.ts';
import { countAt, listAt, objectAt, objectsAt } from '../json-reading.ts';
import { given } from '../json-writing.ts';
import type { OperationCodec } from '../operation-codec.ts';
import { decodeJson, done, factsIn } from './answers.ts';
import { jsonCall } from './calls.ts';
import { defineOperation } from './define-operation.ts';

/** In what servers differ. */
export type RerankQuirks = {
  /** Default `/rerank`. */
  readonly path?: string;
  /** Default `top_n`. */
  readonly topNField?: 'top_n' | 'top_k';
  /** What is always sent along. */
  readonly constants?: { readonly [name: string]: string | number | boolean };
};

const scoreOf = (item: JsonObject): number | undefined => {
  const score = item.relevance_score ?? item.score;
  return typeof score === 'number' ? score : undefined;
};

/** Undefined unless every item has a score and is one of the documents, each at most once. */
const rankingIn = (answer: JsonObject, documents: number): RerankResult['ranking'] | undefined => {
  const list = Array.isArray(answer.results) ? 'results' : 'data';
  if (!Array.isArray(answer[list])) return undefined;
  const items = objectsAt(answer, list);
  const ranking = items.flatMap((item) => {
    const index = countAt(item, 'index');
    const score = scoreOf(item);
    return index === undefined || index >= documents || score === undefined ? [] : [{ index, score }];
  });
  const isWhole = ranking.length === listAt(answer, list).length;
  const isDistinct = new Set(ranking.map(({ index }) => index)).size === ranking.length;
  return isWhole && isDistinct ? ranking.sort((a, b) => b.score - a.score) : undefined;
};

/** Cohere bills units of search, Jina and its kin tokens, which SiliconFlow puts where Cohere has its units. */
const usageIn = (answer: JsonObject): Usage | undefined => {
  const meta = objectAt(answer, 'meta');
  const requests = countAt(objectAt(meta, 'billed_units'), 'search_units');
  if (requests !== undefined && requests > 0) return usageOf({ requests });
  const usage = objectAt(answer, 'usage');
  const input =
    countAt(usage, 'prompt_tokens') ??
    countAt(usage, 'total_tokens') ??
    countAt(objectAt(meta, 'tokens'), 'input_tokens');
  return input === undefined ? undefined : usageOf({ input });
};

/** The rerank call that Jina, Together, SiliconFlow, vLLM and Cohere have in common. */
export const commonRerank = (quirks: RerankQuirks = {}): OperationCodec<'RERANK'> =>
  defineOperation({
    problems: () => ({}),
    encode: (model, { query, documents, topN }) =>
      jsonCall(quirks.path ?? '/rerank', {
        model,
        query,
        documents,
        ...given(quirks.topNField ?? 'top_n', topN),
        ...quirks.constants,
      }),
    decode: ({ body }, { documents }) =>
      decodeJson(body, (answer) => {
        const ranking = rankingIn(answer, documents.length);
        if (ranking === undefined) return undefined;
        return done<'RERANK'>({ ranking }, { ...factsIn(answer), usage: usageIn(answer) });
      }),
  });
