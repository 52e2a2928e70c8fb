// Texts in the languages of the recipes, read back by the languages themselves.

import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { quoteDouble, quoteRuby, quoteShell, quoteSingle } from '../../src/recipes/quoting.js';

const TEXT = `-é, !a* [b] ~ & | ; < > it's 100 % "$HOME" \\ #{1 + 1} #$0 {$x} $(id) \`id\` \\n \\`;

const LANGUAGES: readonly (readonly [
  name: string,
  quote: (text: string) => string,
  command: string,
  toArgs: (literal: string) => readonly string[],
])[] = [
  ['a shell', quoteShell, '/bin/sh', (literal) => ['-c', `printf %s ${literal}`]],
  ['JavaScript', quoteSingle, process.execPath, (literal) => ['-e', `process.stdout.write(${literal})`]],
  [
    'Python',
    quoteDouble,
    'python3',
    (literal) => ['-c', `import sys; sys.stdout.buffer.write(${literal}.encode())`],
  ],
  ['Ruby', quoteRuby, 'ruby', (literal) => ['-Ku', '-e', `print(${literal})`]],
  ['PHP', quoteSingle, 'php', (literal) => ['-r', `echo ${literal};`]],
];

describe('a text means itself', () => {
  for (const [name, quote, command, toArgs] of LANGUAGES) {
    const isThere = spawnSync(command, ['--version']).error === undefined;
    const lack = isThere ? '' : ` (NOT TESTED: ${command} is missing)`;
    it.skipIf(!isThere)(`in ${name}${lack}`, () => {
      const { stdout, stderr } = spawnSync(command, [...toArgs(quote(TEXT))], { encoding: 'utf8' });
      expect({ stdout, stderr }).toEqual({ stdout: TEXT, stderr: '' });
    });
  }
});
