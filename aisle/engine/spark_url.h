// The address of a Spark Connect server: sc://HOST[:PORT][/;KEY=VALUE;...], as Spark's own clients write it.
#pragma once

#include <string>

namespace aisle {

struct SparkUrl {
  std::string address;  // HOST:PORT; an IPv6 host in brackets
  bool use_ssl = false;
  std::string user_id;  // "": who runs this program
};

// Port 15002 where none is given. Throws InvalidInput naming `where` for any other form, an unknown key, and
// a token: it is a secret, and comes from the environment (SPARK_CONNECT_AUTHENTICATE_TOKEN).
SparkUrl parse_spark_url(const std::string& url, const std::string& where);

}  // namespace aisle
