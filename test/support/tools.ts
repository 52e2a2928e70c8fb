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
  { name: 'script', debian: 'bsdutils', tests: 'terminals' },
  { name: 'openssl', debian: 'openssl', tests: 'encrypted connections' },
  { name: 'psql', debian: 'postgresql-client', tests: 'sessions of psql' },
  { name: 'nginx', debian: 'nginx-light', tests: 'npm run soak:follow' },
  { name: 'cronolog', debian: 'cronolog', tests: 'npm run soak:follow' },
  { name: 'goaccess', debian: 'goaccess', tests: 'npm run test:goaccess' },
];
