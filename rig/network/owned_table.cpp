#include "rig/network/owned_table.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace brewproof {
namespace {

constexpr std::chrono::seconds answers_within{10};

}  // namespace

Result<OwnedTable> OwnedTable::begin(const std::string& table, const std::string& line,
                                     const std::string& purpose) {
  ChildSettings settings;
  // nft tells its faults on stderr, and they must come in order with its answers.
  settings.program = "sh";
  settings.arguments = {"-c", "exec nft -i 2>&1"};
  settings.pipe_stdin = settings.pipe_stdout = true;
  if (auto found = find_program("nft"); found)
    settings.arguments[1] = fmt::format("exec '{}' -i 2>&1", *found);
  auto owner = Child::start(settings);
  if (!owner) return pass_on(std::move(owner));
  OwnedTable owned(table, std::make_unique<Child>(std::move(*owner)));
  if (auto made = owned.apply(line); !made)
    return fail(ErrorCode::host, "{} takes root (or CAP_NET_ADMIN) and nftables: {}", purpose,
                made.error().message);
  return owned;
}

Result<std::string> OwnedTable::apply(const std::string& line) {
  // The second command's answer ends the first one's.
  const std::string list = "list table " + table_ + "\n";
  if (auto written = owner_->write(line.empty() ? list : line + "\n" + list); !written)
    return fail(ErrorCode::host, "nft ended");
  std::string fault, listed;
  for (;;) {
    auto said = owner_->read_line(answers_within);
    if (!said) return pass_on(std::move(said));
    if (!*said) return fail(ErrorCode::host, "nft ended{}{}", fault.empty() ? "" : ": ", fault);
    const std::string& text = **said;
    if (text.starts_with("Error:")) {
      if (!fault.empty()) return fail(ErrorCode::host, "{}", fault);  // no table is there to list
      fault = text;
    }
    listed += text + "\n";
    if (text == "}") break;
  }
  if (!fault.empty()) return fail(ErrorCode::host, "{}", fault);
  return listed;
}

}  // namespace brewproof
