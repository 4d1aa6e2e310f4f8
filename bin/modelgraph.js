#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { sourcesFingerprint } from './sources-fingerprint.js';

/** @param {string} path from the package's folder */
const inPackage = (path) => new URL(`../${path}`, import.meta.url);

// Reading code is half of a start. What was read is kept beside the code, where only who may change the code can
// write; without that right nothing is kept.
enableCompileCache(fileURLToPath(inPackage('node_modules/.cache/modelgraph-compiled')));

const sources = inPackage('src/main.ts');
const bundle = inPackage('dist/server/main.js');
const fingerprint = inPackage('dist/server/fingerprint');

/** What is published has no sources. */
const isBundleOfSources = () =>
  existsSync(fingerprint) &&
  readFileSync(fingerprint, 'utf8') === sourcesFingerprint(fileURLToPath(inPackage('.')));

const main = existsSync(sources) && !isBundleOfSources() ? sources : bundle;
await import(main.href);
