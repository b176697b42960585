#include "aisle/track/tracked_values.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "aisle/base/errors.h"
#include "aisle/track/tracking.h"
#include "aisle/track/tracking_server.h"

namespace aisle {
namespace {

TEST(TrackedValues, TextIsCutBetweenLettersAndSaysSo) {
  EXPECT_EQ(cut_text("short", 6000), "short");
  const std::string cut = cut_text("é" + std::string(100, 'a') + "ééééé", 60);
  EXPECT_LE(cut.size(), 60U);
  EXPECT_TRUE(cut.ends_with(" .. (cut; 112 bytes in all)")) << cut;
  std::string letters;
  for (int n = 0; n < 100; ++n) letters += "é";
  const std::string whole = cut_text(letters, 61);
  EXPECT_EQ(whole.substr(0, whole.find(" ..")).size() % 2, 0U);
}

TEST(TrackedValues, KeysAreThoseThatMlflowTakes) {
  EXPECT_EQ(fitting_key("tables.fact_sales.columns.qty"), "tables.fact_sales.columns.qty");
  EXPECT_EQ(fitting_key("seconds/run"), "seconds/run");
  EXPECT_EQ(fitting_key("a|b\"c"), "a_b_c");
  EXPECT_EQ(fitting_key("../x"), "_../x");
  EXPECT_EQ(fitting_key("/x"), "_/x");
  EXPECT_EQ(fitting_key("a//b"), "a__b");
  EXPECT_EQ(fitting_key("a/"), "a_");
  EXPECT_EQ(fitting_key(std::string(300, 'k')).size(), kLongestKey);
}

TEST(TrackedValues, TimesAreMilliseconds) {
  EXPECT_EQ(milliseconds_of("1970-01-02T00:00:01.234Z"), 86401234);
  EXPECT_EQ(milliseconds_of(""), 0);
}

// The variables that MLflow's own client reads, for the time of a test.
class TrackingServerTest : public ::testing::Test {
 protected:
  TrackingServerTest() { clear(); }
  ~TrackingServerTest() override { clear(); }
  void clear() {
    for (const char* name : {"MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD",
                             "MLFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_INSECURE_TLS",
                             "MLFLOW_TRACKING_SERVER_CERT_PATH", "MLFLOW_TRACKING_CLIENT_CERT_PATH"}) {
      ::unsetenv(name);
    }
  }
  static void set(const char* name, const char* value) { ::setenv(name, value, 1); }
  static TrackingOptions at(const std::string& uri) {
    TrackingOptions options;
    options.mlflow_uri = uri;
    return options;
  }
  static std::string refusal(const std::string& uri) {
    try {
      find_tracking_server(at(uri));
    } catch (const InvalidInput& error) {
      return error.what();
    }
    return "taken";
  }
};

TEST_F(TrackingServerTest, IsThatOfTheOptionThenOfTheEnvironment) {
  EXPECT_FALSE(find_tracking_server({}));
  set("MLFLOW_TRACKING_URI", "https://tracking.example/base/");
  EXPECT_EQ(find_tracking_server({})->uri, "https://tracking.example/base");
  EXPECT_EQ(find_tracking_server(at("http://127.0.0.1:5000"))->uri, "http://127.0.0.1:5000");
}

TEST_F(TrackingServerTest, SecretsComeFromTheEnvironmentAlone) {
  EXPECT_EQ(refusal("http://ann:s3cret@127.0.0.1:5000"),
            "tracking.mlflow_uri: has a user or password in it; expected an address alone; set "
            "MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD");
  set("MLFLOW_TRACKING_URI", "http://ann:s3%40cret@127.0.0.1:5000");
  EXPECT_EQ(find_tracking_server({})->uri, "http://127.0.0.1:5000");
  EXPECT_EQ(find_tracking_server({})->password, "s3@cret");
  set("MLFLOW_TRACKING_USERNAME", "bob");
  set("MLFLOW_TRACKING_PASSWORD", "other");
  set("MLFLOW_TRACKING_TOKEN", "t0ken");
  EXPECT_EQ(find_tracking_server({})->username, "bob");
  EXPECT_EQ(find_tracking_server({})->token, "t0ken");
}

TEST_F(TrackingServerTest, AnAddressThatIsNoneIsRefused) {
  EXPECT_EQ(refusal("mlflow:5000"),
            "tracking.mlflow_uri: is 'mlflow:5000'; expected the address of an MLflow server, "
            "http://HOST:PORT or https://HOST");
  EXPECT_EQ(refusal("sqlite:///mlflow.db").substr(0, 45), "tracking.mlflow_uri: is 'sqlite:///mlflow.db'");
  EXPECT_EQ(refusal("ftp://ann:s3cret@host").find("s3cret"), std::string::npos);
  EXPECT_NE(refusal("http://"), "taken");
}

TEST_F(TrackingServerTest, ContradictionsAreRefused) {
  set("MLFLOW_TRACKING_INSECURE_TLS", "true");
  EXPECT_TRUE(find_tracking_server(at("https://h"))->is_any_certificate_fine);
  set("MLFLOW_TRACKING_SERVER_CERT_PATH", "/etc/ssl/cert.pem");
  EXPECT_EQ(refusal("https://h"),
            "MLFLOW_TRACKING_INSECURE_TLS: is set beside MLFLOW_TRACKING_SERVER_CERT_PATH; expected one of "
            "them; unset the first: then the server is checked");
}

TEST_F(TrackingServerTest, TheExperimentIsTheProjectsUnlessNamed) {
  Options options;
  EXPECT_FALSE(tracking_target(options));
  options.tracking.mlflow_uri = "http://127.0.0.1:5000";
  options.project.name = "Lojas";
  EXPECT_EQ(tracking_target(options)->experiment, "Lojas");
  options.tracking.experiment = "shops";
  EXPECT_EQ(tracking_target(options)->experiment, "shops");
  options.tracking.registered_model = "a/b";
  EXPECT_THROW(tracking_target(options), InvalidInput);
}

}  // namespace
}  // namespace aisle
