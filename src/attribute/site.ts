/** Which web site a line is of. */
import type { LineFacts } from '../parse/parse.js';

export const SITE_SOURCES = ['fixed', 'vhost'] as const;

export const DEFAULT_SITE = 'default';

export interface SiteSettings {
  /** The site of lines that do not tell. */
  readonly label: string;
  /** Whether the virtual host of a line is its site, where the map does not have it. */
  readonly from: (typeof SITE_SOURCES)[number];
  /** Sites by virtual host, lower case and without port. */
  readonly map: Readonly<Record<string, string>>;
}

/** A name or address of a host. The client chose it where the log has the Host header, so that it may be anything. */
const HOST = /^[^\s\p{Cc}]{1,255}$/u;

/** Whether each line may say its own site. */
export function isSitePerLine(settings: SiteSettings): boolean {
  return settings.from === 'vhost' || Object.keys(settings.map).length > 0;
}

/** Makes the function that reads a line's site: from the map, from the virtual host, else the fixed one. */
export function createSiteReader(settings: SiteSettings): (facts: LineFacts) => string {
  const { label, from } = settings;
  if (!isSitePerLine(settings)) return () => label;
  const sites = new Map(Object.entries(settings.map));
  return (facts) => {
    const host = facts.virtualHost;
    if (host === null || !HOST.test(host)) return label;
    return sites.get(host) ?? (from === 'vhost' ? host : label);
  };
}

/** A virtual host as lines have it: lower case, without its port. */
export function toHostName(text: string): string {
  return text.replace(/:\d+$/, '').toLowerCase();
}
