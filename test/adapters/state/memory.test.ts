import { createMemoryState } from '../../../src/adapters/state/memory.ts';
import { describeSharedState } from '../../contract/state.ts';

describeSharedState(async () => {
  const state = createMemoryState();
  return { one: state, other: state };
});
