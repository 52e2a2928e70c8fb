/** Rails: a concern that controllers include, and a controller that shows hits. */
import { quoteRuby } from '../quoting.js';
import { getHeaders, type Recipe, type RecipeSettings, type Section } from '../recipe.js';
import { EXAMPLE_TYPE, formatHitsQuestion, SHOW_PLACE, SHOW_WHY, writeGrant } from './question.js';

export const RAILS: Recipe = {
  name: 'rails',
  summary: 'controllers of Rails say which object they show, and show its hits',
  write: writeRails,
};

function writeRails(settings: RecipeSettings): readonly Section[] {
  const { contentType, objectId } = getHeaders(settings);
  return [
    {
      place: 'app/controllers/concerns/names_object.rb',
      why: 'Names a record in the two headers.',
      text: `module NamesObject
  private

  # tells the server's log which object a response is, such as core.photo 1234
  def name_object(content_type, record)
    response.set_header("${contentType}", content_type)
    response.set_header("${objectId}", record.id.to_s)
  end
end
`,
      language: 'ruby',
    },
    {
      place: 'app/controllers/photos_controller.rb',
      why: 'The page of a photo, whose requests are to be counted.',
      text: `class PhotosController < ApplicationController
  include NamesObject

  def show
    @photo = Photo.find(params[:id])
    name_object("${EXAMPLE_TYPE}", @photo)
  end
end
`,
      language: 'ruby',
    },
    {
      place: SHOW_PLACE,
      why: SHOW_WHY,
      text: writeHitsController(settings),
      language: 'ruby',
    },
    writeGrant(settings),
  ];
}

function writeHitsController({ site }: RecipeSettings): string {
  return `class HitsController < ApplicationController
  HITS = "${formatHitsQuestion('?')}"

  def show
    query = ApplicationRecord.sanitize_sql([HITS, ${quoteRuby(site)}, "${EXAMPLE_TYPE}", params[:photo_id].to_s])
    row = ApplicationRecord.connection.select_one(query)
    expires_in 10.seconds, public: true, stale_while_revalidate: 60.seconds
    render json: { hits: row&.fetch("hit_count") || 0, rank: row&.fetch("hit_count_rank") }
  end
end
`;
}
