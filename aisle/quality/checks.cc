// The checks of a project's raw tables.
#include "aisle/quality/checks.h"

#include <algorithm>
#include <fstream>
#include <memory>
#include <set>
#include <utility>

#include "aisle/base/errors.h"
#include "aisle/project/contract.h"
#include "aisle/project/staged_output.h"
#include "aisle/quality/documents.h"
#include "aisle/quality/plan.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

// The types of the contract's columns are the contract's; only a table with others is asked.
TableSchema schema_of(Engine& engine, const RawTable& table) {
  TableSchema schema{table.name, table.columns, {}};
  const ContractTable* contract = find_contract_table(table.name);
  for (const std::string& column : table.columns) {
    const ContractColumn* known = contract == nullptr ? nullptr : contract->find(column);
    if (known == nullptr) break;
    schema.types.push_back(known->type);
  }
  if (schema.types.size() == schema.columns.size()) return schema;
  const Table empty = engine.query("SELECT * FROM raw_" + table.name + " LIMIT 0");
  schema.types.clear();
  for (const std::string& column : table.columns) schema.types.push_back(empty.column(column).type);
  return schema;
}

RuleScope scope_of(Engine& engine, const RawTables& raw) {
  RuleScope scope;
  for (const RawTable& table : raw.tables) scope.schemas[table.name] = schema_of(engine, table);
  return scope;
}

// Ages are measured on this day. The sales are asked only where a rule needs their last day before they
// are checked themselves.
std::string as_of_for(Engine& engine, const TablePlan& plan, const Options& options,
                      const CheckOutcome& outcome, const RuleScope& scope) {
  if (!options.features.as_of.empty()) return options.features.as_of;
  if (!outcome.as_of.empty() || plan.table == "fact_sales" || scope.find("fact_sales") == nullptr)
    return outcome.as_of;
  const bool needed =
      std::any_of(plan.expectations.begin(), plan.expectations.end(), [](const auto& planned) {
        return planned.expectation.kind == ExpectationKind::kFreshness && planned.expectation.as_of.empty();
      });
  if (!needed || scope.find("fact_sales")->find("date") == nullptr) return "";
  return engine.query("SELECT max(date) AS day FROM raw_fact_sales").column("day").text_at(0);
}

// The outputs of a check until all of them are written whole.
class Outputs {
 public:
  void add_text(const fs::path& target, const std::string& text) {
    const fs::path staged = add_file(target);
    std::ofstream file(staged, std::ios::binary);
    file << text;
    file.close();
    if (!file) throw EnvironmentError({target.string(), "cannot be written", "", "is the disk full?"});
  }

  fs::path add_file(const fs::path& target) {
    staged_.push_back(std::make_unique<StagedOutput>(target, StagedOutput::Kind::kFile));
    targets_.push_back(target);
    return staged_.back()->path();
  }

  // The last one says that the others are there.
  void commit() {
    std::vector<StagedOutput*> others;
    for (std::size_t at = 0; at + 1 < staged_.size(); ++at) others.push_back(staged_[at].get());
    commit_all(others);
    if (!staged_.empty()) staged_.back()->commit();
  }

  const std::vector<fs::path>& targets() const { return targets_; }

 private:
  std::vector<std::unique_ptr<StagedOutput>> staged_;
  std::vector<fs::path> targets_;
};

void report(const TableOutcome& table, const EventSink& sink) {
  for (const ExpectationResult& result : table.results) {
    const Expectation& expectation = result.expectation;
    sink(CheckReported{table.name, expectation.name, result.success, expectation.severity,
                       result.n_unexpected, result.message});
  }
}

TableOutcome check_table(Engine& engine, const TablePlan& plan, const Options& options, const CheckRun& run,
                         const std::string& as_of, RuleScope& scope, CheckOutcome& outcome) {
  const TableSchema& schema = *scope.find(plan.table);
  EvaluateOptions evaluate;
  evaluate.as_of = as_of;
  evaluate.volume_drop = options.quality.volume_drop;
  if (plan.table == "fact_sales") evaluate.recorded = run.recorded;
  TableEvaluation evaluation = evaluate_table(engine, schema, scope, plan.expectations, evaluate);
  if (!evaluation.last_day.empty() && outcome.as_of.empty()) outcome.as_of = evaluation.last_day;
  TableOutcome table;
  table.name = plan.table;
  table.n_rows = evaluation.n_rows;
  table.results = std::move(evaluation.results);
  table.skipped = plan.skipped;
  table.removals = removals_of(table.results);
  table.low_days = std::move(evaluation.low_days);
  table.volume = std::move(evaluation.volume);
  make_checked_view(engine, table.name, schema.columns, table.removals);
  scope.checked.insert(table.name);
  return table;
}

void summarise(CheckOutcome& outcome) {
  std::string critical;
  int n_critical = 0;
  for (const TableOutcome& table : outcome.tables) {
    outcome.n_quarantined += table.n_quarantined;
    for (const ExpectationResult& result : table.results) {
      ++outcome.n_expectations;
      if (result.success) continue;
      ++outcome.n_failed;
      if (result.expectation.severity != CheckSeverity::kCritical) continue;
      if (++n_critical == 1) critical = table.name + ": " + result.expectation.name + ": " + result.message;
    }
  }
  outcome.critical_failed = n_critical > 0;
  if (n_critical > 0) {
    outcome.message = critical;
    if (n_critical > 1) outcome.message += "; and " + std::to_string(n_critical - 1) + " more critical";
    return;
  }
  outcome.message = std::to_string(outcome.n_expectations - outcome.n_failed) + " of " +
                    std::to_string(outcome.n_expectations) + " checks passed; " +
                    count_text(outcome.n_quarantined) + (outcome.n_quarantined == 1 ? " row" : " rows") +
                    " quarantined";
}

void add_validations(const SuitePlan& plan, const CheckOutcome& outcome, const CheckRun& run,
                     const ProjectPaths& paths, Outputs& outputs) {
  for (const Suite& suite : plan.suites) {
    for (const TableOutcome& table : outcome.tables) {
      if (table.name != suite.table) continue;
      std::vector<const ExpectationResult*> results;
      for (const ExpectationResult& result : table.results) {
        if (result.suite == suite.name) results.push_back(&result);
      }
      outputs.add_text(paths.validation / document_name(suite),
                       validation_json(suite.name, table.name, results, run));
    }
  }
}

// Removes what earlier checks wrote and this one did not: a quarantine without rows, a suite that is gone.
void remove_stale(const ProjectPaths& paths, const std::vector<std::string>& earlier,
                  const Outputs& outputs) {
  std::set<fs::path> kept(outputs.targets().begin(), outputs.targets().end());
  std::vector<fs::path> candidates;
  for (const std::string& table : checked_tables())
    candidates.push_back(paths.quarantine / (table + ".parquet"));
  for (const std::string& name : earlier) {
    if (fs::path(name).filename() == fs::path(name)) candidates.push_back(paths.validation / name);
  }
  for (const fs::path& file : candidates) {
    if (kept.count(file) != 0) continue;
    std::error_code error;
    fs::remove(file, error);
    if (error) throw EnvironmentError({file.string(), "cannot be removed: " + error.message(), "", ""});
  }
}

void write_outputs(const SuitePlan& plan, CheckOutcome& outcome, const CheckRun& run,
                   const ProjectPaths& paths, Outputs& outputs) {
  const fs::path summary = paths.validation / "checks.json";
  std::vector<std::string> earlier;
  if (fs::exists(summary)) earlier = documents_in(read_file(summary));
  CheckRun dated = run;
  if (dated.time.empty()) {
    dated.time = (outcome.as_of.empty() ? "1970-01-01" : outcome.as_of) + "T00:00:00+00:00";
  }
  add_validations(plan, outcome, dated, paths, outputs);
  std::vector<std::string> names;
  for (const fs::path& target : outputs.targets()) {
    if (target.parent_path() == paths.validation) names.push_back(target.filename().string());
  }
  std::sort(names.begin(), names.end());
  // The summary comes last: until it is there, readers see the check before.
  outputs.add_text(summary, checks_json(outcome, names));
  outputs.commit();
  remove_stale(paths, earlier, outputs);
  outcome.documents = outputs.targets();
  std::sort(outcome.documents.begin(), outcome.documents.end());
}

}  // namespace

CheckOutcome run_checks(Engine& engine, const RawTables& raw, const Options& options,
                        const ProjectPaths& paths, const CheckRun& run, const EventSink& sink) {
  RuleScope scope = scope_of(engine, raw);
  const SuitePlan plan = plan_suites(options, paths, scope);
  CheckOutcome outcome;
  outcome.as_of = options.features.as_of;
  Outputs outputs;
  const auto n_tables = static_cast<double>(plan.tables.size());
  for (const TablePlan& table_plan : plan.tables) {
    sink(Progress{"checks", static_cast<double>(outcome.tables.size()), n_tables, "tables"});
    const std::string as_of = as_of_for(engine, table_plan, options, outcome, scope);
    TableOutcome table = check_table(engine, table_plan, options, run, as_of, scope, outcome);
    if (!table.removals.rows.empty()) {
      const fs::path staged = outputs.add_file(paths.quarantine / (table.name + ".parquet"));
      table.n_quarantined = write_quarantine(engine, *scope.find(table.name), table.removals, staged);
    }
    report(table, sink);
    if (table.name == "fact_sales") {
      outcome.next_recorded = next_history(run.recorded, table.volume, table.low_days);
    }
    outcome.tables.push_back(std::move(table));
  }
  sink(Progress{"checks", n_tables, n_tables, "tables"});
  summarise(outcome);
  write_outputs(plan, outcome, run, paths, outputs);
  return outcome;
}

std::vector<CheckReported> recorded_checks(const ProjectPaths& paths) {
  const fs::path summary = paths.validation / "checks.json";
  if (!fs::exists(summary)) return {};
  return checks_in(read_file(summary));
}

}  // namespace aisle
