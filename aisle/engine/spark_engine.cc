// Queries of the common subset on a Spark cluster.
//
//   the user's Parquet files ---- read in place by Spark ----.
//   text files, small tables --- exchange folder (Parquet) --+--> views and kept tables of the session
//   rows of queries <----------- gRPC (Arrow) ---------------'
//   rows for a file <----------- exchange folder (Parquet), then one file by the embedded engine
#include "aisle/engine/spark_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

#include "aisle/base/errors.h"
#include "aisle/engine/arrow_rows.h"
#include "aisle/engine/session_files.h"
#include "aisle/engine/spark_session.h"

namespace aisle {
namespace {

namespace connect = ::spark::connect;
namespace fs = std::filesystem;

constexpr int kOldestSpark = 4;

// What the common subset of SQL and the reading of files take for granted.
const std::vector<std::pair<std::string, std::string>>& session_options() {
  static const std::vector<std::pair<std::string, std::string>> options = {
      {"spark.sql.ansi.enabled", "true"},
      {"spark.sql.caseSensitive", "false"},
      {"spark.sql.session.timeZone", "UTC"},
      {"spark.sql.parser.escapedStringLiterals", "false"},
      {"spark.sql.ansi.doubleQuotedIdentifiers", "false"},
      {"spark.sql.sources.partitionColumnTypeInference.enabled", "false"},
      {"spark.sql.execution.arrow.compression.codec", "none"},
      {"spark.connect.progress.reportInterval", "500ms"}};
  return options;
}

SparkPlan plan_of_query(const std::string& sql) {
  SparkPlan plan;
  plan.mutable_root()->mutable_sql()->set_query(sql);
  return plan;
}

SparkPlan plan_of_statement(const std::string& sql) {
  SparkPlan plan;
  plan.mutable_command()->mutable_sql_command()->mutable_input()->mutable_sql()->set_query(sql);
  return plan;
}

SparkPlan plan_of_view(const std::string& name, connect::Relation relation) {
  SparkPlan plan;
  auto* view = plan.mutable_command()->mutable_create_dataframe_view();
  *view->mutable_input() = std::move(relation);
  view->set_name(name);
  view->set_replace(true);
  return plan;
}

// A file's path for Spark: of this machine, and no pattern.
std::string spark_path(const fs::path& path) {
  std::string text = "file://";
  for (const char c : fs::absolute(path).lexically_normal().string()) {
    if (std::string_view("*?[]{}\\").find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
  return text;
}

// The folder above the first partition folder (year=2024).
fs::path folder_of_partitions(const fs::path& file) {
  fs::path folder;
  for (const fs::path& part : file.parent_path()) {
    if (part.native().find('=') != std::string::npos) break;
    folder /= part;
  }
  return folder;
}

class SparkEngine : public Engine {
 public:
  SparkEngine(const SparkOptions& options, std::unique_ptr<EmbeddedEngine> embedded)
      : options_(options),
        url_(parse_spark_url(options.url, "engine.spark_url")),
        embedded_(std::move(embedded)) {
    options_.exchange = fs::absolute(options.exchange).lexically_normal();
  }
  ~SparkEngine() override;

  SqlDialect dialect() const override { return SqlDialect::kSpark; }
  void make_table(const std::string& name, const std::string& query) override;
  void make_view(const std::string& name, const std::string& query) override;
  void make_file_view(const std::string& name, const ParquetFiles& files) override;
  void put_rows(const std::string& name, const std::string& query) override;
  Table query(const std::string& sql) override;
  void put_table(const std::string& name, const Table& table) override;
  std::int64_t write_parquet(const std::string& query, const fs::path& file) override;
  void set_progress(QueryProgress progress) override { progress_ = std::move(progress); }
  EmbeddedEngine& embedded() override { return *embedded_; }

 private:
  SparkSession& session();
  void open_session();
  void check_version(const std::string& version) const;
  fs::path exchange_folder(const std::string& session) const {
    return options_.exchange / ("spark-" + session);
  }
  fs::path next_exchange(const std::string& kind);
  void make_spark_view(const std::string& name, const std::string& sql);

  SparkOptions options_;
  SparkUrl url_;
  std::unique_ptr<EmbeddedEngine> embedded_;
  QueryProgress progress_;
  std::optional<SparkSession> session_;
  std::optional<SessionFile> record_;
  int n_exchanged_ = 0;
};

SparkEngine::~SparkEngine() {
  if (!session_) return;
  if (!session_->release()) record_->leave();
  std::error_code error;
  fs::remove_all(exchange_folder(session_->id()), error);
}

void SparkEngine::check_version(const std::string& version) const {
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  if (major >= kOldestSpark) return;
  throw EnvironmentError({.where = "Spark at " + url_.address,
                          .what = "is version " + version,
                          .expected = fmt::format("Spark {}.0 or newer", kOldestSpark),
                          .remedy = ""});
}

void SparkEngine::open_session() {
  release_left_sessions(options_.sessions, [this](const SessionRecord& left) {
    SparkUrl url = parse_spark_url(left.url, options_.sessions.string());
    url.user_id = left.user;
    std::error_code error;
    fs::remove_all(exchange_folder(left.id), error);
    return SparkSession(url, left.id, nullptr).release();
  });
  SparkSession opened(url_, new_uuid(), options_.cancel);
  // Written before the server knows of the session: a process killed in between leaves nothing running.
  record_.emplace(options_.sessions, SessionRecord{options_.url, opened.user(), opened.id()});
  check_version(opened.version());
  opened.set_options(session_options());
  session_.emplace(std::move(opened));
}

SparkSession& SparkEngine::session() {
  if (!session_) {
    try {
      open_session();
    } catch (...) {
      record_.reset();
      throw;
    }
  }
  return *session_;
}

fs::path SparkEngine::next_exchange(const std::string& kind) {
  const fs::path folder = exchange_folder(session().id());
  fs::create_directories(folder);
  return folder / fmt::format("{}-{}", kind, ++n_exchanged_);
}

void SparkEngine::make_spark_view(const std::string& name, const std::string& sql) {
  connect::Relation relation;
  relation.mutable_sql()->set_query(sql);
  session().run(plan_of_view(name, std::move(relation)), sql, progress_, {});
}

void SparkEngine::make_view(const std::string& name, const std::string& query) {
  make_spark_view(name, spark_sql(query));
}

// Kept in the executors' memory and on their disks, for the session's time.
void SparkEngine::make_table(const std::string& name, const std::string& query) {
  const std::string sql = spark_sql(query);
  make_spark_view(name, sql);
  session().run(plan_of_statement(spark_sql("CACHE TABLE " + sql_name(name))), sql, progress_, {});
}

void SparkEngine::make_file_view(const std::string& name, const ParquetFiles& files) {
  connect::Relation relation;
  auto* source = relation.mutable_read()->mutable_data_source();
  source->set_format("parquet");
  std::string schema;
  for (const ParquetColumn& column : files.columns) {
    schema += (schema.empty() ? "" : ", ") + spark_sql(sql_name(column.name)) + " " + column.spark_type;
  }
  source->set_schema(schema);
  for (const fs::path& file : files.files) source->add_paths(spark_path(file));
  if (files.has_partitions) {
    (*source->mutable_options())["basePath"] = spark_path(folder_of_partitions(files.files.front()));
  }
  try {
    session().run(plan_of_view(name, std::move(relation)), "", progress_, {});
  } catch (const EnvironmentError& error) {
    if (error.parts().what.find("PATH_NOT_FOUND") == std::string::npos) throw;
    throw EnvironmentError({.where = files.files.front().string(),
                            .what = fmt::format("Spark at {} does not see this file", url_.address),
                            .expected = "a project that the cluster sees by the same path as this machine",
                            .remedy = "put it on a file system that both share"});
  }
}

void SparkEngine::put_rows(const std::string& name, const std::string& query) {
  const fs::path file = next_exchange("table").concat(".parquet");
  embedded_->write_parquet(query, file);
  ParquetFiles files{.files = {file}, .columns = {}, .has_partitions = false};
  const Table columns = embedded_->query("DESCRIBE SELECT * FROM read_parquet(" + sql_literal(file.string()) +
                                         ", hive_partitioning = false)");
  for (std::size_t row = 0; row < columns.n_rows(); ++row) {
    const std::string type = columns.column("column_type").texts[row];
    files.columns.push_back({columns.column("column_name").texts[row], spark_type(type)});
  }
  make_file_view(name, files);
}

void SparkEngine::put_table(const std::string& name, const Table& table) {
  const std::string here = "aisle_rows_for_spark";
  embedded_->put_table(here, table);
  put_rows(name, "SELECT * FROM " + here);
  embedded_->execute("DROP TABLE " + here);
}

Table SparkEngine::query(const std::string& sql) {
  const std::string text = spark_sql(sql);
  Table rows;
  session().run(plan_of_query(text), text, progress_, [&](const SparkResponse& answer) {
    if (answer.has_arrow_batch()) append_arrow_rows(answer.arrow_batch().data(), rows);
  });
  return rows;
}

std::int64_t SparkEngine::write_parquet(const std::string& query, const fs::path& file) {
  const std::string sql = spark_sql(query);
  const fs::path folder = next_exchange("rows");
  SparkPlan plan;
  auto* write = plan.mutable_command()->mutable_write_operation();
  write->mutable_input()->mutable_sql()->set_query(sql);
  write->set_source("parquet");
  write->set_path("file://" + folder.string());
  write->set_mode(connect::WriteOperation::SAVE_MODE_ERROR_IF_EXISTS);
  session().run(std::move(plan), sql, progress_, {});
  // The mark is written when every task's file is in its place; files without it are those of a job that
  // ended early.
  if (!fs::exists(folder / "_SUCCESS")) {
    throw EnvironmentError(
        {.where = folder.string(),
         .what = fmt::format("what Spark at {} wrote there is not seen here", url_.address),
         .expected = "a project that the cluster sees by the same path as this machine",
         .remedy = "put it on a file system that both share"});
  }
  // Sorted rows are in the order of the files' names.
  const std::int64_t n_rows = embedded_->write_parquet(
      fmt::format(
          "SELECT * EXCLUDE (aisle_file, file_row_number) FROM read_parquet({}, filename = 'aisle_file', "
          "file_row_number = true, hive_partitioning = false) ORDER BY aisle_file, file_row_number",
          sql_literal((folder / "*.parquet").string())),
      file);
  std::error_code error;
  fs::remove_all(folder, error);
  return n_rows;
}

}  // namespace

std::unique_ptr<Engine> open_spark(const SparkOptions& options, std::unique_ptr<EmbeddedEngine> embedded) {
  return std::make_unique<SparkEngine>(options, std::move(embedded));
}

}  // namespace aisle
