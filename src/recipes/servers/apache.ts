/** Apache: notes keep the ids for the log, since a header that is taken from the response is not logged any more. */
import { toLines, writeFirstCount } from '../counting.js';
import { quoteApache } from '../quoting.js';
import { getHeaders, type Recipe, type RecipeSettings, ROOT_SHELL, type Section } from '../recipe.js';
import { chooseServerFormat, type ServerWords } from '../server-format.js';

const WORDS: ServerWords = {
  server: 'Apache',
  common: '%h %l %u %t "%r" %>s %b',
  combined: ' "%{Referer}i" "%{User-Agent}i"',
  host: '%v',
  directive: /%/,
  toKept: (header) => `%{${toNote(header)}}n`,
  toSent: (header) => `%{${header}}o`,
};

const LOG = '/var/log/apache2/access.log';

export const APACHE: Recipe = {
  name: 'apache',
  summary: 'Apache httpd logs which object each response is, and keeps that from visitors',
  log: LOG,
  readAs: (settings) => chooseServerFormat(WORDS, settings).readAs,
  write: writeApache,
};

function writeApache(settings: RecipeSettings): readonly Section[] {
  const log = settings.log ?? LOG;
  const { name, text, readAs } = chooseServerFormat(WORDS, settings);
  const headers = Object.values(getHeaders(settings));
  return [
    {
      place: '/etc/apache2/conf-available/logtally.conf',
      why: 'Notes keep the two headers of the application for the log, and visitors do not get them.',
      text: toLines([
        ...headers.map((header) => `Header note ${header} ${toNote(header)}`),
        ...headers.map((header) => `Header unset ${header}`),
        `LogFormat ${quoteApache(text)} ${name}`,
      ]),
      language: 'apache',
    },
    {
      place: 'the virtual host, in the place of its CustomLog',
      why: 'Writes the log in this format.',
      text: `CustomLog ${quoteApache(log)} ${name}\n`,
      language: 'apache',
    },
    {
      place: ROOT_SHELL,
      why: 'Lets Apache read both.',
      text: toLines([
        'a2enmod headers',
        'a2enconf logtally',
        'apache2ctl configtest && systemctl reload apache2',
      ]),
      language: 'sh',
    },
    writeFirstCount(settings, log, readAs),
  ];
}

/** `X-Object-ID` -> `x_object_id` */
function toNote(header: string): string {
  return header.toLowerCase().replaceAll('-', '_');
}
