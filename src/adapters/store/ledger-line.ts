import type { Attempt } from '../../domain/attempt.ts';
import type { Cost } from '../../domain/cost.ts';
import { digitsOfExact, type ExactAmount, exactAmount } from '../../domain/money.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import { USAGE_KINDS, type Usage, type UsageKind } from '../../domain/usage.ts';
import type { Facts, Outline } from './ledger-facts.ts';
import { storableJson, storableText } from './storable-text.ts';

/** The columns that a row is written into, in the order of `lineOf`. */
export const LINE_COLUMNS =
  'id, key_id, created_at, operation, status, offering_id, model_slug, output_tokens, cost_total, facts, body';

const NULL = '\\N';
/** What a column does not take, or only behind a backslash. */
const ODD = /[\\\t\n\r\0\ud800-\udfff]/;
const ESCAPES: { readonly [special: string]: string } = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};
const textField = (text: string | undefined): string => {
  if (text === undefined) return NULL;
  return ODD.test(text)
    ? storableText(text).replaceAll(/[\\\t\n\r]/g, (special) => ESCAPES[special] ?? special)
    : text;
};

/** The text of a moment up to its milliseconds, for the others of its second. */
let second = Number.NaN;
let beginning = '';

const momentOf = (date: Date): string => {
  const ms = date.getTime();
  const past = ms % 1_000;
  if (!(ms >= 0)) return date.toISOString();
  if (ms - past !== second) {
    second = ms - past;
    beginning = date.toISOString().slice(0, -4);
  }
  return `${beginning}${past < 10 ? '00' : past < 100 ? '0' : ''}${past}Z`;
};

const storableKeys = (metadata: OperationRecord['metadata']): OperationRecord['metadata'] =>
  metadata === undefined
    ? undefined
    : Object.fromEntries(Object.entries(metadata).map(([key, value]) => [storableText(key), value]));

/** Most kinds are not used, and what is not there is read as 0. */
const shortUsage = (usage: Usage): Partial<Usage> => {
  const short: { [Kind in UsageKind]?: number } = {};
  for (const kind of USAGE_KINDS) if (usage[kind] !== 0) short[kind] = usage[kind];
  return short;
};

/** Without the bill where it is that of the row. */
const shortAttempt = (attempt: Attempt, row: OperationRecord): object => {
  const { usage, cost } = attempt;
  if (usage === undefined) return attempt;
  // What is undefined is not written.
  if (usage === row.usage && cost === row.cost)
    return { ...attempt, usage: undefined, cost: undefined, billOfRow: true };
  return { ...attempt, usage: shortUsage(usage) };
};

const countsOf = (usage: Usage): readonly number[] => {
  const counts: number[] = [];
  for (const kind of USAGE_KINDS) if (usage[kind] !== 0) counts.push(usage[kind]);
  return counts;
};

const amountsOf = (cost: Cost): readonly ExactAmount[] => {
  const amounts: ExactAmount[] = [];
  if (cost.kind !== 'FREE')
    for (const { quantity, amount } of cost.lines) amounts.push(quantity, exactAmount(amount));
  return amounts;
};

/** Providers' ids for their answers are hardly ever anything else. */
const PLAIN_NAME = /^[\w.:-]*$/;
const nameOf = (name: string | undefined): string => {
  if (name === undefined) return '0';
  return PLAIN_NAME.test(name) ? `"${name}"` : storableJson(name);
};

/** What few rows have, and what is of one row alone. */
const restOf = (row: OperationRecord, { cost, attempt }: Outline): object | undefined => {
  const { failure, metadata, user, attempts } = row;
  const isPlain = cost !== undefined && (attempt !== undefined || attempts.length === 0);
  if (isPlain && failure === undefined && metadata === undefined && user === undefined) return undefined;
  return {
    cost: cost === undefined ? row.cost : undefined,
    attempts: attempt === undefined ? attempts.map((each) => shortAttempt(each, row)) : undefined,
    failure,
    metadata: storableKeys(metadata),
    user,
  };
};

/**
 * A row as `COPY` reads it. The body is a list: the facts, or 0 where they are named; what was counted; times; quantities
 * and amounts of the bill's lines; moments and name of the answer of the only attempt; the rest.
 */
export const lineOf = (
  row: OperationRecord,
  outline: Outline,
  { id, text }: Pick<Facts, 'id' | 'text'>,
): string => {
  const { timings, usage, cost, createdAt } = row;
  const { attempt } = outline;
  const numbers = JSON.stringify([
    usage === undefined ? 0 : countsOf(usage),
    [timings.totalMs, timings.ttftMs, timings.outputTps],
    outline.cost === undefined ? 0 : amountsOf(outline.cost),
    attempt === undefined
      ? 0
      : [attempt.startedAt.getTime() - createdAt.getTime(), attempt.durationMs, attempt.ttftMs],
  ]).slice(1, -1);
  const rest = restOf(row, outline);
  const body = `[${id === undefined ? text : 0},${numbers},${nameOf(attempt?.providerResponseId)}${rest === undefined ? '' : `,${storableJson(rest)}`}]`;
  const fields = [
    textField(row.id),
    textField(row.keyId),
    momentOf(createdAt),
    row.operation,
    row.status,
    textField(row.offeringId),
    textField(row.route.modelSlug),
    usage === undefined ? NULL : usage.output + usage.reasoning,
    cost.kind === 'PRICED' ? digitsOfExact(exactAmount(cost.total)) : NULL,
    id ?? NULL,
    // JSON has no other character that needs an escape here.
    body.includes('\\') ? body.replaceAll('\\', '\\\\') : body,
  ];
  return `${fields.join('\t')}\n`;
};
