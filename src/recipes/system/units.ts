/** The units of systemd by which logs are counted and looked after; docs/systemd.md, docs/systemd-timers.md and docs/monitoring.md show those without settings. */
import { getLog, globRotated, listCountingOptions, SERVICE_USER, toLines } from '../counting.js';
import { quoteShell, quoteSystemd, quoteSystemdVariable } from '../quoting.js';
import { isInHome, type RecipeSettings, SERVICE_DATA_FOLDER, SERVICE_FOLDER } from '../recipe.js';

/** The file of the variables that name the server. */
export const ENVIRONMENT_FILE = '/etc/logtally/environment';

/** The numbers for Prometheus. */
const METRICS = `${SERVICE_FOLDER}/logtally.prom`;

const NETWORK = ['Wants=network-online.target', 'After=network-online.target postgresql.service'];

/** Where a service looks for programs unless it is told otherwise (systemd.exec(5)). */
const SERVICE_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin'];

const HARDENING = [
  'NoNewPrivileges=yes',
  'CapabilityBoundingSet=',
  'ProtectSystem=strict',
  'ProtectHome=yes',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'ProtectKernelTunables=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelLogs=yes',
  'ProtectControlGroups=yes',
  'ProtectClock=yes',
  'ProtectHostname=yes',
  'ProtectProc=invisible',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6',
  'LockPersonality=yes',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'SystemCallFilter=~@privileged',
  'SystemCallErrorNumber=EPERM',
];

/** The service that counts all the time. */
export function writeFollowService(settings: RecipeSettings): string {
  const args = ['follow', '--metrics', METRICS, ...listCountingOptions(settings), getLog(settings)];
  return toLines([
    ...formatHead('Counts the requests of growing web server logs', NETWORK),
    'Type=notify',
    '# the messages come from systemd-notify, a child',
    'NotifyAccess=all',
    `ExecStart=${[settings.command, ...args].map(quoteSystemd).join(' ')}`,
    'ExecReload=/bin/kill -HUP $MAINPID',
    ...formatEnvironment(settings),
    'WatchdogSec=5min',
    'Restart=always',
    'RestartSec=5',
    'TimeoutStopSec=60',
    ...formatUser(settings, []),
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ]);
}

/** The service that counts once, with the rotated logs. */
export function writeIngestService(settings: RecipeSettings): string {
  const args = ['ingest', '--quiet', '--metrics', METRICS, ...listCountingOptions(settings)];
  const words = [settings.command, ...args].map(quoteShell).join(' ');
  const script = `exec ${words} ${globRotated(getLog(settings), settings)}`;
  return toLines([
    ...formatHead('Counts the requests of web server logs', NETWORK),
    'Type=oneshot',
    `ExecStart=/bin/sh -c ${quoteSystemd(script)}`,
    ...formatEnvironment(settings),
    ...formatUser(settings, ['Nice=10']),
  ]);
}

/** The service that fails if a log is further behind than half an hour. */
export function writeCheckService(settings: RecipeSettings): string {
  return toLines([
    ...formatHead('Checks that the requests of web server logs are counted', []),
    'Type=oneshot',
    `ExecStart=${quoteSystemd(settings.command)} status --check --max-lag 30m --lock-wait 30`,
    ...formatEnvironment(settings),
    ...formatUser(settings, []),
  ]);
}

/**
 * A timer.
 *
 * @param when further lines of its section
 */
export function writeTimer(description: string, when: readonly string[]): string {
  return toLines([
    '[Unit]',
    `Description=${description}`,
    '',
    '[Timer]',
    ...when,
    '',
    '[Install]',
    'WantedBy=timers.target',
  ]);
}

function formatHead(description: string, order: readonly string[]): readonly string[] {
  return ['[Unit]', `Description=${description}`, ...order, '', '[Service]'];
}

function formatEnvironment({ database, configFile, nodeFolder }: RecipeSettings): readonly string[] {
  const path = SERVICE_PATH.includes(nodeFolder) ? [] : [`PATH=${[nodeFolder, ...SERVICE_PATH].join(':')}`];
  const config = configFile === null ? [] : [`LOGTALLY_CONFIG=${configFile}`];
  const variables = [`LOGTALLY_DATA_DIR=${database.folder ?? SERVICE_DATA_FOLDER}`, ...config, ...path];
  return [
    `EnvironmentFile=-${ENVIRONMENT_FILE}`,
    ...variables.map((variable) => `Environment=${quoteSystemdVariable(variable)}`),
  ];
}

function formatUser(settings: RecipeSettings, further: readonly string[]): readonly string[] {
  const { database, configFile, log, command, nodeFolder } = settings;
  const { folder } = database;
  const seesHome = [log, configFile, command, folder, nodeFolder].some(
    (path) => path !== null && isInHome(path),
  );
  return [
    `User=${SERVICE_USER}`,
    `Group=${SERVICE_USER}`,
    'SupplementaryGroups=adm',
    'StateDirectory=logtally',
    'StateDirectoryMode=0755',
    'ReadOnlyPaths=/var/log',
    ...(folder === null ? [] : [`ReadWritePaths=${quoteSystemdVariable(folder)}`]),
    'UMask=0077',
    ...further,
    ...HARDENING.map((line) => (seesHome && line === 'ProtectHome=yes' ? 'ProtectHome=read-only' : line)),
  ];
}
