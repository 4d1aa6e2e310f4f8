/** Fails if something that is passed on has a licence that is not on the list. Reads installed files alone. */
import { fileURLToPath } from 'node:url';
import { checkLicences } from './check-licences.ts';

const { counts, problems } = checkLicences(fileURLToPath(new URL('../..', import.meta.url)));
if (problems.length > 0) {
  console.error(`Licences that are not on the list of .ci/licences/allowed.ts:\n  ${problems.join('\n  ')}`);
  process.exitCode = 1;
} else {
  const looked = Object.entries(counts).map(([where, count]) => `${count} packages in ${where}`);
  console.log(`Licences: ${looked.join(', ')}; all are on the list.`);
}
