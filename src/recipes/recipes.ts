/** The recipes: what to paste into the programs around logtally. What the other rooms may use. */
import { DJANGO } from './applications/django.js';
import { EXPRESS } from './applications/express.js';
import { PHP } from './applications/php.js';
import { RAILS } from './applications/rails.js';
import type { Recipe } from './recipe.js';
import { APACHE } from './servers/apache.js';
import { CADDY } from './servers/caddy.js';
import { NGINX } from './servers/nginx.js';
import { RSYSLOG } from './servers/rsyslog.js';
import { CRON } from './system/cron.js';
import { LOGROTATE } from './system/logrotate.js';
import { SYSTEMD } from './system/systemd.js';

export type { ObjectHeaders, Recipe, RecipeDatabase, RecipeSettings, Section } from './recipe.js';

/** In the order in which somebody needs them: the log, the headers, the timer, the rotation. */
export const RECIPES: readonly Recipe[] = [
  ...[APACHE, NGINX, CADDY],
  ...[DJANGO, RAILS, EXPRESS, PHP],
  ...[CRON, SYSTEMD, LOGROTATE, RSYSLOG],
];
