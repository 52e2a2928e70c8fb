// Where this parser reads a case of another project otherwise than that project does, and why; and the format strings
// of the cases whose format is not one of the usual ones. The cases themselves are not part of the project.

const COMMON = '%h %l %u %t "%r" %>s %b';
const COMBINED = `${COMMON} "%{Referer}i" "%{User-Agent}i"`;
const AGENTS = '"%{Referer}i" "%{User-Agent}i"';

const NGINX_COMBINED =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';
const NGINX_MAIN = `${NGINX_COMBINED} "$http_x_forwarded_for"`;
const INGRESS =
  `${NGINX_COMBINED} $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] ` +
  '$upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id';

/** Jetty writes two spaces around a hyphen; a format says so with two spaces. */
const JETTY_TIME = '%h %l  %u  %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i"';

const FORMATS: readonly (readonly [format: string, ids: readonly string[]])[] = [
  [
    NGINX_MAIN,
    ['vrl-016', 'vrl-021', 'vrl-026', 'vrl-027', 'vrl-028', 'vrl-029', 'vrl-030', 'vrl-031', 'vrl-033'],
  ],
  [NGINX_MAIN, ['integrations-core-004', 'integrations-core-005']],
  [INGRESS, ['vrl-022', 'vrl-023', 'vrl-024', 'vrl-025', 'vrl-032']],
  [`${COMBINED} "%{X-Forwarded-For}i"`, ['fluentd-009']],
  [`${COMMON} %{Referer}i %{User-Agent}i`, ['vrl-003']],
  ['%h %l %u [%{%d/%b/%Y %H:%M:%S}t] "%r" %>s %b', ['lnav-013']],
  [`${COMBINED} %{X-Forwarded-For}i`, ['fluentd-008', 'lnav-012']],
  [`%a %{Host}i %u %t "%r" %>s %O ${AGENTS} %{Content-length}i %P %A`, ['logparser-004']],
  [`${COMBINED}  %D`, ['logparser-006']],
  [`${JETTY_TIME}  %D`, ['logparser-007', 'lnav-010']],
  [`${COMBINED} %D`, ['logparser-008']],
  [`${JETTY_TIME} %D`, ['logparser-009']],
  [
    '%%%h %a %A %l %u %t "%r" %>s %b %p "%q" "%{Referer}i" %D "%{User-agent}i" "%{Cookie}i" "%{Set-Cookie}o" "%{If-None-Match}i" "%{Etag}o"',
    ['logparser-010'],
  ],
  [`%h %a %l %u %t "%r" %>s %b ${AGENTS}`, ['apache-log-parser-003']],
  [
    `%h %{remote}p %v %p %t "%r" %>s %b ${AGENTS} %P %D %{number}n %{SSL_PROTOCOL}x %{SSL_CIPHER}x %k %{UNIQUE_ID}e `,
    ['apache-log-parser-004'],
  ],
  ['%h %{thread}n %v %l %u %t %r %>s %b %{Referer}i %{User-Agent}i', ['apache-log-parser-005']],
  [`%v ${COMMON}`, ['goatcounter-016', 'goatcounter-017', 'goatcounter-018', 'goatcounter-019']],
  [`%v:%p ${COMMON}`, ['goatcounter-020']],
  [`%v ${COMMON}`, [5, 6, 7, 8].map((number) => `matomo-log-analytics-00${number}`)],
  [`${COMBINED} %T`, [17, 18, 19, 20].map((number) => `matomo-log-analytics-0${number}`)],
  [`%h %v %u %t "%r" %>s %b ${AGENTS}`, ['matomo-log-analytics-021', 'matomo-log-analytics-022']],
  [`%v %h %l %u %t (%T s) "%r" %>s %b ${AGENTS}`, ['matomo-log-analytics-023', 'matomo-log-analytics-024']],
  [`%h %l %v %t "%r" %>s %b ${AGENTS} %T/%D`, ['request-log-analyzer-007']],
  [`${COMBINED} %{note}n %D %A`, ['jc-002', 'jc-003', 'jc-004', 'jc-005', 'jc-006']],
  [`[httpd] ${COMBINED} %{Request-Id}o %D`, ['telegraf-006', 'telegraf-007']],
  [`${COMMON} %T ${AGENTS}`, ['integrations-core-006']],
  [`%{%Y-%m-%dT%H:%M:%S}t %h %u %m "%U" %{note}n %>s %b ${AGENTS}`, ['lnav-008']],
  [`%{%Y-%m-%dT%H:%M:%S}t %h %u %m %U %{note}n %>s %b ${AGENTS}`, ['lnav-009']],
];

/** The format string that fits, by the case's id. */
export const FORMAT_OF_CASE: Readonly<Record<string, string>> = Object.fromEntries(
  FORMATS.flatMap(([format, ids]) => ids.map((id) => [id, format])),
);

interface StatedChoice {
  readonly reason: string;
  readonly ids: readonly string[];
}

/** `range('time', 7, 9)` -> `time-7`, `time-8`, `time-9` */
function range(prefix: string, first: number, last: number): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${prefix}-${first + index}`);
}

function pick(prefix: string, ...numbers: readonly string[]): readonly string[] {
  return numbers.map((number) => `${prefix}-${number}`);
}

export const STATED_CHOICES: readonly StatedChoice[] = [
  {
    reason: 'A line without a time is a reject: nothing can be counted without its day.',
    ids: pick('vrl', '004', '005', '011', '012'),
  },
  {
    reason:
      'Text after the last field is a reject: it is counted and shown, and a format that names it reads it.',
    ids: [
      ...pick('matomo-log-analytics', '002', '006', '010', '014', '018', '022', '024', '025'),
      'integrations-core-005',
    ],
  },
  {
    reason:
      'Doubled spaces are a reject, also within the time: no server writes them unless its format has them.',
    ids: pick('matomo-log-analytics', '003', '007', '011', '015', '019'),
  },
  {
    reason:
      'Method, target and protocol are null together where the request is not METHOD TARGET PROTOCOL; it is kept whole.',
    ids: ['fluentd-003', 'fluentd-007', 'logparser-010', 'jc-002', 'jc-003', 'request-2'],
  },
  {
    reason: 'An empty quoted field is an empty text, and only a hyphen is null.',
    ids: ['goatcounter-004', 'goatcounter-009'],
  },
  {
    reason: 'Bytes that are not UTF-8 stay visible as `\\xhh`; that project was told the encoding.',
    ids: ['matomo-log-analytics-027'],
  },
  { reason: 'A size of `-` is null, and not 0: no data is invented.', ids: ['request-log-analyzer-007'] },
  {
    reason: 'The last field of a format takes the rest of its line, which that project loses.',
    ids: ['apache-log-parser-005'],
  },
  {
    reason: 'A list of addresses in the place of the client is kept whole, not rejected.',
    ids: ['lars-005'],
  },
  {
    reason: 'Days have two digits and hours too, as all servers write them.',
    ids: ['jc-018', ...range('time', 42, 45)],
  },
  {
    reason: 'Months are written as servers do, `Sep`: not in other cases, longer or shorter.',
    ids: ['time-5', ...range('time', 7, 18)],
  },
  {
    reason:
      'A backslash before a closing quote escapes it: both servers write a backslash itself as an escape.',
    ids: ['escape-39'],
  },
  {
    reason:
      'The client is a word of what addresses and host names consist of: it is not checked as an address.',
    ids: [
      ...range('remote_ip', 78, 86),
      ...range('remote_ip', 88, 92),
      ...range('remote_ip', 94, 97),
      ...range('remote_ip', 99, 107),
    ],
  },
  {
    reason: 'A user is any text up to the time, spaces too, but for a lone hyphen among its words.',
    ids: range('user', 117, 122),
  },
];
