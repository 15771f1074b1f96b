#include "rig/command/books_port.h"

#include <fmt/ranges.h>

#include <filesystem>
#include <vector>

#include "drivers/catalogue.h"
#include "rig/bench/bench_file.h"
#include "rig/bench/books_file.h"
#include "rig/bench/open_device.h"
#include "rig/command/recorder.h"
#include "rig/evidence/run_folder.h"
#include "rig/guardian/bench_lock.h"

namespace brewproof {
namespace {

constexpr std::chrono::minutes longest_reading{5};  // a full audit takes seconds at 9600 baud

Result<const ResourceConfig*> audit_port(const BenchFile& bench, const std::string& wanted) {
  const std::vector<std::string> names = audit_resources(bench.resources, driver_table());
  if (names.empty())
    return fail(ErrorCode::usage,
                "{} has no resource that reads the machine's books: add one, as `audit: {{driver: "
                "dex, port: /dev/serial/by-path/...}}` (or ddcmp)",
                bench.path);
  if (wanted.empty() && names.size() > 1)
    return fail(ErrorCode::usage,
                "{} has several resources that read the machine's books: say "
                "which with --from: {}",
                bench.path, fmt::join(names, ", "));
  const std::string& name = wanted.empty() ? names.front() : wanted;
  if (std::ranges::find(names, name) == names.end())
    return fail(ErrorCode::usage, "{}: \"{}\" does not read the machine's books; those that do: {}",
                bench.path, name, fmt::join(names, ", "));
  return &bench.resources.at(name);
}

}  // namespace

Result<void> read_books_from_port(const std::string& bench_path, const std::string& resource,
                                  const std::string& out) {
  auto bench = read_bench_file(bench_path, driver_table());
  if (!bench) return pass_on(std::move(bench));
  auto port = audit_port(*bench, resource);
  if (!port) return pass_on(std::move(port));
  if (std::filesystem::exists(out))
    return fail(ErrorCode::usage, "{}: it is there already: name a new file", out);
  auto lock = BenchLock::take(bench_path, "brewproof books");
  if (!lock) return pass_on(std::move(lock));

  SystemClock clock;
  std::string exchanges;
  auto device =
      open_device(**port, driver_table(),
                  {clock, [&](const Exchange& exchange) { exchanges += exchange_line(exchange); }});
  if (!device) return pass_on(std::move(device));
  auto audit = (*device)->as_audit_reader()->read_audit(longest_reading);
  device->reset();
  // What was said on the line is kept also where the reading failed: it says why.
  if (auto kept = write_file_whole(out + ".exchanges.jsonl", exchanges); !kept) return kept;
  if (!audit) return pass_on(std::move(audit));
  return write_file_whole(out, audit->text);
}

}  // namespace brewproof
