import type { OperationInputs, OperationKind, OperationRequests } from '../../domain/operation.ts';
import { createMediaLoader, FETCH_TIMEOUT_MS, type MediaLoaderDependencies, MIB } from '../media-loader.ts';
import { type EndsLoading, refusalOf } from '../stages/load-media.ts';
import type { Staged } from '../stages/stage.ts';
import { MAX_MEDIA_BYTES } from './guard-operation.ts';
import { descriptorOf } from './kinds.ts';

/** The input as a provider gets it: media that are named are fetched, side by side. */
export const loadOperation = async <Kind extends OperationKind>(
  operation: Kind,
  input: OperationInputs[Kind],
  dependencies: MediaLoaderDependencies,
  timeoutMs: number,
  lifetime: EndsLoading,
): Promise<Staged<OperationRequests[Kind]>> => {
  const budget = {
    each: MAX_MEDIA_BYTES,
    total: 64 * MIB,
    timeoutMs: Math.min(FETCH_TIMEOUT_MS, timeoutMs),
  };
  const loader = createMediaLoader(dependencies, budget, lifetime.signal);
  try {
    return await descriptorOf(operation).load(input, { loader, dependencies, timeoutMs, lifetime });
  } catch (error) {
    return refusalOf(error, lifetime);
  } finally {
    loader.stop();
  }
};
