import { type Failure, type FailureCode, failureOf } from '../../src/domain/failure.ts';
import type { OperationInputs, OperationKind } from '../../src/domain/operation.ts';
import type { Usage } from '../../src/domain/usage.ts';
import { usageOf } from '../../src/domain/usage.ts';
import { DEFAULT_TIMEOUTS } from '../../src/gateway/completion-command.ts';
import type { OperationAnswer, OperationCommand } from '../../src/gateway/operation-command.ts';
import type { ScriptedOptions, ScriptedOutcome } from '../support/scripted-provider.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import { callerWith, createHarness, MODEL } from './harness.ts';

export const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
export const png = { mediaType: 'image/png', bytes: PNG };

export const commandOf = <Kind extends OperationKind>(
  operation: Kind,
  input: OperationInputs[Kind],
  changes: Partial<OperationCommand<Kind>> = {},
): OperationCommand<Kind> => ({
  operation,
  model: MODEL,
  input,
  unsupported: 'WARN',
  timeouts: { totalMs: 60_000 },
  defaultTimeouts: DEFAULT_TIMEOUTS,
  ...changes,
});

export const embedding = (changes: Partial<OperationCommand<'EMBEDDING'>> = {}) =>
  commandOf('EMBEDDING', { inputs: ['one', 'two'] }, changes);

export const VECTORS = {
  vectors: [
    [0.1, 0.2],
    [0.3, 0.4],
  ],
};

export const done = (
  result: Extract<ScriptedOutcome, { kind: 'DONE' }>['result'],
  usage?: Partial<Usage>,
  more: Partial<ScriptedOutcome> = {},
): ScriptedOutcome =>
  ({
    kind: 'DONE',
    result,
    warnings: [],
    ...(usage !== undefined && { usage: usageOf(usage) }),
    ...more,
  }) as ScriptedOutcome;

export const failedWith = (code: FailureCode, details: Partial<Failure> = {}): ScriptedOutcome => ({
  kind: 'FAILED',
  failure: failureOf(code, `it said ${code}`, details),
  warnings: [],
});

/** A gateway over providers of these ids, which have the operations given. */
export const beginWith = (
  ids: readonly string[],
  options: ScriptedOptions,
  ...harness: readonly Parameters<typeof createHarness>[1][]
) => {
  const providers = ids.map((id) => createScriptedProvider(id, options));
  const made = createHarness(providers, harness[0]);
  const [first, second] = providers;
  if (first === undefined) throw new Error('no provider');
  const aborter = new AbortController();
  const perform = <Kind extends OperationKind>(
    command: OperationCommand<Kind>,
    signal: AbortSignal = aborter.signal,
  ): Promise<OperationAnswer<Kind>> => made.gateway.perform(callerWith(), command, signal);
  const rows = async () => {
    await made.ledger.flush();
    return made.store.written;
  };
  return { ...made, first, second: second ?? first, aborter, perform, rows };
};
