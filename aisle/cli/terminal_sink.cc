#include "aisle/cli/terminal_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace aisle {
namespace {

constexpr const char* kGreen = "\x1b[32m";
constexpr const char* kYellow = "\x1b[33m";
constexpr const char* kRed = "\x1b[31m";
constexpr const char* kDim = "\x1b[2m";
constexpr const char* kReset = "\x1b[0m";
constexpr double kProgressAfterSeconds = 0.5;
constexpr double kRedrawSeconds = 0.1;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

std::string human_bytes(std::int64_t bytes) {
  const double value = static_cast<double>(bytes);
  if (value < 1e3) return fmt::format("{} B", bytes);
  if (value < 1e6) return fmt::format("{:.0f} kB", value / 1e3);
  if (value < 1e9) return fmt::format("{:.1f} MB", value / 1e6);
  return fmt::format("{:.2f} GB", value / 1e9);
}

std::string human_seconds(double seconds) {
  if (seconds < 10) return fmt::format("{:.2f} s", seconds);
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = std::lround(seconds);
  return fmt::format("{} min {} s", whole / 60, whole % 60);
}

std::string human_count(std::int64_t count) {
  std::string digits = fmt::format("{}", std::abs(count));
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return (count < 0 ? "-" : "") + digits;
}

void TerminalSink::emit(const RunEvent& event) {
  std::visit([this](const auto& known) { on(known); }, event);
}

void TerminalSink::line(const char* colour, const std::string& mark, const std::string& asset,
                        const std::string& text) {
  clear_progress();
  const std::string painted = style_.colour ? colour + mark + kReset : mark;
  std::fputs(fmt::format("{} {:<15} {}\n", painted, asset, text).c_str(), stderr);
}

void TerminalSink::clear_progress() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  drawn_ = false;
}

void TerminalSink::on(const StageStarted& event) {
  title_ = event.title.empty() ? event.asset : event.title;
  why_ = event.why;
  made_ = {};
  started_ = last_drawn_ = std::chrono::steady_clock::now();
}

void TerminalSink::on(const Progress& event) {
  if (!style_.progress || style_.quiet) return;
  const double seconds = seconds_since(started_);
  if (seconds < kProgressAfterSeconds || seconds_since(last_drawn_) < kRedrawSeconds) return;
  last_drawn_ = std::chrono::steady_clock::now();
  std::string text = title_ + "  ";
  if (event.total > 0) {
    constexpr int kWidth = 24;
    const double share = std::clamp(event.done / event.total, 0.0, 1.0);
    const int full = static_cast<int>(share * kWidth);
    for (int cell = 0; cell < kWidth; ++cell) text += cell < full ? "█" : "░";
    text += fmt::format(" {:3.0f} %", 100 * share);
    if (share > 0.05) text += "  about " + human_seconds(seconds * (1 - share) / share) + " left";
  } else {
    text += fmt::format("{} {}", human_count(static_cast<std::int64_t>(event.done)), event.unit);
  }
  std::fputs(("\r\x1b[K" + text).c_str(), stderr);
  std::fflush(stderr);
  drawn_ = true;
}

void TerminalSink::on(const CheckReported& event) {
  if (event.passed) {
    if (style_.verbose) line(kDim, "·", event.asset, event.name + ": passed");
    return;
  }
  if (event.severity == CheckSeverity::kInfo && !style_.verbose) return;
  const bool critical = event.severity == CheckSeverity::kCritical;
  line(critical ? kRed : kYellow, critical ? "✗" : "!", event.asset, event.message);
}

void TerminalSink::on(const AssetMade& event) {
  made_ = event;
}

void TerminalSink::on(const AssetLeft& event) {
  if (!style_.quiet) line(kDim, "=", event.asset, event.why);
}

void TerminalSink::on(const WarningRaised& event) {
  line(kYellow, "!", event.asset, event.message);
}

void TerminalSink::on(const NoteMade& event) {
  if (style_.verbose) line(kDim, "·", event.asset, event.message);
}

void TerminalSink::on(const StageFinished& event) {
  if (style_.quiet) {
    clear_progress();
    return;
  }
  std::string text = human_seconds(event.seconds);
  if (made_.n_rows >= 0)
    text += fmt::format(", {} {}", human_count(made_.n_rows), made_.n_rows == 1 ? "row" : "rows");
  if (made_.n_bytes > 0) text += ", " + human_bytes(made_.n_bytes);
  if (style_.verbose) text += fmt::format(", peak {}, {}", human_bytes(event.peak_bytes), made_.path);
  if (!why_.empty()) text += "  (" + why_ + ")";
  line(kGreen, "✓", event.asset, text);
}

void TerminalSink::on(const StageFailed& event) {
  line(kRed, "✗", event.asset, "failed");
}

void TerminalSink::on(const RunTracked& event) {
  if (!style_.quiet) line(kGreen, "✓", "tracking", event.url);
}

void TerminalSink::on(const RunFinished&) {
  clear_progress();
}

}  // namespace aisle
