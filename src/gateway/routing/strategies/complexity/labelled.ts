import { z } from 'zod';
import type { CompletionRequest, Message } from '../../../../domain/completion-request.ts';

/** A request, and how hard it is: 0 (simple) to 1 (hard). */
export type Labelled = {
  readonly request: CompletionRequest;
  readonly hard: number;
  /** How much it counts beside the others. */
  readonly weight: number;
  /** By which the report groups it. */
  readonly language?: string;
  readonly class?: string;
};

/** Far longer than any prompt, and more than anybody labels. */
const MAX_TEXT = 2_000_000;
const MAX_LINES = 1_000_000;
const name = z.string().min(1).max(100);

const LabelledLine = z
  .strictObject({
    text: z.string().max(MAX_TEXT).optional(),
    messages: z
      .array(
        z.strictObject({
          role: z.enum(['system', 'user', 'assistant']),
          text: z.string().max(MAX_TEXT),
        }),
      )
      .min(1)
      .optional(),
    /** How many the request offers. */
    tools: z.int().min(0).max(1_000).optional(),
    /** Whether its answer has to fit one. */
    jsonSchema: z.boolean().optional(),
    hard: z.union([z.boolean(), z.number().min(0).max(1)]),
    weight: z.number().positive().max(1_000_000).optional(),
    lang: name.optional(),
    class: name.optional(),
    /** Where the line is from: for those who keep the file. */
    id: z.string().optional(),
    source: z.string().optional(),
    licence: z.string().optional(),
  })
  .refine((line) => (line.text === undefined) !== (line.messages === undefined), {
    message: 'takes either `text` or `messages`',
  });

const messageOf = ({ role, text }: { role: 'system' | 'user' | 'assistant'; text: string }): Message => {
  switch (role) {
    case 'system':
      return { role, text };
    case 'user':
      return { role, parts: [{ type: 'text', text }] };
    case 'assistant':
      return { role, text, reasoning: [], toolCalls: [] };
  }
};

const labelledOf = (line: z.infer<typeof LabelledLine>): Labelled => ({
  request: {
    messages: (line.messages ?? [{ role: 'user' as const, text: line.text ?? '' }]).map(messageOf),
    tools: Array.from({ length: line.tools ?? 0 }, (_none, index) => ({
      name: `tool${index + 1}`,
      parameters: {},
    })),
    ...(line.jsonSchema === true && {
      output: { kind: 'jsonSchema' as const, name: 'answer', schema: {} },
    }),
  },
  hard: Number(line.hard),
  weight: line.weight ?? 1,
  ...(line.lang !== undefined && { language: line.lang }),
  ...(line.class !== undefined && { class: line.class }),
});

/**
 * Reads one JSON object a line: `{"text": "…", "hard": true}`, or with `messages: [{"role", "text"}]` in place of the text;
 * `hard` may be a share from 0 to 1, `weight` says how much
 * the line counts (default 1), `lang` and `class` group the report. What is wrong is told with its line and without quoting it.
 */
export const readLabelled = (
  jsonl: string,
): { readonly labelled: readonly Labelled[] } | { readonly line: number; readonly problem: string } => {
  const labelled: Labelled[] = [];
  const lines = jsonl.split('\n');
  if (lines.length > MAX_LINES) return { line: MAX_LINES, problem: `holds more than ${MAX_LINES} lines` };
  for (const [index, text] of lines.entries()) {
    if (text.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return { line: index + 1, problem: 'is not JSON' };
    }
    const line = LabelledLine.safeParse(value);
    if (!line.success) {
      const [issue] = line.error.issues;
      const path = issue?.path.join('.') ?? '';
      return { line: index + 1, problem: `${path === '' ? '' : `${path}: `}${issue?.message ?? 'is wrong'}` };
    }
    labelled.push(labelledOf(line.data));
  }
  return { labelled };
};
