// What a session takes a statement for, by its words alone.

import { describe, expect, it } from 'vitest';
import { classifyStatement, splitStatements } from '../../src/database/sessions/statements.js';

const kindOf = (text: string) => classifyStatement(text).kind;

describe('a statement of a session', () => {
  it.for([
    'select 1',
    ' (select 1)',
    '-- a\nSELECT 1',
    '/* /* ; */ */ with x as (select 1) table x',
    'values (1);',
    '',
  ])('is a question: %j', (text) => expect(kindOf(text)).toBe('question'));

  it.for([
    ['begin', 'begin'],
    ['BEGIN TRANSACTION ISOLATION LEVEL repeatable read, READ ONLY;', 'begin'],
    ['start transaction', 'begin'],
    ['begin read write', 'refused'],
    ['end work', 'end'],
    ['commit and chain', 'refused'],
    ['rollback', 'end'],
    ['rollback to savepoint x', 'question'],
    ['set search_path to logtally, "$user"', 'setting'],
    ["set time zone 'UTC'", 'setting'],
    ['set local datestyle = iso', 'question'],
    ['set datestyle = (select 1)', 'refused'],
    ['set session characteristics as transaction read only', 'nothing'],
    ["set client_encoding to 'UTF8'", 'nothing'],
    ["set client_encoding to 'SJIS'", 'refused'],
    ['selects 1', 'refused'],
    ['"select" 1', 'refused'],
    ['select$$ 1', 'refused'],
    ['begin; select 1', 'refused'],
  ] as const)('is known by its words: %j is %s', ([text, kind]) => expect(kindOf(text)).toBe(kind));

  it('is cut from a script where no text, name or comment goes on', () => {
    const parts = [
      "select ';' , ''';'",
      " select E'\\';', e'a'';'",
      ' select ";" as "a"";"',
      ' select $$;$$, $a$ $$;$b$ $a$',
      ' select 1 -- ; \n',
      ' select /* ; /* ; */ ; */ a$b$c',
    ];
    expect(splitStatements(`${parts.join(';')};;  ;`).map(({ text }) => text)).toEqual(parts);
  });

  it('is found in time in a script of many marks', () => {
    for (const mark of ["'", '"', '$$', '/*', '--', ';', "E'\\", '$a', "''"]) {
      const script = mark.repeat(100_000 / mark.length);
      expect(splitStatements(script).length).toBeLessThan(3);
      expect(splitStatements(`x${script}`).length).toBeLessThan(100_000);
    }
  });
});
