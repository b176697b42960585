// `aisle lab` through the verb, with a program in JupyterLab's place; scripts/test_lab.sh has the real one.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/integration/retailer_project.h"

namespace aisle::testing {
namespace {

namespace fs = std::filesystem;

class Lab : public RetailerProject {
 protected:
  Lab() : RetailerProject("lab é") {
    retailer_.write(project_.path());
    ::setenv("AISLE_LAB", (project_ / "environment").c_str(), 1);
  }
  ~Lab() override { ::unsetenv("AISLE_LAB"); }

  // A jupyter-lab that tells how it was called.
  void install() {
    const fs::path program = project_ / "environment/bin/jupyter-lab";
    fs::create_directories(program.parent_path());
    write_text(program,
               "#!/bin/sh\nprintf '%s\\n' \"$@\" \"project=$AISLE_PROJECT\" \"token=$JUPYTER_TOKEN\"\n");
    fs::permissions(program, fs::perms::owner_all);
  }
};

TEST_F(Lab, StartsJupyterLabHereAloneWithATokenAndTheNotebooks) {
  install();
  fs::create_directories(project_ / "lab");
  write_text(project_ / "lab/02-fine-tuning.ipynb", "mine");
  const ProgramResult result = run({"lab", "--port", "0", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const std::size_t end = result.out.find('\n');
  const auto said = nlohmann::json::parse(result.out.substr(0, end));
  const std::string url = said.at("url");
  const std::string token = url.substr(url.find("token=") + 6);
  EXPECT_EQ(token.size(), 40u);
  EXPECT_EQ(url.find("http://127.0.0.1:" + std::to_string(said.at("port").get<int>()) + "/lab/tree/lab/01-"),
            0u);
  const std::string called = result.out.substr(end);
  EXPECT_NE(called.find("\n--ServerApp.ip=127.0.0.1\n"), std::string::npos) << called;
  EXPECT_NE(called.find("\ntoken=" + token + "\n"), std::string::npos) << called;
  EXPECT_NE(called.find("\nproject=" + fs::absolute(project_.path()).string() + "\n"), std::string::npos)
      << called;
  EXPECT_EQ(called.find("--IdentityProvider"), std::string::npos);
  EXPECT_EQ(files_below(project_ / "lab").size(), 4u);
  EXPECT_EQ(read_text(project_ / "lab/02-fine-tuning.ipynb"), "mine");
}

TEST_F(Lab, SaysThatItIsNotInstalledOrThatThePortIsTaken) {
  const std::string environment = (project_ / "environment").string();
  expect_refused(
      4,
      "lab: " + environment +
          " has no bin/jupyter-lab; run `scripts/setup.sh lab` in aisle's source, or set AISLE_LAB to a "
          "virtual environment that has jupyterlab and aisle's Python package",
      {"lab"});
  install();
  const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(listening, plain, size), 0);
  ASSERT_EQ(::listen(listening, 1), 0);
  ASSERT_EQ(::getsockname(listening, plain, &size), 0);
  const std::string port = std::to_string(ntohs(address.sin_port));
  expect_refused(
      4,
      "lab: port " + port +
          " of 127.0.0.1 cannot be taken (Address already in use); stop what listens there, or choose "
          "another with --port (0: a free one)",
      {"lab", "--port", port});
  ::close(listening);
}

}  // namespace
}  // namespace aisle::testing
