// The events of one run, kept for those who join late, and handed on to those who follow.
//
// A follower holds no queue: it remembers the last event that it has seen and asks for what came after, so
// one that reads slowly costs nothing but its place.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "aisle/serve/http.h"

namespace aisle {

class EventLog {
 public:
  // Forgets the run before; `run` is its id.
  void begin(const std::string& run);
  // `name` and `data` are single lines. A `replaces` that is not empty takes the place of the last event with
  // the same: of a stage's progress only the newest is kept.
  void append(const std::string& name, const std::string& data, const std::string& replaces = "");

  // The events after `last_event_id` ("RUN/NUMBER") as text of server-sent events, then those to come; all of
  // them where the id is of another run. The log must outlive it.
  std::shared_ptr<BodyStream> follow(const std::string& last_event_id);

 private:
  class Follower;
  struct Event {
    std::uint64_t number = 0;
    std::string name;
    std::string data;
    std::string replaces;
  };

  std::string after(std::string& run, std::uint64_t& number);
  void wake_all();
  void forget(const Follower* follower);

  std::mutex mutex_;
  std::string run_;
  std::list<Event> events_;
  std::uint64_t last_number_ = 0;
  std::mutex followers_mutex_;
  std::vector<Follower*> followers_;
};

}  // namespace aisle
