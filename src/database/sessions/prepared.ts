/**
 * The prepared statements and portals of one session. In the database they end with each transaction, so that no session meets
 * another's: a statement is prepared there again when a later transaction needs it.
 */
import { createPartReader, lookThrough, type Problem, toInt16, toMessageBytes } from './messages.js';
import { classifyStatement, type Statement } from './statements.js';

const MAX_STATEMENTS = 200;
const MAX_STATEMENT_BYTES = 1024 * 1024;

interface Prepared {
  readonly statement: Statement;
  readonly text: string;
  /** The message that prepares it. */
  readonly bytes: Buffer;
}

/** What is to be done with a message. */
type Step =
  | { readonly kind: 'send'; readonly bytes: readonly Buffer[] }
  /** The database is not asked. */
  | { readonly kind: 'answer'; readonly bytes: Buffer }
  | { readonly kind: 'perform'; readonly statement: Statement }
  | { readonly kind: 'refused'; readonly problem: Problem };

const PARSE_COMPLETE = toMessageBytes('1');
const BIND_COMPLETE = toMessageBytes('2');
const CLOSE_COMPLETE = toMessageBytes('3');
const NO_DATA = toMessageBytes('n');
const NO_PARAMETERS = toMessageBytes('t', toInt16(0));

export function createPrepared() {
  const statements = new Map<string, Prepared>();
  /** Names that the database knows in the open transaction. */
  const known = new Set<string>();
  const portals = new Map<string, Prepared>();
  /** The statements that the waiting messages prepare, in their order. */
  let preparing: { readonly name: string; readonly isAsked: boolean }[] = [];
  let executedSettings: Prepared[] = [];

  /** The message that prepares a statement again, if the database does not know it. */
  const prepareAgain = (name: string): readonly Buffer[] => {
    const found = statements.get(name);
    if (found === undefined || known.has(name)) return [];
    known.add(name);
    preparing.push({ name, isAsked: false });
    return [found.bytes];
  };

  const parse = (body: Buffer, bytes: Buffer): Step => {
    const parts = createPartReader(body);
    const [name, text] = [parts.readText(), parts.readText()];
    const statement = classifyStatement(text);
    if (statement.kind === 'refused') return statement;
    if (name !== '' && statements.has(name))
      return refuse('42P05', `prepared statement "${name}" already exists`);
    const size = [...statements.values()].reduce((sum, each) => sum + each.bytes.length, bytes.length);
    if (statements.size >= MAX_STATEMENTS || size > MAX_STATEMENT_BYTES)
      return refuse('54000', 'the session has too many prepared statements');
    statements.set(name, { statement, text, bytes });
    if (!isAsked(statement)) return { kind: 'answer', bytes: PARSE_COMPLETE };
    known.add(name);
    preparing.push({ name, isAsked: true });
    return { kind: 'send', bytes: [bytes] };
  };

  const bind = (body: Buffer, bytes: Buffer): Step => {
    const parts = createPartReader(body);
    const [portal, name] = [parts.readText(), parts.readText()];
    const found = statements.get(name);
    if (found === undefined) portals.delete(portal);
    else portals.set(portal, found);
    if (found !== undefined && !isAsked(found.statement)) return { kind: 'answer', bytes: BIND_COMPLETE };
    return { kind: 'send', bytes: [...prepareAgain(name), bytes] };
  };

  const describe = (body: Buffer, bytes: Buffer): Step => {
    const { isStatement, name } = readTarget(body);
    const found = isStatement ? statements.get(name) : portals.get(name);
    if (found !== undefined && !isAsked(found.statement)) {
      const answer = isStatement ? Buffer.concat([NO_PARAMETERS, NO_DATA]) : NO_DATA;
      return { kind: 'answer', bytes: answer };
    }
    return { kind: 'send', bytes: [...(isStatement ? prepareAgain(name) : []), bytes] };
  };

  const execute = (body: Buffer, bytes: Buffer): Step => {
    const found = portals.get(createPartReader(body).readText());
    if (found === undefined || isAsked(found.statement)) {
      if (found?.statement.kind === 'setting') executedSettings.push(found);
      return { kind: 'send', bytes: [bytes] };
    }
    return { kind: 'perform', statement: found.statement };
  };

  const close = (body: Buffer, bytes: Buffer): Step => {
    const { isStatement, name } = readTarget(body);
    if (!isStatement) {
      const found = portals.get(name);
      portals.delete(name);
      if (found !== undefined && !isAsked(found.statement)) return { kind: 'answer', bytes: CLOSE_COMPLETE };
      return { kind: 'send', bytes: [bytes] };
    }
    statements.delete(name);
    return known.delete(name) ? { kind: 'send', bytes: [bytes] } : { kind: 'answer', bytes: CLOSE_COMPLETE };
  };

  return {
    /** Says what is to be done with a message of the extended protocol: Parse, Bind, Describe, Execute or Close. */
    take(type: string, body: Buffer, bytes: Buffer): Step {
      if (type === 'P') return parse(body, bytes);
      if (type === 'B') return bind(body, bytes);
      if (type === 'D') return describe(body, bytes);
      return type === 'E' ? execute(body, bytes) : close(body, bytes);
    },
    /** Learns from an answer what was prepared, and leaves out what the client has not asked for. */
    takeAnswer(answer: Buffer): Buffer {
      const kept: Buffer[] = [];
      let keptFrom = 0;
      let done = 0;
      lookThrough(answer, (type, start, end) => {
        if (type !== '1') return;
        const isWanted = preparing[done]?.isAsked ?? true;
        done += 1;
        if (isWanted) return;
        kept.push(answer.subarray(keptFrom, start));
        keptFrom = end;
      });
      for (const { name, isAsked } of preparing.slice(done)) {
        known.delete(name);
        if (isAsked) statements.delete(name);
      }
      preparing = [];
      return keptFrom === 0 ? answer : Buffer.concat([...kept, answer.subarray(keptFrom)]);
    },
    /** The settings that the messages since the last call have changed, if all went well. */
    takeExecutedSettings(): readonly Prepared[] {
      const executed = executedSettings;
      executedSettings = [];
      return executed;
    },
    /** The simple protocol uses the statement without a name. */
    forgetUnnamed(): void {
      statements.delete('');
      known.delete('');
      portals.delete('');
    },
    forgetTransaction(): void {
      for (const { name, isAsked } of preparing) if (isAsked) statements.delete(name);
      preparing = [];
      known.clear();
      portals.clear();
    },
  };
}

function isAsked({ kind }: Statement): boolean {
  return kind === 'question' || kind === 'setting';
}

function refuse(code: string, message: string): Step {
  return { kind: 'refused', problem: { code, message, hint: null } };
}

/** Reads what Describe and Close name. */
function readTarget(body: Buffer): { readonly isStatement: boolean; readonly name: string } {
  const parts = createPartReader(body);
  return { isStatement: parts.readByte() === 'S'.charCodeAt(0), name: parts.readText() };
}
