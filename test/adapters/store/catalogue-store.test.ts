import { describe } from 'vitest';
import { openStore } from '../../../src/adapters/store/open-store.ts';
import { describeCatalogueStore } from '../../contract/catalogue-store.ts';
import { newDataFolder } from '../../support/data-folder.ts';
import { recordedLog } from '../../support/recorded-log.ts';

describe('on the embedded database', () => {
  describeCatalogueStore(async () => {
    const folder = await newDataFolder();
    const store = await openStore({ kind: 'embedded', dataDir: folder.path }, recordedLog());
    return { ...store, close: () => store.close().then(folder.remove) };
  });
});
