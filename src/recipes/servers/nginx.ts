/** nginx: the variables of the upstream's headers keep their values when the headers are hidden. */
import { toLines, writeFirstCount } from '../counting.js';
import { quoteNginx } from '../quoting.js';
import { getHeaders, type Recipe, type RecipeSettings, ROOT_SHELL, type Section } from '../recipe.js';
import { chooseServerFormat, type ServerWords } from '../server-format.js';

const WORDS: ServerWords = {
  server: 'nginx',
  common: '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent',
  combined: ' "$http_referer" "$http_user_agent"',
  host: '$server_name',
  directive: /\$/,
  toKept: (header) => `$upstream_http_${toVariable(header)}`,
  toSent: (header) => `$sent_http_${toVariable(header)}`,
};

/** The modules that pass requests on to applications. */
const UPSTREAMS = ['proxy', 'fastcgi', 'uwsgi'] as const;

const LOG = '/var/log/nginx/access.log';

export const NGINX: Recipe = {
  name: 'nginx',
  summary: 'nginx logs which object each response is, and keeps that from visitors',
  log: LOG,
  readAs: (settings) => chooseServerFormat(WORDS, settings).readAs,
  write: writeNginx,
};

function writeNginx(settings: RecipeSettings): readonly Section[] {
  const log = settings.log ?? LOG;
  const { name, text, readAs } = chooseServerFormat(WORDS, settings);
  const headers = Object.values(getHeaders(settings));
  return [
    {
      place: '/etc/nginx/conf.d/logtally.conf',
      why: 'The log has the two headers of the application, and visitors do not get them; a location with a proxy_hide_header of its own needs these two as well.',
      text: toLines([
        // a backslash of the format is one of the configuration
        `log_format ${name} '${text.replaceAll("'", String.raw`\'`)}';`,
        ...UPSTREAMS.flatMap((upstream) => headers.map((header) => `${upstream}_hide_header ${header};`)),
      ]),
      language: 'nginx',
    },
    {
      place: 'the server block, in the place of its access_log if it has one',
      why: 'Writes the log in this format.',
      text: `access_log ${quoteNginx(log)} ${name};\n`,
      language: 'nginx',
    },
    {
      place: ROOT_SHELL,
      why: 'Lets nginx read both.',
      text: 'nginx -t && systemctl reload nginx\n',
      language: 'sh',
    },
    writeFirstCount(settings, log, readAs),
  ];
}

/** `X-Object-ID` -> `x_object_id` */
function toVariable(header: string): string {
  return header.toLowerCase().replaceAll('-', '_');
}
