#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Reading code is half of a start. What was read is kept beside the code, where only who may change the code can
// write; without that right nothing is kept.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/modelgraph-compiled', import.meta.url)));

// A clone runs its sources; what is published has them compiled alone.
const source = new URL('../src/main.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/main.js', import.meta.url).href);
