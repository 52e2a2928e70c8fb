/** Turns the text of a config file into what it says, or into every complaint about it, each with its line. */
import type { z } from 'zod';
import { UsageError } from '../errors.js';
import { type Config, configSchema } from './config-schema.js';
import { type Complaint, parseToml, type TomlDocument } from './toml-lines.js';

/**
 * Parses and validates a config file.
 *
 * @param path of the file, for messages
 * @throws UsageError with all complaints, in the order of their lines
 */
export function parseConfig(text: string, path: string): Config {
  const document = parseToml(text);
  if ('text' in document) throw toError(path, [document]);
  const { success, data, error } = configSchema.safeParse(document.value);
  if (!success) {
    const complaints = error.issues.flatMap((issue) => toComplaints(issue, document));
    throw toError(path, complaints);
  }
  const { object: rules = [], ...content } = data;
  const getLine = (index: number) => document.getLine(['object', index]);
  return { ...content, path, rules: rules.map((rule, index) => ({ line: getLine(index), ...rule })) };
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

function toError(path: string, complaints: readonly Complaint[]): UsageError {
  const lines = complaints
    .toSorted((left, right) => left.line - right.line)
    .map(({ line, text }) => `${path}:${line}: ${text}`);
  const [first = '', ...others] = lines;
  if (others.length === 0) return new UsageError(first);
  return new UsageError(
    `the config file has ${lines.length} mistakes:\n${lines.map((line) => `  ${line}`).join('\n')}`,
  );
}
