// How long a delivery goes on trying, and the one place that tries again. What is tried must be safe to
// repeat: a request whose answer was lost may have been done.
#pragma once

#include <chrono>

#include "aisle/base/cancel.h"
#include "aisle/track/http_transfer.h"

namespace aisle {

struct Patience {
  TransferLimits first;              // of the first request, which finds out whether the server is there
  TransferLimits limits;             // of the others
  int most_tries = 1;                // of one request that the server answers with 429 or 5xx
  bool waits_for_server = false;     // tries again as well when nothing answers
  double first_wait_seconds = 0.25;  // doubled each time
  double longest_wait_seconds = 8;
  double longest_asked_seconds = 60;  // of Retry-After; a server that asks for more is left for another day
  double all_seconds = 60;            // after which what is left stays owed
};

// At the end of a run: a server that is away costs at most the first request's limits.
Patience patience_of_a_run();
// `aisle track sync`: somebody waits for it.
Patience patience_of_a_sync();

class Retries {
 public:
  Retries(Patience patience, const CancelFlag* cancel);

  const Patience& patience() const { return patience_; }

  // Makes the attempt, again while a later one may do. Throws the last attempt's TrackingError; Cancelled.
  template <typename Attempt>
  auto operator()(Attempt attempt) {
    for (int n_tries = 1;; ++n_tries) {
      check_time();
      try {
        return attempt();
      } catch (const TrackingError& error) {
        wait_or_give_up(error, n_tries);
      }
    }
  }

 private:
  void check_time() const;
  // Returns after the wait before the next attempt; throws `error` when there is to be none.
  void wait_or_give_up(const TrackingError& error, int n_tries) const;

  Patience patience_;
  const CancelFlag* cancel_;
  std::chrono::steady_clock::time_point end_;
};

}  // namespace aisle
