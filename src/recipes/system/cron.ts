/** cron: a line that counts every quarter of an hour. */
import {
  formatVariable,
  getLog,
  globRotated,
  listCountingOptions,
  listServiceVariables,
  SERVICE_USER,
  toLines,
  writeQuestion,
  writeUser,
} from '../counting.js';
import { quoteCron, quoteShell } from '../quoting.js';
import type { Recipe, RecipeSettings, Section } from '../recipe.js';

/** Where cron looks for programs is named, since its own list lacks /usr/local/bin. */
const PATH = ['/usr/local/bin', '/usr/bin', '/bin'];

export const CRON: Recipe = {
  name: 'cron',
  summary: 'cron counts every quarter of an hour',
  write: writeCron,
};

function writeCron(settings: RecipeSettings): readonly Section[] {
  const { nodeFolder } = settings;
  const path = (PATH.includes(nodeFolder) ? PATH : [nodeFolder, ...PATH]).join(':');
  const variables = [['PATH', path] as const, ...listServiceVariables(settings)];
  const words = [settings.command, 'ingest', '--quiet', ...listCountingOptions(settings)].map(quoteShell);
  const command = `${words.join(' ')} ${globRotated(getLog(settings), settings)}`;
  return [
    ...writeUser(settings),
    {
      place: '/etc/cron.d/logtally',
      why: 'Counts what is new, and finds in the rotated logs what was missed; cron mails what goes wrong.',
      text: toLines([
        ...variables.map(formatVariable),
        `*/15 * * * *  ${SERVICE_USER}  ${quoteCron(command)}`,
      ]),
      language: 'text',
    },
    writeQuestion(settings),
  ];
}
