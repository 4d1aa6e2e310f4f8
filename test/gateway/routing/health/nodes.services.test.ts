import { afterAll, describe } from 'vitest';
import { connectRedisState } from '../../../../src/adapters/state/redis.ts';
import type { SharedState } from '../../../../src/ports/shared-state.ts';
import { recordedLog } from '../../../support/recorded-log.ts';
import { redisService, titleOf } from '../../../support/services.ts';
import { describeNodes } from './node-contract.ts';

const redis = redisService();

describe.skipIf(redis.kind === 'missing')(titleOf('on Redis', redis), () => {
  const opened: SharedState[] = [];
  afterAll(async () => {
    await Promise.all(opened.map((each) => each.close()));
  });
  describeNodes(async () => {
    const state = await connectRedisState(redis.kind === 'running' ? redis.url : '', recordedLog());
    opened.push(state);
    return state;
  });
});
