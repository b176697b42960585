// `aisle run` as Dagster starts it: with the variables of Dagster Pipes, a context file and a messages file.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/retailer_project.h"

namespace aisle::testing {
namespace {

using nlohmann::json;

// zlib's format with the text as it is: one stored block, which every reader of deflate takes.
std::string stored_zlib(const std::string& text) {
  const auto low = [](std::size_t number) { return static_cast<char>(number & 0xFF); };
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const char letter : text) {
    a = (a + static_cast<unsigned char>(letter)) % 65521;
    b = (b + a) % 65521;
  }
  const std::size_t length = text.size();
  std::string bytes = {'\x78',           '\x01',       '\x01',           low(length),
                       low(length >> 8), low(~length), low(~length >> 8)};
  bytes += text;
  for (const std::uint32_t part : {b >> 8, b, a >> 8, a}) bytes += low(part);
  return bytes;
}

std::string base64(std::string bytes) {
  constexpr const char* kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t n_padding = (3 - bytes.size() % 3) % 3;
  bytes.append(n_padding, '\0');
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto byte = [&](std::size_t offset) {
      return std::uint32_t{static_cast<unsigned char>(bytes[at + offset])};
    };
    const std::uint32_t group = byte(0) << 16 | byte(1) << 8 | byte(2);
    for (int shift = 18; shift >= 0; shift -= 6) text += kLetters[group >> shift & 63];
  }
  return text.replace(text.size() - n_padding, n_padding, std::string(n_padding, '='));
}

void set_variable(const char* name, const json& value) {
  ::setenv(name, base64(stored_zlib(value.dump())).c_str(), 1);
}

const std::vector<std::string> kMade = {"data_checks", "store_features", "cluster_model", "cluster_stability",
                                        "segments",    "insight",        "store_map",     "report"};

class DagsterPipes : public RetailerProject {
 protected:
  DagsterPipes() : RetailerProject("pipes") { retailer_.write(project_.path()); }
  ~DagsterPipes() override {
    ::unsetenv("DAGSTER_PIPES_CONTEXT");
    ::unsetenv("DAGSTER_PIPES_MESSAGES");
  }

  // What Dagster's own client sets for a step that asks for these assets.
  void ask_for(const std::vector<std::string>& asset_keys, const json& extras = json::object()) {
    const json context = {{"asset_keys", asset_keys},
                          {"code_version_by_asset_key", json::object()},
                          {"provenance_by_asset_key", json::object()},
                          {"partition_key", nullptr},
                          {"partition_key_range", nullptr},
                          {"partition_time_window", nullptr},
                          {"run_id", "8d2c"},
                          {"job_name", "__ASSET_JOB"},
                          {"retry_number", 0},
                          {"extras", extras}};
    write_text(dagster_ / "context", context.dump());
    write_text(dagster_ / "messages", "");
    set_variable("DAGSTER_PIPES_CONTEXT", {{"path", (dagster_ / "context").string()}});
    set_variable("DAGSTER_PIPES_MESSAGES",
                 {{"path", (dagster_ / "messages").string()}, {"include_stdio_in_messages", false}});
  }

  struct Message {
    std::string method;
    json params;
  };

  // Every line, its shape held to what Dagster's reader takes.
  std::vector<Message> messages() const {
    std::vector<Message> all;
    std::istringstream text(read_text(dagster_ / "messages"));
    for (std::string line; std::getline(text, line);) {
      const json whole = json::parse(line);
      EXPECT_EQ(keys_of(whole), (Names{"__dagster_pipes_version", "method", "params"}));
      EXPECT_EQ(whole.at("__dagster_pipes_version"), "0.1");
      all.push_back({whole.at("method"), whole.at("params")});
      expect_strict(all.back());
    }
    return all;
  }

  std::vector<json> params_of(const std::string& method) const {
    std::vector<json> found;
    for (const Message& message : messages()) {
      if (message.method == method) found.push_back(message.params);
    }
    return found;
  }

  std::vector<std::string> materialised() const {
    std::vector<std::string> keys;
    for (const json& params : params_of("report_asset_materialization"))
      keys.push_back(params.at("asset_key"));
    return keys;
  }

  using Names = std::set<std::string>;

  static Names keys_of(const json& object) {
    Names keys;
    for (const auto& [key, value] : object.items()) keys.insert(key);
    return keys;
  }

  static void expect_strict(const Message& message) {
    static const std::map<std::string, Names> kParams = {
        {"opened", {"extras"}},
        {"log", {"message", "level"}},
        {"report_asset_materialization", {"asset_key", "data_version", "metadata"}},
        {"report_asset_check", {"asset_key", "check_name", "passed", "severity", "metadata"}},
        {"report_custom_message", {"payload"}}};
    if (message.method == "closed") {
      const Names keys = keys_of(message.params);
      EXPECT_TRUE(keys.empty() || keys == Names{"exception"}) << message.params;
      return;
    }
    ASSERT_TRUE(kParams.contains(message.method)) << message.method;
    EXPECT_EQ(keys_of(message.params), kParams.at(message.method));
    if (!message.params.contains("metadata")) return;
    for (const auto& [name, entry] : message.params.at("metadata").items()) {
      EXPECT_EQ(keys_of(entry), (Names{"raw_value", "type"})) << name;
      const std::string type = entry.at("type");
      const json& value = entry.at("raw_value");
      EXPECT_TRUE(type == "int"     ? value.is_number_integer()
                  : type == "float" ? value.is_number_float()
                                    : value.is_string())
          << name << ": " << entry;
    }
  }

  TemporaryFolder dagster_{"dagster"};
};

TEST_F(DagsterPipes, ARunReportsEveryAssetAndTheDeclaredChecks) {
  ask_for(kMade, {{"asset_checks",
                   {{"fact_sales", {{"sales_store_known", "known"}, {"sales_qty_not_null", "not null"}}},
                    {"dim_product", {{"products_product_id_unique", "product once"}}}}},
                  {"asset_of_checks", "data_checks"}});
  const ProgramResult result = run();
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto all = messages();
  ASSERT_GE(all.size(), 2U);
  EXPECT_EQ(all.front().method, "opened");
  EXPECT_EQ(all.back().method, "closed");
  EXPECT_EQ(all.back().params, json::object());
  EXPECT_EQ(materialised(), kMade);
  const json features = params_of("report_asset_materialization").at(1);
  EXPECT_EQ(features.at("metadata").at("dagster/row_count").at("raw_value"), 16);
  EXPECT_EQ(
      features.at("metadata").at("path"),
      (json{{"raw_value", (project_ / "data/processed/store_features.parquet").string()}, {"type", "path"}}));
  EXPECT_FALSE(features.at("data_version").get<std::string>().empty());
  std::map<std::string, std::string> severities;
  for (const json& check : params_of("report_asset_check")) {
    EXPECT_EQ(check.at("asset_key"), "data_checks");
    EXPECT_EQ(check.at("passed"), true);
    severities[check.at("check_name")] = check.at("severity");
  }
  EXPECT_EQ(severities, (std::map<std::string, std::string>{
                            {"known", "WARN"}, {"not null", "WARN"}, {"product once", "ERROR"}}));
}

TEST_F(DagsterPipes, AFreshAssetIsReportedAsItStands) {
  ask_for(kMade);
  ASSERT_EQ(run().exit_code, 0);
  const auto first = params_of("report_asset_materialization");
  ask_for(kMade, {{"asset_checks", {{"fact_sales", {{"sales_store_known", "known"}}}}}});
  ASSERT_EQ(run().exit_code, 0);
  const auto second = params_of("report_asset_materialization");
  ASSERT_EQ(second.size(), kMade.size());
  for (std::size_t at = 0; at < kMade.size(); ++at) {
    EXPECT_EQ(second[at].at("data_version"), first[at].at("data_version"));
    EXPECT_EQ(second[at].at("metadata").at("left as it is").at("raw_value"), "fresh");
    EXPECT_EQ(second[at].at("metadata").value("dagster/row_count", json()),
              first[at].at("metadata").value("dagster/row_count", json()));
  }
  EXPECT_EQ(params_of("report_asset_check").size(), 1U);
}

TEST_F(DagsterPipes, ASelectionReportsItselfAlone) {
  run_well();
  ask_for({"shop/store_map"});
  ASSERT_EQ(run({"run", "--quiet", "--only", "store_map,segments", "--force"}).exit_code, 0);
  EXPECT_EQ(materialised(), std::vector<std::string>{"shop/store_map"});
}

TEST_F(DagsterPipes, AFailedCriticalCheckIsReportedAndNothingBelowIt) {
  retailer_.add_row_like("dim_product", 0);
  retailer_.write(project_.path());
  ask_for(kMade, {{"asset_checks", {{"dim_product", {{"products_product_id_unique", "product once"}}}}}});
  const ProgramResult result = run();
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(materialised(), std::vector<std::string>{});
  const auto checks = params_of("report_asset_check");
  ASSERT_EQ(checks.size(), 1U);
  EXPECT_EQ(checks[0].at("passed"), false);
  EXPECT_EQ(checks[0].at("severity"), "ERROR");
  EXPECT_EQ(checks[0].at("metadata").at("failed rows").at("raw_value"), 2);
  const std::string message = last_line(result.err).substr(std::string("aisle: ").size());
  EXPECT_EQ(messages().back().method, "closed");
  EXPECT_EQ(messages().back().params.at("exception"), (json{{"name", "DataError"},
                                                            {"message", message},
                                                            {"stack", json::array()},
                                                            {"cause", nullptr},
                                                            {"context", nullptr}}));
  EXPECT_EQ(params_of("report_custom_message").at(0),
            (json{{"payload", {{"error", {{"kind", "DataError"}, {"message", message}}}}}}));
}

TEST_F(DagsterPipes, AnErrorFromBeforeTheRunIsToldToo) {
  ask_for(kMade);
  expect_refused(
      2, "--set famd.n_component=3: unknown key 'famd.n_component'; did you mean 'famd.n_components'?",
      {"run", "--set", "famd.n_component=3"});
  EXPECT_EQ(messages().back().params.at("exception").at("name"), "InvalidInput");
}

TEST_F(DagsterPipes, ATerminatedRunSaysSoAndLeavesTheLastOutputs) {
  retailer_.write(project_.path(), "[stability]\nresamples = 100000\n");
  ASSERT_EQ(run({"run", "--quiet", "--only", "data_checks,store_features,cluster_model"}).exit_code, 0);
  const auto before = results();
  ask_for(kMade);
  RunningProgram program({"run", "--project", project_.path().string()});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (read_text(dagster_ / "messages").find("Stability: ") == std::string::npos) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  program.send(SIGTERM);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_EQ(messages().back().params.at("exception").at("name"), "Cancelled");
  EXPECT_EQ(difference(results(), before), "");
}

TEST_F(DagsterPipes, ABadContextIsOneErrorBeforeAnythingIsMade) {
  ask_for(kMade);
  ::setenv("DAGSTER_PIPES_CONTEXT", "not what Dagster writes", 1);
  expect_refused(
      4,
      "DAGSTER_PIPES_CONTEXT: is not what Dagster Pipes writes; expected base64 of zlib of a JSON object; "
      "unset DAGSTER_PIPES_CONTEXT and DAGSTER_PIPES_MESSAGES to run without it");
  EXPECT_EQ(read_text(dagster_ / "messages"), "");
  EXPECT_FALSE(std::filesystem::exists(project_ / ".aisle"));
}

TEST_F(DagsterPipes, VerbsThatMakeNothingTakeNoNotice) {
  ask_for(kMade);
  EXPECT_EQ(run({"status"}).exit_code, 0);
  EXPECT_EQ(run({"assets", "--json"}).exit_code, 0);
  EXPECT_EQ(read_text(dagster_ / "messages"), "");
}

}  // namespace
}  // namespace aisle::testing
