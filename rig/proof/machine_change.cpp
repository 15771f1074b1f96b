#include "rig/proof/machine_change.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "rig/proof/ascii.h"
#include "rig/proof/field_name.h"

namespace brewproof {
namespace {

// What makers call the version of what runs in the machine. Not `version` alone, which is as often
// that of a message's form.
constexpr std::array<std::string_view, 5> words{"fw", "firmware", "sw", "software", "build"};

bool names_firmware(std::string_view path) {
  if (path == "header:user-agent") return true;
  const auto names = names_of(path);
  return !names.empty() &&
         std::ranges::any_of(words_of(names.front()), [](const std::string& word) {
           return std::ranges::find(words, word) != words.end();
         });
}

// "2.1", "kiosk/2.1.7 (K95)": digits, a dot, digits.
bool holds_version(std::string_view text) {
  for (std::size_t dot = text.find('.'); dot != std::string_view::npos;
       dot = text.find('.', dot + 1))
    if (dot > 0 && dot + 1 < text.size() && is_digit(text[dot - 1]) && is_digit(text[dot + 1]))
      return true;
  return false;
}

// Those of the DUT in order of time; equal times in the order of the messages.
std::vector<const KeptMessage*> sent_in_order(std::span<const KeptMessage> messages) {
  std::vector<const KeptMessage*> sent;
  for (const KeptMessage& message : messages)
    if (message.from_dut) sent.push_back(&message);
  std::ranges::sort(
      sent, {}, [](const KeptMessage* message) { return std::pair(message->time_ns, message); });
  return sent;
}

// What one path said, to one peer.
struct Said {
  std::string first, now;
  std::int64_t changed_ns = 0;
  bool unsteady = false;  // a third value, or the first one again
};

}  // namespace

std::vector<MachineChange> machine_changes(std::span<const KeptMessage> messages) {
  std::unordered_map<std::string_view, bool> names;  // path -> whether it names firmware
  std::map<std::pair<std::string, std::string>, Said> all;
  for (const KeptMessage* message : sent_in_order(messages)) {
    const Endpoint& peer = message->peer();
    for (const FieldView& field : message->fields()) {
      const auto [known, is_new_path] = names.try_emplace(field.path);
      if (is_new_path) known->second = names_firmware(field.path);
      if (!known->second || field.cut || !holds_version(field.value)) continue;
      auto [said, is_new] =
          all.try_emplace({peer.name.empty() ? peer.address : peer.name, std::string(field.path)});
      Said& of = said->second;
      if (is_new) {
        of.first = of.now = field.value;
      } else if (field.value != of.now) {
        of.unsteady = of.unsteady || of.now != of.first || field.value == of.first;
        of.now = field.value;
        of.changed_ns = message->time_ns;
      }
    }
  }
  std::vector<MachineChange> changes;
  for (const auto& [of, said] : all)
    if (said.now != said.first && !said.unsteady)
      changes.push_back({said.changed_ns, of.second, said.first, said.now});
  std::ranges::sort(changes, {}, [](const MachineChange& change) {
    return std::pair(change.time_ns, change.path);
  });
  return changes;
}

}  // namespace brewproof
