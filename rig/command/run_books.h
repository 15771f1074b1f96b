// Reads the machine's books during a run, each time into a new file of the run folder, in a thread
// of its own: a reading takes seconds, and the thread that controls has outputs to guard. The port
// is open only meanwhile.
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <stop_token>

#include "rig/bench/bench_file.h"
#include "rig/evidence/run_folder.h"
#include "rig/procedure/books_port.h"

namespace brewproof {

class RunBooks final : public BooksPort {
 public:
  /// nullptr where the bench file names no books. All arguments outlive it; `record` is called from
  /// the reading's thread.
  [[nodiscard]] static Result<std::unique_ptr<RunBooks>> begin(const BenchFile& bench,
                                                               const RunFolder& folder,
                                                               Clock& clock, ExchangeSink record);
  /// A reading that goes on is given up.
  ~RunBooks() override { stop_.request_stop(); }
  RunBooks(const RunBooks&) = delete;
  RunBooks& operator=(const RunBooks&) = delete;

  std::optional<Result<BooksReading>> poll() override;

 private:
  RunBooks(const BenchFile& bench, const RunFolder& folder, Clock& clock, ExchangeSink record)
      : bench_(bench), folder_(folder), clock_(clock), record_(std::move(record)) {}
  Result<BooksReading> read(int number) const;

  const BenchFile& bench_;
  const RunFolder& folder_;
  Clock& clock_;
  ExchangeSink record_;
  int read_ = 0;
  std::stop_source stop_;
  std::future<Result<BooksReading>> reading_;  // its end is waited for
};

}  // namespace brewproof
