import { describe, expect, it } from 'vitest';
import { endIn } from '../../src/wire/finish-words.ts';

describe('a word for the end of an answer', () => {
  it.each([
    [
      'STOP',
      [
        'stop',
        'STOP',
        'end_turn',
        'eos_token',
        'COMPLETE',
        'stop_sequence',
        'eosFound',
        'stop-token',
        '</s>',
        '<|eot_id|>',
      ],
    ],
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
        'max_length_reached',
        'token_limit_reached',
        'context_full',
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
        'safety_filter',
        'blocked',
        'sensitive_content',
      ],
    ],
    ['REFUSAL', ['refusal']],
    ['PAUSED', ['pause_turn', 'compaction']],
    ['UNKNOWN', ['OTHER', 'FINISH_REASON_UNSPECIFIED', 'a_word_of_2027', 'by_default', '']],
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
        'worker_died',
        'segmentation_fault',
      ],
    ],
    [
      'TRUNCATED',
      ['abort', 'cancelled', 'userStopped', 'USER_CANCEL', 'interrupted', 'evicted', 'server_shutdown'],
    ],
    ['TIMEOUT', ['timeout', 'TIMED_OUT', 'gateway_timeout', 'deadline_exceeded']],
    ['OVERLOADED', ['insufficient_system_resource', 'overloaded', 'out_of_memory', 'server-overload']],
    ['RATE_LIMITED', ['rate_limit', 'RATE_LIMITED']],
    ['QUOTA_EXHAUSTED', ['quota_exceeded', 'budget_exceeded']],
    ['INVALID_REQUEST', ['MISSING_THOUGHT_SIGNATURE']],
  ] as const)('says that the answer broke off: %s', (code, words) => {
    for (const word of words) expect(endIn(word), word).toMatchObject({ kind: 'BROKEN', code });
  });
});
