// What Dagster puts into the environment: decoded as its own loader does, and one clear error for anything
// else.
#include "aisle/flow/pipes_bootstrap.h"

#include <gtest/gtest.h>

#include <string>

#include "aisle/base/errors.h"
#include "aisle/flow/pipes_encoding.h"
#include "aisle/project/staged_output.h"
#include "tests/support/temporary_folder.h"

namespace aisle::testing {
namespace {

// Made by Python: base64.b64encode(zlib.compress(json.dumps(VALUE).encode())).
// {"data": {"asset_keys": ["shop/store_features", "report"], "run_id": "1", "partition_key": null,
//   "extras": {"asset_of_checks": "shop/data_checks",
//              "asset_checks": {"fact_sales": {"unique(id)": "fact_sales_unique_id"}}}}}
constexpr const char* kDirectContext =
    "eJxNTssKAyEM/JUlpxYKpdf+SikSNLKyotZEaJH99xqkj5ySmcnMdHAoCNelAzKTmI1ePM4b8JrLmSVXMp5QWiWG0wKVSq4Cd11b"
    "MsENMVyUKVglSMhJPQaaWowDpqdU5L+E7I1dyW6KzRSt8MHGx5R9NR08WjGMkebZUng0OgR3VIcfaSahnXadN0LuTCI=";
// {"path": "/tmp/aisle pipes/messages", "include_stdio_in_messages": false}
constexpr const char* kFileMessages =
    "eJw9yTEKgDAMBdCrhMxC914mhDZqIK2BXyfx7m6+9T2cuk6uxGWNLOoIo/Q0lGGAHgbeiH22uLsJVvdLfMqflXYN2P"
    "sBr7AaVQ==";
// {"path": "aisle_test_context"}
constexpr const char* kContextFile = "eJyrVipILMlQslJQSswszkmNL0ktLolPzs8rSa0oUaoFAKNxCxk=";
// {"stdio": "stderr"}
constexpr const char* kStdio = "eJyrViouScnMV7JSADFSi4qUagFBNAaS";
// [1, 2]
constexpr const char* kNoObject = "eJyLNtRRMIoFAATuAWg=";
// {"key": "a bucket"}
constexpr const char* kForeignReader = "eJyrVspOrVSyUlBKVEgqTc5OLVGqBQA7JQYj";
// {"data": {"asset_keys": "report"}}
constexpr const char* kKeysAreText = "eJyrVkpJLElUslKoVkosLk4tic9OrSwGcpWKUgvyi0qUamsBydoL4g==";
// {"data": {"asset_keys": null, "extras": {"asset_checks": ["a"]}}}
constexpr const char* kChecksAreList =
    "eJyrVkpJLElUslKoVkosLk4tic9OrSwGcvNKc3J0FJRSK0qKEouRpJMzUpOzQQLRSolKsbW1tQDXBhYh";

constexpr const char* kRemedy = "; unset DAGSTER_PIPES_CONTEXT and DAGSTER_PIPES_MESSAGES to run without it";

std::string message_of(const char* context, const char* messages) {
  try {
    read_pipes_bootstrap(context, messages);
  } catch (const EnvironmentError& error) {
    return error.what();
  }
  return "no error";
}

TEST(PipesEncoding, DecodesBase64AsRfc4648DefinesIt) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
  EXPECT_EQ(decode_base64("+/+/"), "\xfb\xff\xbf");
  for (const char* wrong : {"Zg", "Zg=", "Z===", "====", "Zg=a", "Zm 8", "Zm9v!mFy", "Zm8=Zm8="}) {
    EXPECT_EQ(decode_base64(wrong), std::nullopt) << wrong;
  }
}

TEST(PipesEncoding, InflatesWholeStreamsOnly) {
  const std::string packed = *decode_base64(kDirectContext);
  EXPECT_TRUE(inflate_zlib(packed)->starts_with("{\"data\""));
  EXPECT_EQ(inflate_zlib(""), std::nullopt);
  EXPECT_EQ(inflate_zlib(packed + "x"), std::nullopt);
  for (std::size_t length = 0; length < packed.size(); ++length) {
    EXPECT_EQ(inflate_zlib(packed.substr(0, length)), std::nullopt) << length;
  }
  const std::string whole = *inflate_zlib(packed);
  std::size_t n_refused = 0;
  for (std::size_t at = 0; at < packed.size(); ++at) {
    std::string damaged = packed;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    // The last bits of the last byte mean nothing.
    EXPECT_EQ(inflate_zlib(damaged).value_or(whole), whole) << at;
    n_refused += inflate_zlib(damaged) ? 0 : 1;
  }
  EXPECT_GE(n_refused, packed.size() - 1);
}

TEST(PipesEncoding, InflatesTextsLargerThanTheFirstBuffer) {
  // base64(zlib(b"aisle " * 100_000))
  const auto text = inflate_zlib(*decode_base64(
      "eJztxKEJAAAIALBXfM1gEGz+D75h2MKydyrStm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm"
      "3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3b"
      "tm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm"
      "3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3b"
      "tm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm"
      "3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3b"
      "tm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm"
      "3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3b"
      "tm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm"
      "3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3b"
      "tm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm"
      "3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3b"
      "tm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm3btm"
      "3btm3btm3btm3btm3btm3btm3btv3sA40pop4="));
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(text->size(), 600'000U);
  EXPECT_TRUE(text->ends_with("aisle "));
}

TEST(PipesBootstrap, IsNoneWhereDagsterIsNot) {
  EXPECT_FALSE(read_pipes_bootstrap(nullptr, nullptr).has_value());
  EXPECT_FALSE(read_pipes_bootstrap("", "").has_value());
}

TEST(PipesBootstrap, ReadsAContextInTheVariable) {
  const auto bootstrap = read_pipes_bootstrap(kDirectContext, kFileMessages);
  ASSERT_TRUE(bootstrap.has_value());
  EXPECT_EQ(bootstrap->asset_keys, (std::vector<std::string>{"shop/store_features", "report"}));
  EXPECT_EQ(bootstrap->messages, "/tmp/aisle pipes/messages");
  EXPECT_EQ(bootstrap->asset_of_checks, "shop/data_checks");
  EXPECT_EQ(bootstrap->checks.at("fact_sales").at("unique(id)"), "fact_sales_unique_id");
}

TEST(PipesBootstrap, ReadsAContextFile) {
  TemporaryFolder folder("pipes");
  const auto here = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  write_file("aisle_test_context", R"({"asset_keys": ["report"], "extras": {}})");
  const auto bootstrap = read_pipes_bootstrap(kContextFile, kStdio);
  write_file("aisle_test_context", R"({"asset_keys": [)");
  const std::string damaged = message_of(kContextFile, kStdio);
  std::filesystem::current_path(here);
  ASSERT_TRUE(bootstrap.has_value());
  EXPECT_EQ(bootstrap->asset_keys, std::vector<std::string>{"report"});
  EXPECT_EQ(bootstrap->messages, "/dev/stderr");
  EXPECT_TRUE(bootstrap->checks.empty());
  EXPECT_EQ(damaged, std::string("DAGSTER_PIPES_CONTEXT: the context file 'aisle_test_context' holds no JSON "
                                 "object; expected the file that Dagster wrote") +
                         kRemedy);
}

TEST(PipesBootstrap, SaysWhatIsWrong) {
  const std::string unreadable =
      std::string(": is not what Dagster Pipes writes; expected base64 of zlib of a JSON object") + kRemedy;
  EXPECT_EQ(message_of("not base64!", kStdio), "DAGSTER_PIPES_CONTEXT" + unreadable);
  EXPECT_EQ(message_of("Zm9vYmFy", kStdio), "DAGSTER_PIPES_CONTEXT" + unreadable);
  EXPECT_EQ(message_of(kNoObject, kStdio), "DAGSTER_PIPES_CONTEXT" + unreadable);
  EXPECT_EQ(message_of(kDirectContext, "{}"), "DAGSTER_PIPES_MESSAGES" + unreadable);
  EXPECT_EQ(message_of(nullptr, kStdio),
            std::string("DAGSTER_PIPES_CONTEXT: is not set, but DAGSTER_PIPES_MESSAGES is; expected both") +
                kRemedy);
  EXPECT_EQ(message_of(kDirectContext, nullptr),
            std::string("DAGSTER_PIPES_MESSAGES: is not set, but DAGSTER_PIPES_CONTEXT is; expected both") +
                kRemedy);
  EXPECT_EQ(message_of(kContextFile, kStdio),
            std::string("DAGSTER_PIPES_CONTEXT: the context file 'aisle_test_context' is not there; expected "
                        "the file that Dagster wrote") +
                kRemedy);
  EXPECT_EQ(message_of(kStdio, kStdio),
            std::string("DAGSTER_PIPES_CONTEXT: names no context; expected a path, or the context as data") +
                kRemedy);
  EXPECT_EQ(message_of(kDirectContext, kForeignReader),
            std::string("DAGSTER_PIPES_MESSAGES: names no place that aisle can write to; expected a file's "
                        "path, or stdout or stderr (Dagster's file and stdio message readers)") +
                kRemedy);
  EXPECT_EQ(message_of(kKeysAreText, kStdio),
            std::string("DAGSTER_PIPES_CONTEXT: asset_keys is \"report\"; expected a list of asset keys") +
                kRemedy);
  EXPECT_EQ(message_of(kChecksAreList, kStdio),
            std::string("DAGSTER_PIPES_CONTEXT: extras.asset_checks is [\"a\"]; expected an object {table: "
                        "{expectation: name of the check}}") +
                kRemedy);
}

}  // namespace
}  // namespace aisle::testing
