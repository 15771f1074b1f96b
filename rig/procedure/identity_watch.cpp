#include "rig/procedure/identity_watch.h"

#include <array>

namespace brewproof {

IdentityWatch::IdentityWatch(Bench& bench, Journal& journal, Clock& clock, bool asks_for_updates)
    : bench_(bench), journal_(journal), clock_(clock), asks_for_updates_(asks_for_updates) {
  for (const std::string& resource : bench.machine_lines()) lines_.push_back({resource, "", 0});
}

Result<IdentityWatch::Held> IdentityWatch::ask(When when, int block) {
  constexpr std::array<const char*, 3> words{"start", "block", "end"};
  Held held;
  for (Line& line : lines_) {
    auto said = bench_.ask_machine(line.resource);
    const std::int64_t now = clock_.now().real_ns;
    nlohmann::json body = {{"probe", "service port"},
                           {"resource", line.resource},
                           {"when", words.at(static_cast<std::size_t>(when))},
                           {"says", said ? nlohmann::json(*said) : nlohmann::json(nullptr)}};
    if (block != 0) body["block"] = block;
    if (!said) {
      body["fault"] = said.error().message;
      if (when == When::end) held.doubts.emplace_back("identity-unread");
    } else if (!line.said.empty() && *said != line.said) {
      body["before"] = line.said;
      if (!asks_for_updates_) {
        held.damage.push_back({"firmware-changed", line.answered_ns, now});
        held.doubts.emplace_back("firmware-changed");
      }
    }
    if (auto written = journal_.append("identity", std::move(body), Journal::Sync::no); !written)
      return pass_on(std::move(written));
    if (!said) continue;
    line.said = std::move(*said);
    line.answered_ns = now;
  }
  return held;
}

}  // namespace brewproof
