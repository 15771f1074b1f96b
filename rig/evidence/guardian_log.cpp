#include "rig/evidence/guardian_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>
#include <utility>

#include "rig/evidence/placed_json.h"
#include "rig/evidence/run_folder.h"
#include "rig/model/canonical_json.h"
#include "rig/model/record.h"

namespace brewproof {

void GuardianLog::note(const std::string& event, nlohmann::json body) {
  const Instant now = clock_.now();
  body["event"] = event;
  body["raw_ns"] = now.raw_ns;
  body["real_ns"] = now.real_ns;
  noted_ += canonical_json(body) + "\n";
}

void GuardianLog::write() {
  const std::string lines = std::exchange(noted_, {});
  if (path_.empty()) return;
  const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return;
  (void)!::write(file, lines.data(), lines.size());
  (void)::fdatasync(file);
  ::close(file);
}

Result<std::optional<GuardianAccount>> read_guardian_log(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::nullopt;
  auto text = read_file_whole(path);
  if (!text) return pass_on(std::move(text));
  GuardianAccount account;
  account.whole = true;
  std::string why, not_safe;
  bool done = false, dismissed = false;
  std::istringstream lines(*text);
  for (std::string row; std::getline(lines, row);) {
    const auto line = nlohmann::json::parse(row, nullptr, false);
    if (!line.is_object()) {
      account.whole = false;
      continue;
    }
    const std::string event = text_of(line, "event");
    if (event == "fired") {
      account.fired = true;
      why = text_of(line, "why");
    } else if (event == "device" && line.value("safe", nlohmann::json()) != true) {
      not_safe += (not_safe.empty() ? "" : "; ") + text_of(line, "fault");
    } else if (event == "done") {
      done = true;
      account.safe = line.value("safe", nlohmann::json()) == true;
    } else if (event == "dismissed") {
      dismissed = true;
    }
  }
  if (!account.fired)
    account.text = dismissed ? "it watched to the end and had nothing to do"
                             : "it watched; how that ended it does not say";
  else
    account.text = shown(why) +
                   (!done          ? ": it acted, and does not say how that ended"
                    : account.safe ? ": it made every output safe"
                                   : ": NOT every output is known to be safe: " + shown(not_safe));
  return account;
}

}  // namespace brewproof
