// R6 and R7 of the fault table: the disk under a run is full from some moment on, or one call to it
// fails. Real file systems and a real kernel: a tmpfs of a few pages in a mount namespace of the
// run's own, and strace, which makes the Nth call of a run fail.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/statvfs.h>

#include <filesystem>

#include "rig/evidence/journal.h"
#include "tests/faults/faulty_bench.h"
#include "tests/rig/process/started.h"

namespace brewproof::faults {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

// `count` of the numbers first to last, evenly spread; all of them where there are no more.
std::vector<int> spread(int first, int last, int count) {
  std::vector<int> points;
  const int all = last - first + 1;
  points.reserve(static_cast<std::size_t>(all));
  for (int i = 0; i < std::min(count, all); ++i)
    points.push_back(first +
                     static_cast<int>(static_cast<std::int64_t>(i) * all / std::min(count, all)));
  return points;
}

class DiskFault : public FaultyBench {
 protected:
  DiskFault() {
    write_bench("20 ms", "1 s");
    put_file(path("procedure.yaml"),
             presses_procedure("30 ms",
                               "blocks: 2, per_block: 4, background: 10 ms, idle: 10 ms, drain: 5 "
                               "ms, jitter: 5 ms, windows: [0..20 ms], alpha: 0.05"));
  }
  [[nodiscard]] std::string run_command(const std::string& out) const {
    return fmt::format("{}/brewproof run {} --bench {} --out {} --seed 7 --bench-log {}.bench.log",
                       BREWPROOF_BINARY_DIR, path("procedure.yaml"), path("bench.yaml"), out, out);
  }

  // It ended by itself and said why, all is off, and what it told of is there.
  void expect_sound(const std::string& run, const Child::Output& output) {
    EXPECT_EQ(output.exit.signal, 0) << output.err;
    EXPECT_THAT(output.exit.code, AnyOf(0, 3, 4)) << output.err;
    if (output.exit.code == 3) {
      EXPECT_THAT(output.err, HasSubstr("brewproof: "));
    }
    ASSERT_TRUE(wait_free(30s));
    EXPECT_TRUE(board.wait_all_open(5s));
    expect_nothing_lost(run, board.changes());
    board.forget();
  }
};

TEST_F(DiskFault, AFullDiskAtAnyMomentLeavesAllOffAndASoundFolder) {
  // On a tmpfs of so many pages; what is there at the end is copied out of the namespace.
  const auto run_on = [this](int pages, const std::string& name) {
    const std::string disk = path("disk");
    ChildSettings settings;
    settings.program = "unshare";
    settings.arguments = {
        "-Urm", "sh", "-c",
        fmt::format("mount -t tmpfs -o size={}k tmpfs {} || exit 99; {}; code=$?; "
                    "[ ! -e {}/r ] || cp -a {}/r {}; exit $code",
                    pages * 4, disk, run_command(disk + "/r"), disk, disk, path(name))};
    if (::geteuid() == 0) settings.arguments[0] = "-m";
    settings.working_folder = folder.path();
    settings.pipe_stdout = settings.pipe_stderr = true;
    return output_of(started(settings));
  };
  fs::create_directories(path("disk"));
  const auto whole = run_on(4096, "whole");
  if (whole.exit.code == 99) GTEST_SKIP() << "no mount namespace here: " << whole.err;
  ASSERT_THAT(whole.exit.code, AnyOf(0, 4)) << whole.err;
  std::uintmax_t bytes = 0;
  for (const auto& file : fs::recursive_directory_iterator(path("whole")))
    if (file.is_regular_file()) bytes += (file.file_size() + 4095) / 4096;
  board.forget();
  int full = 0, journalled_ends = 0;
  const int last = static_cast<int>(bytes) + 40;  // with the reserve and what is written aside
  for (const int pages : spread(1, last, how_often(6))) {
    const std::string name = fmt::format("r{}", pages);
    const auto output = run_on(pages, name);
    expect_sound(name, output);
    if (output.exit.code == 3) ++full;
    const auto journal = read_journal(path(name) + "/journal.jsonl");
    if (journal && journal->closed) ++journalled_ends;
    if (HasFailure()) FAIL() << pages << " pages\n" << output.err;
    fs::remove_all(path(name));
  }
  EXPECT_GT(full, 0);
  fmt::print(
      "R6  {} sizes of the disk up to {} KiB: {} runs stopped for it, 0 lost, 0 left on; {} "
      "journals have their end\n",
      std::min(how_often(6), last), last * 4, full, journalled_ends);
}

TEST_F(DiskFault, OneFailedCallIsNeverLostSilently) {
  // The files that are written while outputs move.
  const auto run_with = [this](const std::string& name, const std::string& injected) {
    ChildSettings settings;
    settings.program = "strace";
    settings.arguments = {"-f", "-qq", "-o", path("calls"), "--seccomp-bpf"};
    for (const char* file : {"journal.jsonl", "trials.jsonl", "exchanges.jsonl"})
      settings.arguments.insert(settings.arguments.end(), {"-P", path(name) + "/" + file});
    settings.arguments.insert(settings.arguments.end(),
                              {"-e", "trace=write,fdatasync,fsync,ftruncate,openat"});
    if (!injected.empty())
      settings.arguments.insert(settings.arguments.end(), {"-e", "inject=" + injected});
    settings.arguments.insert(settings.arguments.end(),
                              {"sh", "-c", "exec " + run_command(path(name))});
    settings.environment["ASAN_OPTIONS"] = "detect_leaks=0";  // it cannot work under ptrace
    settings.pipe_stdout = settings.pipe_stderr = true;
    return output_of(started(settings));
  };
  const auto whole = run_with("whole", "");
  ASSERT_THAT(whole.exit.code, AnyOf(0, 4)) << whole.err;
  const std::string calls = get_file(path("calls"));
  const int count = static_cast<int>(std::count(calls.begin(), calls.end(), '\n'));
  ASSERT_GT(count, 40) << calls;
  board.forget();
  int told = 0, runs = 0;
  for (const char* error : {"EIO", "ENOMEM", "EINTR", "ENOSPC"}) {
    for (const int call : spread(1, count, how_often(3))) {
      const std::string name = fmt::format("{}{}", error, call);
      const auto output = run_with(
          name,
          fmt::format("write,fdatasync,fsync,ftruncate,openat:error={}:when={}", error, call));
      ++runs;
      if (output.exit.code == 3) ++told;
      expect_sound(name, output);
      if (HasFailure()) FAIL() << error << " of call " << call << "\n" << output.err;
      fs::remove_all(path(name));
    }
  }
  EXPECT_GT(told, 0);
  fmt::print(
      "R7  one call of {} fails, {} runs: {} stopped and said so, 0 crashed, 0 lost, 0 left "
      "on\n",
      count, runs, told);
}

}  // namespace
}  // namespace brewproof::faults
