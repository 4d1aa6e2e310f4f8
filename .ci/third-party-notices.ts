import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;

const noticeOf = (folder: string): string => {
  const { name, version, license }: { name: string; version: string; license?: unknown } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const texts = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && LICENCE_FILE.test(entry.name))
    .map((entry) => readFileSync(join(folder, entry.name), 'utf8').trim());
  return [`${name} ${version} (${JSON.stringify(license)})`, ...texts].join('\n\n');
};

/** The licences of the packages whose modules these are: whoever passes on their code passes these on with it. */
export const noticesOf = (moduleIds: readonly string[]): string => {
  const folders = new Set(moduleIds.flatMap((id) => PACKAGE.exec(id.replaceAll('\\', '/'))?.[0] ?? []));
  return `${[...folders]
    .sort()
    .map(noticeOf)
    .join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
};
