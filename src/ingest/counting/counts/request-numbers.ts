/** Finds the numbers of a request's fields, whether its line was parsed or scanned: everything else follows from these. */
import type { Attribution } from '../../../attribute/attribution.js';
import { NO_FACTS } from '../../../parse/parse.js';
import type { Request } from '../hit.js';
import type { ScannedLine } from '../scanned-line.js';
import type { NumberedField, NumberedRequest } from './key-kind.js';
import { type Held, TextNumbers } from './numbers/numbers.js';

/** In `2026-04-14T10:22:31+02:00` */
const HOUR_AT = 11;

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

export class RequestNumbers {
  readonly #readClient: Attribution['readClient'];
  readonly #texts = {
    client: new TextNumbers(),
    agent: new TextNumbers(),
    referrer: new TextNumbers(),
    method: new TextNumbers(),
  };
  readonly #needs: Readonly<Record<NumberedField, boolean>>;
  /** One for all lines, as an object for each would keep the garbage collector busy. */
  readonly #request: Writable<NumberedRequest> = {
    ...{ facts: NO_FACTS, site: '', day: '', place: 0, status: -1, hour: -1 },
    ...{ client: 0, agent: 0, referrer: 0, method: 0 },
  };

  /** @param needs the fields that are numbered; the others keep the number 0 */
  constructor(needs: ReadonlySet<NumberedField>, readClient: Attribution['readClient']) {
    this.#readClient = readClient;
    this.#needs = {
      client: needs.has('client'),
      agent: needs.has('agent'),
      referrer: needs.has('referrer'),
      method: needs.has('method'),
      hour: needs.has('hour'),
    };
  }

  /** The request of a line that was parsed. It holds until the next is asked for. @param place the number of its site and day */
  ofParsed({ facts, site, day }: Request, place: number): NumberedRequest {
    const [request, texts, needs] = [this.#request, this.#texts, this.#needs];
    request.facts = facts;
    request.site = site;
    request.day = day;
    request.place = place;
    if (needs.client) request.client = texts.client.find(this.#readClient(facts));
    if (needs.agent) request.agent = texts.agent.find(facts.userAgent);
    if (needs.referrer) request.referrer = texts.referrer.find(facts.referrer);
    if (needs.method) request.method = texts.method.find(facts.method);
    if (needs.hour) request.hour = readHour(facts.time);
    request.status = facts.status === null ? -1 : Number(facts.status);
    return request;
  }

  /** The same of a line that was scanned. */
  ofScanned(line: ScannedLine, place: number): NumberedRequest {
    const [request, texts, needs] = [this.#request, this.#texts, this.#needs];
    request.facts = line;
    request.site = line.site;
    request.day = line.day;
    request.place = place;
    if (needs.client) request.client = findLogged(texts.client, line, line.clientAt, line.clientEnd);
    if (needs.agent) request.agent = findLogged(texts.agent, line, line.agentAt, line.agentEnd);
    if (needs.referrer)
      request.referrer = findLogged(texts.referrer, line, line.referrerAt, line.referrerEnd);
    if (needs.method) request.method = findMethod(texts.method, line);
    if (needs.hour) request.hour = line.readHour();
    request.status = line.readStatus();
    return request;
  }

  /** What is remembered of the texts. */
  listHeld(): readonly Held[] {
    return Object.values(this.#texts).map(({ held }) => held);
  }

  /** Forgets all numbers. */
  clear(): void {
    for (const texts of Object.values(this.#texts)) texts.clear();
  }
}

/** The number of a field of a scanned line; `-` is null. */
function findLogged(texts: TextNumbers, line: ScannedLine, from: number, to: number): number {
  return line.isAbsent(from, to) ? 0 : texts.findBytes(line.source, from, to);
}

/** `-` is a method, if a target and a protocol are behind it. */
function findMethod(texts: TextNumbers, line: ScannedLine): number {
  return line.hasRequest ? texts.findBytes(line.source, line.requestAt, line.methodEnd) : 0;
}

/** The hour of `2026-04-14T10:22:31+02:00`, or -1. */
function readHour(time: string | null): number {
  return time === null ? -1 : Number(time.slice(HOUR_AT, HOUR_AT + 2));
}
