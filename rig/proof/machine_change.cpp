#include "rig/proof/machine_change.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "rig/model/host_of.h"
#include "rig/model/terminal_flow.h"
#include "rig/proof/ascii.h"
#include "rig/proof/field_name.h"

namespace brewproof {
namespace {

constexpr std::string_view tls_fingerprint = "TLS fingerprint";

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

// One message's word about what runs in the machine.
struct Saying {
  const KeptMessage& message;
  std::string_view path, value, shown;  // `value` is compared, `shown` is told
};

// A hello without what is another one each time: GREASE (RFC 8701) and the order, which some
// programs shuffle; padding, early data and the key of an earlier session (RFC 8446, 4.2), which
// come and go with resumption.
std::string without_change(std::string_view list, int base) {
  std::set<unsigned> numbers;
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    unsigned number = 0;
    if (base == 16 && list.substr(at).starts_with("0x")) at += 2;
    const auto read = std::from_chars(list.data() + at, list.data() + end, number, base);
    const bool grease = (number & 0x0F0FU) == 0x0A0AU && (number >> 8U) == (number & 0xFFU);
    if (read.ec == std::errc{} && !grease) numbers.insert(number);
    at = end + 1;
  }
  std::string text;
  for (const unsigned number : numbers) text += std::to_string(number) + ",";
  return text;
}

std::string_view said_in(const KeptMessage& message, std::string_view path) {
  const auto found = message.field(path);
  return found ? found->value : std::string_view();
}

std::string fingerprint(const KeptMessage& hello) {
  constexpr std::array<std::string_view, 4> of_a_session{"21,", "35,", "41,", "42,"};
  std::string extensions = "," + without_change(said_in(hello, "extensions"), 10);
  for (const std::string_view number : of_a_session)
    if (const auto at = extensions.find("," + std::string(number)); at != std::string::npos)
      extensions.erase(at + 1, number.size());
  return without_change(said_in(hello, "ciphers"), 16) + extensions +
         without_change(said_in(hello, "groups"), 10) +
         std::string(said_in(hello, "signature_algorithms")) + std::string(said_in(hello, "alpn"));
}

// The machine's in order of time; equal times in the order of the messages.
std::vector<const KeptMessage*> sent_in_order(std::span<const KeptMessage> messages) {
  std::vector<const KeptMessage*> sent;
  for (const KeptMessage& message : messages)
    if (message.from_dut && !of_terminal(message)) sent.push_back(&message);
  std::ranges::sort(
      sent, {}, [](const KeptMessage* message) { return std::pair(message->time_ns, message); });
  return sent;
}

/// Few of all fields, in order of time.
void for_each_saying(std::span<const KeptMessage> messages,
                     const std::function<void(const Saying&)>& visit) {
  std::unordered_map<std::string_view, bool> told;  // path -> whether it names firmware
  for (const KeptMessage* message : sent_in_order(messages)) {
    for (const FieldView& field : message->fields()) {
      const auto [known, is_new] = told.try_emplace(field.path);
      if (is_new) known->second = names_firmware(field.path);
      if (known->second && !field.cut && holds_version(field.value))
        visit({*message, field.path, field.value, field.value});
    }
    // Only of a hello that is whole.
    if (const std::string_view ja4 = said_in(*message, "ja4"); !ja4.empty()) {
      const std::string form = fingerprint(*message);
      visit({*message, tls_fingerprint, form, ja4});
    }
  }
}

// What one path said, to one peer.
struct Said {
  std::string first, now, first_shown, now_shown;
  int times = 0;
  std::int64_t changed_ns = 0;
  bool unsteady = false;  // a third value, or the first one again
};

}  // namespace

MachineWords machine_words(std::span<const KeptMessage> messages) {
  std::map<std::pair<std::string, std::string>, Said> all;  // by peer and path
  for_each_saying(messages, [&](const Saying& saying) {
    auto [said, is_new] =
        all.try_emplace({host_of(saying.message.peer()), std::string(saying.path)});
    Said& of = said->second;
    ++of.times;
    if (is_new) {
      of.first = of.now = saying.value;
      of.first_shown = of.now_shown = saying.shown;
    } else if (saying.value != of.now) {
      of.unsteady = of.unsteady || of.now != of.first || saying.value == of.first;
      of.now = saying.value;
      of.now_shown = saying.shown;
      of.changed_ns = saying.message.time_ns;
    }
  });
  MachineWords words;
  for (const auto& [by, said] : all) {
    const auto& [peer, path] = by;
    words.probes.push_back(
        {path == "header:user-agent" ? "user agent" : path, peer, said.first_shown, said.times});
    if (said.now != said.first && !said.unsteady)
      words.changes.push_back({said.changed_ns, path, said.first_shown, said.now_shown});
  }
  std::ranges::sort(words.changes, {}, [](const MachineChange& change) {
    return std::pair(change.time_ns, change.path);
  });
  std::ranges::sort(words.probes, {},
                    [](const IdentityProbe& probe) { return std::tie(probe.probe, probe.of); });
  if (words.probes.size() > most_identity_probes) words.probes.resize(most_identity_probes);
  return words;
}

}  // namespace brewproof
