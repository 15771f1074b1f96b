#include "rig/command/heard.h"

#include <fmt/core.h>

#include <utility>

#include "results/inert_text.h"
#include "rig/model/host_of.h"

namespace brewproof {
namespace {

constexpr std::size_t most_of_a_name = 60;
// Less of what was last heard is no use.
constexpr std::size_t least_of_the_last = 16;

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string counted(std::uint64_t number, const char* one) {
  return grouped(number) + " " + one + (number == 1 ? "" : "s");
}

/// The beginning of inert text that takes so many columns at most.
std::string cut(const std::string& text, std::size_t columns) {
  for (std::size_t most = columns; most > 0; --most) {
    std::string kept = inert(text, most);
    if (columns_of(kept) <= columns) return kept;
  }
  return "";
}

}  // namespace

void Heard::message(const Message& message, Clock::time_point now) {
  if (!message.from_dut) return;
  ++messages_;
  last_at_ = now;
  const std::string& peer = host_of(message.peer);
  last_ = inert(message.message, most_of_a_name) + " to " + inert(peer, most_of_a_name);
}

std::string Heard::short_text(Clock::time_point now) const {
  if (messages_ > 0) return counted(messages_, "message");
  if (!since_ || now - *since_ < silence) return "";
  return packets_ == 0 ? "nothing from the machine yet"
                       : counted(packets_, "packet") + ", no message yet";
}

std::string Heard::text(Clock::time_point now) const {
  std::string text = short_text(now);
  if (messages_ == 0) return text;
  text += ", last " + last_;
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(now - last_at_).count();
  if (minutes > 0) text += fmt::format(", {} min ago", minutes);
  return text;
}

std::string fitting_line(const LineParts& parts, std::size_t columns) {
  const auto join = [](const std::string& head, const std::string& heard, const std::string& keys) {
    std::string line = head;
    for (const std::string* more : {&heard, &keys})
      if (!more->empty()) line += "  " + *more;
    return line;
  };
  const auto fits = [&](const std::string& line) {
    return columns == 0 || columns_of(line) <= columns;
  };
  const std::string none;
  const std::pair<const std::string*, const std::string*> grades[] = {
      {&parts.head, &parts.keys},
      {&parts.head, &parts.keys_short},
      {&parts.head_short, &parts.keys_short},
      {&parts.head_short, &none}};
  for (const auto& [head, keys] : grades) {
    if (std::string line = join(*head, parts.heard, *keys); fits(line)) return line;
    const std::size_t taken = columns_of(join(*head, ".", *keys)) - 1;
    const std::size_t least = columns_of(parts.heard_short) + least_of_the_last;
    if (parts.heard != parts.heard_short && taken + least <= columns)
      return join(*head, cut(parts.heard, columns - taken), *keys);
    if (keys == &parts.keys) continue;
    if (std::string line = join(*head, parts.heard_short, *keys); fits(line)) return line;
  }
  return cut(parts.head_short, columns);
}

}  // namespace brewproof
