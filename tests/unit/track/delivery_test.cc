// Deliveries to a server that misbehaves: nothing is lost, nothing is sent twice.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <memory>

#include "aisle/track/outbox.h"
#include "aisle/track/outbox_files.h"
#include "aisle/track/run_store.h"
#include "aisle/track/tracking.h"
#include "tests/support/mlflow_imitation.h"
#include "tests/support/temporary_folder.h"

namespace aisle::testing {
namespace {

namespace fs = std::filesystem;
using Kind = Misbehaviour::Kind;

void write_text(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  fs::remove(file);  // as an output is replaced: by another file, never written again
  std::ofstream(file) << text;
}

// No waits between tries, short limits.
Patience impatient(int most_tries = 1) {
  return {.first = {.connect_seconds = 2, .answer_seconds = 0.5},
          .limits = {.connect_seconds = 2, .answer_seconds = 0.5},
          .most_tries = most_tries,
          .waits_for_server = most_tries > 1,
          .first_wait_seconds = 0.01,
          .longest_wait_seconds = 0.05,
          .longest_asked_seconds = 5,
          .all_seconds = 30};
}

// A project with a run store, and a server of its own.
class Shop {
 public:
  Shop()
      : folder_("delivery"),
        paths_(folder_.path()),
        server_([this](const auto& request) { return mlflow_.answer(request); }) {
    runs_ = std::make_unique<RunStore>(paths_.run_store);
  }

  // A run that trained a model, with files as `aisle run` leaves them.
  std::string owe_run(RunStatus status = RunStatus::kSucceeded,
                      const std::string& options = "hdbscan.min_samples = 1\nmodel.seed = 42\n") {
    const std::string run = runs_->start_run("run", options);
    Outbox(paths_.run_store).owe(run, "my shöp", "store-segments");
    runs_->record_metric(run, {"cluster_model", "dbcv_score", 0.276});
    runs_->record_metric(run, {"data_checks", "failed", 2});
    runs_->record_input(run,
                        {"store_features", "data/processed/store_features.parquet", "abc", 100, "training"});
    write_text(paths_.report, "<html>" + run);
    write_text(paths_.metrics, R"({"verdict": {"grade": "fair", "sentence": "Fair: 3 clusters."}})");
    write_text(paths_.model / "model.json", "{}");
    keep_outbox_files(paths_, run,
                      {{paths_.report, "artifacts/report.html"},
                       {paths_.metrics, "artifacts/metrics.json"},
                       {paths_.root / "no such file", "artifacts/none"},
                       {paths_.model, "model"}});
    runs_->finish_run(run, status, status == RunStatus::kFailed ? "bad rows" : "");
    return run;
  }

  Delivery send(const Patience& patience = impatient()) { return send_to(server_.url(), patience); }
  Delivery send_to(const std::string& uri, const Patience& patience = impatient()) {
    TrackingServer server = access_;
    server.uri = uri;
    return send_owed(
        server, paths_, patience, [this](const RunEvent& event) { events_.push_back(event); }, cancel_);
  }

  // The server holds this run whole and once, as a delivery without trouble leaves it.
  void expect_whole(const std::string& run) const {
    int n_found = 0;
    for (const MlflowImitation::Run* sent : mlflow_.active_runs()) {
      if (sent->tags.at("aisle.run") != run) continue;
      ++n_found;
      EXPECT_EQ(sent->status, "FINISHED");
      EXPECT_EQ(sent->params.at("hdbscan.min_samples"), "1");
      EXPECT_EQ(sent->params.size(), 2U);
      EXPECT_EQ(sent->tags.at("aisle.verdict"), "fair");
      EXPECT_EQ(sent->tags.at("mlflow.note.content"), "Fair: 3 clusters.");
      EXPECT_EQ(sent->metrics.at("dbcv_score").size(), 1U);
      EXPECT_EQ(sent->metrics.at("data_checks/failed").size(), 1U);
      EXPECT_EQ(sent->inputs.at("store_features"), "abc");
      const std::string root = sent->experiment + "/" + sent->id + "/artifacts/";
      EXPECT_EQ(mlflow_.artifacts.at(root + "report.html"), "<html>" + run);
      EXPECT_EQ(mlflow_.artifacts.count(root + "metrics.json"), 1U);
      expect_model_of(*sent);
    }
    EXPECT_EQ(n_found, 1);
    EXPECT_FALSE(fs::exists(paths_.outbox / run));
  }

  TemporaryFolder folder_;
  ProjectPaths paths_;
  MlflowImitation mlflow_;
  ScriptedServer server_;
  std::unique_ptr<RunStore> runs_;
  TrackingServer access_;
  std::vector<RunEvent> events_;
  const CancelFlag* cancel_ = nullptr;

 private:
  void expect_model_of(const MlflowImitation::Run& run) const {
    int n_models = 0;
    for (const MlflowImitation::Model& model : mlflow_.models) {
      if (model.run != run.id) continue;
      ++n_models;
      EXPECT_EQ(model.status, "LOGGED_MODEL_READY");
      const std::string root = model.experiment + "/models/" + model.id + "/artifacts/";
      EXPECT_EQ(mlflow_.artifacts.at(root + "model/model.json"), "{}");
      const auto description = nlohmann::json::parse(mlflow_.artifacts.at(root + "MLmodel"));
      EXPECT_EQ(description["flavors"]["python_function"]["loader_module"], "aisle.mlflow_model");
      EXPECT_EQ(run.outputs, std::vector{model.id});
    }
    EXPECT_EQ(n_models, 1);
    int n_versions = 0;
    for (const MlflowImitation::Version& version : mlflow_.versions)
      n_versions += version.run == run.id ? 1 : 0;
    EXPECT_EQ(n_versions, 1);
  }
};

TEST(Delivery, SendsARunWholeAndOnce) {
  Shop shop;
  const std::string run = shop.owe_run();
  const Delivery delivery = shop.send();
  EXPECT_EQ(delivery.n_owed, 0);
  EXPECT_EQ(delivery.why, "");
  ASSERT_EQ(delivery.sent.size(), 1U);
  EXPECT_EQ(delivery.sent[0].url, shop.server_.url() + "/#/experiments/1/runs/r1");
  EXPECT_EQ(shop.runs_->find(run)->tracking_url, delivery.sent[0].url);
  shop.expect_whole(run);
  EXPECT_EQ(shop.mlflow_.aliases.at("store-segments@proposed"), "1");

  const int n_requests = shop.server_.n_requests();
  EXPECT_TRUE(shop.send().sent.empty());
  EXPECT_EQ(shop.server_.n_requests(), n_requests);
}

TEST(Delivery, OneThatIsCutAnywhereGoesOnAndSendsNothingTwice) {
  int n_whole = 0;
  {
    Shop shop;
    shop.owe_run();
    shop.send();
    n_whole = shop.server_.n_requests();
  }
  ASSERT_GT(n_whole, 15);
  const ScriptedAnswer fault{.status = 500, .body = "oops"};
  for (const Kind kind : {Kind::kCutBefore, Kind::kCutAfter, Kind::kAnswer}) {
    for (int number = 1; number <= n_whole; ++number) {
      SCOPED_TRACE("request " + std::to_string(number) + ", kind " + std::to_string(static_cast<int>(kind)));
      Shop shop;
      const std::string run = shop.owe_run();
      shop.server_.set_script(from_request(number, kind, fault));
      const Delivery cut = shop.send();
      EXPECT_EQ(cut.n_owed, 1);
      EXPECT_NE(cut.why, "");
      EXPECT_EQ(Outbox(shop.paths_.run_store).find(run)->failure, cut.why);
      shop.server_.set_script({});
      EXPECT_EQ(shop.send().n_owed, 0);
      shop.expect_whole(run);
    }
  }
}

TEST(Delivery, AServerThatAsksForPatienceGetsIt) {
  Shop shop;
  const std::string run = shop.owe_run();
  shop.server_.set_script([](const ScriptedRequest& request) -> Misbehaviour {
    if (request.number == 2) return {Kind::kAnswer, {.status = 429, .headers = "Retry-After: 1\r\n"}};
    if (request.number % 3 == 0) return {Kind::kAnswer, {.status = 503, .body = "busy"}};
    return {};
  });
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(shop.send(impatient(3)).n_owed, 0);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  shop.expect_whole(run);
}

TEST(Delivery, ALongRetryAfterIsForAnotherDay) {
  Shop shop;
  shop.owe_run();
  shop.server_.set_script(always(Kind::kAnswer, {.status = 429, .headers = "Retry-After: 3600\r\n"}));
  EXPECT_EQ(shop.send(impatient(5)).n_owed, 1);
  EXPECT_EQ(shop.server_.n_requests(), 1);
}

TEST(Delivery, AServerThatIsAwayCostsOneTry) {
  Shop shop;
  shop.owe_run();
  shop.server_.stop();
  const auto start = std::chrono::steady_clock::now();
  const Delivery away = shop.send(patience_of_a_run());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  EXPECT_EQ(away.n_owed, 1);
  EXPECT_TRUE(away.why.starts_with(shop.server_.url() + ": cannot be reached (")) << away.why;
  shop.server_.start();
  EXPECT_EQ(shop.send().n_owed, 0);
}

TEST(Delivery, AServerThatHangsCostsTheFirstAnswersTime) {
  Shop shop;
  const std::string run = shop.owe_run();
  shop.owe_run();
  shop.server_.set_script(always(Kind::kHang));
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(shop.send(patience_of_a_run()).n_owed, 2);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  shop.server_.set_script({});
  EXPECT_EQ(shop.send().n_owed, 0);
  shop.expect_whole(run);
}

TEST(Delivery, ARunThatTheServerDoesNotTakeHoldsUpNoOther) {
  Shop shop;
  const std::string first = shop.owe_run();
  const std::string second = shop.owe_run();
  shop.server_.set_script([&](const ScriptedRequest& request) -> Misbehaviour {
    if (request.target.ends_with("runs/create") && request.body.find(first) != std::string::npos) {
      return {Kind::kAnswer,
              {.status = 400, .body = R"({"error_code": "INVALID", "message": "no such name"})"}};
    }
    return {};
  });
  const Delivery delivery = shop.send();
  EXPECT_EQ(delivery.n_owed, 1);
  EXPECT_NE(delivery.why.find("answers 400 (no such name)"), std::string::npos) << delivery.why;
  shop.expect_whole(second);
  // It comes late, and the alias stays with the newer run's version.
  shop.server_.set_script({});
  EXPECT_EQ(shop.send().n_owed, 0);
  shop.expect_whole(first);
  EXPECT_EQ(shop.mlflow_.versions.at(1).run, shop.mlflow_.active_runs().at(1)->id);
  EXPECT_EQ(shop.mlflow_.aliases.at("store-segments@proposed"), "1");
}

TEST(Delivery, ADeletedExperimentIsRestored) {
  Shop shop;
  shop.mlflow_.experiments["my shöp"] = "7";
  shop.mlflow_.is_deleted["7"] = true;
  const std::string run = shop.owe_run();
  EXPECT_EQ(shop.send().n_owed, 0);
  EXPECT_FALSE(shop.mlflow_.is_deleted["7"]);
  EXPECT_EQ(shop.mlflow_.active_runs().at(0)->experiment, "7");
  shop.expect_whole(run);
}

TEST(Delivery, AnExperimentThatSomebodyElseMakesAtTheSameTimeServes) {
  Shop shop;
  const std::string run = shop.owe_run();
  shop.server_.set_script([&](const ScriptedRequest& request) -> Misbehaviour {
    if (request.target.ends_with("experiments/create")) shop.mlflow_.experiments["my shöp"] = "9";
    return {};
  });
  EXPECT_EQ(shop.send().n_owed, 0);
  EXPECT_EQ(shop.mlflow_.active_runs().at(0)->experiment, "9");
  shop.expect_whole(run);
}

TEST(Delivery, ATwinThatALostRequestMadeLateIsDeleted) {
  Shop shop;
  const std::string run = shop.owe_run();
  // As if a first request to create the run had been done after the search that found none.
  shop.server_.set_script([&](const ScriptedRequest& request) -> Misbehaviour {
    if (request.target.ends_with("runs/update") && shop.mlflow_.runs.size() == 1) {
      MlflowImitation::Run twin = shop.mlflow_.runs.front();
      twin.id = "r2";
      shop.mlflow_.runs.push_back(twin);
    }
    return {};
  });
  EXPECT_EQ(shop.send().n_owed, 0);
  EXPECT_EQ(shop.mlflow_.runs.size(), 2U);
  shop.expect_whole(run);
}

TEST(Delivery, AServerThatWasSetUpAnewGetsTheWholeRun) {
  Shop shop;
  const std::string run = shop.owe_run();
  shop.server_.set_script(from_request(9, Kind::kCutBefore));
  EXPECT_EQ(shop.send().n_owed, 1);
  shop.mlflow_ = MlflowImitation();
  shop.server_.set_script({});
  EXPECT_EQ(shop.send().n_owed, 0);
  shop.expect_whole(run);
}

TEST(Delivery, ARunThatSomebodyDeletedMeanwhileIsSentAgain) {
  Shop shop;
  const std::string run = shop.owe_run();
  shop.server_.set_script(from_request(9, Kind::kCutBefore));
  EXPECT_EQ(shop.send().n_owed, 1);
  shop.mlflow_.runs.at(0).is_deleted = true;
  shop.server_.set_script({});
  EXPECT_EQ(shop.send().n_owed, 0);
  shop.expect_whole(run);
}

TEST(Delivery, AnotherServerGetsTheWholeRun) {
  Shop shop;
  const std::string run = shop.owe_run();
  shop.server_.set_script(from_request(9, Kind::kCutBefore));
  EXPECT_EQ(shop.send().n_owed, 1);
  Shop other;
  EXPECT_EQ(shop.send_to(other.server_.url()).n_owed, 0);
  EXPECT_EQ(other.mlflow_.active_runs().size(), 1U);
  EXPECT_EQ(other.mlflow_.active_runs().at(0)->tags.at("aisle.run"), run);
  EXPECT_EQ(other.mlflow_.active_runs().at(0)->status, "FINISHED");
}

TEST(Delivery, AFailedRunIsSentAsOne) {
  Shop shop;
  shop.owe_run(RunStatus::kFailed);
  EXPECT_EQ(shop.send().n_owed, 0);
  EXPECT_EQ(shop.mlflow_.runs.at(0).status, "FAILED");
  EXPECT_EQ(shop.mlflow_.runs.at(0).tags.at("aisle.message"), "bad rows");
}

TEST(Delivery, ManyOptionsAndLongOnesAreSentInPartsAndCutWithAWord) {
  Shop shop;
  std::string options = "scope.stores = " + std::string(7000, 'x') + "\n";
  for (int n = 0; n < 250; ++n) options += "tables.t.columns.c" + std::to_string(n) + " = v\n";
  shop.owe_run(RunStatus::kSucceeded, options);
  EXPECT_EQ(shop.send().n_owed, 0);
  const MlflowImitation::Run& sent = shop.mlflow_.runs.at(0);
  EXPECT_EQ(sent.params.size(), 251U);
  EXPECT_EQ(sent.params.at("scope.stores").size(), 6000U);
  EXPECT_TRUE(sent.params.at("scope.stores").ends_with(" .. (cut; 7000 bytes in all)"));
  EXPECT_EQ(sent.tags.at("aisle.cut"), "scope.stores");
  int n_warnings = 0;
  for (const RunEvent& event : shop.events_) {
    const auto* warning = std::get_if<WarningRaised>(&event);
    if (warning != nullptr && warning->message.find("scope.stores") != std::string::npos) ++n_warnings;
  }
  EXPECT_EQ(n_warnings, 1);
}

TEST(Delivery, ShowsWhoItIs) {
  Shop shop;
  shop.owe_run();
  shop.access_.username = "ann";
  shop.access_.password = "s3cret";
  shop.access_.token = "t0ken";
  shop.send();
  EXPECT_EQ(shop.server_.requests().at(0).headers.at("authorization"), "Basic YW5uOnMzY3JldA==");
  Shop other;
  other.owe_run();
  other.access_.token = "t0ken";
  other.send();
  EXPECT_EQ(other.server_.requests().at(0).headers.at("authorization"), "Bearer t0ken");
}

TEST(Delivery, WhoIsNotLetInHearsWhatToSetAndNoSecret) {
  Shop shop;
  shop.owe_run();
  shop.owe_run();
  shop.access_.token = "t0ken";
  shop.server_.set_script(always(Kind::kAnswer, {.status = 401, .body = "no"}));
  const Delivery delivery = shop.send(impatient(3));
  EXPECT_EQ(delivery.n_owed, 2);
  EXPECT_EQ(shop.server_.n_requests(), 1);
  EXPECT_EQ(delivery.why,
            shop.server_.url() +
                ": answers 401 (no); set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, "
                "or MLFLOW_TRACKING_TOKEN, to what it knows");
  for (const auto& [status, body, said] :
       {std::tuple(403, "Invalid Host header - possible DNS rebinding attack detected", "--allowed-hosts"),
        std::tuple(302, "", "name the address that it leads to"),
        std::tuple(404, "<html>", "an MLflow server"), std::tuple(200, "<html>", "an MLflow server")}) {
    shop.server_.set_script(always(Kind::kAnswer, {.status = status, .body = body}));
    const std::string why = shop.send().why;
    EXPECT_NE(why.find(said), std::string::npos) << why;
  }
}

TEST(Delivery, GoesThroughAProxy) {
  Shop shop;
  const std::string run = shop.owe_run();
  ScriptedServer proxy([&](ScriptedRequest request) {
    EXPECT_TRUE(request.target.starts_with("http://mlflow.invalid:5000/")) << request.target;
    request.target = request.target.substr(std::string("http://mlflow.invalid:5000").size());
    return shop.mlflow_.answer(request);
  });
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  const Delivery delivery = shop.send_to("http://mlflow.invalid:5000");
  ::unsetenv("http_proxy");
  EXPECT_EQ(delivery.n_owed, 0) << delivery.why;
  shop.expect_whole(run);
}

TEST(Delivery, EndsWhenCancelled) {
  Shop shop;
  const std::string run = shop.owe_run();
  CancelFlag cancel;
  shop.cancel_ = &cancel;
  shop.server_.set_script([&](const ScriptedRequest& request) -> Misbehaviour {
    if (request.number < 6) return {};
    cancel.request();
    return {Kind::kHang, {}};
  });
  Patience patience = impatient();
  patience.limits.answer_seconds = 60;
  EXPECT_THROW(shop.send(patience), Cancelled);
  shop.cancel_ = nullptr;
  shop.server_.set_script({});
  EXPECT_EQ(shop.send().n_owed, 0);
  shop.expect_whole(run);
}

TEST(Delivery, FilesAreThoseOfTheRunEvenWhenALaterOneReplacedThem) {
  Shop shop;
  const std::string first = shop.owe_run();
  const std::string second = shop.owe_run();
  EXPECT_EQ(shop.send().sent.size(), 2U);
  shop.expect_whole(first);
  shop.expect_whole(second);
}

}  // namespace
}  // namespace aisle::testing
