// What `npm run test:guards` takes out, one after the other, must be there to be taken out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GUARDS } from './support/guards.js';

describe('the guards', () => {
  it.each(GUARDS)('$name: stands in its file once', ({ file, code }) => {
    expect(readFileSync(join(import.meta.dirname, '..', file), 'utf8').split(code)).toHaveLength(2);
  });
});
