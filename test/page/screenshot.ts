// Makes the README's picture of the report page: `npm run screenshot`. The log is the one that the README counts.

import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from '../support/chromium.js';
import { PROJECT_FOLDER, runCli } from '../support/cli.js';

const PICTURE = `${PROJECT_FOLDER}fixtures/report.png`;
const NAMES = `
[[content_type]]
id = "7"
name = "video"

[[content_type]]
id = "12"
name = "article"
`;
const MAX_BYTES = 150_000;

const folder = await mkdtemp(join(tmpdir(), 'logtally-screenshot-'));
const browser = await launchChromium();
try {
  const environment = { LOGTALLY_DATA_DIR: join(folder, 'data') };
  const page = join(folder, 'report.html');
  const config = join(folder, 'logtally.toml');
  await writeFile(config, NAMES);
  await run(['ingest', '--quiet', 'fixtures/access.log.gz'], environment);
  const days = ['--since', '2025-10-17', '--until', '2025-10-31'];
  const looks = ['--title', 'www.example.com', '--config', config];
  await run(['report', ...days, ...looks, '--output', page], environment);
  const tab = await browser.newPage({ viewport: { width: 1200, height: 1226 }, colorScheme: 'light' });
  await tab.goto(`file://${page}`);
  await tab.locator('canvas').first().waitFor();
  await tab.screenshot({ path: PICTURE });
  const { size } = await stat(PICTURE);
  if (size > MAX_BYTES) throw new Error(`${PICTURE} has ${size} bytes, more than ${MAX_BYTES}`);
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}

async function run(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<void> {
  const { code, stderr } = await runCli(args, { environment });
  if (code !== 0) throw new Error(`logtally ${args.join(' ')}: ${stderr}`);
}
