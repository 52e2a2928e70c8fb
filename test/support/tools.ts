// The programs that tests run beside the project's own, as `npm run doctor` lists them.

export interface Tool {
  readonly name: string;
  /** Debian's package that has it. */
  readonly debian: string;
  /** What is not tested without it. */
  readonly tests: string;
}

export const TOOLS: readonly Tool[] = [
  { name: 'chromium', debian: 'chromium', tests: 'the page (or CHROMIUM names a browser)' },
  { name: 'logrotate', debian: 'logrotate', tests: 'rotation' },
  { name: 'apache2', debian: 'apache2-bin', tests: 'pipe behind Apache' },
  { name: 'bzip2', debian: 'bzip2', tests: 'archives' },
  { name: 'xz', debian: 'xz-utils', tests: 'archives' },
  { name: 'zstd', debian: 'zstd', tests: 'archives' },
  { name: 'strace', debian: 'strace', tests: 'failing system calls' },
  { name: 'systemd-analyze', debian: 'systemd', tests: 'units' },
  { name: 'systemd-notify', debian: 'systemd', tests: 'readiness and watchdog' },
  { name: 'perl', debian: 'perl', tests: 'readiness and watchdog' },
  { name: 'script', debian: 'bsdutils', tests: 'terminals, completions' },
  { name: 'bash', debian: 'bash', tests: 'completions' },
  { name: 'man', debian: 'man-db', tests: 'the manual' },
  { name: 'mandoc', debian: 'mandoc', tests: 'the manual' },
  { name: 'openssl', debian: 'openssl', tests: 'encrypted connections' },
  { name: 'psql', debian: 'postgresql-client', tests: 'sessions of psql' },
  { name: 'nginx', debian: 'nginx-light', tests: 'its recipe, npm run soak:follow' },
  { name: 'caddy', debian: 'caddy', tests: 'its recipe' },
  { name: 'rsyslogd', debian: 'rsyslog', tests: 'its recipe' },
  { name: 'crontab', debian: 'cron', tests: 'its recipe' },
  { name: 'php', debian: 'php-cli', tests: 'its recipe' },
  { name: 'ruby', debian: 'ruby', tests: 'the recipe of Rails (ruby-actionpack and ruby-webrick as well)' },
  { name: 'cronolog', debian: 'cronolog', tests: 'npm run soak:follow' },
  { name: 'goaccess', debian: 'goaccess', tests: 'npm run test:goaccess' },
];
