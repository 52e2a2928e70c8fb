/**
 * One client of the embedded database, from its first message on. Statements of the simple protocol are sent to the database one by
 * one in the extended one, which takes no two statements at once; transactions begin and end here, and never in its words.
 */
import { isUtf8 } from 'node:buffer';
import { type Asking, EndedError } from './asking.js';
import { type ClientMessage, ProtocolError } from './client-messages.js';
import {
  createPartReader,
  leaveOut,
  lookThrough,
  movePosition,
  type Problem,
  type Status,
  toInt16,
  toInt32,
  toMessageBytes,
  toProblemBytes,
  toReadyBytes,
} from './messages.js';
import { createPrepared } from './prepared.js';
import { classifyStatement, type Statement, type StatementPart, splitStatements } from './statements.js';

const SYNC = toMessageBytes('S');

/** Bytes of messages that wait for the one that has them answered. */
const MAX_WAITING_BYTES = 1024 * 1024;

const MAX_STATEMENTS = 1000;

/** Bytes of statements that are cut and looked at in a moment: the owner's own work waits meanwhile. */
const MAX_TEXT_BYTES = 100_000;

const TOO_LONG: Problem = {
  code: '54000',
  message: `a statement of a session has ${MAX_TEXT_BYTES} bytes at most`,
  hint: 'give long lists as parameters',
};

const NOT_UTF8: Problem = { code: '22021', message: 'the statement is not valid UTF-8', hint: null };
const TOO_MANY: Problem = {
  code: '54000',
  message: `a script of a session has ${MAX_STATEMENTS} statements at most`,
  hint: null,
};
const FAILED: Problem = {
  code: '25P02',
  message: 'current transaction is aborted, commands ignored until end of transaction block',
  hint: null,
};

/**
 * @param write sends bytes to the client
 * @param settings what the client has set as it connected: statements by the names of settings
 */
export function createSession(asking: Asking, write: (bytes: Buffer) => void, settings: Map<string, string>) {
  const prepared = createPrepared();
  let block: 'none' | 'open' | 'failed' = 'none';
  /** Whether a transaction was open since the last ReadyForQuery. */
  let hasAsked = false;
  /** Whether messages are ignored up to the next Sync. */
  let isSkipping = false;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  /** Settings of the open transaction, which last if it is committed. */
  const newSettings = new Map<string, string>();

  const fail = () => {
    isSkipping = true;
    newSettings.clear();
    if (block === 'open') block = 'failed';
  };
  const refuse = (problem: Problem) => {
    write(toProblemBytes('ERROR', problem));
    fail();
  };
  const getStatus = (): Status => (block === 'none' ? 'I' : block === 'open' ? 'T' : 'E');

  const send = (bytes: Buffer) => {
    waiting.push(bytes);
    waitingBytes += bytes.length;
    if (waitingBytes > MAX_WAITING_BYTES) throw new ProtocolError('too many messages without a Sync');
  };

  /** Has the waiting messages answered. @param isLast whether the transaction ends behind them */
  const flush = async (isLast: boolean, change = (answer: Buffer) => answer): Promise<void> => {
    if (waiting.length === 0) {
      if (isLast) await endTransaction();
      return;
    }
    const message = Buffer.concat([...waiting, SYNC]);
    waiting = [];
    waitingBytes = 0;
    const script = [...settings.values(), ...newSettings.values()].map((text) => `${text};`).join('\n');
    const answer = await asking.ask(message, script, isLast);
    write(change(leaveOut(prepared.takeAnswer(answer), 'Z')));
    lookThrough(answer, (type) => {
      if (type === 'E') fail();
    });
    hasAsked = !isLast;
    if (isLast || !asking.isOpen()) prepared.forgetTransaction();
  };

  const endTransaction = async () => {
    hasAsked = false;
    prepared.forgetTransaction();
    if (asking.isOpen()) await asking.end();
  };

  /** Does what needs no answer of the database. */
  const perform = async (statement: Statement): Promise<void> => {
    if (statement.kind === 'begin') {
      if (block === 'open') write(warn('25001', 'there is already a transaction in progress'));
      else if (block === 'failed') return refuse(FAILED);
      if (block === 'none') asking.forgetEnd();
      block = 'open';
      write(toMessageBytes('C', 'BEGIN'));
    } else if (statement.kind === 'nothing') {
      if (block === 'failed') return refuse(FAILED);
      write(toMessageBytes('C', statement.command));
    } else if (statement.kind === 'end') {
      if (block === 'none') write(warn('25P01', 'there is no transaction in progress'));
      const isKept = statement.command === 'COMMIT' && block !== 'failed';
      if (isKept) for (const [name, text] of newSettings) settings.set(name, text);
      newSettings.clear();
      block = 'none';
      await endTransaction();
      write(toMessageBytes('C', isKept ? 'COMMIT' : 'ROLLBACK'));
    }
  };

  /** Whether the database may be asked: not if it has ended the client's transaction. */
  const mayAsk = (): boolean => {
    if (asking.isOpen() || (block === 'none' && !hasAsked)) return true;
    const end = asking.getEnd();
    if (block === 'open' && end === null) return true;
    refuse(end ?? FAILED);
    return false;
  };

  const keepSetting = (statement: Statement, text: string) => {
    if (statement.kind !== 'setting' || isSkipping) return;
    const kept = block === 'none' ? settings : newSettings;
    kept.delete(statement.name);
    kept.set(statement.name, text);
  };

  const askPart = async ({ text, position }: StatementPart, isLast: boolean): Promise<void> => {
    const statement = classifyStatement(text);
    if (statement.kind === 'refused') return refuse(statement.problem);
    if (statement.kind !== 'question' && statement.kind !== 'setting') return perform(statement);
    if (!mayAsk()) return;
    prepared.forgetUnnamed();
    send(toMessageBytes('P', '', text, toInt16(0)));
    send(toMessageBytes('B', '', '', toInt16(0), toInt16(0), toInt16(0)));
    send(toMessageBytes('D', Buffer.from('P'), ''));
    send(toMessageBytes('E', '', toInt32(0)));
    await flush(isLast && block === 'none', (answer) => movePosition(leaveOut(answer, '12n'), position));
    keepSetting(statement, text);
  };

  const askScript = async (body: Buffer): Promise<void> => {
    const problem = findTextProblem(body);
    if (problem !== null) return refuse(problem);
    const parts = splitStatements(createPartReader(body).readText());
    if (parts.length > MAX_STATEMENTS) return refuse(TOO_MANY);
    if (parts.length === 0) write(toMessageBytes('I'));
    for (const [at, part] of parts.entries()) {
      await askPart(part, at + 1 === parts.length);
      if (isSkipping) break;
    }
  };

  /** Takes a message of the extended protocol. */
  const takeExtended = async ({ type, body, bytes }: ClientMessage): Promise<void> => {
    const problem = type === 'P' ? findTextProblem(body) : null;
    const step = problem === null ? prepared.take(type, body, bytes) : { kind: 'refused' as const, problem };
    if (step.kind === 'send') {
      if (!mayAsk()) return;
      for (const each of step.bytes) send(each);
      return;
    }
    await flush(false);
    if (isSkipping) return;
    if (step.kind === 'refused') refuse(step.problem);
    else if (step.kind === 'answer') write(step.bytes);
    else await perform(step.statement);
  };

  const ready = () => {
    hasAsked = false;
    isSkipping = false;
    write(toReadyBytes(getStatus()));
  };

  const giveUp = (error: unknown) => {
    if (!(error instanceof EndedError)) throw error;
    waiting = [];
    waitingBytes = 0;
    prepared.forgetTransaction();
    refuse(error.problem);
  };

  const takeMessage = async (message: ClientMessage): Promise<void> => {
    const { type } = message;
    if (type === 'S') {
      const settingsSent = prepared.takeExecutedSettings();
      if (!isSkipping) await flush(block === 'none');
      for (const { statement, text } of settingsSent) keepSetting(statement, text);
      return;
    }
    if (isSkipping) return;
    if (type === 'Q') await askScript(message.body);
    else if (type === 'H') await flush(false);
    else if (type === 'F')
      refuse({ code: '0A000', message: 'a session takes no function calls', hint: 'ask select ...' });
    else if ('PBDEC'.includes(type)) await takeExtended(message);
    else if (type === 'p') throw new ProtocolError('nobody has asked for a password');
  };

  return {
    /**
     * Answers a message.
     *
     * @throws ProtocolError
     */
    async take(message: ClientMessage): Promise<void> {
      const isEnd = 'SQF'.includes(message.type);
      await takeMessage(message).catch(giveUp);
      if (isEnd && block === 'none') await endTransaction().catch(giveUp);
      if (isEnd) ready();
    },
  };
}

function findTextProblem(text: Buffer): Problem | null {
  if (text.length > MAX_TEXT_BYTES) return TOO_LONG;
  return isUtf8(text) ? null : NOT_UTF8;
}

function warn(code: string, message: string): Buffer {
  return toProblemBytes('WARNING', { code, message, hint: null });
}
