import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { RoutePolicy } from '../../domain/route.ts';
import {
  type CompletionTimeouts,
  ON_DISCONNECT,
  type OnDisconnect,
  type Routing,
} from '../../gateway/completion-command.ts';
import { readPolicy } from '../../gateway/routing/policy/document.ts';
import { taken } from '../../wire/serve/taken.ts';
import { invalid } from './exchange.ts';

/** What a request says to this server itself, beside what it says in its own format. */
export type ControlOptions = {
  readonly routing?: Routing;
  readonly tags?: { readonly [name: string]: string };
  readonly onDisconnect: OnDisconnect;
  readonly inferenceRegion?: string;
  readonly unsupported: 'ERROR' | 'WARN';
  readonly unknownFields: 'PASS' | 'REFUSE';
  readonly timeouts: Partial<CompletionTimeouts>;
};

const milliseconds = z.int().min(1).max(3_600_000);

const MOST_TAGS = 16;

export const controlSchema = z
  .strictObject({
    routing: z
      .looseObject({
        region: z.string().max(64).optional().describe('Where the request comes from, for conditions.'),
        conversation: z
          .string()
          .max(256)
          .optional()
          .describe(
            'Identifies a conversation. By default it is derived from the beginning of the conversation.',
          ),
      })
      .optional()
      .describe("A routing policy in place of the model's own, in the form of saved routes."),
    inferenceRegion: z
      .string()
      .max(64)
      .optional()
      .describe(
        "Where the model must run: a country's code, an area or a cloud's region, e.g. US, EU or eu-central-1. Offerings that are not known to run there are not used; a provider that takes a region for each request is sent it.",
      ),
    tags: z
      .record(z.string().min(1).max(64), z.string().max(512))
      .refine((tags) => Object.keys(tags).length <= MOST_TAGS, `takes up to ${MOST_TAGS} tags`)
      .optional()
      .describe('Kept in the ledger, for routes and for reports.'),
    onDisconnect: z
      .enum(ON_DISCONNECT)
      .optional()
      .describe(
        'What happens when the client leaves. CANCEL (default): the provider is no longer asked. DRAIN: its answer is read to the end, so that its own count of tokens is what is recorded.',
      ),
    unsupported: z
      .enum(['WARN', 'ERROR'])
      .optional()
      .describe(
        'WARN (default): what an offering cannot honour is left out and reported in `modelgraph.warnings`. ERROR: such an offering is not used.',
      ),
    unknownFields: z
      .enum(['PASS', 'REFUSE'])
      .optional()
      .describe(
        'PASS (default): fields that are not known here go to providers that speak the same format; for others they are reported in warnings. REFUSE: such a request is an error.',
      ),
    timeouts: z
      .strictObject({
        firstTokenMs: milliseconds.optional(),
        stallMs: milliseconds.optional(),
        totalMs: milliseconds.optional(),
      })
      .optional()
      .describe('Limits in milliseconds, each in place of the server\u2019s.'),
  })
  .describe('What is said to this server itself. Headers `x-modelgraph-*` say the same; the body wins.');

type Control = z.infer<typeof controlSchema>;

const PREFIX = 'x-modelgraph-';

/** Headers and the member that each says. */
const HEADERS = [
  [`${PREFIX}routing`, 'routing'],
  [`${PREFIX}tags`, 'tags'],
  [`${PREFIX}inference-region`, 'inferenceRegion'],
  [`${PREFIX}on-disconnect`, 'onDisconnect'],
  [`${PREFIX}unsupported`, 'unsupported'],
  [`${PREFIX}unknown-fields`, 'unknownFields'],
  [`${PREFIX}timeouts`, 'timeouts'],
] as const satisfies readonly (readonly [header: string, member: keyof Control])[];

/** Node reads headers as Latin-1; what is beyond ASCII in them is sent as UTF-8. */
const asSent = (text: string): string => {
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : text;
};

const jsonOf = (header: string, text: string): JsonObject => {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Told below.
  }
  throw invalid(`The header ${header} is no JSON object.`, header);
};

/** `a=b, c=d`, or JSON. */
const tagsOf = (header: string, text: string): JsonObject =>
  text.trim().startsWith('{')
    ? jsonOf(header, text)
    : Object.fromEntries(
        text
          .split(',')
          .map((pair) => pair.trim())
          .filter((pair) => pair !== '')
          .map((pair): [string, string] => {
            const at = pair.indexOf('=');
            if (at < 1) throw invalid(`The header ${header} takes a=b,c=d, or a JSON object.`, header);
            return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
          }),
      );

const inHeaders = (headers: IncomingHttpHeaders): JsonObject | undefined => {
  let found: { [name: string]: JsonObject | string } | undefined;
  for (const [header, member] of HEADERS) {
    const given = headers[header];
    if (typeof given !== 'string') continue;
    const text = asSent(given);
    found ??= {};
    if (member === 'tags') found[member] = tagsOf(header, text);
    else if (member === 'routing' || member === 'timeouts') found[member] = jsonOf(header, text);
    else found[member] = text.trim().toUpperCase();
  }
  return found;
};

/** As `modelgraph.routing.candidates[0]`. */
const pathOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`),
    'modelgraph',
  );

const policyOf = (document: unknown): RoutePolicy => {
  const read = readPolicy(document, { candidates: 'OPTIONAL' });
  if (read.kind === 'OK') return read.policy;
  const path = `modelgraph.routing${read.path === '' ? '' : `.${read.path}`}`;
  throw invalid(`${path} ${read.problem}`, path);
};

const routingOf = ({ region, conversation, ...policy }: NonNullable<Control['routing']>): Routing => ({
  ...(Object.keys(policy).length > 0 && { policy: policyOf(policy) }),
  ...(region !== undefined && { region }),
  ...(conversation !== undefined && { conversation }),
});

const NONE: ControlOptions = {
  onDisconnect: 'CANCEL',
  unsupported: 'WARN',
  unknownFields: 'PASS',
  timeouts: {},
};

/** Throws RestProblem where it makes no sense. */
export const readControl = (given: unknown, headers: IncomingHttpHeaders): ControlOptions => {
  const said = inHeaders(headers);
  if (given === undefined && said === undefined) return NONE;
  if (given !== undefined && !isJsonObject(given)) throw invalid('modelgraph takes an object.', 'modelgraph');
  const parsed = controlSchema.safeParse({ ...said, ...given });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = pathOf(issue?.path ?? []);
    throw invalid(`${path}: ${issue?.message ?? 'is invalid'}.`, path);
  }
  const { routing, timeouts = {}, ...others } = parsed.data;
  return {
    ...NONE,
    ...taken(others),
    ...(routing !== undefined && { routing: routingOf(routing) }),
    timeouts: taken(timeouts),
  };
};

/** A body without what is meant for this server. */
export const splitControl = (
  body: JsonObject,
  headers: IncomingHttpHeaders,
): { readonly control: ControlOptions; readonly body: JsonObject } => {
  if (!Object.hasOwn(body, 'modelgraph')) return { control: readControl(undefined, headers), body };
  const { modelgraph, ...rest } = body;
  return { control: readControl(modelgraph, headers), body: rest };
};
