#include "aisle/serve/run_control.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <signal.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "aisle/serve/http.h"
#include "aisle/track/run_store.h"

namespace aisle {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kLongestStart{60};
constexpr int kCancelledExit = 130;

std::string now_utc() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(std::time(nullptr)));
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

const char* status_of(const ChildExit& exit) {
  if (exit.signal_number != 0) return run_status_name(RunStatus::kInterrupted);
  if (exit.exit_code == 0) return run_status_name(RunStatus::kSucceeded);
  return run_status_name(exit.exit_code == kCancelledExit ? RunStatus::kCancelled : RunStatus::kFailed);
}

HttpError under_way(const std::string& what) {
  return HttpError(409, {.where = "/api/v1/runs",
                         .what = what,
                         .expected = "",
                         .remedy = "wait until it has ended, or cancel it"});
}

// What a run that ended before it had its id says to who asked for it.
HttpError refused(const std::string& kind, const std::string& message) {
  const bool is_answerable = kind == "InvalidInput" || kind == "DataError";
  return HttpError(is_answerable                ? 422
                   : kind == "EnvironmentError" ? 409
                                                : 500,
                   {.where = "the run", .what = message, .expected = "", .remedy = ""});
}

}  // namespace

RunControl::~RunControl() {
  interrupt();
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(kStopSeconds), [this] { return state_ == State::kIdle; });
  }
  child_.reset();
}

std::vector<std::string> RunControl::arguments(const RunOrder& order) const {
  std::vector<std::string> words = command_;
  if (!order.only.empty()) words.push_back(fmt::format("--only={}", fmt::join(order.only, ",")));
  if (!order.from.empty()) words.push_back("--from=" + order.from);
  if (order.force) words.emplace_back("--force");
  for (const std::string& option : order.set) words.push_back("--set=" + option);
  return words;
}

CurrentRun RunControl::start(const RunOrder& order) {
  {
    const std::lock_guard lock(mutex_);
    if (state_ != State::kIdle) throw under_way("a run is under way");
    state_ = State::kStarting;
    run_ = {.id = "", .started_at = now_utc(), .is_cancelling = false, .order = order};
    error_kind_.clear();
    error_message_.clear();
  }
  std::unique_ptr<ChildProcess> child;
  try {
    child = std::make_unique<ChildProcess>(
        arguments(order), [this](const std::string& line) { take_line(line); },
        [this](const ChildExit& exit) { take_exit(exit); });
  } catch (...) {
    const std::lock_guard lock(mutex_);
    state_ = State::kIdle;
    throw;
  }
  std::unique_lock lock(mutex_);
  child_.swap(child);
  if (run_.is_cancelling) child_->send(SIGINT);  // somebody was quicker than this thread
  const bool is_decided =
      changed_.wait_for(lock, kLongestStart, [this] { return state_ != State::kStarting; });
  if (!run_.id.empty()) return run_;  // it may even be over by now
  if (is_decided) throw refused(error_kind_, error_message_);
  child_->send(SIGKILL);
  throw HttpError(503, {.where = "/api/v1/runs",
                        .what = fmt::format("the run did not begin within {} s", kLongestStart.count()),
                        .expected = "",
                        .remedy = "try again"});
}

std::optional<CurrentRun> RunControl::current() const {
  const std::lock_guard lock(mutex_);
  if (state_ != State::kRunning) return std::nullopt;
  return run_;
}

CurrentRun RunControl::cancel() {
  const std::lock_guard lock(mutex_);
  if (state_ != State::kRunning) {
    throw HttpError(404, {.where = "/api/v1/runs/current",
                          .what = "no run is under way that this server has started",
                          .expected = "",
                          .remedy = ""});
  }
  // A second signal would end it at once, with nothing put in order: only one that does not stop is sent
  // another.
  const auto now = std::chrono::steady_clock::now();
  if (!run_.is_cancelling || now - cancelled_at_ > std::chrono::seconds(kStopSeconds)) {
    cancelled_at_ = now;
    if (child_) child_->send(SIGINT);
  }
  run_.is_cancelling = true;
  return run_;
}

void RunControl::interrupt() {
  const std::lock_guard lock(mutex_);
  if (child_) child_->send(SIGINT);
}

std::map<std::string, std::int64_t> RunControl::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

void RunControl::take_line(const std::string& line) {
  const json event = json::parse(line, nullptr, false);
  if (!event.is_object()) return;
  const std::string name = text_of(event, "event");
  if (name == "run_started") {
    const std::string id = text_of(event, "run");
    log_.begin(id);
    log_.append(name, line);
    const std::lock_guard lock(mutex_);
    run_.id = id;
    state_ = State::kRunning;
    changed_.notify_all();
  } else if (name == "error") {
    const std::lock_guard lock(mutex_);
    error_kind_ = text_of(event, "kind");
    error_message_ = text_of(event, "message");
  } else if (name == "progress") {
    log_.append(name, line, text_of(event, "asset"));
  } else if (!name.empty() && name != "result") {
    // The result is a document, and is served as one.
    log_.append(name, line);
  }
}

void RunControl::take_exit(const ChildExit& exit) {
  std::unique_lock lock(mutex_);
  const std::string status = status_of(exit);
  if (exit.signal_number != 0) {
    error_message_ = fmt::format("the run's process was ended by signal {}; your last result is unchanged",
                                 exit.signal_number);
  } else if (exit.exit_code != 0 && error_message_.empty()) {
    error_kind_ = "InternalError";
    error_message_ = fmt::format("the run ended with exit code {}: {}", exit.exit_code, exit.error_output);
  }
  const std::string run = run_.id;
  const std::string message = error_message_;
  if (!run.empty()) {
    ++ended_[status];
    lock.unlock();
    // First the history, so that who hears of the end finds it there.
    if (exit.signal_number != 0) mark_interrupted(run, message);
    const nlohmann::ordered_json event = {{"event", "run_ended"},
                                          {"run", run},
                                          {"status", status},
                                          {"exit_code", exit.exit_code},
                                          {"signal", exit.signal_number},
                                          {"message", message}};
    lock.lock();
    // Under the lock: who hears of the end may start the next run, whose events come after.
    log_.append("run_ended", event.dump(-1, ' ', false, json::error_handler_t::replace));
  }
  state_ = State::kIdle;
  changed_.notify_all();
}

// A killed run cannot write that it ended; its parent knows.
void RunControl::mark_interrupted(const std::string& run, const std::string& message) const {
  try {
    RunStore(paths_.run_store).finish_run(run, RunStatus::kInterrupted, message);
  } catch (const Error&) {
    // The next run says so in its stead.
  }
}

}  // namespace aisle
