#include "tests/support/program.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace aisle::testing {
namespace {

constexpr std::chrono::seconds kLongestRun{300};

std::string text_of(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

std::string take_file(const std::string& file) {
  std::string text = text_of(file);
  std::filesystem::remove(file);
  return text;
}

}  // namespace

RunningProgram::RunningProgram(const std::vector<std::string>& arguments) {
  static std::atomic<int> count{0};
  output_ = (std::filesystem::temp_directory_path() /
             ("aisle_output_" + std::to_string(::getpid()) + "_" + std::to_string(count++)))
                .string();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  const int flags = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, (output_ + ".out").c_str(), flags, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, (output_ + ".err").c_str(), flags, 0600);
  std::vector<std::string> words = {AISLE_PROGRAM_PATH};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const int failed = posix_spawn(&process_, AISLE_PROGRAM_PATH, &actions, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " AISLE_PROGRAM_PATH);
}

RunningProgram::~RunningProgram() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    wait();
  }
}

std::string RunningProgram::output() const {
  return text_of(output_ + ".out");
}

void RunningProgram::send(int signal_number) {
  ::kill(process_, signal_number);
}

ProgramResult RunningProgram::wait() {
  int status = 0;
  // A program that hangs is a failure to report, not one to wait for.
  const auto deadline = std::chrono::steady_clock::now() + kLongestRun;
  while (::waitpid(process_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) ::kill(process_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  process_ = -1;
  ProgramResult result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = take_file(output_ + ".out");
  result.err = take_file(output_ + ".err");
  return result;
}

ProgramResult run_aisle(const std::vector<std::string>& arguments) {
  RunningProgram program(arguments);
  return program.wait();
}

}  // namespace aisle::testing
