/** Formats requests that are kept as rows: a table, lines that go on, one JSON object a line, or comma-separated values. */
import type { KeptRequests, StoredRequest } from '../report/requests.js';
import { escapeInvisible } from '../visible-text.js';
import { cutMiddle, type FittingColumn, formatFittingTable } from './table.js';
import {
  describeTimeZone,
  formatCount,
  formatCsvRecord,
  formatTime,
  formatVisibleJson,
  toVisibleText,
} from './text.js';

const CSV_TITLES = [
  ...['time', 'day', 'site', 'client', 'user', 'session', 'method', 'path', 'query', 'status', 'bytes'],
  ...['referrer', 'user_agent', 'content_type', 'object_id', 'extra'],
];

/** How requests are printed as they come. */
export interface RequestFormat {
  /** What stands before the first. */
  readonly head: string;
  readonly format: (requests: readonly StoredRequest[]) => string;
}

/** One JSON object a line. */
export const REQUEST_JSON: RequestFormat = {
  head: '',
  format: (requests) => requests.map(formatVisibleJson).join(''),
};

export const REQUEST_CSV: RequestFormat = {
  head: formatCsvRecord(CSV_TITLES),
  format: (requests) => requests.map(formatCsv).join(''),
};

function formatCsv(request: StoredRequest): string {
  const { time, day, site, client, user, session, method, path, query, status, bytes } = request;
  const { referrer, userAgent, contentType, objectId, extra } = request;
  const cells = [
    ...[time, day, site, client, user, session, method, path, query, status, bytes],
    ...[
      referrer,
      userAgent,
      contentType,
      objectId,
      extra === null ? null : escapeInvisible(JSON.stringify(extra)),
    ],
  ];
  return formatCsvRecord(
    cells.map((cell) => (typeof cell === 'string' ? toVisibleText(cell) : (cell ?? ''))),
  );
}

/** What a narrow terminal leaves out, first things first. */
const NARROW = { session: 1, site: 2, bytes: 3, user: 4 } as const;

/** How requests are laid out for a person. */
interface RequestLayout {
  /** Characters of a line; null for lines as long as they are. */
  readonly width: number | null;
  /** Whether requests of several sites may come. */
  readonly hasSites: boolean;
}

const COLUMNS: readonly FittingColumn<StoredRequest>[] = [
  { title: 'day', align: 'left', whenNarrow: 'keep', toCell: ({ day }) => day },
  { title: 'site', align: 'left', whenNarrow: NARROW.site, toCell: ({ site }) => site },
  { title: 'client', align: 'left', whenNarrow: 'keep', toCell: ({ client }) => client ?? '' },
  { title: 'user', align: 'left', whenNarrow: NARROW.user, toCell: ({ user }) => user ?? '' },
  { title: 'session', align: 'left', whenNarrow: NARROW.session, toCell: ({ session }) => session ?? '' },
  { title: 'method', align: 'left', whenNarrow: 'keep', toCell: ({ method }) => method ?? '' },
  { title: 'path', align: 'left', whenNarrow: 'cut', toCell: toTarget },
  { title: 'status', align: 'right', whenNarrow: 'keep', toCell: ({ status }) => String(status ?? '') },
  {
    ...{ title: 'bytes', align: 'right', whenNarrow: NARROW.bytes },
    toCell: ({ bytes }) => (bytes === null ? '' : formatCount(bytes)),
  },
];

/** Columns that tell nothing if no request has anything in them. */
const LEFT_OUT_IF_EMPTY: ReadonlySet<string> = new Set(['user', 'session']);

/** A table; empty if there is no request. The day stands there if it is another one than that of the time. */
export function formatRequestTable(
  requests: readonly StoredRequest[],
  { width, hasSites }: RequestLayout,
): string {
  if (requests.length === 0) return '';
  const time: FittingColumn<StoredRequest> = {
    ...{ title: `time (${describeTimeZone(requests.map((request) => request.time))})`, align: 'left' },
    ...{ whenNarrow: 'keep', toCell: (request) => formatTime(request.time) },
  };
  const columns = COLUMNS.filter(({ title, toCell }) => {
    if (title === 'site') return hasSites;
    if (title === 'day') return requests.some(({ day, time }) => !formatTime(time).startsWith(day));
    return !LEFT_OUT_IF_EMPTY.has(title) || requests.some((request) => toCell(request) !== '');
  });
  return formatFittingTable([time, ...columns], requests, width);
}

/** Columns of lines that come one by one, where nobody knows how wide the next will be; the path stands last. */
const SITE_WIDTH = 12;
const CLIENT_WIDTH = 15;
const USER_WIDTH = 8;
const METHOD_WIDTH = 4;

/** One line for each request. */
export function createRequestLines({ width, hasSites }: RequestLayout): RequestFormat {
  const sites = new Set<string>();
  const format = (request: StoredRequest) => {
    const { time, site, client, user, method, status } = request;
    sites.add(site);
    const line = [
      `${formatTime(time)} ${describeTimeZone([time])}`,
      // once there is a second site
      ...(hasSites || sites.size > 1 ? [toVisibleText(site).padEnd(SITE_WIDTH)] : []),
      toVisibleText(client ?? '-').padEnd(CLIENT_WIDTH),
      toVisibleText(user ?? '-').padEnd(USER_WIDTH),
      String(status ?? '-').padEnd('200'.length),
      toVisibleText(method ?? '-').padEnd(METHOD_WIDTH),
      toVisibleText(toTarget(request)),
    ].join('  ');
    return `${width === null ? line : cutMiddle(line, width)}\n`;
  };
  return { head: '', format: (requests) => requests.map(format).join('') };
}

function toTarget({ path, query }: StoredRequest): string {
  return query === null ? (path ?? '') : `${path ?? ''}?${query}`;
}

/** What is said if requests were never kept. */
export const NEVER_KEPT =
  'requests are not kept: from now on, logtally ingest --summary requests keeps them, or "requests" in on under [summaries] of the config file';

/** What is said of a list that has fewer requests than a person may expect; null if there is nothing to say. */
export function describeKept(
  { wasKept, firstDay }: KeptRequests,
  { count, since }: { readonly count: number; readonly since: string | null },
): string | null {
  if (!wasKept) return NEVER_KEPT;
  if (count === 0) {
    return firstDay === null
      ? 'no request is kept any more'
      : `no such request; requests are kept since ${firstDay}`;
  }
  return firstDay !== null && since !== null && since < firstDay
    ? `requests are kept since ${firstDay}`
    : null;
}
