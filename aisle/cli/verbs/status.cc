// `aisle status`: the assets as a tree; fresh, stale and why, missing or failed; rows, size, when.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "aisle/cli/command_context.h"
#include "aisle/cli/terminal_sink.h"
#include "aisle/cli/verbs/verbs.h"
#include "aisle/flow/asset_graph.h"
#include "aisle/flow/graph_documents.h"
#include "aisle/flow/materialise.h"

namespace aisle {
namespace {

const char* colour_of(Freshness freshness) {
  switch (freshness) {
    case Freshness::kFresh:
      return "\x1b[32m";
    case Freshness::kStale:
      return "\x1b[33m";
    case Freshness::kMissing:
      return "\x1b[2m";
    case Freshness::kFailed:
      return "\x1b[31m";
  }
  return "";
}

const AssetStatus& status_of(const std::vector<AssetStatus>& all, const std::string& key) {
  for (const AssetStatus& status : all) {
    if (status.key == key) return status;
  }
  return all.front();
}

// The tree hangs each made asset below the last of those it depends on, so that it reads from raw to result.
class StatusTree {
 public:
  StatusTree(const std::vector<AssetStatus>& statuses, const AssetState& state, bool colour)
      : statuses_(statuses), state_(state), colour_(colour) {}

  std::string text() {
    std::string raw = "raw tables\n";
    for (const AssetDefinition& asset : asset_graph()) {
      if (asset.kind == AssetKind::kSource) raw += line(asset, "  ");
    }
    std::string made;
    int depth = 0;
    for (const AssetDefinition& asset : asset_graph()) {
      if (asset.kind == AssetKind::kSource) continue;
      made +=
          line(asset, depth == 0 ? "" : std::string(static_cast<std::size_t>(depth - 1) * 3, ' ') + "└─ ");
      ++depth;
    }
    return raw + made;
  }

 private:
  std::string line(const AssetDefinition& asset, const std::string& indent) const {
    const AssetStatus& status = status_of(statuses_, asset.key);
    const int width = std::max(1, 30 - static_cast<int>(display_width(indent)));
    std::string state = freshness_name(status.freshness);
    if (asset.kind == AssetKind::kSource && status.freshness == Freshness::kFresh) state = "there";
    const std::string padded = fmt::format("{:<8}", state);
    std::string text = fmt::format("{}{:<{}} {}", indent, asset.key, width,
                                   colour_ ? colour_of(status.freshness) + padded + "\x1b[0m" : padded);
    if (const AssetRecord* record = state_.find(asset.key); record != nullptr && record->failure.empty()) {
      if (record->n_rows >= 0) text += fmt::format("{:>10} rows", human_count(record->n_rows));
      if (record->n_bytes > 0) text += "  " + human_bytes(record->n_bytes);
      if (!record->made_at.empty()) text += "  " + record->made_at;
    }
    if (!status.why.empty()) text += "  " + status.why;
    return text + "\n";
  }

  // Columns of a UTF-8 text of narrow letters: its bytes that do not continue a letter.
  static std::size_t display_width(const std::string& text) {
    std::size_t width = 0;
    for (const char byte : text) width += (static_cast<unsigned char>(byte) & 0xC0) != 0x80 ? 1 : 0;
    return width;
  }

  const std::vector<AssetStatus>& statuses_;
  const AssetState& state_;
  bool colour_;
};

}  // namespace

void add_status_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb = app.add_subcommand("status", "Which assets are fresh, stale (and why), missing or failed");
  add_shared_options(*verb, context, "aisle status --project shop");
  verb->callback([&context] {
    const ProjectPaths paths = context.paths();
    const auto statuses = project_status(context.load_options(), paths);
    const AssetState state(paths);
    if (context.json()) {
      std::puts(status_json(statuses, state).c_str());
    } else {
      StatusTree tree(statuses, state, context.use_colour() && context.stdout_is_terminal());
      std::fputs(tree.text().c_str(), stdout);
    }
  });
}

}  // namespace aisle
