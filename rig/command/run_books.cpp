#include "rig/command/run_books.h"

#include <fmt/core.h>

#include <chrono>
#include <filesystem>

#include "drivers/catalogue.h"
#include "rig/bench/open_device.h"
#include "rig/capture/segment_name.h"
#include "rig/model/sha256.h"
#include "rig/process/signals_held.h"

namespace brewproof {
namespace {

constexpr const char* books_folder = "books";

}  // namespace

Result<std::unique_ptr<RunBooks>> RunBooks::begin(const BenchFile& bench, const RunFolder& folder,
                                                  Clock& clock, ExchangeSink record) {
  if (!bench.books) return std::unique_ptr<RunBooks>();
  const std::string path = folder.file(books_folder);
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return fail(ErrorCode::io, "{}: making the folder: {}", path, error.message());
  auto newest = newest_number(path, ".dts");  // a resumed run goes on counting
  if (!newest) return pass_on(std::move(newest));
  std::unique_ptr<RunBooks> books(new RunBooks(bench, folder, clock, std::move(record)));
  books->read_ = *newest;
  return books;
}

std::optional<Result<BooksReading>> RunBooks::poll() {
  if (!reading_.valid()) {
    const SignalsHeld held;
    reading_ = std::async(std::launch::async, [this, number = ++read_] { return read(number); });
  }
  if (reading_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return std::nullopt;
  return reading_.get();
}

Result<BooksReading> RunBooks::read(int number) const {
  BooksReading reading;
  reading.number = number;
  reading.file = fmt::format("{}/{:04}.dts", books_folder, number);
  reading.begun = clock_.now();
  const ResourceConfig& port = bench_.resources.at(bench_.books->resource);
  auto device = open_device(port, driver_table(),
                            {.clock = clock_, .record = record_, .stop = stop_.get_token()});
  if (!device) return pass_on(std::move(device));
  auto audit = (*device)->as_audit_reader()->read_audit(bench_.books->within);
  if (!audit) return pass_on(std::move(audit));
  reading.text = std::move(audit->text);
  reading.at = audit->at;
  reading.sha256 = sha256(reading.text);
  auto written = write_file_whole(folder_.file(reading.file), reading.text);
  if (!written) return pass_on(std::move(written));
  return reading;
}

}  // namespace brewproof
