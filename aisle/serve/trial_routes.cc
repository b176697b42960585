#include "aisle/serve/trial_routes.h"

#include <algorithm>
#include <string>
#include <vector>

#include "aisle/segment/json_fields.h"
#include "aisle/segment/trial_documents.h"
#include "aisle/serve/http.h"
#include "aisle/serve/json_response.h"
#include "aisle/track/trial_store.h"

namespace aisle {
namespace {

HttpResponse list_tunings(const ProjectPaths& paths) {
  Json list = Json::array();
  for (const Tuning& tuning : TrialStore(paths.run_store).tunings()) {
    list.push_back({{"tuning", tuning.id},
                    {"started_at", tuning.started_at},
                    {"finished_at", tuning.finished_at},
                    {"n_stores", tuning.n_stores},
                    {"n_trials", tuning.n_trials},
                    {"recommended", tuning.recommended > 0 ? Json(tuning.recommended) : Json(nullptr)},
                    {"reason", tuning.reason}});
  }
  return json_response({{"tunings", list}});
}

HttpResponse get_tuning(const HttpRequest& request, const ProjectPaths& paths) {
  const std::string& id = request.path_values.at("id");
  const TrialStore store(paths.run_store);
  const std::vector<Tuning> tunings = store.tunings();
  const auto tuning = id == "latest" ? tunings.begin()
                                     : std::find_if(tunings.begin(), tunings.end(),
                                                    [&](const Tuning& known) { return known.id == id; });
  if (tuning == tunings.end()) {
    throw HttpError(404,
                    {.where = request.path,
                     .what = tunings.empty() ? "nothing was tuned yet" : "there is no tuning '" + id + "'",
                     .expected = "",
                     .remedy = tunings.empty() ? "run `aisle tune`" : "/api/v1/tunings lists them"});
  }
  return json_response(Json::parse(tuning_json(*tuning, store.trials(tuning->id))));
}

}  // namespace

void add_trial_routes(Router& router, const ProjectPaths& paths) {
  router.add(
      {"GET", "/api/v1/tunings", Lane::kQuick, [paths](const HttpRequest&) { return list_tunings(paths); }});
  router.add({"GET", "/api/v1/tunings/{id}", Lane::kQuick,
              [paths](const HttpRequest& request) { return get_tuning(request, paths); }});
}

}  // namespace aisle
