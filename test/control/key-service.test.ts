import { afterAll } from 'vitest';
import { createMemoryState } from '../../src/adapters/state/memory.ts';
import { openStore } from '../../src/adapters/store/open-store.ts';
import type { Store } from '../../src/ports/store.ts';
import { newDataFolder } from '../support/data-folder.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { describeKeys } from './key-contract.ts';

let folder: Awaited<ReturnType<typeof newDataFolder>> | undefined;
let store: Store | undefined;
afterAll(async () => {
  await store?.close();
  folder?.remove();
});

describeKeys(async () => {
  folder = await newDataFolder();
  store = await openStore({ kind: 'embedded', dataDir: folder.path }, recordedLog());
  return { store: store.keys, state: createMemoryState() };
});
