#include "aisle/serve/tuning_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>

#include "aisle/cluster/validity.h"
#include "aisle/engine/project_engine.h"
#include "aisle/project/options.h"
#include "aisle/segment/json_fields.h"
#include "aisle/segment/tie_order.h"
#include "aisle/serve/json_response.h"
#include "aisle/serve/parameters.h"
#include "aisle/serve/tuning.h"

namespace aisle {
namespace {

constexpr std::size_t kOutlineSteps = 64;
constexpr int kMostCounts = 30;
constexpr std::int64_t kLargestClusterSize = 1'000'000;
constexpr std::int64_t kMostClusters = 1000;
constexpr double kLargestEpsilon = 1e300;

// The model as long as its files are the same; made once for any number of readers.
class ModelReader {
 public:
  ModelReader(ServedProject project, const CancelFlag& stopping)
      : project_(std::move(project)), stopping_(stopping) {}

  const CancelFlag* stopping() const { return &stopping_; }

  std::shared_ptr<const TunedModel> read() {
    const auto stamp = stamp_of(project_.paths.metrics);
    if (!stamp || !stamp_of(project_.paths.model / "model.json")) {
      throw HttpError(404, {.where = "/api/v1/tuning",
                            .what = "there is no model yet",
                            .expected = "",
                            .remedy = "run `aisle run`, or start one here"});
    }
    const std::lock_guard lock(mutex_);
    if (model_ && stamp_ == stamp) return model_;
    const Options options = load_options(project_.paths.root, project_.overrides);
    const auto engine = open_embedded_engine(options, project_.paths, &stopping_);
    model_ = std::make_shared<const TunedModel>(read_tuned_model(*engine, project_.paths, &stopping_));
    stamp_ = stamp;
    return model_;
  }

 private:
  ServedProject project_;
  const CancelFlag& stopping_;
  std::mutex mutex_;
  std::shared_ptr<const TunedModel> model_;
  std::optional<FileStamp> stamp_;
};

const char* method_name(SelectionMethod method) {
  return method == SelectionMethod::kLeaf ? "leaf" : "eom";
}

// The model's own options, but for what the request says.
SelectionOptions selection_options(const Parameters& parameters, const Model& model) {
  SelectionOptions options = model.hdbscan.selection_options;
  if (const auto size = parameters.integer("min_cluster_size", 2, kLargestClusterSize)) {
    options.min_cluster_size = static_cast<int>(*size);
  }
  if (const auto epsilon = parameters.number("epsilon", 0, kLargestEpsilon)) {
    options.cluster_selection_epsilon = *epsilon;
  }
  return options;
}

HttpResponse get_tree(const HttpRequest& request, ModelReader& reader) {
  const Parameters parameters(request, {"min_cluster_size"});
  const auto tuned = reader.read();
  const SelectionOptions options = selection_options(parameters, tuned->model);
  const MatchedSelection matched = select_and_match(*tuned, options);
  const CondensedTree& tree = matched.chosen.condensed_tree;
  const std::vector<TreeCluster> clusters = tree_clusters(tree);
  const std::vector<TreeOutline> outlines = tree_outlines(tree, kOutlineSteps);
  std::vector<std::int32_t> continues(clusters.size(), -1);
  for (std::size_t label = 0; label < matched.continues.size(); ++label) {
    const std::int32_t node = matched.chosen.selection.tree_nodes[label] - tree.n_points;
    continues[static_cast<std::size_t>(node)] = matched.continues[label];
  }
  Json nodes = Json::array();
  for (std::size_t at = 0; at < clusters.size(); ++at) {
    const TreeCluster& cluster = clusters[at];
    nodes.push_back({{"id", at},
                     {"parent", cluster.parent < 0 ? Json(nullptr) : Json(cluster.parent)},
                     {"size", at == 0 ? tree.n_points : cluster.size},
                     {"born", at == 0 ? Json(nullptr) : Json(1.0 / cluster.birth)},
                     {"dies", outlines[at].distance.back()},
                     {"stability", number_or_null(cluster.stability)},
                     {"cluster", id_or_null(continues[at], tuned->model.cluster_ids)},
                     {"distance", outlines[at].distance},
                     {"n_left", outlines[at].n_left}});
  }
  return json_response({{"fit", tuned->fit},
                        {"n_stores", tree.n_points},
                        {"min_cluster_size", options.min_cluster_size},
                        {"nodes", nodes}});
}

Json clusters_to_json(const TunedModel& tuned, const MatchedSelection& matched) {
  const ClusterSelection& selection = matched.chosen.selection;
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(selection.n_clusters), 0);
  std::vector<double> revenue(sizes.size(), 0.0);
  for (std::size_t row = 0; row < selection.labels.size(); ++row) {
    if (selection.labels[row] < 0) continue;
    const auto label = static_cast<std::size_t>(selection.labels[row]);
    ++sizes[label];
    if (!tuned.revenue.empty() && std::isfinite(tuned.revenue[row])) revenue[label] += tuned.revenue[row];
  }
  Json clusters = Json::array();
  for (std::size_t label = 0; label < sizes.size(); ++label) {
    clusters.push_back({{"size", sizes[label]},
                        {"persistence", number_or_null(selection.persistence[label])},
                        {"node", selection.tree_nodes[label] - matched.chosen.condensed_tree.n_points},
                        {"cluster", id_or_null(matched.continues[label], tuned.model.cluster_ids)},
                        {"revenue", tuned.revenue.empty() ? Json(nullptr) : Json(revenue[label])}});
  }
  return clusters;
}

Json labels_to_json(const TunedModel& tuned, const ClusterSelection& selection) {
  Json labels = Json::array();
  for (std::size_t row = 0; row < tuned.n_stores; ++row) labels.push_back(nullptr);
  for (std::size_t row = 0; row < tuned.rows.size(); ++row) labels[tuned.rows[row]] = selection.labels[row];
  return labels;
}

// What a run must be given for the same clusters.
Json run_options(const Model& model, const SelectionOptions& options, bool has_count) {
  if (has_count) return nullptr;
  Json set = Json::array();
  if (model.method != ClusterMethod::kHdbscan) set.push_back("model.method=hdbscan");
  for (const std::string& option :
       {fmt::format("hdbscan.min_cluster_size={}", options.min_cluster_size),
        fmt::format("hdbscan.cluster_selection_epsilon={}", options.cluster_selection_epsilon),
        fmt::format("hdbscan.cluster_selection_method={}", method_name(options.method))})
    set.push_back(option);
  return set;
}

HttpResponse get_selection(const HttpRequest& request, ModelReader& reader) {
  const Parameters parameters(request, {"min_cluster_size", "epsilon", "method", "clusters", "validity"});
  const auto tuned = reader.read();
  const Model& model = tuned->model;
  SelectionOptions options = selection_options(parameters, model);
  const auto count = parameters.integer("clusters", 2, kMostClusters);
  const auto method = parameters.choice("method", {"eom", "leaf"});
  if (count && method == "leaf") {
    throw HttpError(422, {.where = "parameter clusters",
                          .what = "is there with the method leaf, which takes every leaf",
                          .expected = "method=eom",
                          .remedy = ""});
  }
  if (count || method == "eom") options.method = SelectionMethod::kExcessOfMass;
  if (method == "leaf") options.method = SelectionMethod::kLeaf;
  const double free_stability = tuned->hierarchy.select(options).selection.total_stability;
  if (count)
    options.limits = {.fewest_clusters = static_cast<int>(*count), .most_clusters = static_cast<int>(*count)};
  const MatchedSelection matched = select_and_match(*tuned, options);
  const ClusterSelection& selection = matched.chosen.selection;
  const double n_fitted = static_cast<double>(model.store_ids.size());
  Json document = {{"fit", tuned->fit},
                   {"n_stores", model.store_ids.size()},
                   {"min_cluster_size", options.min_cluster_size},
                   {"epsilon", options.cluster_selection_epsilon},
                   {"method", method_name(options.method)},
                   {"clusters_asked", count ? Json(*count) : Json(nullptr)},
                   {"n_clusters", selection.n_clusters},
                   {"n_noise", selection.n_noise},
                   {"noise_share", static_cast<double>(selection.n_noise) / n_fitted},
                   {"stability", number_or_null(selection.total_stability)},
                   {"free_stability", number_or_null(free_stability)},
                   {"is_current", selection.labels == model.clusters.labels},
                   {"n_moved", matched.n_moved},
                   {"clusters", clusters_to_json(*tuned, matched)},
                   {"labels", labels_to_json(*tuned, selection)}};
  double dbcv = std::numeric_limits<double>::quiet_NaN();
  double mean_silhouette = dbcv;
  if (parameters.flag("validity").value_or(false) && selection.n_clusters > 1) {
    dbcv =
        ordered_dbcv(model.matrix, selection.labels, model.store_ids, model.metric, reader.stopping()).index;
    mean_silhouette = silhouette(model.matrix, selection.labels, Metric::kEuclidean, reader.stopping());
  }
  document["dbcv"] = number_or_null(dbcv);
  document["silhouette"] = number_or_null(mean_silhouette);
  document["set"] = run_options(model, options, count.has_value());
  return json_response(document);
}

HttpResponse get_counts(const HttpRequest& request, ModelReader& reader) {
  const Parameters parameters(request, {"min_cluster_size", "epsilon"});
  const auto tuned = reader.read();
  SelectionOptions options = selection_options(parameters, tuned->model);
  options.method = SelectionMethod::kExcessOfMass;
  const std::int32_t free_clusters = tuned->hierarchy.select(options).selection.n_clusters;
  Json counts = Json::array();
  for (int count = 2; count <= kMostCounts; ++count) {
    options.limits = {.fewest_clusters = count, .most_clusters = count};
    ClusterSelection selection;
    try {
      selection = tuned->hierarchy.select(options).selection;
    } catch (const InvalidInput&) {
      break;  // the tree has no more branches
    }
    std::vector<std::int64_t> sizes(static_cast<std::size_t>(count), 0);
    for (const std::int32_t label : selection.labels) {
      if (label >= 0) ++sizes[static_cast<std::size_t>(label)];
    }
    counts.push_back({{"clusters", count},
                      {"stability", number_or_null(selection.total_stability)},
                      {"n_noise", selection.n_noise},
                      {"smallest", *std::min_element(sizes.begin(), sizes.end())},
                      {"largest", *std::max_element(sizes.begin(), sizes.end())}});
  }
  return json_response({{"fit", tuned->fit},
                        {"min_cluster_size", options.min_cluster_size},
                        {"epsilon", options.cluster_selection_epsilon},
                        {"free_clusters", free_clusters},
                        {"counts", counts}});
}

}  // namespace

void add_tuning_routes(Router& router, const ServedProject& project, const CancelFlag& stopping) {
  const auto reader = std::make_shared<ModelReader>(project, stopping);
  router.add({"GET", "/api/v1/tuning/tree", Lane::kHeavy,
              [reader](const HttpRequest& request) { return get_tree(request, *reader); }});
  router.add({"GET", "/api/v1/tuning/selection", Lane::kHeavy,
              [reader](const HttpRequest& request) { return get_selection(request, *reader); }});
  router.add({"GET", "/api/v1/tuning/counts", Lane::kHeavy,
              [reader](const HttpRequest& request) { return get_counts(request, *reader); }});
}

}  // namespace aisle
