#include "aisle/serve/event_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace aisle {
namespace {

// A run says a few hundred things; one that says more loses the oldest.
constexpr std::size_t kMostEvents = 20000;

}  // namespace

class EventLog::Follower : public BodyStream {
 public:
  Follower(EventLog& log, const std::string& last_event_id) : log_(log) {
    const std::size_t slash = last_event_id.rfind('/');
    if (slash != std::string::npos) {
      run_ = last_event_id.substr(0, slash);
      const char* digits = last_event_id.data() + slash + 1;
      std::from_chars(digits, last_event_id.data() + last_event_id.size(), number_);
    }
    const std::lock_guard lock(log_.followers_mutex_);
    log_.followers_.push_back(this);
  }
  ~Follower() override { log_.forget(this); }

  std::string next() override { return log_.after(run_, number_); }
  void on_more(std::function<void()> wake) override {
    const std::lock_guard lock(log_.followers_mutex_);
    wake_ = std::move(wake);
  }
  // With the followers' mutex held.
  void wake() const {
    if (wake_) wake_();
  }

 private:
  EventLog& log_;
  std::string run_;
  std::uint64_t number_ = 0;
  std::function<void()> wake_;
};

void EventLog::begin(const std::string& run) {
  {
    const std::lock_guard lock(mutex_);
    run_ = run;
    events_.clear();
    last_number_ = 0;
  }
  wake_all();
}

void EventLog::append(const std::string& name, const std::string& data, const std::string& replaces) {
  {
    const std::lock_guard lock(mutex_);
    if (!replaces.empty()) {
      const auto old = std::find_if(events_.rbegin(), events_.rend(),
                                    [&](const Event& event) { return event.replaces == replaces; });
      if (old != events_.rend()) events_.erase(std::next(old).base());
    }
    if (events_.size() >= kMostEvents) events_.pop_front();
    events_.push_back({++last_number_, name, data, replaces});
  }
  wake_all();
}

std::shared_ptr<BodyStream> EventLog::follow(const std::string& last_event_id) {
  return std::make_shared<Follower>(*this, last_event_id);
}

std::string EventLog::after(std::string& run, std::uint64_t& number) {
  const std::lock_guard lock(mutex_);
  if (run != run_ || number > last_number_) {
    run = run_;
    number = 0;
  }
  const auto first =
      std::find_if(events_.begin(), events_.end(), [&](const Event& event) { return event.number > number; });
  std::string text;
  for (auto event = first; event != events_.end(); ++event) {
    text += fmt::format("id: {}/{}\nevent: {}\ndata: {}\n\n", run_, event->number, event->name, event->data);
  }
  number = last_number_;
  return text;
}

void EventLog::wake_all() {
  const std::lock_guard lock(followers_mutex_);
  for (const Follower* follower : followers_) follower->wake();
}

void EventLog::forget(const Follower* follower) {
  const std::lock_guard lock(followers_mutex_);
  std::erase(followers_, follower);
}

}  // namespace aisle
