#include "aisle/engine/spark_url.h"

#include <gtest/gtest.h>

#include "aisle/base/errors.h"

namespace aisle {
namespace {

std::string fault(const std::string& url) {
  try {
    parse_spark_url(url, "engine.spark_url");
  } catch (const InvalidInput& error) {
    return error.what();
  }
  return "no error";
}

TEST(SparkUrl, HostPortAndParameters) {
  EXPECT_EQ(parse_spark_url("sc://spark.example", "w").address, "spark.example:15002");
  EXPECT_EQ(parse_spark_url("sc://127.0.0.1:443/", "w").address, "127.0.0.1:443");
  EXPECT_EQ(parse_spark_url("sc://[::1]:15003", "w").address, "[::1]:15003");
  EXPECT_EQ(parse_spark_url("sc://[::1]", "w").address, "[::1]:15002");
  EXPECT_FALSE(parse_spark_url("sc://h:1", "w").use_ssl);
  const SparkUrl url = parse_spark_url("sc://h:1/;use_ssl=true;user_id=maria", "w");
  EXPECT_TRUE(url.use_ssl);
  EXPECT_EQ(url.user_id, "maria");
}

TEST(SparkUrl, WhatIsNoAddressIsRefused) {
  EXPECT_EQ(fault("http://h:1"),
            "engine.spark_url: 'http://h:1' is no address of Spark Connect; expected sc://HOST:PORT, or "
            "sc://HOST:PORT/;use_ssl=true");
  for (const char* url : {"", "sc://", "sc://:1", "sc://h:0", "sc://h:port", "sc://h:70000", "sc://u@h:1",
                          "sc://h/x", "sc://h;use_ssl=true", "sc://h/;use_ssl=yes", "sc://h/;colour=blue"}) {
    EXPECT_NE(fault(url), "no error") << url;
  }
}

TEST(SparkUrl, ATokenIsRefusedAndNotRepeated) {
  for (const char* url :
       {"sc://h:1/;token=secret", "sc://h:1/;use_ssl=true;token=secret", "sc://h:1;token=secret"}) {
    EXPECT_NE(fault(url), "no error");
    EXPECT_EQ(fault(url).find("secret"), std::string::npos) << fault(url);
  }
  EXPECT_NE(fault("sc://h:1/;token=secret").find("SPARK_CONNECT_AUTHENTICATE_TOKEN"), std::string::npos);
}

}  // namespace
}  // namespace aisle
