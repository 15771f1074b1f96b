#include "drivers/jura/guarded.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "drivers/quoted.h"

namespace brewproof::jura {
namespace {

struct Known {
  std::string_view on, off, name;
};

// `off`: what ends it; "": it ends by itself.
constexpr std::array known_commands{
    Known{"AN:01", "", "switch on"},
    Known{"AN:02", "", "switch off"},
    Known{"AN:0A", "", "erase the memory"},
    Known{"AN:20", "AN:21", "test mode"},
    Known{"FN:01", "FN:02", "pump"},
    Known{"FN:03", "FN:04", "heater"},
    Known{"FN:07", "FN:08", "grinder"},
    Known{"FN:0B", "FN:0C", "press"},
    Known{"FN:0D", "", "brew group to its beginning"},
    Known{"FN:0F", "", "brew group to grinding"},
    Known{"FN:13", "", "brew group to brewing"},
    Known{"FN:22", "", "brew group to brewing"},
    Known{"FN:51", "", "switch off"},
    Known{"FN:89", "", "debugging"},
    Known{"FN:8A", "", "debugging"},
    Known{"DR:", "", "clear the display"},
};

bool is_capital_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); });
}

/// "WE:31,2712": a word of the machine's memory and what is written there.
bool is_write(std::string_view command) {
  return command.size() == 10 && command.starts_with("WE:") && command[5] == ',' &&
         is_capital_hex(command.substr(3, 2)) && is_capital_hex(command.substr(6));
}

bool holds(const std::vector<std::string>& commands, std::string_view command) {
  return std::ranges::find(commands, command) != commands.end();
}

tl::unexpected<Error> unknown(const std::string& command) {
  std::vector<std::string_view> known;
  for (const Known& each : known_commands) {
    known.push_back(each.on);
    if (!each.off.empty()) known.push_back(each.off);
  }
  return fail(ErrorCode::bad_file,
              "allow names {}, which is no command that could be allowed: there are {}, and "
              "WE:aa,vvvv with capital hex digits",
              quoted(as_bytes(command)), fmt::join(known, " "));
}

}  // namespace

Result<std::vector<Channel>> allowed_channels(const std::vector<std::string>& commands) {
  std::vector<Channel> channels;
  for (const std::string& command : commands) {
    if (std::ranges::count(commands, command) > 1)
      return fail(ErrorCode::bad_file, "allow names {} twice", command);
    if (is_write(command)) {
      channels.push_back({"write " + command.substr(3), command, ""});
      continue;
    }
    const auto* const known = std::ranges::find_if(known_commands, [&](const Known& k) {
      return k.on == command || (!k.off.empty() && k.off == command);
    });
    if (known == known_commands.end()) return unknown(command);
    const std::string name(known->name);
    if (known->off == command) {
      // Beside what it ends it is a part of that one's channel.
      if (!holds(commands, known->on)) channels.push_back({name + " off", command, ""});
    } else if (known->off.empty() || holds(commands, known->off)) {
      channels.push_back({name, command, std::string(known->off)});
    } else {
      return fail(ErrorCode::bad_file,
                  "allow names {} ({}), which stays on until {}: name that too, so that it can be "
                  "ended",
                  command, known->name, known->off);
    }
  }
  return channels;
}

}  // namespace brewproof::jura
