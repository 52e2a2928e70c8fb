/** The time zone that dates in paths are written in. */
import { UsageError } from '../errors.js';

/**
 * Refuses a time zone that the system's programs may know and this one does not, such as `CET-1CEST` or `:/etc/localtime`: it would be
 * taken for UTC, and lines would go into the files of other days.
 *
 * @param zone the environment variable TZ; undefined for the time zone of the machine, empty for UTC
 * @throws UsageError
 */
export function checkTimeZone(zone: string | undefined): void {
  const name = zone?.replace(/^:/, '');
  if (!name) return;
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    throw new UsageError(`TZ: the time zone '${zone}' is not known`, {
      hint: 'name one such as Europe/Berlin, or leave TZ away: then it is that of the machine',
    });
  }
}
