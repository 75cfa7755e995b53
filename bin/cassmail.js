#!/usr/bin/env node
// The launcher that `npx cassmail` finds even before the first build: a `bin` must be a committed file.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/src/main.js', import.meta.url);
if (existsSync(fileURLToPath(program))) {
  await import(program.href);
} else {
  console.error(
    'cassmail: this checkout is not built yet. Run: npm ci   (or, after a change: npm run build)',
  );
  process.exitCode = 1;
}
