#!/usr/bin/env node
import { startupProblem } from '../bin/startup-problem.js';
import { endProcess } from './end-process.ts';
import type { Printout } from './faces/cli/catalogue-commands.ts';
import { type Command, parseCommandLine } from './faces/cli/command-line.ts';
import { printable } from './faces/cli/printable.ts';
import type { ProviderRow } from './faces/cli/providers-table.ts';
import { terminalFor } from './faces/cli/terminal.ts';

/** As where the command was called wrongly. */
const report = (problem: string | undefined): void => {
  if (problem === undefined) return;
  process.stderr.write(`${printable(problem)}\n`);
  process.exitCode = 2;
};

const print = (printout: Printout): void => {
  if ('problem' in printout) report(printout.problem);
  else process.stdout.write(printout.text);
};

const providerRows = async (): Promise<readonly ProviderRow[]> => {
  const { KNOWN_PROVIDERS } = await import('./adapters/providers/registry.ts');
  const { operationsOf } = await import('./adapters/providers/configure-providers.ts');
  return KNOWN_PROVIDERS.map((known) => ({
    ...known,
    variables: (known.variables ?? []).flatMap((variable) =>
      variable.default === undefined ? [variable.name] : [],
    ),
    completes: known.api.completes ?? true,
    operations: operationsOf(known),
  }));
};

/** Each command reads the code that it needs, and no other: most need little of it. */
const run = async (command: Command): Promise<void> => {
  switch (command.kind) {
    case 'SERVE': {
      const { serve } = await import('./start.ts');
      return serve(command.settings);
    }
    case 'PRINT_SCHEMA': {
      const { printSchemas } = await import('./faces/graphql/print-schemas.ts');
      const { writeSchemas } = await import('./faces/cli/write-files.ts');
      const { client, subgraph, possibleTypes } = await printSchemas();
      return report(
        writeSchemas(command.directory, {
          'schema.graphql': client,
          'subgraph.graphql': subgraph,
          'possible-types.json': possibleTypes,
        }),
      );
    }
    case 'DOCTOR': {
      const { doctor } = await import('./doctor.ts');
      process.exitCode = await doctor(command);
      return;
    }
    case 'NEW_KEY': {
      const { newKey } = await import('./new-key.ts');
      process.exitCode = await newKey(command);
      return;
    }
    case 'BACKUP': {
      const { backUpStore } = await import('./store-backup.ts');
      process.exitCode = await backUpStore(command);
      return;
    }
    case 'RESTORE': {
      const { restoreStore } = await import('./store-backup.ts');
      process.exitCode = await restoreStore(command);
      return;
    }
    case 'COMPARE':
    case 'MODELS':
    case 'PRICES': {
      const { catalogueCommand } = await import('./offline-catalogue.ts');
      const { printout, keep } = await catalogueCommand(command, process.stdout);
      print(printout);
      return keep();
    }
    case 'MEASURE': {
      const { measure } = await import('./measure.ts');
      const { printout, exitCode } = await measure(command);
      print(printout);
      process.exitCode ??= exitCode;
      return;
    }
    case 'TRAIN_COMPLEXITY': {
      const { trainComplexity } = await import('./faces/cli/train-complexity.ts');
      return print(trainComplexity(command));
    }
    case 'PRINT_PROVIDERS': {
      const { writeProviders } = await import('./faces/cli/write-files.ts');
      return report(writeProviders(command.file, await providerRows()));
    }
    case 'VERSION': {
      const { versionOf } = await import('./version.ts');
      process.stdout.write(`${versionOf()}\n`);
      return;
    }
    case 'HELP':
      process.stdout.write(command.text);
      return;
    case 'MISUSE':
      return report(command.problem);
  }
};

// The reader may have seen enough, as `head` does. A server has more to do than to print.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (command.kind === 'SERVE') return;
  if (error.code === 'EPIPE') return endProcess();
  process.stderr.write(`What this command prints cannot be written: ${error.message}
`);
  endProcess(1);
});
// A terminal that was closed, or a full disk, takes no more messages; the work goes on.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' && command.kind !== 'SERVE') endProcess();
});

const command = await parseCommandLine(process.argv.slice(2), terminalFor(process.stdout));
/** Resolves when the command has done what it was called for, or has said why not; a server serves from then on. */
export const ended = run(command).catch((error: unknown) => {
  const text = startupProblem(error)?.trimEnd() ?? (error instanceof Error ? error.message : String(error));
  process.stderr.write(`${command.kind === 'SERVE' ? 'modelgraph cannot start.\n' : ''}${printable(text)}\n`);
  endProcess(1);
});
