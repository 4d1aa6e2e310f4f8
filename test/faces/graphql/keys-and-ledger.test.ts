import { describeKeysAndLedger } from './keys-and-ledger.ts';

describeKeysAndLedger('the embedded store', async () => ({}));
