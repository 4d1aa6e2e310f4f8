import { describe, expect, it } from 'vitest';
import { endIn } from '../../src/wire/finish-words.ts';

describe('a word for the end of an answer', () => {
  it.each([
    ['STOP', ['stop', 'STOP', 'end_turn', 'eos_token', 'COMPLETE', 'stop_sequence', 'eosFound']],
    [
      'LENGTH',
      [
        'length',
        'MAX_TOKENS',
        'max_output_tokens',
        'model_length',
        'model_context_window_exceeded',
        'maxPredictedTokensReached',
        'contextLengthReached',
        'ERROR_LIMIT',
      ],
    ],
    ['TOOL_CALLS', ['tool_calls', 'tool_use', 'function_call', 'TOOL_CALL']],
    [
      'CONTENT_FILTER',
      [
        'content_filter',
        'sensitive',
        'SAFETY',
        'PROHIBITED_CONTENT',
        'guardrail_intervened',
        'ERROR_TOXIC',
        'MODEL_ARMOR',
        'content-filtered',
      ],
    ],
    ['REFUSAL', ['refusal']],
    ['PAUSED', ['pause_turn', 'compaction']],
    ['UNKNOWN', ['OTHER', 'FINISH_REASON_UNSPECIFIED', 'a_word_of_2027', '']],
  ] as const)('means %s', (reason, words) => {
    for (const word of words) expect(endIn(word), word).toEqual({ kind: 'FINISHED', reason });
  });

  it.each([
    [
      'SERVER_ERROR',
      [
        'error',
        'network_error',
        'MALFORMED_FUNCTION_CALL',
        'upstream_connection_reset',
        'model_crashed',
        'tool_parse_failed',
      ],
    ],
    ['TRUNCATED', ['abort', 'cancelled', 'userStopped', 'USER_CANCEL', 'interrupted']],
    ['TIMEOUT', ['timeout', 'TIMED_OUT', 'gateway_timeout', 'deadline_exceeded']],
    ['OVERLOADED', ['insufficient_system_resource', 'overloaded']],
    ['INVALID_REQUEST', ['MISSING_THOUGHT_SIGNATURE']],
  ] as const)('says that the answer broke off: %s', (code, words) => {
    for (const word of words) expect(endIn(word), word).toMatchObject({ kind: 'BROKEN', code });
  });
});
