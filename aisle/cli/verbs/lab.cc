// `aisle lab`: JupyterLab on the project, with its notebooks.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "aisle/base/errors.h"
#include "aisle/cli/command_context.h"
#include "aisle/cli/verbs/lab_notebooks.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/project/staged_output.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

constexpr int kUsualPort = 8888;
constexpr const char* kProgramName = "jupyter-lab";

bool is_program(const fs::path& file) {
  return ::access(file.c_str(), X_OK) == 0 && !fs::is_directory(file);
}

// In the environment that AISLE_LAB names, in the one that scripts/setup.sh made, else on PATH.
fs::path find_jupyter_lab() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  const std::string named = variable("AISLE_LAB");
  const std::string cache = variable("XDG_CACHE_HOME");
  std::vector<fs::path> places;
  if (!named.empty()) {
    places.push_back(fs::path(named) / "bin");
  } else {
    places.push_back((cache.empty() ? fs::path(variable("HOME")) / ".cache" : fs::path(cache)) /
                     "aisle/lab/bin");
    std::istringstream path(variable("PATH"));
    for (std::string folder; std::getline(path, folder, ':');) places.emplace_back(folder);
  }
  for (const fs::path& place : places) {
    if (is_program(place / kProgramName)) return place / kProgramName;
  }
  throw EnvironmentError({.where = "lab",
                          .what = named.empty() ? "JupyterLab is not installed"
                                                : fmt::format("{} has no bin/{}", named, kProgramName),
                          .expected = "",
                          .remedy =
                              "run `scripts/setup.sh lab` in aisle's source, or set AISLE_LAB to a virtual "
                              "environment that has jupyterlab and aisle's Python package"});
}

// The port itself, or a free one for 0. Jupyter would quietly take the next one.
int checked_port(int port) {
  const int socket_number = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(socket_number, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  const bool is_free =
      ::bind(socket_number, plain, size) == 0 && ::getsockname(socket_number, plain, &size) == 0;
  const int error = errno;
  ::close(socket_number);
  if (is_free) return ntohs(address.sin_port);
  throw EnvironmentError(
      {.where = "lab",
       .what = fmt::format("port {} of 127.0.0.1 cannot be taken ({})", port, std::strerror(error)),
       .expected = "",
       .remedy = "stop what listens there, or choose another with --port (0: a free one)"});
}

// 160 bits from the system.
std::string new_token() {
  std::array<unsigned char, 20> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw EnvironmentError(
        {.where = "lab", .what = "the system gave no random bytes", .expected = "", .remedy = ""});
  }
  std::string token;
  for (const unsigned char byte : bytes) token += fmt::format("{:02x}", byte);
  return token;
}

// A notebook that is there is the user's own.
void put_notebooks(const fs::path& folder) {
  fs::create_directories(folder);
  for (const Notebook& notebook : lab_notebooks()) {
    if (!fs::exists(folder / notebook.name)) write_file(folder / notebook.name, notebook.content);
  }
}

void start(CommandContext& context, int wanted_port) {
  context.load_options();  // says clearly where there is no project
  const ProjectPaths paths = context.paths();
  const fs::path program = find_jupyter_lab();
  const int port = checked_port(wanted_port);
  const fs::path root = fs::absolute(paths.root).lexically_normal();
  put_notebooks(root / "lab");
  const std::string token = new_token();
  // By the environment: other users of the machine can read a command line.
  ::setenv("JUPYTER_TOKEN", token.c_str(), 1);
  ::setenv("AISLE_PROJECT", root.c_str(), 1);
  ::setenv("AISLE_PROGRAM", fs::read_symlink("/proc/self/exe").c_str(), 1);
  const std::string url =
      fmt::format("http://127.0.0.1:{}/lab/tree/lab/{}?token={}", port, lab_notebooks().front().name, token);
  if (context.json()) {
    std::puts(nlohmann::ordered_json{{"event", "lab"}, {"url", url}, {"port", port}}.dump().c_str());
  } else {
    fmt::print("The lab of {}: {}\nCtrl-C ends it\n", root.string(), url);
  }
  std::fflush(stdout);
  std::vector<std::string> arguments = {program.string(),
                                        "--no-browser",
                                        "--ServerApp.ip=127.0.0.1",
                                        fmt::format("--ServerApp.port={}", port),
                                        "--ServerApp.port_retries=0",
                                        "--ServerApp.allow_root=True",
                                        "--ServerApp.log_level=WARN",
                                        fmt::format("--ServerApp.root_dir={}", root.string())};
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  // The lab takes this process's place, so its signals and its end are the lab's.
  ::execv(program.c_str(), pointers.data());
  throw EnvironmentError({.where = program.string(),
                          .what = fmt::format("cannot be started ({})", std::strerror(errno)),
                          .expected = "",
                          .remedy = ""});
}

}  // namespace

void add_lab_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb = app.add_subcommand("lab", "JupyterLab on the project's live data, with its notebooks");
  const auto port = std::make_shared<int>(kUsualPort);
  verb->add_option("--port", *port, "Port of 127.0.0.1 to listen on (default: 8888); 0: a free one")
      ->type_name("PORT")
      ->check(CLI::Range(0, 65535));
  add_shared_options(*verb, context, "aisle lab --project shop");
  verb->callback([&context, port] { start(context, *port); });
}

}  // namespace aisle
