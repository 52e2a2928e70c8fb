// What `npm run test:guards` takes out, one after the other, must be there to be taken out.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from './support/cli.js';
import { GUARDS } from './support/guards.js';

describe('the guards', () => {
  it.each(GUARDS)('$name: stands in its file once', ({ file, code }) => {
    expect(readFileSync(`${PROJECT_FOLDER}${file}`, 'utf8').split(code)).toHaveLength(2);
  });
});
