// The parts of the server that stand alone: cached files, the log of events, the child process, filters.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <limits>
#include <mutex>
#include <thread>

#include "aisle/base/errors.h"
#include "aisle/project/staged_output.h"
#include "aisle/serve/child_process.h"
#include "aisle/serve/event_log.h"
#include "aisle/serve/file_cache.h"
#include "aisle/serve/gzip.h"
#include "aisle/serve/row_filter.h"
#include "aisle/serve/work_pool.h"
#include "tests/support/temporary_folder.h"

namespace aisle {
namespace {

using aisle::testing::TemporaryFolder;

std::string header(const HttpResponse& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

class Files : public ::testing::Test {
 protected:
  HttpResponse ask(std::map<std::string, std::string> headers = {}) {
    HttpRequest request;
    request.headers = std::move(headers);
    const auto response = cache_.respond(request, file_, "application/json");
    return response ? *response : HttpResponse{.status = 404};
  }

  TemporaryFolder folder_{"files"};
  std::filesystem::path file_ = folder_ / "document.json";
  FileCache cache_{4096};
};

TEST_F(Files, HaveAnETagOfTheirContent) {
  EXPECT_EQ(ask().status, 404);
  write_file(file_, "{\"a\": 1}");
  const HttpResponse first = ask();
  EXPECT_EQ(*first.body, "{\"a\": 1}");
  const std::string etag = header(first, "ETag");
  const HttpResponse same = ask({{"if-none-match", "\"other\", W/" + etag}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, nullptr);
  EXPECT_EQ(header(same, "ETag"), etag);
  EXPECT_EQ(ask({{"if-none-match", "*"}}).status, 304);
  write_file(file_, "{\"a\": 2}");
  const HttpResponse renewed = ask({{"if-none-match", etag}});
  EXPECT_EQ(renewed.status, 200);
  EXPECT_EQ(*renewed.body, "{\"a\": 2}");
  std::filesystem::remove(file_);
  EXPECT_EQ(ask().status, 404);
}

TEST_F(Files, ComeAsGzipToWhoTakesIt) {
  const std::string text(3000, 'x');
  write_file(file_, text);
  const HttpResponse zipped = ask({{"accept-encoding", "br, gzip"}});
  EXPECT_EQ(header(zipped, "Content-Encoding"), "gzip");
  EXPECT_LT(zipped.body->size(), 100U);
  EXPECT_EQ(header(ask({{"accept-encoding", "gzip;q=0, br"}}), "Content-Encoding"), "");
  EXPECT_EQ(*ask().body, text);
  EXPECT_TRUE(takes_gzip("deflate, gzip;q=0.5"));
  EXPECT_TRUE(takes_gzip("*"));
  EXPECT_FALSE(takes_gzip("br"));
  EXPECT_FALSE(takes_gzip("gzip;q=0.000"));
}

// As gunzip reads it.
TEST_F(Files, GzipIsWhole) {
  std::string text;
  for (int at = 0; at < 50000; ++at) text += std::to_string(at * 7919 % 10007);
  for (const std::string& bytes : {text, std::string(), std::string("a")}) {
    write_file(folder_ / "x.gz", gzip(bytes));
    const std::string command = "gunzip -c '" + (folder_ / "x.gz").string() + "' > '" + file_.string() + "'";
    ASSERT_EQ(std::system(command.c_str()), 0);
    EXPECT_EQ(read_file(file_), bytes);
  }
}

class Events : public ::testing::Test {
 protected:
  static std::string id(const std::string& text) {
    const std::size_t at = text.rfind("id: ") + 4;
    return text.substr(at, text.find('\n', at) - at);
  }

  EventLog log_;
};

TEST_F(Events, AreTextOfServerSentEvents) {
  const auto follower = log_.follow("");
  EXPECT_EQ(follower->next(), "");
  log_.begin("r1");
  log_.append("note", "{\"a\":1}");
  EXPECT_EQ(follower->next(), "id: r1/1\nevent: note\ndata: {\"a\":1}\n\n");
  EXPECT_EQ(follower->next(), "");
}

TEST_F(Events, ALateFollowerHearsAllButOldProgress) {
  log_.begin("r1");
  log_.append("stage_started", "s");
  log_.append("progress", "p1", "features");
  log_.append("progress", "q1", "model");
  log_.append("progress", "p2", "features");
  const std::string all = log_.follow("")->next();
  EXPECT_EQ(all,
            "id: r1/1\nevent: stage_started\ndata: s\n\nid: r1/3\nevent: progress\ndata: q1\n\n"
            "id: r1/4\nevent: progress\ndata: p2\n\n");
  EXPECT_EQ(log_.follow("r1/3")->next(), "id: r1/4\nevent: progress\ndata: p2\n\n");
  EXPECT_EQ(log_.follow("r1/4")->next(), "");
  for (const char* other : {"r0/4", "r1/99", "nonsense", "r1/x", "/"})
    EXPECT_EQ(log_.follow(other)->next(), all) << other;
}

TEST_F(Events, ANewRunBeginsAnew) {
  log_.begin("r1");
  log_.append("note", "old");
  const auto follower = log_.follow("");
  EXPECT_EQ(id(follower->next()), "r1/1");
  log_.begin("r2");
  log_.append("note", "new");
  EXPECT_EQ(follower->next(), "id: r2/1\nevent: note\ndata: new\n\n");
}

TEST_F(Events, WakeTheirFollowersFromAnyThread) {
  std::atomic<int> n_woken{0};
  auto follower = log_.follow("");
  follower->on_more([&] { ++n_woken; });
  log_.begin("r1");
  std::thread([&] { log_.append("note", "x"); }).join();
  EXPECT_EQ(n_woken, 2);
  follower.reset();
  log_.append("note", "y");
  EXPECT_EQ(n_woken, 2);
}

// Starts a shell and waits for its end.
struct Shell {
  explicit Shell(const std::string& script)
      : child(
            {"/bin/sh", "-c", script}, [this](const std::string& line) { take(line); },
            [this](const ChildExit& how) { end(how); }) {}

  void take(const std::string& line) {
    const std::lock_guard lock(mutex);
    lines.push_back(line);
    changed.notify_all();
  }
  void end(const ChildExit& how) {
    const std::lock_guard lock(mutex);
    exit = how;
    is_over = true;
    changed.notify_all();
  }
  bool wait_for_line() {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), [this] { return !lines.empty(); });
  }
  bool wait_for_end() {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), [this] { return is_over; });
  }

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> lines;
  ChildExit exit;
  bool is_over = false;
  ChildProcess child;
};

TEST(ChildProcess, IsReadLineByLineToItsEnd) {
  Shell shell("printf 'one\\ntw'; sleep 0.1; printf 'o\\nrest'; echo wrong >&2; exit 7");
  ASSERT_TRUE(shell.wait_for_end());
  EXPECT_EQ(shell.lines, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(shell.exit.exit_code, 7);
  EXPECT_EQ(shell.exit.signal_number, 0);
  EXPECT_EQ(shell.exit.error_output, "wrong\n");
}

TEST(ChildProcess, TakesSignals) {
  Shell asked("trap 'echo stopping; exit 130' INT; echo ready; while :; do sleep 0.01; done");
  ASSERT_TRUE(asked.wait_for_line());
  asked.child.send(SIGINT);
  ASSERT_TRUE(asked.wait_for_end());
  EXPECT_EQ(asked.exit.exit_code, 130);
  Shell killed("echo ready; exec sleep 60");
  ASSERT_TRUE(killed.wait_for_line());
  killed.child.send(SIGKILL);
  ASSERT_TRUE(killed.wait_for_end());
  EXPECT_EQ(killed.exit.exit_code, -1);
  EXPECT_EQ(killed.exit.signal_number, SIGKILL);
  killed.child.send(SIGINT);  // to nobody
}

TEST(ChildProcess, HasNoneOfOurFiles) {
  const int ours = ::open("/dev/null", O_RDONLY);  // not closed on exec
  Shell shell("ls /proc/self/fd | wc -l");
  ASSERT_TRUE(shell.wait_for_end());
  ::close(ours);
  ASSERT_EQ(shell.lines.size(), 1U);
  EXPECT_LE(std::stoi(shell.lines.front()), 4);  // its three, and the folder that is listed
}

TEST(ChildProcess, ThatCannotStartIsAnError) {
  EXPECT_THROW(ChildProcess(
                   {"/nothing/here"}, [](const std::string&) {}, [](const ChildExit&) {}),
               EnvironmentError);
}

TEST(WorkPool, RefusesWhatItsQueueCannotHold) {
  std::mutex gate;
  std::atomic<int> n_done{0};
  gate.lock();
  WorkPool pool(1, 2);
  const auto work = [&] {
    const std::lock_guard lock(gate);
    ++n_done;
  };
  EXPECT_TRUE(pool.submit(work));
  // The first is taken off the queue by the thread at some time; three more can never all find room.
  int n_taken = 0;
  for (int at = 0; at < 4; ++at) n_taken += pool.submit(work) ? 1 : 0;
  EXPECT_GE(n_taken, 1);
  EXPECT_LE(n_taken, 2);
  gate.unlock();
  for (int look = 0; look < 2000 && n_done < n_taken + 1; ++look)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(n_done, n_taken + 1);
}

class RowFilter : public ::testing::Test {
 protected:
  RowFilter() {
    Column name = text_column("name", {"Açaí", "bazaar", "Zoo", ""});
    name.is_null = {0, 0, 0, 1};
    table_.add(name);
    table_.add(int_column("n", {3, 1, 2, 1}));
    table_.add(double_column("x", {0.5, std::numeric_limits<double>::quiet_NaN(), -1, 2}));
    table_.add(bool_column("on", {1, 0, 1, 0}));
    Column day = int_column("day", {19000, 19001, 19002, 19003});
    day.type = ColumnType::kDate;
    table_.add(day);
  }
  using Rows = std::vector<std::size_t>;
  std::string refusal(const std::string& where) {
    try {
      filtered_rows(table_, where);
    } catch (const InvalidInput& error) {
      return error.what();
    }
    return "nothing";
  }

  Table table_;
};

TEST_F(RowFilter, KeepsTheRowsThatMeetEveryCondition) {
  EXPECT_EQ(filtered_rows(table_, ""), (Rows{0, 1, 2, 3}));
  EXPECT_EQ(filtered_rows(table_, "[]"), (Rows{0, 1, 2, 3}));
  EXPECT_EQ(filtered_rows(table_, R"([["n", "=", 1]])"), (Rows{1, 3}));
  EXPECT_EQ(filtered_rows(table_, R"([["n", "!=", 1], ["n", "<", 3]])"), (Rows{2}));
  EXPECT_EQ(filtered_rows(table_, R"([["x", ">=", 0.5]])"), (Rows{0, 3}));
  EXPECT_EQ(filtered_rows(table_, R"([["x", "!=", 2]])"), (Rows{0, 2}));  // NaN is missing
  EXPECT_EQ(filtered_rows(table_, R"([["name", ">", "b"]])"), (Rows{1}));
  EXPECT_EQ(filtered_rows(table_, R"([["name", "!=", "Zoo"]])"), (Rows{0, 1}));
  EXPECT_EQ(filtered_rows(table_, R"([["name", "in", ["Zoo", null]]])"), (Rows{2, 3}));
  EXPECT_EQ(filtered_rows(table_, R"([["on", "=", true]])"), (Rows{0, 2}));
  EXPECT_EQ(filtered_rows(table_, R"([["day", "<=", "2022-01-09"]])"), (Rows{0, 1}));
  EXPECT_EQ(filtered_rows(table_, R"([["*", "contains", "ZO"]])"), (Rows{2}));
  EXPECT_EQ(filtered_rows(table_, R"([["name", "contains", "a"]])"), (Rows{0, 1}));
  EXPECT_EQ(filtered_rows(table_, R"([["day", "contains", "2022-01-1"]])"), (Rows{2, 3}));
}

TEST_F(RowFilter, RefusesWhatItDoesNotUnderstand) {
  EXPECT_EQ(
      refusal(R"([["nam", "=", "x"]])"),
      "parameter where: names 'nam', which the table does not have; expected a column of the table; did you "
      "mean 'name'?");
  for (const char* where : {"name = 'x'", "{}", "[1]", R"([["n", "=", "1"]])", R"([["name", "=", 1]])",
                            R"([["n", "like", 1]])", R"([["on", "=", 1]])", R"([["day", "=", "yesterday"]])",
                            R"([["n", "in", 1]])", R"([["n", "=", null]])", R"([["n", "=", 1, 2]])",
                            R"([["*", "=", "x"]])", R"([["n", "in", [[[[1]]]]]])"}) {
    EXPECT_NE(refusal(where), "nothing") << where;
  }
}

TEST_F(RowFilter, KeepsTheRowsThatAreNamedByBits) {
  const auto kept = [&](const std::string& bits) {
    Rows rows = {3, 0, 1};
    keep_named_rows(table_, bits, rows);
    return rows;
  };
  EXPECT_EQ(kept(""), (Rows{3, 0, 1}));
  EXPECT_EQ(kept("f"), (Rows{3, 0, 1}));
  EXPECT_EQ(kept("9"), (Rows{3, 0}));
  EXPECT_EQ(kept("A"), (Rows{0}));
  for (const char* bits : {"ff", "g", "-"}) EXPECT_THROW(kept(bits), InvalidInput) << bits;
}

TEST_F(RowFilter, SortsWithMissingValuesLast) {
  const auto sorted = [&](const std::string& by) {
    Rows rows = {0, 1, 2, 3};
    sort_rows(table_, by, rows);
    return rows;
  };
  EXPECT_EQ(sorted(""), (Rows{0, 1, 2, 3}));
  EXPECT_EQ(sorted("n"), (Rows{1, 3, 2, 0}));
  EXPECT_EQ(sorted("-n"), (Rows{0, 2, 1, 3}));
  EXPECT_EQ(sorted("x"), (Rows{2, 0, 3, 1}));
  EXPECT_EQ(sorted("-x"), (Rows{3, 0, 2, 1}));
  EXPECT_EQ(sorted("-name"), (Rows{1, 2, 0, 3}));
  EXPECT_THROW(sorted("-nothing"), InvalidInput);
}

TEST_F(RowFilter, ChoosesColumns) {
  const auto names = [&](const std::string& wanted) {
    std::string result;
    for (const Column* column : chosen_columns(table_, wanted)) result += column->name + " ";
    return result;
  };
  EXPECT_EQ(names(""), "name n x on day ");
  EXPECT_EQ(names("x,name"), "x name ");
  EXPECT_EQ(names(R"(["x", "name"])"), "x name ");
  for (const char* wanted : {"x,y", "x,x", "x,", "[1]", "[\"x\""})
    EXPECT_THROW(names(wanted), InvalidInput) << wanted;
}

}  // namespace
}  // namespace aisle
