/** Django: a mixin for views of one object, and a view that shows its hits. */
import { quoteDouble } from '../quoting.js';
import { getHeaders, type Recipe, type RecipeSettings, type Section } from '../recipe.js';
import { EXAMPLE_TYPE, formatHitsQuestion, SHOW_PLACE, SHOW_WHY, writeGrant } from './question.js';

export const DJANGO: Recipe = {
  name: 'django',
  summary: 'views of Django say which object they show, and show its hits',
  write: writeDjango,
};

function writeDjango(settings: RecipeSettings): readonly Section[] {
  const { contentType, objectId } = getHeaders(settings);
  return [
    {
      place: 'core/counted.py',
      why: 'Names an object of a model in the two headers, in a view of one object or in any other one.',
      text: `def name_object(response, instance):
    """Tells the server's log which object a response is, such as core.photo 1234."""
    response["${contentType}"] = instance._meta.label_lower
    response["${objectId}"] = str(instance.pk)
    return response


class CountedMixin:
    """Comes before DetailView."""

    def render_to_response(self, context, **response_kwargs):
        response = super().render_to_response(context, **response_kwargs)
        return name_object(response, self.object)
`,
      language: 'python',
    },
    {
      place: 'core/views.py',
      why: 'The view of a photo, whose requests are to be counted.',
      text: `from django.views.generic import DetailView

from core.counted import CountedMixin
from core.models import Photo


class PhotoView(CountedMixin, DetailView):
    model = Photo
`,
      language: 'python',
    },
    {
      place: SHOW_PLACE,
      why: SHOW_WHY,
      text: writeHitsView(settings),
      language: 'python',
    },
    writeGrant(settings),
  ];
}

function writeHitsView({ site }: RecipeSettings): string {
  return `from django.db import connection
from django.http import JsonResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

HITS = "${formatHitsQuestion('%s')}"


@require_safe
def photo_hits(request, photo_id):
    with connection.cursor() as cursor:
        cursor.execute(HITS, [${quoteDouble(site)}, "${EXAMPLE_TYPE}", str(photo_id)])
        hits, rank = cursor.fetchone() or (0, None)
    response = JsonResponse({"hits": hits, "rank": rank})
    patch_cache_control(response, public=True, max_age=10, stale_while_revalidate=60)
    return response
`;
}
