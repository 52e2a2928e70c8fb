import { describe, expect, it } from 'vitest';
import { parseServerConfig } from '../../src/parse/choice/server-config.js';
import { toUsableFormat } from '../../src/parse/choice/server-formats.js';
import { DEFAULT_FORMAT_OPTIONS } from '../../src/parse/presets/formats.js';

function toArgs(config: string): readonly string[] {
  const [found] = parseServerConfig(config, 'server.conf');
  if (found === undefined) throw new Error('no format was found');
  const usable = toUsableFormat(found, DEFAULT_FORMAT_OPTIONS);
  expect(usable.problem).toBeNull();
  expect(usable.format?.name).toBe(`${found.server} ${found.name}`);
  return usable.args;
}

describe('the option for a format of the server', () => {
  it("is the format without the configuration's quotes", () => {
    expect(toArgs(String.raw`LogFormat "%h %t \"%r\"" a`)).toEqual(['--format', '%h %t "%r"']);
    expect(toArgs(`log_format a '$remote_addr [$time_local] '\n '"$request"';`)).toEqual([
      '--format',
      '$remote_addr [$time_local] "$request"',
    ]);
  });

  it('is the whole directive where the format would be read otherwise without it', () => {
    expect(toArgs(String.raw`LogFormat "\"%h\" \"%t\"" a`)).toEqual([
      '--format',
      String.raw`LogFormat "\"%h\" \"%t\"" a`,
    ]);
    expect(toArgs(String.raw`log_format a '$remote_addr\t' "$time_local";`)).toEqual([
      '--format',
      String.raw`log_format a '$remote_addr\t' "$time_local";`,
    ]);
  });

  it('is json, with the keys that do not say what they hold', () => {
    expect(
      toArgs(`log_format a escape=json '{"at": $msec, "t": "$time_local", "ra":"$remote_addr", "status":"$status",'
        '"d": $request_time, "u": {"xff": "$http_x_forwarded_for", "id": "$sent_http_x_object_id"}}';`),
    ).toEqual([
      ...['--format', 'json', '--json-field', 'time=t', '--json-field', 'remoteHost=ra'],
      ...['--json-field', 'extra:X-Forwarded-For=u.xff', '--json-field', 'objectId=u.id'],
    ]);
    expect(
      toArgs(
        String.raw`LogFormat "{ \"time\":\"%{%Y-%m-%dT%H:%M:%S%z}t\", \"request\":\"%U\", \"ms\":%{ms}T, \"st\":%>s, \"ref\":\"%{Referer}i\" }" a`,
      ),
    ).toEqual([
      ...['--format', 'json', '--json-field', 'target=request'],
      ...['--json-field', 'status=st', '--json-field', 'referrer=ref'],
    ]);
  });

  it('cannot be used where lines in the format cannot be read, which is said', () => {
    const [found] = parseServerConfig('LogFormat "%h" a', 'server.conf');
    if (found === undefined) throw new Error('no format was found');
    expect(toUsableFormat(found, DEFAULT_FORMAT_OPTIONS)).toMatchObject({
      format: null,
      problem: expect.not.stringContaining('--format'),
    });
  });
});
