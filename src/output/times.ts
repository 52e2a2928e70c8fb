/** Times as a person at this machine reads them. */
import { format } from 'date-fns/format';

/** `2026-04-14T08:22:31.123Z` -> `2026-04-14 10:22:31`, in the machine's time zone. */
export function formatTime(iso: string): string {
  return format(new Date(iso), 'yyyy-MM-dd HH:mm:ss');
}
