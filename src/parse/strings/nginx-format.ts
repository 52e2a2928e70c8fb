/**
 * nginx's log_format: text and variables. Any variable is accepted, since modules and `set` make new ones.
 * Source: https://nginx.org/en/docs/http/ngx_http_log_module.html and https://nginx.org/en/docs/varindex.html
 */
import { UsageError } from '../../errors.js';
import { parseStrftime, type TimeText } from '../times/strftime.js';
import { createToken, type Directive, type DirectiveMeaning, type FormatItem } from './directive.js';
import { findObjectClaim, type ObjectFields } from './object-fields.js';

/** What is known of variables; all others are tokens for `extra`. */
const VARIABLES: Readonly<Record<string, DirectiveMeaning>> = {
  remote_addr: { field: 'remoteHost', shape: 'clients' },
  // ingress-nginx, before 0.25
  the_real_ip: { field: 'remoteHost', rank: 1, shape: 'clients' },
  realip_remote_addr: { field: 'remoteHost', rank: 2, shape: 'clients' },
  remote_user: { field: 'user', shape: 'user' },
  host: { field: 'virtualHost', shape: 'host' },
  server_name: { field: 'virtualHost', rank: 1, shape: 'host' },
  http_host: { field: 'virtualHost', rank: 2, shape: 'host' },
  request: { field: 'request', shape: 'free' },
  request_method: { field: 'method' },
  request_uri: { field: 'target', shape: 'path' },
  uri: { field: 'target', rank: 1, shape: 'path' },
  document_uri: { field: 'target', rank: 2, shape: 'path' },
  args: { field: 'query' },
  query_string: { field: 'query', rank: 1 },
  is_args: { shape: 'query' },
  server_protocol: { field: 'protocol' },
  status: { field: 'status', shape: 'status' },
  body_bytes_sent: { field: 'bytes', shape: 'size' },
  bytes_sent: { field: 'bytes', rank: 1, shape: 'size' },
  request_length: { shape: 'size' },
  http_referer: { field: 'referrer' },
  http_user_agent: { field: 'userAgent', shape: 'free' },
  http_cookie: { shape: 'free' },
  request_body: { shape: 'free' },
  request_filename: { shape: 'path' },
  http_x_forwarded_for: { shape: 'addresses' },
  proxy_add_x_forwarded_for: { shape: 'addresses' },
  server_port: { shape: 'port' },
  proxy_protocol_server_port: { shape: 'port' },
};

/** Variables that name every server that was tried. */
const UPSTREAMS = /^upstream_(?:addr|status|bytes_\w+|response_length|\w+_time)$/;

const TIMES: Readonly<Record<string, TimeText>> = {
  time_local: parseStrftime('%d/%b/%Y:%H:%M:%S %z', '$time_local'),
  // programs that write as nginx does have fractions and `Z`
  time_iso8601: [{ part: 'isoDay' }, 'T', { part: 'preciseClock' }, { part: 'offset' }],
  msec: parseStrftime('%s', '$msec'),
};

/** The two that make a query with its question mark are one; a name may stand in braces; a `$` may begin none. */
const PART = /\$\{?is_args\}?\$\{?(?:args|query_string)(?!\w)\}?|\$(?:(\w+)|\{(\w+)\})|[^$]+|\$/g;

/**
 * Reads a format as it is when the quotes of `log_format` are gone and its strings are joined.
 *
 * @throws UsageError that names the variable which is incomplete or cannot be told apart from another
 */
export function parseNginxFormat(text: string, objectFields: ObjectFields): readonly FormatItem[] {
  return [...text.matchAll(PART)].map(({ 0: part, 1: bare, 2: braced, index }) => {
    if (part === '$') throw refuseVariable(text.slice(index));
    return toItem(part, bare ?? braced, objectFields);
  });
}

function refuseVariable(rest: string): UsageError {
  const written = /^\$\S*/.exec(rest)?.[0] ?? '$';
  return new UsageError(`--format: '${written}' is not a variable of nginx`, {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how nginx writes it
    hint: 'a name consists of letters, digits and underscores: $status or ${status}',
  });
}

function toItem(written: string, name: string | undefined, objectFields: ObjectFields): FormatItem {
  if (!written.startsWith('$')) return { text: written };
  if (name === undefined) return { ...createToken(written, 'args'), field: 'query', shape: 'dashedQuery' };
  const time = TIMES[name];
  if (time !== undefined) return { written, name, time };
  const meaning: DirectiveMeaning = VARIABLES[name] ?? (UPSTREAMS.test(name) ? { shape: 'upstreams' } : {});
  const directive: Directive = { ...createToken(written, name), ...meaning };
  const header = /^(sent|upstream)_http_(.+)$/.exec(name);
  const names = [`$${name}`, ...(header?.[2] === undefined ? [] : [header[2]])];
  const claim = findObjectClaim(objectFields, names);
  if (claim === null) return directive;
  // a header that nginx sends itself ranks before the same header of the server behind it
  return { ...directive, field: claim.field, rank: claim.rank * 2 + (header?.[1] === 'upstream' ? 1 : 0) };
}
