/** The further fields of a log that settings of summaries name: which there are, and whether lines have them. */
import { type FormatChoice, findNamedField, type LineFacts } from '../../../parse/parse.js';
import type { KeySettings } from './key-kind.js';

/** A field that a setting names. */
export interface NamedField {
  /** The key of the setting under `[summaries]`. */
  readonly key: string;
  readonly name: string;
}

/** The settings that name fields, and those that say which of them matter. */
interface NamingSettings extends Pick<KeySettings, 'summaries' | 'visitorIdField' | 'titleField'> {
  readonly own: readonly unknown[];
  readonly sessionField: string | null;
  readonly extraFields: readonly string[];
}

/** Lists the fields that what is kept needs. */
export function listNamedFields(settings: NamingSettings): readonly NamedField[] {
  const { summaries, own, visitorIdField, titleField, sessionField, extraFields } = settings;
  const hasRows = summaries.includes('requests') || own.length > 0;
  const fields = [
    { key: 'visitor_id_field', name: summaries.includes('visitors') ? visitorIdField : null },
    { key: 'title_field', name: summaries.includes('titles') ? titleField : null },
    { key: 'session_field', name: hasRows ? sessionField : null },
    ...(hasRows ? extraFields : []).map((name) => ({ key: 'extra_fields', name })),
  ];
  return fields.flatMap(({ key, name }) => (name === null ? [] : [{ key, name }]));
}

/** Finds those that no line can have; none if the format does not say which fields lines have. */
export function findUnknownFields(
  { furtherFields }: FormatChoice,
  fields: readonly NamedField[],
): readonly NamedField[] {
  if (furtherFields === null) return [];
  const known = furtherFields.map((name) => ({ name }));
  return fields.filter(({ name }) => findNamedField(known, name) === undefined);
}

/** Watches the lines of a run for fields that no line has had yet. One for all logs, so that a line is asked only for these. */
export class FieldsWatch {
  readonly #missing: NamedField[];
  #lines = 0;

  constructor(fields: readonly NamedField[]) {
    this.#missing = [...fields];
  }

  look(facts: Pick<LineFacts, 'getNamed'>): void {
    this.#lines += 1;
    for (let at = this.#missing.length - 1; at >= 0; at -= 1)
      if (facts.getNamed(this.#missing[at]?.name ?? '') !== undefined) this.#missing.splice(at, 1);
  }

  /** The fields that none of the lines had; none if there were no lines. */
  get missing(): readonly NamedField[] {
    return this.#lines === 0 ? [] : this.#missing;
  }
}
