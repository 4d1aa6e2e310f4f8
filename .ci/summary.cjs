/**
 * Prints the closing summary of a vitest JSON report and, as the last line, `N passed, N failed`. Exits
 * non-zero where anything failed, nothing ran, or there is no report. Runs on any Node.
 */
const { existsSync, readFileSync } = require('node:fs');

const [, , path] = process.argv;
if (path === undefined || !existsSync(path)) {
  console.error('A check failed before the tests ran.');
  process.exit(1);
}

const report = JSON.parse(readFileSync(path, 'utf8'));
const files = report.testResults;
const filesFailed = files.filter((file) => file.status === 'failed').length;
/** A file that does not load has no tests to fail, and yet it fails. */
const unloaded = files.filter(
  (file) => file.status === 'failed' && file.assertionResults.length === 0,
).length;
const skipped = report.numPendingTests + report.numTodoTests;
const passed = report.numPassedTests;
const counted = report.numFailedTests + unloaded;
/** An error outside of every test fails the run, too. */
const failed = report.success ? counted : Math.max(counted, 1);

const part = (count, word) => (count > 0 ? [`${count} ${word}`] : []);
const line = (title, parts, total) => `${title}  ${parts.join(' | ')} (${total})`;
console.log(
  line('Test Files', [...part(filesFailed, 'failed'), `${files.length - filesFailed} passed`], files.length),
);
console.log(
  line(
    '     Tests',
    [...part(failed, 'failed'), `${passed} passed`, ...part(skipped, 'skipped')],
    passed + failed + skipped,
  ),
);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
