import type { OperationKind, ProviderResults } from '../../domain/operation.ts';
import type {
  OperationAdapter,
  OperationCall,
  OperationOutcome,
  ProviderSink,
  UpstreamCall,
} from '../../ports/provider.ts';

const tell = <Kind extends OperationKind>(
  outcome: OperationOutcome<Kind>,
  sink: ProviderSink,
  onResult: (result: ProviderResults[Kind]) => void,
): void => {
  for (const warning of outcome.warnings) sink.event({ type: 'warning', warning });
  if (outcome.rateLimits !== undefined) sink.event({ type: 'rateLimits', limits: outcome.rateLimits });
  if (outcome.kind === 'FAILED') {
    sink.event({ type: 'failed', failure: outcome.failure });
    return;
  }
  const { result, usage, billing, providerResponseId, providerModel } = outcome;
  sink.event({
    type: 'answering',
    ...(providerResponseId !== undefined && { providerResponseId }),
    ...(providerModel !== undefined && { providerModel }),
  });
  if (usage !== undefined) sink.event({ type: 'usageUpdated', usage });
  if (billing !== undefined) sink.event({ type: 'billed', billing });
  onResult(result);
  sink.event({ type: 'performed' });
};

/** An operation as a call whose events are pushed. It says all at once, so that there is nothing to pause. */
export const pushedOperation = <Kind extends OperationKind>(
  adapter: OperationAdapter<Kind>,
  call: OperationCall<Kind>,
  sink: ProviderSink,
  onResult: (result: ProviderResults[Kind]) => void,
): UpstreamCall => {
  const aborter = new AbortController();
  adapter.perform(call, aborter.signal).then(
    (outcome) => tell(outcome, sink, onResult),
    (error: unknown) => sink.broke(error),
  );
  const nothing = (): void => {};
  return { pause: nothing, resume: nothing, abort: () => aborter.abort() };
};
