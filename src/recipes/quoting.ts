/** Texts as the words of other programs' languages. The texts have no control characters. */
import { UsageError } from '../errors.js';

/** Characters that no shell, no configuration of a server and no unit of systemd takes for something else. */
const PLAIN = /^[A-Za-z0-9_@/.:=+,-]+$/;

/** A word of a POSIX shell. */
export function quoteShell(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * A command line of a shell as cron's tables have it: cron takes a percent sign for a line end.
 *
 * @throws UsageError if it has a backslash before a percent sign, which cron takes away
 */
export function quoteCron(command: string): string {
  if (command.includes(String.raw`\%`))
    throw new UsageError(String.raw`cron cannot run a command that has a '\%'`, {
      hint: 'logtally recipe systemd',
    });
  return command.replaceAll('%', String.raw`\%`);
}

/** A word of a command line as a unit of systemd has it (systemd.service(5), systemd.syntax(7)). */
export function quoteSystemd(text: string): string {
  const literal = text.replaceAll('%', '%%').replaceAll('$', '$$$$');
  if (PLAIN.test(text)) return literal;
  return /['\\]/.test(text) ? `"${literal.replaceAll(/["\\]/g, String.raw`\$&`)}"` : `'${literal}'`;
}

/** An assignment as `Environment=` of a unit has it, where `$` means itself. */
export function quoteSystemdVariable(assignment: string): string {
  const literal = assignment.replaceAll('%', '%%');
  return PLAIN.test(assignment) ? literal : `"${literal.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** An argument of a directive of Apache. */
export function quoteApache(text: string): string {
  return PLAIN.test(text) ? text : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** An argument of a directive of nginx. */
export function quoteNginx(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}

/** A text in double quotes, as logrotate, rsyslog and Caddy read it. */
export function quoteDouble(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** A literal of JavaScript or PHP. */
export function quoteSingle(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}

/** A literal of Ruby, in which `#` begins no interpolation; of Python without the last step. */
export function quoteRuby(text: string): string {
  return quoteDouble(text).replaceAll('#', String.raw`\#`);
}
