#include "aisle/serve/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "aisle/base/errors.h"

extern char** environ;

namespace aisle {
namespace {

constexpr std::size_t kLongestLine = std::size_t{16} << 20;
constexpr std::size_t kKeptErrors = 4096;

[[noreturn]] void fail(const std::string& program, int error_number) {
  throw EnvironmentError({.where = program,
                          .what = std::string("cannot be started (") + std::strerror(error_number) + ")",
                          .expected = "",
                          .remedy = ""});
}

// Two ends that are closed whatever happens.
struct Pipe {
  std::array<int, 2> ends = {-1, -1};
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  void close_end(std::size_t at) {
    if (ends[at] >= 0) ::close(ends[at]);
    ends[at] = -1;
  }
  int take(std::size_t at) { return std::exchange(ends[at], -1); }
};

pid_t spawn(const std::vector<std::string>& arguments, int output, int errors) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  // Sockets too: a run that holds a client's connection would keep it open after the server closed it.
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  for (const int number : {SIGINT, SIGTERM, SIGPIPE}) sigaddset(&signals, number);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> words = arguments;
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  pid_t process = -1;
  const int error =
      posix_spawn(&process, words.front().c_str(), &actions, &attributes, pointers.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) fail(arguments.front(), error);
  return process;
}

// Reads what is there; false at the end of the file.
bool read_some(int descriptor, std::string& text) {
  std::array<char, 65536> buffer;
  const ssize_t n_read = ::read(descriptor, buffer.data(), buffer.size());
  if (n_read > 0) text.append(buffer.data(), static_cast<std::size_t>(n_read));
  return n_read > 0 || (n_read < 0 && errno == EINTR);
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& arguments, LineSink on_line, ExitSink on_exit)
    : on_line_(std::move(on_line)), on_exit_(std::move(on_exit)) {
  Pipe output;
  Pipe errors;
  if (::pipe2(output.ends.data(), O_CLOEXEC) != 0 || ::pipe2(errors.ends.data(), O_CLOEXEC) != 0) {
    fail(arguments.front(), errno);
  }
  process_ = spawn(arguments, output.ends[1], errors.ends[1]);
  reader_ =
      std::thread([this, from = output.take(0), errors_from = errors.take(0)] { read(from, errors_from); });
}

ChildProcess::~ChildProcess() {
  send(SIGKILL);
  reader_.join();
}

void ChildProcess::send(int signal_number) {
  const std::lock_guard lock(mutex_);
  if (process_ > 0) ::kill(process_, signal_number);
}

void ChildProcess::read(int output, int errors) {
  std::string lines;
  ChildExit exit;
  std::array<pollfd, 2> ends = {{{output, POLLIN, 0}, {errors, POLLIN, 0}}};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    if (::poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR) break;
    if (ends[0].fd >= 0 && ends[0].revents != 0 && !read_some(output, lines)) ends[0].fd = -1;
    if (ends[1].fd >= 0 && ends[1].revents != 0 && !read_some(errors, exit.error_output)) ends[1].fd = -1;
    std::size_t at = 0;
    for (std::size_t end; (end = lines.find('\n', at)) != std::string::npos; at = end + 1) {
      on_line_(lines.substr(at, end - at));
    }
    lines.erase(0, at);
    if (lines.size() > kLongestLine) lines.clear();
    if (exit.error_output.size() > kKeptErrors) {
      exit.error_output.erase(0, exit.error_output.size() - kKeptErrors);
    }
  }
  ::close(output);
  ::close(errors);
  siginfo_t info = {};
  while (::waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  {
    const std::lock_guard lock(mutex_);
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    if (WIFEXITED(status)) exit.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) exit.signal_number = WTERMSIG(status);
  }
  on_exit_(exit);
}

}  // namespace aisle
