/** Turns the text of a config file into its content, or into every complaint about it, each with its line. */
import type { z } from 'zod';
import { UsageError } from '../errors.js';
import { type ConfigContent, configSchema } from './config-schema.js';
import { parseToml, type TomlDocument } from './toml-lines.js';

export interface ParsedConfig {
  readonly content: ConfigContent;
  readonly document: TomlDocument;
}

interface Complaint {
  readonly line: number;
  readonly text: string;
}

/**
 * Parses and validates a config file.
 *
 * @param name how messages call the file
 * @throws UsageError with all complaints, in the order of their lines
 */
export function parseConfig(text: string, name: string): ParsedConfig {
  const document = parseToml(text);
  if ('problem' in document) throw toError([{ line: document.line, text: document.problem }], name);
  const result = configSchema.safeParse(document.value);
  if (result.success) return { content: result.data, document };
  throw toError(
    result.error.issues.flatMap((issue) => toComplaints(issue, document)),
    name,
  );
}

function toComplaints(issue: z.core.$ZodIssue, { getLine }: TomlDocument): readonly Complaint[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return { line: getLine(path), text: `${toKeyName(path)}: there is no such key` };
    });
  }
  const name = toKeyName(issue.path);
  return [{ line: getLine(issue.path), text: name === '' ? issue.message : `${name}: ${issue.message}` }];
}

/** `filters.status`; which of several rules or elements is meant, the line tells. */
function toKeyName(path: readonly PropertyKey[]): string {
  return path.filter((key) => typeof key === 'string').join('.');
}

function toError(complaints: readonly Complaint[], name: string): UsageError {
  const lines = complaints
    .toSorted((left, right) => left.line - right.line)
    .map(({ line, text }) => `${name}:${line}: ${text}`);
  const [first = '', ...others] = lines;
  if (others.length === 0) return new UsageError(first);
  return new UsageError(
    `the config file has ${lines.length} mistakes:\n${lines.map((line) => `  ${line}`).join('\n')}`,
  );
}
