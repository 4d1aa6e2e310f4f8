#!/usr/bin/env node
// Read by whatever Node the machine has, so it and what it imports are written in what Node 14 knows.
import { isNewEnough, runWithOwnNode } from './own-node.js';

if (isNewEnough(process.versions.node)) import('./run.js');
else runWithOwnNode();
