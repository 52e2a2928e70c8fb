/** Caddy: its JSON log has the headers as visitors get them, so one that is hidden is not logged. */
import { UsageError } from '../../errors.js';
import { toLines, writeFirstCount } from '../counting.js';
import { quoteDouble } from '../quoting.js';
import { type Recipe, type RecipeSettings, ROOT_SHELL, type Section } from '../recipe.js';

const FORMAT = 'json';

const HOST_NAME = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;

export const CADDY: Recipe = {
  name: 'caddy',
  summary: 'Caddy logs which object each response is, as JSON; visitors get the headers too',
  write: writeCaddy,
};

function writeCaddy(settings: RecipeSettings): readonly Section[] {
  const { formatFlag, site } = settings;
  if (formatFlag !== null && formatFlag !== FORMAT) {
    throw new UsageError(`--format: Caddy cannot write '${formatFlag}'`, {
      hint: `leave --format out: Caddy's own log is read by --format ${FORMAT}`,
    });
  }
  const log = settings.log ?? '/var/log/caddy/access.log';
  return [
    {
      place: '/etc/caddy/Caddyfile',
      why: 'Caddy logs the headers that it sends, so visitors get both; if header_down takes them from the response, the log lacks them as well.',
      text: toLines([
        `${HOST_NAME.test(site) ? site : 'www.example.com'} {`,
        '\tlog {',
        `\t\toutput file ${quoteDouble(log)}`,
        '\t\tformat json',
        '\t}',
        '\treverse_proxy localhost:8000',
        '}',
      ]),
      language: 'text',
    },
    {
      place: ROOT_SHELL,
      why: 'Lets Caddy read it.',
      text: 'caddy validate --config /etc/caddy/Caddyfile && systemctl reload caddy\n',
      language: 'sh',
    },
    writeFirstCount(settings, log, FORMAT),
  ];
}
