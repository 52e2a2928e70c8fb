// What summaries say of sites, of other formats than Apache's, and of visitors whose id is in the log.

import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { OFTEN_TESTED, succeed, type Target } from '../support/targets.js';
import { it } from '../support/test.js';
import { letDaysPass, readKeys, readVisitors } from './support/kept.js';
import { FIREFOX, GOOGLEBOT, INGEST, IPHONE, summaryLines } from './support/lines.js';

const DAY = 'default 2026-04-14';

async function read(target: Target, view: string, columns: string): Promise<readonly string[]> {
  const rows = await target.query(`select row(${columns})::text as text from logtally.${view} order by 1`);
  return rows.map(({ text }) => String(text));
}

describe.each(OFTEN_TESTED)('summaries in %s', { timeout: 120_000 }, (kind) => {
  it('are of the site that was named, and visitors of two sites have nothing in common', async ({
    openTarget,
  }) => {
    const target = await openTarget(kind);
    await succeed(target, [...INGEST, '--quiet', '--site', 'shop'], summaryLines(0, 50));
    await succeed(
      target,
      [...INGEST, '--quiet', '--site', 'blog', '--allow-other-site'],
      summaryLines(0, 50),
    );
    const of = (site: string) =>
      target.query(
        `select day::text, visitors::int, requests::int from logtally.visitor_daily where site = '${site}' order by 1`,
      );
    expect(await of('shop')).toEqual(await of('blog'));
    const shared = `select key1 from logtally.visitor_count where key1 is not null group by key1
      having count(distinct source_id) > 1`;
    expect(await target.query(shared)).toEqual([]);
    await succeed(target, ['undo', '1']);
    expect(await of('shop')).toEqual([]);
    expect(await of('blog')).not.toEqual([]);
  });

  it('are of the virtual host of each line, whose own pages are no other site', async ({ openTarget }) => {
    const target = await openTarget(kind);
    const toLine = (site: string, host: string, referrer: string, agent = FIREFOX) =>
      `${site} ${host} - - [14/Apr/2026:10:22:31 +0200] "GET /a HTTP/1.1" 200 10 "${referrer}" "${agent}"\n`;
    const log = [
      toLine('One.example:443', '203.0.113.1', 'https://one.example/x'),
      toLine('one.example:80', '203.0.113.2', 'https://two.example/y'),
      toLine('two.example:443', '203.0.113.1', 'https://two.example/y'),
      toLine('two.example:443', '203.0.113.1', 'https://www.own.example/z'),
      toLine('two.example:443', '203.0.113.1', '-', GOOGLEBOT),
    ].join('');
    const args = ['--quiet', '--format', 'vhost_combined', '--site-from', 'vhost', '--by-path'];
    await succeed(target, [...INGEST, ...args], log);
    expect(await read(target, 'referrer_daily', 'site, origin, host, page, requests')).toEqual([
      '(one.example,other,two.example,/y,1)',
      '(one.example,own,one.example,/x,1)',
      '(two.example,none,,,1)',
      '(two.example,other,www.own.example,/z,1)',
      '(two.example,own,two.example,/y,1)',
    ]);
    expect(await read(target, 'object_visitor_daily', 'site, object_id, visitors, requests')).toEqual([
      '(one.example,/a,2,2)',
      '(two.example,/a,1,2)',
    ]);
    await succeed(target, ['verify']);
  });

  it('know own hosts and the bits of networks from the config file', async ({ openTarget, folder }) => {
    const target = await openTarget(kind);
    const config = join(folder, 'logtally.toml');
    await writeFile(
      config,
      '[summaries]\non = ["referrers", "clients"]\nown_hosts = ["own.example"]\nipv4_bits = 16\nipv6_bits = 0\n',
    );
    const toLine = (host: string, referrer: string) =>
      `${host} - - [14/Apr/2026:10:22:31 +0200] "GET /a HTTP/1.1" 200 10 "${referrer}" "${FIREFOX}" 7 1\n`;
    const log =
      toLine('203.0.113.1', 'https://WWW.own.example/z') + toLine('2001:db8::1', 'https://else.example/');
    await succeed(target, ['ingest', '--quiet', '--config', config], log);
    expect(await read(target, 'referrer_daily', 'origin, host, requests')).toEqual([
      '(other,else.example,1)',
      '(own,www.own.example,1)',
    ]);
    expect(await read(target, 'client_daily', 'network, requests, bytes')).toEqual([
      '(203.0.0.0/16,1,10)',
      '(::/0,1,10)',
    ]);
    expect(await read(target, 'status_daily', 'status')).toEqual([]);
  });

  it('say the same of W3C, whose agents have a plus for each space', async ({ openTarget }) => {
    const target = await openTarget(kind);
    const agent = FIREFOX.replaceAll(' ', '+');
    const log = `#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) cs(Referer) sc-status sc-bytes
2026-04-14 23:59:59 GET /a x=1 203.0.113.9 ${agent} https://www.google.com/search?q=red+boat 404 10
2026-04-14 08:00:00 POST /a - 203.0.113.9 ${agent} - 200 20
#Fields: date time c-ip cs-method cs-uri-stem sc-status
2026-04-15 00:00:00 203.0.113.10 GET /b 500
`;
    await succeed(target, [...INGEST, '--quiet', '--format', 'w3c', '--by-path'], log);
    expect(await read(target, 'status_daily', 'day, method, status, requests, bytes')).toEqual([
      '(2026-04-14,GET,404,1,10)',
      '(2026-04-14,POST,200,1,20)',
      '(2026-04-15,GET,500,1,)',
    ]);
    expect(await read(target, 'failed_path_daily', 'status, path, requests')).toEqual([
      '(404,/a,1)',
      '(500,/b,1)',
    ]);
    expect(await read(target, 'hour_daily', 'day, hour, requests')).toEqual([
      '(2026-04-14,23,1)',
      '(2026-04-14,8,1)',
      '(2026-04-15,0,1)',
    ]);
    expect(await read(target, 'agent_daily', 'day, is_robot, browser, system, device, requests')).toEqual([
      '(2026-04-14,f,Firefox,Linux,desktop,2)',
      '(2026-04-15,f,,,,1)',
    ]);
    expect(await read(target, 'search_term_daily', 'engine, terms, requests')).toEqual([
      '(Google,"red boat",1)',
    ]);
    expect(await readVisitors(target)).toEqual({
      [DAY]: { visitors: 1, requests: 2, late: 0 },
      'default 2026-04-15': { visitors: 1, requests: 1, late: 0 },
    });
  });

  it('say the same of JSON', async ({ openTarget }) => {
    const target = await openTarget(kind);
    const toLine = (record: Readonly<Record<string, unknown>>) =>
      `${JSON.stringify({ time_iso8601: '2026-04-14T23:30:00-02:00', remote_addr: '203.0.113.9', ...record })}\n`;
    const log = [
      toLine({
        request: 'GET /a?x HTTP/1.1',
        status: 404,
        body_bytes_sent: 7,
        http_user_agent: IPHONE,
        http_referrer: '',
      }),
      toLine({ request: 'GET /a?y HTTP/1.1', status: '404', body_bytes_sent: '8', http_user_agent: IPHONE }),
      toLine({
        request: 'junk',
        status: 400,
        http_user_agent: FIREFOX,
        http_referrer: 'https://b.example/p?q',
      }),
    ].join('');
    await succeed(target, [...INGEST, '--quiet', '--format', 'json', '--by-path'], log);
    expect(await read(target, 'status_daily', 'day, method, status, requests, bytes')).toEqual([
      '(2026-04-14,,400,1,)',
      '(2026-04-14,GET,404,2,15)',
    ]);
    expect(await read(target, 'failed_path_daily', 'status, path, requests, bytes')).toEqual([
      '(400,,1,)',
      '(404,/a,2,15)',
    ]);
    expect(await read(target, 'hour_daily', 'hour, requests, bytes')).toEqual(['(23,3,15)']);
    expect(await read(target, 'referrer_daily', 'origin, host, page, requests')).toEqual([
      '(none,,,2)',
      '(other,b.example,/p,1)',
    ]);
    expect(await readVisitors(target)).toEqual({ [DAY]: { visitors: 2, requests: 3, late: 0 } });
  });

  it('tell visitors apart by an id of the log, with one key for all days, which is never destroyed', async ({
    openTarget,
    folder,
  }) => {
    const target = await openTarget(kind);
    const [config, path] = [join(folder, 'logtally.toml'), join(folder, 'access.log')];
    await writeFile(config, '[summaries]\non = ["visitors"]\nvisitor_id_field = "visitor"\n');
    const format = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" "%{visitor}C"';
    const toLine = (day: number, id: string, agent = FIREFOX) =>
      `203.0.113.9 - - [${day}/Apr/2026:10:22:31 +0200] "GET /a HTTP/1.1" 200 10 "-" "${agent}" "${id}"\n`;
    const args = ['ingest', '--quiet', '--config', config, '--format', format, '--by-path', path];
    // one visitor with two agents, another one, two requests of nobody, and a robot that keeps cookies
    const lines = [['x1'], ['x1', IPHONE], ['x2'], ['-'], [''], ['x3', GOOGLEBOT]] as const;
    await writeFile(path, lines.map(([id, agent]) => toLine(14, id, agent)).join(''));
    await succeed(target, args);
    expect(await readVisitors(target)).toEqual({ [DAY]: { visitors: 2, requests: 3, late: 0 } });
    await letDaysPass(target, 40);
    await succeed(target, args);
    await appendFile(path, toLine(14, 'x2') + toLine(15, 'x1') + toLine(15, 'x9'));
    await succeed(target, args);
    expect(await readVisitors(target)).toEqual({
      [DAY]: { visitors: 2, requests: 4, late: 0 },
      'default 2026-04-15': { visitors: 2, requests: 2, late: 0 },
    });
    const [row] = await target.query(
      'select count(distinct key1)::int as visitors from logtally.visitor_count where key1 is not null',
    );
    expect(row).toEqual({ visitors: 3 });
    expect(await readKeys(target)).toEqual([' infinity open']);
    await succeed(target, ['verify']);
  });
});
