import type { OperationInputs, OperationKind } from '../../domain/operation.ts';
import type { MeterAttributes } from '../../domain/price.ts';
import type { Warning } from '../../domain/warning.ts';

/**
 * What prices of images depend on, in the words in which prices state it; undefined where nothing of it was asked. What was
 * left to the provider (`auto`, or nothing), and what a warning names because it was not done as asked, is not known: a
 * price for one quality alone does not apply to it.
 */
export const attributesAsked = (
  input: OperationInputs[OperationKind],
  warnings: readonly Warning[],
): MeterAttributes | undefined => {
  if (!('images' in input)) return undefined;
  const asked = (['quality', 'size', 'style'] as const).flatMap((name) => {
    const value = input[name]?.toLowerCase();
    const notDone = warnings.some(({ parameter }) => parameter?.split('.').at(-1) === name);
    return value === undefined || value === 'auto' || notDone ? [] : [[name, value] as const];
  });
  return asked.length === 0 ? undefined : Object.fromEntries(asked);
};
