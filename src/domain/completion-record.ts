import type { FinishReason } from './content-event.ts';
import type { CompletionId } from './ids.ts';
import type { RecordFacts } from './record-facts.ts';

/** The ledger's row of one completion: what was used and what it cost, never what was said. */
export type CompletionRecord = RecordFacts & {
  readonly id: CompletionId;
  readonly finishReason?: FinishReason;
  readonly rawFinishReason?: string;
};
