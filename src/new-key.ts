import { openLog } from './adapters/telemetry/log.ts';
import { configWith } from './config.ts';
import { newAdminKey } from './control/new-admin-key.ts';
import type { KeyCommand } from './faces/cli/commands/key.ts';
import { printable } from './faces/cli/printable.ts';

const othersNote = (revokeOthers: boolean, revoked: number, isSet: boolean): string => {
  if (!revokeOthers) return 'Other admin keys still work; --revoke-others ends them.';
  const count = revoked === 1 ? '1 other admin key is' : `${revoked} other admin keys are`;
  const next = isSet ? ' The one that MODELGRAPH_ADMIN_KEY sets is back at the next start: change it.' : '';
  return `${count} revoked; servers that run refuse them within 30 seconds.${next}`;
};

/**
 * Makes an admin key in the store that the configuration names, whether a server runs on it or not. Prints the key alone on
 * standard output, for programs, and what a person should know of it on the other. The exit code.
 */
export const newKey = async ({
  revokeOthers,
  settings,
}: Pick<KeyCommand, 'revokeOthers' | 'settings'>): Promise<number> => {
  const { addAdminKey } = await import('./adapters/store/add-admin-key.ts');
  const { databaseUrl, dataDir, adminKey, logFormat } = configWith(settings);
  const { key, hash, secret } = newAdminKey(new Date());
  try {
    const revoked = await addAdminKey(
      databaseUrl === undefined ? { kind: 'embedded', dataDir } : { kind: 'postgres', url: databaseUrl },
      key,
      hash,
      { revokeOthers },
      openLog('error', logFormat),
    );
    const note = othersNote(revokeOthers, revoked, adminKey !== undefined);
    process.stderr.write(`A new admin key, shown this once. ${note}\n`);
    process.stdout.write(`${secret.reveal()}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(
      printable(`No key was made. ${error instanceof Error ? error.message : String(error)}\n`),
    );
    return 1;
  }
};
