/**
 * How long things are kept: one row for each limit that `logtally prune` takes as a flag and the config file as a key. What becomes of
 * what is older, `pruning/` does.
 */

/** A limit, as `[retention]` of the config file names it. */
export type LimitKey = 'keep_days' | 'keep_visitor_days' | 'keep_client_days' | 'keep_request_days';

export interface Limit {
  readonly key: LimitKey;
  /** As the command line has it: `--keep-days`. */
  readonly flag: string;
  /** As commander delivers it: `keepDays`. */
  readonly property: 'keepDays' | 'keepVisitorDays' | 'keepClientDays' | 'keepRequestDays';
  /** For help: what happens to days that are older. */
  readonly about: string;
}

export const LIMITS: readonly Limit[] = [
  {
    ...{ key: 'keep_days', flag: '--keep-days', property: 'keepDays' },
    about:
      'fold the days of objects and of counts into their month when the whole month is older than so many days',
  },
  {
    ...{ key: 'keep_visitor_days', flag: '--keep-visitor-days', property: 'keepVisitorDays' },
    about: 'forget the visitors of days that are older, and keep how many they were',
  },
  {
    ...{ key: 'keep_client_days', flag: '--keep-client-days', property: 'keepClientDays' },
    about: 'forget the client networks of days that are older, and keep their countries',
  },
  {
    ...{ key: 'keep_request_days', flag: '--keep-request-days', property: 'keepRequestDays' },
    about: 'remove the requests of months of which all days are older',
  },
];

/** The days of each limit that is set. */
export type Retention = Readonly<Partial<Record<LimitKey, number | undefined>>>;

/** Whether some limit is set. */
export function hasLimits(retention: Retention): boolean {
  return LIMITS.some(({ key }) => retention[key] !== undefined);
}
