// Run events for a person: a line an asset on standard error, warnings, and progress on a terminal.
#pragma once

#include <chrono>
#include <string>

#include "aisle/base/events.h"

namespace aisle {

struct TerminalStyle {
  bool progress = false;  // a live line, redrawn; only on a terminal
  bool colour = false;
  bool quiet = false;    // warnings and failures only
  bool verbose = false;  // memory, passed checks and paths as well
};

class TerminalSink {
 public:
  explicit TerminalSink(TerminalStyle style) : style_(style) {}
  ~TerminalSink() { clear_progress(); }
  void emit(const RunEvent& event);

 private:
  void on(const RunStarted&) {}
  void on(const StageStarted& event);
  void on(const Progress& event);
  void on(const CheckReported& event);
  void on(const AssetMade& event);
  void on(const AssetLeft& event);
  void on(const WarningRaised& event);
  void on(const NoteMade& event);
  void on(const StageFinished& event);
  void on(const StageFailed& event);
  void on(const RunTracked& event);
  void on(const RunFinished& event);

  void line(const char* colour, const std::string& mark, const std::string& asset, const std::string& text);
  void clear_progress();

  TerminalStyle style_;
  std::string title_;
  std::string why_;
  AssetMade made_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point last_drawn_;
};

// "1.2 MB", "12 kB"; "0.05 s", "1 min 20 s"; "1,234,567".
std::string human_bytes(std::int64_t bytes);
std::string human_seconds(double seconds);
std::string human_count(std::int64_t count);

}  // namespace aisle
