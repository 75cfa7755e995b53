// A folder for one test, gone when the test is over.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export class TemporaryFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'cassmail-test-'));

  /** Writes the files, by their paths in this folder. */
  write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [name, content] of Object.entries(files)) {
      const file = join(this.path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
