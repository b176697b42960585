#include "aisle/project/staged_output.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <future>
#include <map>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "aisle/project/file_error.h"

namespace aisle {
namespace {

namespace fs = std::filesystem;

// Beside TARGET stand ".TARGET.aisle-PID-N.new" while it is written and, for the moment of the exchange on
// file systems that cannot swap two names, ".TARGET.aisle-PID-N.old".
constexpr std::string_view kMark = ".aisle-";
constexpr std::string_view kNew = ".new";
constexpr std::string_view kOld = ".old";

std::string mark_of(const fs::path& target) {
  std::string mark = ".";
  mark += target.filename().string();
  mark += kMark;
  return mark;
}

bool process_lives(long process) {
  return ::kill(static_cast<pid_t>(process), 0) == 0 || errno == EPERM;
}

// The process id in a leftover's name, or -1 when the name is not one of ours.
long process_in(const std::string& name, const std::string& mark) {
  if (name.compare(0, mark.size(), mark) != 0) return -1;
  long process = -1;
  const char* end = name.data() + name.size();
  const auto [rest, error] = std::from_chars(name.data() + mark.size(), end, process);
  return error == std::errc() && rest != end && *rest == '-' && process > 0 ? process : -1;
}

void remove_quietly(const fs::path& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

// Removes what killed processes left beside the target. A ".old" whose target is gone is the last good
// output of a process that was killed between two renames: it goes back in its place.
void clear_leftovers(const fs::path& target) {
  const std::string mark = mark_of(target);
  std::error_code error;
  std::vector<fs::path> leftovers;
  for (fs::directory_iterator entry(target.parent_path(), error), end; !error && entry != end;
       entry.increment(error)) {
    const long process = process_in(entry->path().filename().string(), mark);
    if (process > 0 && !process_lives(process)) leftovers.push_back(entry->path());
  }
  for (const fs::path& leftover : leftovers) {
    if (leftover.extension() == kOld && !fs::exists(fs::symlink_status(target, error))) {
      fs::rename(leftover, target, error);
      continue;
    }
    remove_quietly(leftover);
  }
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

// Errors name `target`, where the bytes will be.
void write_bytes(const fs::path& path, const fs::path& target, std::string_view bytes) {
  const Descriptor descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (descriptor.number() < 0) throw file_error(target, errno, FileUse::kWrite);
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw file_error(target, errno, FileUse::kWrite);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void sync_path(const fs::path& path, const fs::path& target) {
  const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.number() < 0) throw file_error(target, errno, FileUse::kWrite);
  // EINVAL: the file system has nothing to sync (some network and pseudo file systems).
  if (::fsync(descriptor.number()) != 0 && errno != EINVAL) throw file_error(target, errno, FileUse::kWrite);
}

void sync_tree(const fs::path& path, const fs::path& target) {
  if (fs::is_directory(path)) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file() || entry.is_directory()) sync_path(entry.path(), target);
    }
  }
  sync_path(path, target);
}

// Puts `staged` in the place of an existing `target` where plain rename cannot (a folder with contents, or a
// file in place of a folder), and removes what stood there.
void exchange(const fs::path& staged, const fs::path& target) {
  if (::renameat2(AT_FDCWD, staged.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) {
    remove_quietly(staged);
    return;
  }
  if (errno != EINVAL && errno != ENOSYS) throw file_error(target, errno, FileUse::kWrite);
  fs::path old = staged;
  old.replace_extension(kOld);
  if (::rename(target.c_str(), old.c_str()) != 0) throw file_error(target, errno, FileUse::kWrite);
  if (::rename(staged.c_str(), target.c_str()) != 0) {
    const int error_number = errno;
    ::rename(old.c_str(), target.c_str());
    throw file_error(target, error_number, FileUse::kWrite);
  }
  remove_quietly(old);
}

}  // namespace

StagedOutput::StagedOutput(fs::path target, Kind kind)
    : target_(fs::absolute(std::move(target)).lexically_normal()) {
  if (!target_.has_filename()) target_ = target_.parent_path();
  std::error_code error;
  fs::create_directories(target_.parent_path(), error);
  if (error) throw file_error(target_, error.value(), FileUse::kWrite);
  clear_leftovers(target_);

  static std::atomic<unsigned> counter{0};
  staged_ = target_.parent_path() / (mark_of(target_) + std::to_string(::getpid()) + "-" +
                                     std::to_string(counter.fetch_add(1)) + std::string(kNew));
  if (kind == Kind::kFolder) {
    if (::mkdir(staged_.c_str(), 0777) != 0) throw file_error(target_, errno, FileUse::kWrite);
  } else {
    const Descriptor descriptor(::open(staged_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (descriptor.number() < 0) throw file_error(target_, errno, FileUse::kWrite);
  }
}

StagedOutput::~StagedOutput() {
  if (!committed_) remove_quietly(staged_);
}

void StagedOutput::sync() const {
  if (committed_) throw InternalError({target_.string(), "a staged output was committed twice", "", ""});
  try {
    sync_tree(staged_, target_);
  } catch (const fs::filesystem_error& error) {
    throw file_error(target_, error.code().value(), FileUse::kWrite);
  }
}

void StagedOutput::put_in_place() {
  if (::rename(staged_.c_str(), target_.c_str()) != 0) {
    if (errno != ENOTEMPTY && errno != EEXIST && errno != EISDIR && errno != ENOTDIR) {
      throw file_error(target_, errno, FileUse::kWrite);
    }
    exchange(staged_, target_);
  }
  committed_ = true;
}

void StagedOutput::commit() {
  commit_all({this});
}

void StagedOutput::write(std::string_view bytes) {
  write_bytes(staged_, target_, bytes);
}

void commit_all(const std::vector<StagedOutput*>& outputs) {
  std::vector<std::future<void>> syncs;
  for (std::size_t at = 1; at < outputs.size(); ++at) {
    syncs.push_back(std::async(std::launch::async, [output = outputs[at]] { output->sync(); }));
  }
  if (!outputs.empty()) outputs.front()->sync();
  for (std::future<void>& sync : syncs) sync.get();
  std::map<fs::path, fs::path> folders;  // and a target in each, for messages
  for (StagedOutput* output : outputs) {
    output->put_in_place();
    folders.emplace(output->target_.parent_path(), output->target_);
  }
  for (const auto& [folder, target] : folders) sync_path(folder, target);
}

fs::path staged_target(const fs::path& path) {
  fs::path target;
  for (const fs::path& part : path) {
    const std::string& name = part.native();
    const std::size_t mark = name.rfind(kMark);
    const bool is_staged = name.starts_with('.') && mark != std::string::npos && mark > 1;
    target /= is_staged ? fs::path(name.substr(1, mark - 1)) : part;
  }
  return target;
}

void clear_leftovers_below(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> targets;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    fs::path target = staged_target(entry->path());
    if (target != entry->path()) targets.push_back(std::move(target));
  }
  for (const fs::path& target : targets) clear_leftovers(target);
}

void write_file(const fs::path& file, std::string_view bytes) {
  StagedOutput output(file, StagedOutput::Kind::kFile);
  output.write(bytes);
  output.commit();
}

void write_in_staged_folder(const fs::path& file, std::string_view bytes) {
  write_bytes(file, staged_target(file), bytes);
}

std::string read_file(const fs::path& file) {
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.number() < 0) throw file_error(file, errno, FileUse::kRead);
  std::string bytes;
  char block[1 << 16];
  while (true) {
    const ssize_t got = ::read(descriptor.number(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw file_error(file, errno, FileUse::kRead);
    if (got == 0) return bytes;
    bytes.append(block, static_cast<std::size_t>(got));
  }
}

}  // namespace aisle
