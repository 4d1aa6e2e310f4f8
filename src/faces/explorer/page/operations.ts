import type { ReadyOperation } from './ready-operation.ts';
import { COMPLETION_TABS } from './tabs-of-completions.ts';
import { OPERATION_TABS } from './tabs-of-operations.ts';
import { ROUTING_TABS } from './tabs-of-routing.ts';
import { DECISION_TABS } from './tabs-of-the-decision.ts';
import { CATALOGUE_TABS, RECORD_TABS } from './tabs-of-the-graph.ts';

/** What a new visitor finds in the tabs, in order. Each runs at once, with no provider configured. */
export const READY_OPERATIONS: readonly ReadyOperation[] = [
  ...DECISION_TABS,
  ...CATALOGUE_TABS,
  ...ROUTING_TABS,
  ...COMPLETION_TABS,
  ...OPERATION_TABS,
  ...RECORD_TABS,
];
