import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/**
 * A small copy of the project in a temporary folder: the real configuration and tools, none of the code.
 * Whatever a test plants there, this tree stays clean even when the test is killed.
 */
export class Miniature {
  readonly path = mkdtempSync(join(tmpdir(), 'miniature-'));

  constructor(copied: readonly string[]) {
    for (const name of copied) cpSync(join(root, name), join(this.path, name), { recursive: true });
    const modules = join(this.path, 'node_modules');
    mkdirSync(modules);
    for (const name of readdirSync(join(root, 'node_modules'))) {
      // Marks of the set-up, such as its lock, are this folder's own.
      if (name.startsWith('.') && name !== '.bin') continue;
      symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction');
    }
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.path, file)), { recursive: true });
    writeFileSync(join(this.path, file), text);
  }

  remove(file = '.'): void {
    rmSync(join(this.path, file), { recursive: true, force: true });
  }
}
