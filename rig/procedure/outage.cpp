#include "rig/procedure/outage.h"

#include <algorithm>

#include "rig/procedure/act.h"

namespace brewproof {
namespace {

std::string whom(const BlockTarget& target) {
  if (target.address.empty()) return "everything";
  const bool ipv6 = target.address.find(':') != std::string::npos;
  if (target.port == 0) return target.address;
  return (ipv6 ? "[" + target.address + "]" : target.address) + ":" + std::to_string(target.port);
}

bool is_contact(const Step& step) {
  return touches_machine(step) && step.kind != Step::Kind::by_operator;
}

}  // namespace

bool blocks_network(const EventSpec& event) {
  return std::ranges::any_of(event.steps, [](const Step& step) { return touches_network(step); });
}

Result<Outage::Done> Outage::step(const EventSpec& event, const Step& step,
                                  const std::string& target_text, bool sham) {
  const char* word = step.kind == Step::Kind::unblock ? "unblock"
                     : step.kind == Step::Kind::limit ? "limit"
                                                      : "block";
  const auto target = read_block_target(target_text);
  if (!target)
    return fail(ErrorCode::bad_file,
                "{}: {}: \"{}\" is neither `everything` nor an address, with its port or not",
                step.place, word, target_text);
  if (network_ == nullptr)
    return fail(ErrorCode::bad_file,
                "{}: {}: only `run` can block the machine's network, on a bench with "
                "`network.capture`",
                step.place, word);
  if (step.kind != Step::Kind::unblock)
    standing_[*target] = step.rate;
  else if (target->address.empty())
    standing_.clear();
  else
    standing_.erase(*target);
  pretended_ = sham && std::ranges::none_of(event.steps, is_contact);
  auto sent = pretended_ ? network_->pretend(standing_) : network_->hold(standing_);
  if (!sent) return pass_on(std::move(sent));
  nlohmann::json record = {{word, whom(*target)}, {"sent", sent_json(*sent)}};
  if (step.kind == Step::Kind::limit) record["bytes_per_second"] = step.rate;
  if (pretended_) record["let_through"] = true;
  return Done{sent->before_write, std::move(record)};
}

Result<nlohmann::json> Outage::lift() {
  if (network_ == nullptr || standing_.empty()) return nlohmann::json(nullptr);
  nlohmann::json record = {{"targets", nlohmann::json::array()}};
  for (const auto& [target, rate] : standing_) record["targets"].push_back(whom(target));
  auto dropped = network_->dropped();
  standing_.clear();
  auto sent = network_->hold(standing_);  // whatever the count says, it ends here
  if (!dropped) return pass_on(std::move(dropped));
  if (!sent) return pass_on(std::move(sent));
  record["packets"] = pretended_ ? 0 : *dropped;
  record["sent"] = sent_json(*sent);
  return record;
}

}  // namespace brewproof
