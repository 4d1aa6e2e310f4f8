import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { isJsonObject, type JsonObject, parseJson } from '../../domain/json.ts';
import { type CompletionTimeouts, ON_DISCONNECT, type Routing } from '../../gateway/completion-command.ts';
import { readPolicy } from '../../gateway/routing/policy/document.ts';
import { taken } from '../../wire/serve/taken.ts';
import { invalid } from './exchange.ts';

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
            'Identifies a conversation; needed where its history is cut or rewritten between turns. By default a turn is known by all that was said before it, by its key and its user.',
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
      .default('CANCEL')
      .describe(
        'What happens when the client leaves. CANCEL (default): the provider is no longer asked. DRAIN: its answer is read to the end, so that its own count of tokens is what is recorded.',
      ),
    unsupported: z
      .enum(['WARN', 'ERROR'])
      .default('WARN')
      .describe(
        'WARN (default): what an offering cannot honour is left out and reported in `modelgraph.warnings`. ERROR: such an offering is not used.',
      ),
    unknownFields: z
      .enum(['PASS', 'REFUSE'])
      .default('PASS')
      .describe(
        'PASS (default): fields that are not known here go to providers that speak the same format; for others they are reported in warnings. REFUSE: such a request is an error.',
      ),
    explain: z
      .enum(['NONE', 'ROUTE'])
      .default('NONE')
      .describe(
        'ROUTE: the answer says in `modelgraph.route` why it came from where it did: candidates with what they were ordered by, what was rejected and why, and all attempts. A stream that is passed on as its provider sent it says so in a comment, bytes in the header `x-modelgraph-route`. NONE (default): it does not.',
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

type Control = z.output<typeof controlSchema>;

/** What a request says to this server itself, beside what it says in its own format. */
export type ControlOptions = Pick<Control, 'onDisconnect' | 'unsupported' | 'unknownFields' | 'explain'> & {
  readonly routing?: Routing;
  readonly tags?: { readonly [name: string]: string };
  readonly inferenceRegion?: string;
  readonly timeouts: Partial<CompletionTimeouts>;
};

/** Headers, such as `x-modelgraph-on-disconnect`, and the member that each says. */
const HEADERS = Object.keys(controlSchema.shape).map((member) => {
  const words = member.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return [`x-modelgraph-${words}`, member] as const;
});

/** Node reads headers as Latin-1; what is beyond ASCII in them is sent as UTF-8. */
const asSent = (text: string): string => {
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : text;
};

const jsonOf = (header: string, text: string): JsonObject => {
  const value = parseJson(text);
  if (isJsonObject(value)) return value;
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

const routingOf = ({ region, conversation, ...document }: NonNullable<Control['routing']>): Routing => {
  const places = taken({ region, conversation });
  if (Object.keys(document).length === 0) return places;
  const read = readPolicy(document, { candidates: 'OPTIONAL' });
  if (read.kind === 'OK') return { policy: read.policy, ...places };
  const path = `modelgraph.routing${read.path === '' ? '' : `.${read.path}`}`;
  throw invalid(`${path} ${read.problem}`, path);
};

const optionsOf = ({
  routing,
  tags,
  inferenceRegion,
  timeouts = {},
  ...choices
}: Control): ControlOptions => ({
  ...choices,
  ...taken({ routing: routing && routingOf(routing), tags, inferenceRegion }),
  timeouts: taken(timeouts),
});

const NONE = optionsOf(controlSchema.parse({}));

/** Throws RestProblem where it makes no sense. */
export const readControl = (given: unknown, headers: IncomingHttpHeaders): ControlOptions => {
  const said = inHeaders(headers);
  if (given === undefined && said === undefined) return NONE;
  if (given !== undefined && !isJsonObject(given)) throw invalid('modelgraph takes an object.', 'modelgraph');
  const parsed = controlSchema.safeParse({ ...said, ...given });
  if (parsed.success) return optionsOf(parsed.data);
  const [issue] = parsed.error.issues;
  // As `modelgraph.routing.candidates[0]`.
  const steps =
    issue?.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)) ?? [];
  const path = `modelgraph${steps.join('')}`;
  throw invalid(`${path}: ${issue?.message ?? 'is invalid'}.`, path);
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
