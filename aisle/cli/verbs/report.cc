// `aisle report`: one HTML file to send.
#include "aisle/report/report.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "aisle/cli/verbs/materialising_verb.h"
#include "aisle/cli/verbs/verbs.h"

namespace aisle {
namespace {

struct ReportArguments {
  std::string audience = "full";
  std::string out;
};

void print_place(const CommandContext& context, const std::filesystem::path& file) {
  if (context.json()) {
    std::puts(nlohmann::ordered_json{{"event", "result"}, {"file", file.string()}}.dump().c_str());
  } else {
    std::puts(fmt::format("Report: {}", file.string()).c_str());
  }
}

void write_one(CommandContext& context, const ReportArguments& arguments) {
  const Audience audience = parse_audience(arguments.audience);
  RunRequest request;
  request.verb = "report";
  request.up_to = "report";
  materialise_for(context, request);
  std::filesystem::path file = context.paths().report;
  if (!arguments.out.empty()) {
    file = std::filesystem::absolute(arguments.out);
  } else if (audience == Audience::kExec) {
    file = context.paths().artifacts / "report-exec.html";
  }
  if (file != context.paths().report) write_report(context.load_options(), context.paths(), audience, file);
  print_place(context, file);
}

}  // namespace

void add_report_verb(CLI::App& app, CommandContext& context) {
  CLI::App* verb =
      app.add_subcommand("report", "One HTML file to send, and what it is made from when that is stale");
  add_shared_options(*verb, context,
                     "aisle report --project shop\n"
                     "  aisle report --project shop --audience exec --out board.html");
  auto arguments = std::make_shared<ReportArguments>();
  verb->add_option("--audience", arguments->audience, "full, or exec: without a row of any single store")
      ->type_name("full|exec");
  verb->add_option("--out", arguments->out, "Where to write it (default: data/artifacts/report.html)")
      ->type_name("FILE");
  verb->callback([&context, arguments] { write_one(context, *arguments); });
}

}  // namespace aisle
