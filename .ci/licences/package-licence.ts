import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
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

export const isExpression = (licence: string): boolean => {
  try {
    satisfies(licence, ['MIT']);
    return true;
  } catch {
    return false;
  }
};

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
  // Of a choice, what is known can be taken.
  const known = words.filter(isExpression);
  const choice = known.length > 0 ? known : words;
  return choice.length > 1 ? `(${choice.join(') OR (')})` : choice[0];
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

/** The licence whose text a file of the package is; undefined if there is none, or it lies outside of the package. */
const written = (folder: string, name: string | undefined): string | undefined => {
  const path = join(folder, name ?? '');
  if (!path.startsWith(`${join(folder)}${sep}`) || !statSync(path, { throwIfNoEntry: false })?.isFile())
    return undefined;
  return licenceOfText(readFileSync(path, 'utf8'));
};

/** A licence that lies beside the manifest, is not on the list, and is not one of those that the manifest names. */
const contradiction = (folder: string, said: string): string | undefined =>
  filesLike(folder, LICENCE_FILE)
    .flatMap((file) => written(folder, file) ?? [])
    .find(
      (licence) => !(licence in ALLOWED_FOR_CODE) && !said.includes(licence.replace(/-[\d.]+(-only)?$/, '')),
    );

/** Say nothing of which licence it is. */
const FILLER = /^(the|licen[cs]ed?|version|v|clause|new|revised|simplified|x11|expat)$/;

/** `The Apache License, Version 2.0` and `Apache-2.0` are the same words. */
const wordsOf = (name: string): readonly string[] =>
  (name.toLowerCase().match(/[a-z]+|\d+(\.\d+)*/g) ?? [])
    .filter((word) => !FILLER.test(word))
    .map((word) => word.replace(/(\.0)+$/, ''));

/** Whether a name that is no SPDX id means nothing but this licence: `BSD` may be any of them. */
const isNameOf = (licence: string, name: string): boolean => {
  const known = wordsOf(licence);
  const words = wordsOf(name);
  return words.length > 0 && words.every((word) => known.includes(word));
};

/** Without an SPDX expression: by the text, as far as the manifest does not say something else. */
const licenceInText = (folder: string, said: string | undefined): string | undefined => {
  const named = /^see licen[cs]e in (.+)$/i.exec(said ?? '')?.[1];
  const licence = written(folder, named ?? filesLike(folder, LICENCE_FILE)[0]);
  if (licence === undefined) return said;
  return said === undefined || named !== undefined || isNameOf(licence, said) ? licence : said;
};

/**
 * What an installed package says of itself: its manifest where that names a licence, else the text beside it. A text that
 * says another thing than the manifest counts, and so does a manifest that says another thing than its text.
 */
export const readPackageLicence = (folder: string): PackageLicence => {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!isManifest(manifest)) throw new Error(`${folder}/package.json is not an object`);
  const said = stated(manifest);
  const licence = said !== undefined && isExpression(said) ? said : licenceInText(folder, said);
  return {
    name: String(manifest.name),
    version: String(manifest.version),
    licence: contradiction(folder, said ?? '') ?? licence,
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
