#include "aisle/cli/cancel_signals.h"

#include <unistd.h>

#include <csignal>

namespace aisle {
namespace {

CancelFlag signalled;

// Only async-signal-safe calls: a lock-free atomic store and signal().
void on_signal(int signal_number) {
  signalled.request();
  std::signal(signal_number, SIG_DFL);
}

}  // namespace

const CancelFlag* cancel_on_signals() {
  static const bool installed = [] {
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    return true;
  }();
  static_cast<void>(installed);
  return &signalled;
}

}  // namespace aisle
