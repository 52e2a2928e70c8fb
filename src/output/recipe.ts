/** Formats recipes: the list of them, and their texts, which stand at the beginning of lines so that one can select and paste them. */
import type { Recipe, Section } from '../recipes/recipes.js';
import { formatItems } from './table.js';

/** The names of all recipes with what they set up. */
export function formatRecipeList(recipes: readonly Recipe[]): string {
  return formatItems(
    [
      { title: 'recipe', align: 'left', toCell: ({ name }) => name },
      { title: 'sets up', align: 'left', toCell: ({ summary }) => summary },
    ],
    recipes,
  );
}

/** One recipe: each text behind the place that it goes to. */
export function formatRecipe({ name, summary }: Recipe, sections: readonly Section[]): string {
  const parts = sections.map(({ place, why, text }, at) => `${at + 1}. ${place}\n   ${why}\n\n${text}`);
  return [`${name}: ${summary}\n`, ...parts].join('\n');
}
