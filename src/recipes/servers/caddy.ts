/** Caddy: its JSON log has the headers as visitors get them, so one that is hidden is not logged. */
import { UsageError } from '../../errors.js';
import { DEFAULT_FORMAT_OPTIONS } from '../../parse/parse.js';
import { toLines, writeFirstCount } from '../counting.js';
import { quoteDouble } from '../quoting.js';
import { getHeaders, type Recipe, type RecipeSettings, ROOT_SHELL, type Section } from '../recipe.js';

const FORMAT = 'json';

const HOST_NAME = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;

const LOG = '/var/log/caddy/access.log';

export const CADDY: Recipe = {
  name: 'caddy',
  summary: 'Caddy logs which object each response is, as JSON; visitors get the headers too',
  log: LOG,
  readAs: getFormat,
  write: writeCaddy,
};

/** @throws UsageError if --format says another one */
function getFormat({ formatFlag }: RecipeSettings): string {
  if (formatFlag === null || formatFlag === FORMAT) return FORMAT;
  throw new UsageError(`--format: Caddy cannot write '${formatFlag}'`, {
    hint: `leave --format out: Caddy's own log is read by --format ${FORMAT}`,
  });
}

function writeCaddy(settings: RecipeSettings): readonly Section[] {
  const { site } = settings;
  const log = settings.log ?? LOG;
  return [
    {
      place: '/etc/caddy/Caddyfile',
      why: 'Caddy logs the headers that it sends, so visitors get both; if header_down takes them from the response, the log lacks them as well. From Caddy 2.9 on nobody else may read its log: write `mode 0640` into braces behind the file there, and add the user who counts to the group caddy.',
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
    ...writeFields(settings),
    writeFirstCount(settings, log, getFormat(settings)),
  ];
}

/** Where lines have headers that the program does not know by their names. */
function writeFields(settings: RecipeSettings): readonly Section[] {
  const headers = getHeaders(settings);
  const known = DEFAULT_FORMAT_OPTIONS.objectFields;
  const fields = (['contentType', 'objectId'] as const).filter(
    (field) => !known[field].some((name) => name.toLowerCase() === headers[field].toLowerCase()),
  );
  if (fields.length === 0) return [];
  return [
    {
      place: settings.configFile ?? 'logtally.toml',
      why: 'Says where the lines have the two headers, since they have other names than the usual ones.',
      text: toLines([
        '[json_fields]',
        ...fields.map((field) => `${field} = "resp_headers.${toCanonicalName(headers[field])}.0"`),
      ]),
      language: 'text',
    },
  ];
}

/** As Go writes the name of a header: `X-Object-ID` -> `X-Object-Id`. */
function toCanonicalName(header: string): string {
  return header.toLowerCase().replaceAll(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
