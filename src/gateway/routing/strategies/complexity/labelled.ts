import { z } from 'zod';
import type { CompletionRequest, Message } from '../../../../domain/completion-request.ts';

/** A request, and how hard it is: 0 (simple) to 1 (hard). */
export type Labelled = { readonly request: CompletionRequest; readonly hard: number };

/** Far longer than any prompt, and more than anybody labels. */
const LONGEST_TEXT = 2_000_000;
const MOST_LINES = 1_000_000;

const LabelledLine = z
  .strictObject({
    text: z.string().max(LONGEST_TEXT).optional(),
    messages: z
      .array(
        z.strictObject({
          role: z.enum(['system', 'user', 'assistant']),
          text: z.string().max(LONGEST_TEXT),
        }),
      )
      .min(1)
      .optional(),
    /** How many the request offers. */
    tools: z.int().min(0).max(1_000).optional(),
    /** Whether its answer has to fit one. */
    jsonSchema: z.boolean().optional(),
    hard: z.union([z.boolean(), z.number().min(0).max(1)]),
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
});

/**
 * Reads one JSON object a line: `{"text": "…", "hard": true}`, or with `messages: [{"role", "text"}]` in place of the text;
 * `hard` may be a share from 0 to 1. What is wrong is told with its line and without quoting it.
 */
export const readLabelled = (
  jsonl: string,
): { readonly labelled: readonly Labelled[] } | { readonly line: number; readonly problem: string } => {
  const labelled: Labelled[] = [];
  const lines = jsonl.split('\n');
  if (lines.length > MOST_LINES) return { line: MOST_LINES, problem: `holds more than ${MOST_LINES} lines` };
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
