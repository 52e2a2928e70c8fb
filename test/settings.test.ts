import { describe, expect, it } from 'vitest';
import { resolveDatabase } from '../src/settings.js';

describe('how long to wait for another run', () => {
  it('is 600 seconds for a server, 60 for the embedded database, and what --lock-wait says for both', async () => {
    const server = { DATABASE_URL: 'postgres://h/d' };
    const cases = [
      [{}, server, 600],
      [{ databaseUrl: 'postgres://h/d' }, {}, 600],
      [{}, { PGHOST: 'h' }, 600],
      [{ dataDir: '/d' }, {}, 60],
      [{}, { LOGTALLY_DATA_DIR: '/d' }, 60],
      [{ lockWait: 0 }, server, 0],
      [{ lockWait: 5, dataDir: '/d' }, server, 5],
    ] as const;
    for (const [flags, environment, lockWaitSeconds] of cases) {
      expect(await resolveDatabase(flags, environment)).toMatchObject({ lockWaitSeconds });
    }
  });
});
