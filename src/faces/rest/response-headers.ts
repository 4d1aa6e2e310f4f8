import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { Cost } from '../../domain/cost.ts';
import type { OfferingId, ProviderId } from '../../domain/ids.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import type { Warning } from '../../domain/warning.ts';
import { routeHeadFacts } from '../../wire/serve/route-facts.ts';
import { idHeaders } from './exchange.ts';

type Headers = { [name: string]: string };

/** Headers that pages of other origins may read. */
export const EXPOSED_HEADERS = [
  'x-request-id',
  'request-id',
  'x-modelgraph-provider',
  'x-modelgraph-offering',
  'x-modelgraph-attempts',
  'x-modelgraph-cost',
  'x-modelgraph-overhead-ms',
  'x-modelgraph-route',
  'x-modelgraph-warnings',
  'x-modelgraph-warning-codes',
  'retry-after',
  'retry-after-ms',
] as const;

const ASCII = /^[\x20-\x7e]*$/;
const BEYOND_ASCII = /[^\x20-\x7e]+/gu;

/** Ids may be in any script, headers may not: what is beyond ASCII is percent-encoded. */
const headerText = (id: string): string =>
  ASCII.test(id) ? id : id.replace(BEYOND_ASCII, (text) => encodeURIComponent(text.toWellFormed()));

const costHeader = (cost: Cost): string => {
  switch (cost.kind) {
    case 'PRICED':
      return `${cost.total.toFixed()} ${cost.currency}`;
    case 'FREE':
      return 'free';
    case 'UNPRICED':
      return 'unpriced';
  }
};

/** Why bytes came from where they did, as JSON; all of it would be too long for a header. */
export const routeHeader = ({ route }: Pick<OperationRecord, 'route'>): string =>
  headerText(JSON.stringify(routeHeadFacts(route)));

/** What is known of something that is over. */
export const recordHeaders = (
  id: string,
  record: Pick<OperationRecord, 'attempts' | 'cost' | 'offeringId' | 'warnings'>,
  overheadMs: number,
): Headers => {
  const { attempts, cost, offeringId, warnings } = record;
  const provider = attempts.find((attempt) => attempt.offeringId === offeringId)?.providerId;
  const headers: Headers = idHeaders(id);
  if (provider !== undefined) headers['x-modelgraph-provider'] = headerText(provider);
  if (offeringId !== undefined) headers['x-modelgraph-offering'] = headerText(offeringId);
  headers['x-modelgraph-attempts'] = String(attempts.length);
  headers['x-modelgraph-cost'] = costHeader(cost);
  headers['x-modelgraph-overhead-ms'] = overheadMs.toFixed(2);
  addWarnings(headers, warnings);
  return headers;
};

const addWarnings = (headers: Headers, warnings: readonly Warning[]): void => {
  if (warnings.length === 0) return;
  headers['x-modelgraph-warnings'] = String(warnings.length);
  headers['x-modelgraph-warning-codes'] = [...new Set(warnings.map(({ code }) => code))].join(', ');
};

/** How long an operation took beyond its attempts, which follow one another. */
export const overheadOf = (tookMs: number, attempts: OperationRecord['attempts']): number =>
  Math.max(0, tookMs - attempts.reduce((sum, { durationMs }) => sum + durationMs, 0));

const NO_WARNINGS: readonly Warning[] = [];

/** Follows the events of a completion for what its headers say. */
export class CompletionProgress {
  readonly #now: () => number;
  readonly #arrivedMs: number;
  #id: string | undefined;
  #begun = 0;
  #underWay = 0;
  /** When the first of the attempts under way began. */
  #busySinceMs = 0;
  #busyMs = 0;
  #warnings: readonly Warning[] = NO_WARNINGS;
  #last: { readonly offeringId: OfferingId; readonly providerId: ProviderId } | undefined;

  /** `now` and `arrivedMs` in milliseconds of the monotonic clock. */
  constructor(now: () => number, arrivedMs: number) {
    this.#now = now;
    this.#arrivedMs = arrivedMs;
  }

  see(event: CompletionEvent): void {
    switch (event.type) {
      case 'started':
        this.#id = event.id;
        return;
      case 'attemptStarted':
        if (this.#underWay === 0) this.#busySinceMs = this.#now();
        this.#underWay += 1;
        this.#begun += 1;
        this.#last = event;
        this.#warnings = event.warnings ?? NO_WARNINGS;
        return;
      case 'attemptFailed':
      case 'attemptCancelled':
        this.#end(1);
        return;
      case 'finished':
        this.#end(this.#underWay);
        return;
      default:
        return;
    }
  }

  #end(count: number): void {
    if (this.#underWay === 0) return;
    this.#underWay -= count;
    if (this.#underWay === 0) this.#busyMs += this.#now() - this.#busySinceMs;
  }

  /** Time since the request came in which no provider was being asked. */
  overheadMs(): number {
    const now = this.#now();
    const busy = this.#busyMs + (this.#underWay > 0 ? now - this.#busySinceMs : 0);
    return Math.max(0, now - this.#arrivedMs - busy);
  }

  /** What is known while it goes on. Of attempts side by side it is not yet known which one answers. */
  headers(): Headers {
    const isClear = this.#underWay < 2;
    const headers: Headers = this.#id === undefined ? {} : idHeaders(this.#id);
    if (this.#last !== undefined && isClear) {
      headers['x-modelgraph-provider'] = headerText(this.#last.providerId);
      headers['x-modelgraph-offering'] = headerText(this.#last.offeringId);
    }
    headers['x-modelgraph-attempts'] = String(this.#begun);
    // As far as they are known before the answer.
    if (isClear) addWarnings(headers, this.#warnings);
    headers['x-modelgraph-overhead-ms'] = this.overheadMs().toFixed(2);
    return headers;
  }
}
