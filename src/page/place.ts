/** Keeps the reader where he is while the elements of the page are replaced: what is in sight, how tables are scrolled, the focus. */

/** An element by what a reader knows it by, since it is another one afterwards. */
interface Landmark {
  readonly tag: string;
  /** What names the section around it; null outside of sections. */
  readonly section: string | null;
  readonly name: string;
}

/** Runs `replace`, and puts the reader back. */
export function keepPlace(replace: () => void): void {
  const anchor = findAnchor();
  const scrolled = [...document.querySelectorAll('.scroller')].flatMap((element) =>
    element.scrollLeft === 0 ? [] : [{ landmark: describe(element), left: element.scrollLeft }],
  );
  const restoreFocus = holdFocus();
  replace();
  for (const { landmark, left } of scrolled) {
    const element = find(landmark);
    if (element !== undefined) element.scrollLeft = left;
  }
  restoreFocus();
  const element = anchor === null ? null : document.getElementById(anchor.id);
  if (anchor !== null && element !== null) scrollBy(0, element.getBoundingClientRect().top - anchor.top);
}

/** Holds the focus, and what is selected in a field. @returns what gives it back */
export function holdFocus(): () => void {
  const { activeElement } = document;
  if (activeElement === null || activeElement === document.body) return () => undefined;
  const landmark = describe(activeElement);
  const field = activeElement instanceof HTMLInputElement ? activeElement : null;
  const selected = field === null ? null : ([field.selectionStart, field.selectionEnd] as const);
  return () => {
    const element = find(landmark);
    element?.focus({ preventScroll: true });
    if (selected !== null && element instanceof HTMLInputElement) element.setSelectionRange(...selected);
  };
}

/** Finds the heading that is nearest to the top of the window; null at the top of the page. */
function findAnchor(): { readonly id: string; readonly top: number } | null {
  if (scrollY === 0) return null;
  const headings = [...document.querySelectorAll('main :is(h2, h3)[id]')];
  const places = headings.map((heading) => ({ id: heading.id, top: heading.getBoundingClientRect().top }));
  return places.toSorted((a, b) => Math.abs(a.top) - Math.abs(b.top))[0] ?? null;
}

function describe(element: Element): Landmark {
  const section = element.closest('[aria-labelledby]')?.getAttribute('aria-labelledby') ?? null;
  const name = element.id || element.getAttribute('aria-label') || (element.textContent ?? '');
  return { tag: element.tagName, section, name };
}

function find(landmark: Landmark): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>(landmark.tag)].find((element) => {
    const other = describe(element);
    return other.name === landmark.name && other.section === landmark.section;
  });
}
