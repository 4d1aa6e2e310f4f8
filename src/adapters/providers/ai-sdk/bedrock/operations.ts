import type { OperationAdapters } from '../../../../ports/provider.ts';
import type { Performance } from '../perform.ts';
import type { ConnectBedrock } from './language.ts';

export type BedrockOperationsOptions = {
  readonly connect: ConnectBedrock;
  readonly connectReranker: ConnectBedrock;
  readonly performance: Performance;
};

export const bedrockOperations = (_options: BedrockOperationsOptions): OperationAdapters => ({});
