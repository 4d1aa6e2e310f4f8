import { z } from 'zod';
import type { JsonObject } from '../../../domain/json.ts';
import type { ModerationCategory, ModerationResult, OperationInputs } from '../../../domain/operation.ts';
import type { InvalidBody } from '../client-dialect.ts';
import type { ServedOperation } from '../served-operation.ts';
import { taken } from '../taken.ts';
import { factsMember, modelOf, promptUsage } from './answer-usage.ts';
import { MODEL, USER } from './common-fields.ts';
import { readJsonBody } from './read-body.ts';
import { imageFrom, isInvalid } from './read-media.ts';

const MOST_INPUTS = 2_048;
const TEXT = z.string().min(1);
const PART = z.discriminatedUnion(
  'type',
  [
    z.looseObject({ type: z.literal('text'), text: TEXT }),
    z.looseObject({
      type: z.literal('image_url'),
      image_url: z.looseObject({ url: TEXT }).describe('An http(s) address or a data: URL.'),
    }),
  ],
  {
    error: ({ code }) => (code === 'invalid_union' ? 'takes a part of `type` text or image_url.' : undefined),
  },
);

export const MODERATIONS_SCHEMA = z.looseObject({
  /** The default is the format's own: clients leave it out. */
  model: MODEL.nullish().describe('As in all requests. Default `omni-moderation-latest`.'),
  input: z
    .union([TEXT, z.array(TEXT).min(1).max(MOST_INPUTS), z.array(PART).min(1).max(MOST_INPUTS)], {
      error: ({ input }) =>
        input === undefined
          ? 'is missing.'
          : 'takes text, a list of texts, or a list of parts of `type` text or image_url; none of them empty.',
    })
    .describe('A text; texts, each judged on its own; or parts of one whole, judged together.'),
  user: USER,
});

type Input = OperationInputs['MODERATION']['inputs'][number];
type Verdict = ModerationResult['verdicts'][number];

const readInput = (item: string | z.output<typeof PART>, index: number): Input | InvalidBody => {
  if (typeof item === 'string') return { kind: 'text', text: item };
  if (item.type === 'text') return { kind: 'text', text: item.text };
  const image = imageFrom(`input[${index}].image_url.url`, item.image_url.url);
  return isInvalid(image) ? image : { kind: 'image', image };
};

const isProblem = (read: Input | InvalidBody): read is InvalidBody => read.kind === 'INVALID';
const isInput = (read: Input | InvalidBody): read is Input => !isProblem(read);

const joined = (one: ModerationCategory | undefined, other: ModerationCategory): ModerationCategory => {
  const score = Math.max(one?.score ?? -1, other.score ?? -1);
  return { name: other.name, flagged: one?.flagged === true || other.flagged, ...(score >= 0 && { score }) };
};

/** Parts of one whole get one verdict: of each category, the worst. */
const together = (verdicts: readonly Verdict[]): Verdict => {
  const categories = new Map<string, ModerationCategory>();
  for (const category of verdicts.flatMap((verdict) => verdict.categories))
    categories.set(category.name, joined(categories.get(category.name), category));
  return { flagged: verdicts.some(({ flagged }) => flagged), categories: [...categories.values()] };
};

const resultOf = ({ flagged, categories }: Verdict, { isText }: ModerationOptions): JsonObject => ({
  flagged,
  categories: Object.fromEntries(categories.map((category) => [category.name, category.flagged])),
  category_scores: Object.fromEntries(
    categories.flatMap(({ name, score }) => (score === undefined ? [] : [[name, score]])),
  ),
  // Which part a score is about is only known where all are text.
  ...(isText && {
    category_applied_input_types: Object.fromEntries(categories.map(({ name }) => [name, ['text']])),
  }),
});

export type ModerationOptions = {
  /** All inputs are parts of one whole. */
  readonly isWhole: boolean;
  readonly isText: boolean;
};

/** `POST /v1/moderations` */
export const moderations: ServedOperation<'MODERATION', ModerationOptions> = {
  operation: 'MODERATION',
  takes: ['JSON'],
  requestSchema: MODERATIONS_SCHEMA,
  read(sent) {
    const read = readJsonBody(MODERATIONS_SCHEMA, sent);
    if (read.kind === 'INVALID') return read;
    const { model, input, user } = read.value;
    const items: readonly (string | z.output<typeof PART>)[] = typeof input === 'string' ? [input] : input;
    const inputs = items.map(readInput);
    const problem = inputs.find(isProblem);
    if (problem !== undefined) return problem;
    return {
      kind: 'OK',
      model: model ?? 'omni-moderation-latest',
      input: { inputs: inputs.filter(isInput) },
      ...taken({ user }),
      unread: read.unread,
      options: {
        isWhole: typeof items[0] === 'object',
        isText: inputs.every(({ kind }) => kind === 'text'),
      },
    };
  },
  write({ result, record }, options) {
    const verdicts = options.isWhole ? [together(result.verdicts)] : result.verdicts;
    return {
      kind: 'JSON',
      body: {
        id: record.id,
        model: modelOf(record),
        results: verdicts.map((verdict) => resultOf(verdict, options)),
        ...promptUsage(record),
        ...factsMember(record),
      },
    };
  },
};
