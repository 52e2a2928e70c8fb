/**
 * Writes metrics in the text format of Prometheus ("Exposition formats", 0.0.4), and makes counters that never fall: what `undo` takes
 * from the tables is added up in a counter of its own, `..._taken_back_total`. How much that was stands in the file before.
 */

export type Labels = Readonly<Record<string, string>>;

/** A number with its labels. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** A metric: its samples, each with other values of the same labels. */
export interface Family {
  /** Without `logtally_`, and without the `_total` of a counter. */
  readonly name: string;
  readonly help: string;
  /** `tally`: a counter that is read from tables from which `undo` may take something. */
  readonly type: 'counter' | 'tally' | 'gauge';
  readonly samples: readonly Sample[];
}

const PREFIX = 'logtally_';

/**
 * Formats metrics.
 *
 * @param before what the file held before; empty if there was none
 */
export function formatFamilies(families: readonly Family[], before: string): string {
  const old = readTallies(before);
  return families
    .flatMap(({ name, help, type, samples }) => {
      const numbers = samples.map(({ labels, value }) => [formatLabels(labels), value] as const);
      if (type === 'gauge') return formatFamily(PREFIX + name, { help, type }, numbers);
      const total = `${PREFIX}${name}_total`;
      if (type === 'counter') return formatFamily(total, { help, type }, numbers);
      const takenBack = `${PREFIX}${name}_taken_back_total`;
      const tallies = keepRising(new Map(numbers), {
        totals: getSamples(old, total),
        back: getSamples(old, takenBack),
      });
      return [
        ...formatFamily(total, { help, type: 'counter' }, tallies.totals),
        ...formatFamily(
          takenBack,
          { help: `Of ${total}, what undo and ingest --recount took back`, type: 'counter' },
          tallies.back,
        ),
      ];
    })
    .join('');
}

function formatFamily(
  name: string,
  { help, type }: { readonly help: string; readonly type: 'counter' | 'gauge' },
  samples: Iterable<readonly [labels: string, value: number]>,
): readonly string[] {
  const lines = [...samples].map(([labels, value]) => `${name}${labels} ${value}\n`);
  return lines.length === 0 ? [] : [`# HELP ${name} ${help}.\n# TYPE ${name} ${type}\n`, ...lines];
}

/** `{site="default",outcome="counted"}`; nothing if there are no labels. */
function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

function escapeValue(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => ESCAPES[character] ?? character);
}

/** Numbers by the text of their labels. */
type Samples = ReadonlyMap<string, number>;

/** Counters as they were, and what of them had been taken back. */
interface Tallies {
  readonly totals: Samples;
  readonly back: Samples;
}

/** What is less in the tables than it was before has been taken back. */
function keepRising(now: Samples, before: Tallies): Tallies {
  const totals = new Map<string, number>();
  const back = new Map<string, number>();
  for (const labels of new Set([...now.keys(), ...before.totals.keys()])) {
    const kept = now.get(labels) ?? 0;
    const backBefore = before.back.get(labels) ?? 0;
    const keptBefore = (before.totals.get(labels) ?? 0) - backBefore;
    const taken = backBefore + Math.max(0, keptBefore - kept);
    totals.set(labels, kept + taken);
    if (taken > 0) back.set(labels, taken);
  }
  return { totals, back };
}

/** A sample of a counter, as it is written here. */
const SAMPLE = /^(logtally_\w+_total)(\{.*\})? (\d{1,15})$/gm;

function readTallies(text: string): ReadonlyMap<string, Samples> {
  const counters = new Map<string, Map<string, number>>();
  for (const [, name = '', labels = '', value = ''] of text.matchAll(SAMPLE)) {
    const samples = counters.get(name) ?? new Map<string, number>();
    samples.set(labels, Number(value));
    counters.set(name, samples);
  }
  return counters;
}

function getSamples(counters: ReadonlyMap<string, Samples>, name: string): Samples {
  return counters.get(name) ?? new Map();
}
