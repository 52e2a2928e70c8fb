/**
 * The names under which servers and people write the fields of a record into JSON, the most telling one first.
 * They are compared in lower case without `_` and `-`; a dot leads into an object or an array.
 */
import type { FieldKey } from '../lines/layout.js';

type Named = FieldKey | 'time';

const NAMES: readonly (readonly [field: Named, names: string])[] = [
  // times with the server's own offset come before those in UTC; durations such as nginx's $request_time are no times
  [
    'time',
    'timelocal timeiso8601 startlocal startutc starttime @timestamp timestamp time datetime ts msec epoch',
  ],
  ['remoteHost', 'remoteaddr remoteip remotehost clientip clienthost clientaddr client ip request.remoteip'],
  ['remoteHost', 'request.clientip request.remoteaddr client.ip source.ip'],
  ['ident', 'ident remotelogname logname'],
  ['user', 'remoteuser user username userid clientusername authuser user.name'],
  ['virtualHost', 'vhost virtualhost host httphost request.host requesthost authority servername'],
  ['request', 'request requestline'],
  ['method', 'requestmethod method httpmethod verb request.method http.request.method'],
  ['target', 'requesturi requesturl requestpath request.uri target url uri path url.original url.path'],
  ['query', 'args querystring query url.query'],
  ['protocol', 'serverprotocol requestprotocol protocol request.proto proto'],
  [
    'status',
    'status statuscode responsestatus responsecode httpstatus downstreamstatus http.response.statuscode',
  ],
  ['bytes', 'bodybytessent bytessent bytes size responsesize responsebytes downstreamcontentsize'],
  ['referrer', 'httpreferer httpreferrer referer referrer request.headers.referer.0 requestreferer'],
  [
    'userAgent',
    'httpuseragent useragent agent request.headers.useragent.0 requestuseragent useragent.original',
  ],
  [
    'contentType',
    'senthttpxcontenttypeid upstreamhttpxcontenttypeid respheaders.xcontenttypeid.0 xcontenttypeid',
  ],
  ['contentType', 'contenttypeid senthttpxjl6cid upstreamhttpxjl6cid respheaders.xjl6cid.0 xjl6cid'],
  ['objectId', 'senthttpxobjectid upstreamhttpxobjectid respheaders.xobjectid.0 xobjectid'],
  ['objectId', 'objectid senthttpxjl6oid upstreamhttpxjl6oid respheaders.xjl6oid.0 xjl6oid'],
  ['extra:X-Forwarded-For', 'httpxforwardedfor xforwardedfor request.headers.xforwardedfor.0'],
];

/** The field that a name usually means. */
export interface Meaning {
  readonly field: Named;
  /** Of several names of one field the one with the lowest rank is read. */
  readonly rank: number;
}

const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  NAMES.flatMap(([field, names]) => names.split(' ').map((name) => [name, field] as const)).map(
    ([name, field], rank) => [name, { field, rank }],
  ),
);

/** The field that usually has this name, or null. */
export function findMeaning(path: string): Meaning | null {
  return MEANINGS.get(path.toLowerCase().replace(/[_-]/g, '')) ?? null;
}
