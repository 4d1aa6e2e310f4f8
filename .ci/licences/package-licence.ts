import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import satisfies from 'spdx-satisfies';
import { ALLOWED_FOR_CODE } from './allowed.ts';
import { licenceOfText } from './licence-text.ts';

export type PackageLicence = {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, or what the package says in its place; undefined if it says nothing. */
  readonly licence: string | undefined;
  /** Who wrote it, as its manifest says. */
  readonly authors: string;
};

type Manifest = { readonly [field: string]: unknown };

const isManifest = (value: unknown): value is Manifest =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `license` today, `license: {type}` and `licenses: [{type}, …]`, of which one may be chosen, in former times. */
const stated = ({ license, licenses }: Manifest): string | undefined => {
  const word = (value: unknown): string[] => {
    if (typeof value === 'string') return value.trim() === '' ? [] : [value.trim()];
    return isManifest(value) ? word(value.type) : [];
  };
  const several = Array.isArray(license)
    ? license
    : Array.isArray(licenses)
      ? licenses
      : [license ?? licenses];
  const words = several.flatMap(word);
  return words.length > 1 ? `(${words.join(' OR ')})` : words[0];
};

/** `Name <address> (page)` or an object, each. */
const authors = ({ name, author, contributors }: Manifest): string => {
  const people = [author, ...(Array.isArray(contributors) ? contributors : [])];
  const names = people.flatMap((person) => (isManifest(person) ? person.name : person) ?? []);
  return names.length > 0 ? names.map(String).join(', ') : `the authors of ${String(name)}`;
};

export const LICENCE_FILE = /^(licen[cs]e|copying|unlicense)/i;

export const filesLike = (folder: string, pattern: RegExp): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => entry.name)
    .sort();

/** By the text of its licence file. */
const written = (folder: string, named?: string): string | undefined => {
  const name = named ?? filesLike(folder, LICENCE_FILE)[0];
  if (name === undefined || !existsSync(join(folder, name))) return undefined;
  return licenceOfText(readFileSync(join(folder, name), 'utf8'));
};

export const isExpression = (licence: string): boolean => {
  try {
    satisfies(licence, ['MIT']);
    return true;
  } catch {
    return false;
  }
};

/** A licence that lies beside the manifest, is not on the list, and is not one of those that the manifest names. */
const contradiction = (folder: string, said: string): string | undefined =>
  filesLike(folder, LICENCE_FILE)
    .flatMap((file) => written(folder, file) ?? [])
    .find(
      (licence) => !(licence in ALLOWED_FOR_CODE) && !said.includes(licence.replace(/-[\d.]+(-only)?$/, '')),
    );

/**
 * What an installed package says of itself: its manifest where that names a licence, else the text beside it. A text that
 * says another thing than the manifest counts.
 */
export const readPackageLicence = (folder: string): PackageLicence => {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!isManifest(manifest)) throw new Error(`${folder}/package.json is not an object`);
  const said = stated(manifest);
  const file = said === undefined ? undefined : /^see licen[cs]e in (.+)$/i.exec(said)?.[1];
  const licence =
    said !== undefined && isExpression(said)
      ? (contradiction(folder, said) ?? said)
      : ((said === 'UNLICENSED' ? undefined : written(folder, file)) ?? said);
  return {
    name: String(manifest.name),
    version: String(manifest.version),
    licence,
    authors: authors(manifest),
  };
};

/** Whether one may take it under licences of the list alone. */
export const isAllowed = (licence: string | undefined): boolean => {
  if (licence === undefined) return false;
  try {
    return satisfies(licence, Object.keys(ALLOWED_FOR_CODE));
  } catch {
    return false;
  }
};
