/** Formats requests that are kept as rows: a table, lines that go on, one JSON object a line, or comma-separated values. */
import type { KeptRequests, StoredRequest } from '../report/requests.js';
import { escapeInvisible } from '../visible-text.js';
import { cutMiddle, type FittingColumn, formatFittingTable } from './table.js';
import { formatCount, formatCsvRecord, formatTime, formatVisibleJson, toVisibleText } from './text.js';

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

const COLUMNS: readonly FittingColumn<StoredRequest>[] = [
  { title: 'time', align: 'left', whenNarrow: 'keep', toCell: ({ time }) => formatTime(time) },
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

/** Columns that tell nothing if all requests have the same in them. */
const LEFT_OUT_IF_ALIKE: ReadonlySet<string> = new Set(['site', 'user', 'session']);

/** A table; empty if there is no request. @param width null for lines as long as they are */
export function formatRequestTable(requests: readonly StoredRequest[], width: number | null): string {
  if (requests.length === 0) return '';
  const columns = COLUMNS.filter(({ title, toCell }) => {
    const cells = new Set(requests.map(toCell));
    return !LEFT_OUT_IF_ALIKE.has(title) || cells.size > 1 || (title !== 'site' && !cells.has(''));
  });
  return formatFittingTable(columns, requests, width);
}

/** Columns of lines that come one by one, where nobody knows how wide the next will be; the path stands last. */
const TIME_WIDTH = 19;
const CLIENT_WIDTH = 15;
const USER_WIDTH = 8;
const METHOD_WIDTH = 4;

/** One line for each request. @param width null for lines as long as they are */
export function createRequestLines(width: number | null): RequestFormat {
  const format = (request: StoredRequest) => {
    const { time, client, user, method, status } = request;
    const line = [
      formatTime(time).padEnd(TIME_WIDTH),
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
