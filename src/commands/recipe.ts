/** `logtally recipe`: prints what to paste into web servers, applications, timers and the rotation of logs. */
import { Command } from 'commander';
import { EMPTY_CONFIG, readConfig } from '../config/config-file.js';
import { UsageError } from '../errors.js';
import { formatRecipe, formatRecipeList } from '../output/recipe.js';
import { toVisibleText } from '../output/text.js';
import { RECIPES, type Recipe } from '../recipes/recipes.js';
import { findNearNames } from '../report/near-names.js';
import { type CommandContext, warnOfPassword, writeOut } from './context.js';
import { resolveFormatSettings } from './format-options.js';
import { addConfigOption, addDatabaseChoice } from './options.js';
import { type RecipeFlags, resolveRecipeSettings } from './recipe-settings.js';

const EXAMPLES = `
Examples:
  logtally recipe                                             (lists the recipes)
  logtally recipe nginx
  logtally recipe apache systemd --log /var/log/apache2/site.log --site www.example.com
  logtally recipe cron --database-url postgres://stats@db.example.com/stats

Nothing is read or changed but the config file. No password is printed; a word stands in its place.`;

export function createCommand(context: CommandContext): Command {
  const command = new Command('recipe')
    .summary('print what to paste into servers, applications, timers and the rotation')
    .description(
      'Prints what to paste, and where, so that a web server logs objects, an application names them, and a timer counts them. It is filled in from the options and the config file.',
    )
    .argument('[recipe...]', `${RECIPES.map(({ name }) => name).join(', ')}; none lists them`)
    .option('--log <path>', "the access log (default: where the server's package writes it)")
    .option('--site <label>', 'the site that the lines are of')
    .option(
      '--format <format>',
      'the format of the log without the ids: combined_ids, combined, common, vhost_combined, vhost_common, or a LogFormat or log_format string; to cron, systemd and logrotate what --format of ingest is to be',
    );
  return addDatabaseChoice(addConfigOption(command, 'settings'))
    .addHelpText('after', EXAMPLES)
    .action((names: string[], flags: RecipeFlags) => runRecipe(context, names, flags));
}

async function runRecipe(
  context: CommandContext,
  names: readonly string[],
  flags: RecipeFlags,
): Promise<void> {
  if (names.length === 0) return writeOut(context, formatRecipeList(RECIPES));
  const recipes = names.map(getRecipe);
  warnOfPassword(context, flags);
  const config = await readConfig(flags.config, context);
  // a log in a format that there is not could not be counted
  if (flags.format !== undefined) resolveFormatSettings({ format: flags.format }, EMPTY_CONFIG, context);
  const settings = await resolveRecipeSettings(context, flags, { config, recipes });
  const texts = recipes.map((recipe) => formatRecipe(recipe, recipe.write(settings)));
  await writeOut(context, texts.join('\n'));
}

/** @throws UsageError if there is no recipe of a name */
function getRecipe(name: string): Recipe {
  const found = RECIPES.find((recipe) => recipe.name === name);
  if (found !== undefined) return found;
  const known = RECIPES.map((recipe) => recipe.name);
  const near = findNearNames(name, known);
  const question = near.length === 0 ? '' : `did you mean ${near.join(' or ')}? `;
  throw new UsageError(`there is no recipe '${toVisibleText(name)}'`, {
    hint: `${question}there are ${known.join(', ')}`,
  });
}
