/** systemd: a user, the server's address, and units that count all the time or every quarter of an hour. */
import { formatVariable, toLines, writeQuestion, writeUser } from '../counting.js';
import { type Recipe, type RecipeSettings, ROOT_SHELL, type Section } from '../recipe.js';
import {
  ENVIRONMENT_FILE,
  writeCheckService,
  writeFollowService,
  writeIngestService,
  writeTimer,
} from './units.js';

const UNIT_FOLDER = '/etc/systemd/system';

export const SYSTEMD: Recipe = {
  name: 'systemd',
  summary: 'a service that counts all the time, or a timer, and a check',
  write: writeSystemd,
};

function writeSystemd(settings: RecipeSettings): readonly Section[] {
  return [
    ...writeUser(settings),
    ...writeEnvironment(settings),
    toUnit(
      'logtally-follow.service',
      'Counts all the time, a second behind the log.',
      writeFollowService(settings),
    ),
    {
      place: ROOT_SHELL,
      why: 'Starts it, now and with the machine.',
      text: toLines(['systemctl daemon-reload', 'systemctl enable --now logtally-follow.service']),
      language: 'sh',
    },
    toUnit(
      'logtally-ingest.service',
      'Counts every quarter of an hour instead, with the timer below.',
      writeIngestService(settings),
    ),
    toUnit(
      'logtally-ingest.timer',
      'Starts it.',
      writeTimer('Counts the requests of web server logs every quarter of an hour', [
        'OnCalendar=*:0/15',
        'RandomizedDelaySec=30',
        'Persistent=yes',
      ]),
    ),
    toUnit(
      'logtally-check.service',
      'Looks whether the logs are counted, and fails if not.',
      writeCheckService(settings),
    ),
    toUnit(
      'logtally-check.timer',
      'Starts it.',
      writeTimer('Checks every five minutes that the requests of web server logs are counted', [
        'OnCalendar=*:2/5',
        'Persistent=no',
      ]),
    ),
    {
      place: ROOT_SHELL,
      why: 'Starts the timers, that of the counting only if nothing counts all the time.',
      text: toLines([
        'systemctl daemon-reload',
        'systemctl enable --now logtally-check.timer',
        'systemctl enable --now logtally-ingest.timer',
      ]),
      language: 'sh',
    },
    writeQuestion(settings),
  ];
}

function writeEnvironment({ database }: RecipeSettings): readonly Section[] {
  if (database.server.length === 0) return [];
  return [
    {
      place: ENVIRONMENT_FILE,
      why: 'Names the server; without this file the embedded database is used.',
      text: toLines(database.server.map(formatVariable)),
      language: 'sh',
    },
  ];
}

function toUnit(name: string, why: string, text: string): Section {
  return { place: `${UNIT_FOLDER}/${name}`, why, text, language: 'ini' };
}
