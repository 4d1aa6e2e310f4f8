import { type Face, type Reply, TOOL } from './faces.ts';
import type { Json, Turn } from './meaning.ts';

const ANSWER = /* GraphQL */ `
  fragment Answer on Completion {
    text refusal finishReason warnings { code message }
    reasoning { text signature redacted }
    toolCalls { id name arguments signature }
    usage { totalInput cacheRead cacheWrite5m totalOutput reasoning }
  }
  fragment Failure on Error { message ... on UpstreamError { code retryAfterMs } }
`;
const WHOLE = `${ANSWER}
  mutation ($input: CompletionInput!) {
    complete(input: $input) { __typename ...Answer ...Failure }
  }`;
const STREAM = `${ANSWER}
  subscription ($input: CompletionInput!) {
    completion(input: $input) {
      __typename
      ... on TextDelta { text }
      ... on RefusalDelta { text }
      ... on ReasoningDelta { text signature redacted }
      ... on ToolCallEnded { toolCallId name arguments signature }
      ... on CompletionFinished { completion { ...Answer } }
      ... on CompletionFailed { error { ...Failure } }
    }
  }`;

const graphTurn = (turn: Turn): readonly Json[] => {
  switch (turn.role) {
    case 'user':
      return [{ user: { text: turn.text } }];
    case 'assistant':
      return [{ assistant: { text: turn.text ?? '', toolCalls: turn.calls } }];
    case 'tools':
      return turn.results.map(({ id, text, image }) => ({
        tool: {
          toolCallId: id,
          text,
          ...(image !== undefined && {
            parts: [{ image: { source: { data: { mediaType: 'image/png', base64: image } } } }],
          }),
        },
      }));
  }
};

const failed = ({ code, retryAfterMs, message }: Json): Reply => ({
  kind: 'ERROR',
  word: code ?? message,
  retryAfter: retryAfterMs === null ? undefined : retryAfterMs / 1_000,
});

/** What the events said, apart from what the last one holds of the whole. */
const saidIn = (events: readonly Json[]): Json => {
  const of = (name: string): readonly Json[] => events.filter(({ __typename }) => __typename === name);
  const text = (name: string): string =>
    of(name)
      .map((event) => event.text)
      .join('');
  return {
    text: text('TextDelta'),
    refusal: text('RefusalDelta'),
    reasoning: text('ReasoningDelta'),
    toolCalls: of('ToolCallEnded').map(({ __typename, toolCallId, ...call }) => ({
      id: toolCallId,
      ...call,
    })),
  };
};

const wholeOf = ({ text, refusal, reasoning, toolCalls }: Json): Json => ({
  text,
  refusal: refusal ?? '',
  reasoning: reasoning.map((block: Json) => block.text).join(''),
  toolCalls,
});

export const GRAPH_FACE: Face = {
  name: 'graph',
  history: (turns) => turns.flatMap(graphTurn),
  given: ({ text, reasoning, toolCalls }) => [{ assistant: { text, reasoning, toolCalls } }],
  async ask({ server, graph }, { model, history, isStreamed, effort }) {
    const input = {
      model,
      messages: history,
      tools: [TOOL],
      unsupported: 'WARN',
      streamUpstream: isStreamed,
      ...(effort !== undefined && { reasoning: { effort: effort === 'OFF' ? 'NONE' : 'HIGH' } }),
    };
    if (!isStreamed) {
      const { body } = await server.post(WHOLE, { input });
      if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors));
      const { __typename: type, ...result } = body.data.complete;
      return type === 'Completion'
        ? { kind: 'ANSWER', answer: result, warnings: result.warnings.length }
        : failed(result);
    }
    const events: Json[] = [];
    for await (const { data, errors } of graph.iterate(STREAM, { input })) {
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      events.push(data.completion);
    }
    const { __typename: type, completion, error } = events.at(-1);
    if (type === 'CompletionFailed') return failed(error);
    const said = saidIn(events);
    const whole = wholeOf(completion);
    if (JSON.stringify(said) !== JSON.stringify(whole))
      throw new Error(`events and their sum differ: ${JSON.stringify(said)} ${JSON.stringify(whole)}`);
    return { kind: 'ANSWER', answer: completion, warnings: 0 };
  },
  hear: ({ text, refusal, reasoning, toolCalls, finishReason, usage }) => ({
    text,
    refusal: refusal ?? '',
    reasoning: reasoning.map((block: Json) => block.text).join(''),
    calls: toolCalls.map(({ id, name, arguments: args }: Json) => ({ id, name, arguments: args })),
    end: finishReason,
    usage: (usage ?? undefined) && {
      input: usage.totalInput,
      cached: usage.cacheRead,
      written: usage.cacheWrite5m,
      output: usage.totalOutput,
      reasoning: usage.reasoning,
    },
  }),
};
