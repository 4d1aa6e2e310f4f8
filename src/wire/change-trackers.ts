import type { ProviderEvent } from '../domain/provider-event.ts';
import { USAGE_KINDS, type Usage } from '../domain/usage.ts';

/** Reports usage when it changes: many providers repeat it in every chunk. */
export const createUsageTracker = (): ((usage: Usage | undefined) => readonly ProviderEvent[]) => {
  let last: Usage | undefined;
  return (usage) => {
    if (usage === undefined) return [];
    const before = last;
    if (before !== undefined && USAGE_KINDS.every((kind) => before[kind] === usage[kind])) return [];
    last = usage;
    return [{ type: 'usageUpdated', usage }];
  };
};
