/** rsyslog: what web servers send by syslog becomes a log without syslog's prefix. */
import { toLines, writeFirstCount } from '../counting.js';
import { quoteDouble } from '../quoting.js';
import { type Recipe, type RecipeSettings, ROOT_SHELL, type Section } from '../recipe.js';

/** The facility that the server logs with; local6 is free on Debian. */
const FACILITY = 'local6';

const LOG = '/var/log/web/access.log';

export const RSYSLOG: Recipe = {
  name: 'rsyslog',
  summary: 'rsyslog writes what web servers send by syslog into a log',
  log: LOG,
  write: writeRsyslog,
};

function writeRsyslog(settings: RecipeSettings): readonly Section[] {
  const log = settings.log ?? LOG;
  const format = settings.formatFlag ?? settings.formatInForce;
  return [
    {
      place: '/etc/rsyslog.d/10-logtally.conf',
      why: `Writes the messages of ${FACILITY} as the web server made them, and into no other log.`,
      text: toLines([
        'template(name="logtally" type="list") {',
        '  # behind the tag stands a space',
        '  property(name="msg" position.from="2")',
        '  constant(value="\\n")',
        '}',
        `if ($syslogfacility-text == "${FACILITY}") then {`,
        `  action(type="omfile" file=${quoteDouble(log)} template="logtally" fileCreateMode="0640" dirCreateMode="0755" fileGroup="adm")`,
        '  stop',
        '}',
      ]),
      language: 'text',
    },
    {
      place: 'the server block of nginx, in the place of its access_log if it has one',
      why: 'Sends the log, in the format of logtally recipe nginx, to the syslog of this machine.',
      text: `access_log syslog:server=unix:/dev/log,facility=${FACILITY},tag=nginx,nohostname combined_ids;\n`,
      language: 'nginx',
    },
    {
      place: 'the virtual host of Apache, in the place of its CustomLog',
      why: 'Does the same in Apache, with the format of logtally recipe apache.',
      text: `CustomLog "|/usr/bin/logger --priority ${FACILITY}.info --tag apache --size 8KiB" combined_ids\n`,
      language: 'apache',
    },
    {
      place: ROOT_SHELL,
      why: 'Checks the configuration and lets rsyslog read it.',
      text: 'rsyslogd -N1 && systemctl restart rsyslog\n',
      language: 'sh',
    },
    writeFirstCount(settings, log, format),
  ];
}
