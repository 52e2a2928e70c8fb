/** What the reader has chosen, which outlives the elements: they are made anew when the page gets new data. */

export interface Order {
  /** Of the column. */
  readonly title: string;
  readonly direction: 'ascending' | 'descending';
}

interface Choices {
  /** Of a table. */
  readonly order?: Order;
  /** Whether all rows are shown, and not only the first. */
  readonly showsAll?: boolean;
  /** Of a table that can be closed. */
  readonly isOpen?: boolean;
  /** What is searched for. */
  readonly search?: string;
  /** How many of the last days the page is about; null for all. */
  readonly days?: number | null;
  /** Whether the period before is drawn too. */
  readonly isCompared?: boolean;
}

const choices = new Map<string, Choices>();

/** @param place the name of a table or of a part of the page */
export function recall(place: string): Choices {
  return choices.get(place) ?? {};
}

export function remember(place: string, chosen: Choices): void {
  choices.set(place, { ...recall(place), ...chosen });
}

export function forget(place: string): void {
  choices.delete(place);
}
