#include "aisle/track/retries.h"

#include <algorithm>
#include <cmath>
#include <thread>

namespace aisle {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kCancelLook{50};

Clock::duration seconds(double count) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(count));
}

}  // namespace

Patience patience_of_a_run() {
  return {.first = {.connect_seconds = 2, .answer_seconds = 3},
          .limits = {.connect_seconds = 2, .answer_seconds = 20},
          .most_tries = 3,
          .waits_for_server = false,
          .first_wait_seconds = 0.25,
          .longest_wait_seconds = 2,
          .longest_asked_seconds = 5,
          .all_seconds = 60};
}

Patience patience_of_a_sync() {
  return {.first = {.connect_seconds = 10, .answer_seconds = 60},
          .limits = {.connect_seconds = 10, .answer_seconds = 60},
          .most_tries = 6,
          .waits_for_server = true,
          .first_wait_seconds = 0.25,
          .longest_wait_seconds = 8,
          .longest_asked_seconds = 120,
          .all_seconds = 3600};
}

Retries::Retries(Patience patience, const CancelFlag* cancel)
    : patience_(patience), cancel_(cancel), end_(Clock::now() + seconds(patience.all_seconds)) {}

void Retries::check_time() const {
  if (cancel_ != nullptr) cancel_->check();
  if (Clock::now() < end_) return;
  throw TrackingError(TrackingFault::kUnreachable,
                      {.where = "sending", .what = "took too long", .expected = "", .remedy = ""});
}

void Retries::wait_or_give_up(const TrackingError& error, int n_tries) const {
  const bool may_help = error.fault() == TrackingFault::kBusy ||
                        (error.fault() == TrackingFault::kUnreachable && patience_.waits_for_server);
  if (!may_help || n_tries >= patience_.most_tries) throw error;
  const double usual =
      std::min(patience_.first_wait_seconds * std::pow(2, n_tries - 1), patience_.longest_wait_seconds);
  const auto next = Clock::now() + seconds(std::max(usual, error.wait_seconds()));
  if (next > end_ || error.wait_seconds() > patience_.longest_asked_seconds) throw error;
  while (Clock::now() < next) {
    if (cancel_ != nullptr) cancel_->check();
    std::this_thread::sleep_for(std::min<Clock::duration>(kCancelLook, next - Clock::now()));
  }
}

}  // namespace aisle
