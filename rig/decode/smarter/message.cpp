#include "rig/decode/smarter/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "rig/decode/fields.h"
#include "rig/decode/text.h"

namespace brewproof::decode::smarter {

namespace {

constexpr std::uint8_t end_of_message = 0x7e, end_of_record = 0x7d, off_base = 0x7f;
constexpr std::size_t history_record = 32, timer_record = 9;

// How an argument is shown.
enum class Form : std::uint8_t {
  number,       // one byte
  sensor,       // two bytes, the higher one first
  flag,         // one byte
  temperature,  // degrees Celsius, or that the kettle is off its base
  strength,
  grind,
  mode,
  appliance,
  result,
  kettle_state,
  coffee_state,  // eight flags
  water,         // the level, and whether it is enough for the cups that are set
  cups,          // that are set, and that were brewed last
};

struct Argument {
  std::string_view path;
  Form form = Form::number;
};

constexpr std::size_t size_of(const Argument& argument) {
  return argument.form == Form::sensor ? 2 : 1;
}

// What else than arguments stands in a message.
enum class Body : std::uint8_t {
  arguments,
  text,
  networks,
  timers,
  kettle_history,
  coffee_history
};

}  // namespace

struct MessageKind {
  std::uint8_t id;
  std::string_view label;
  std::span<const Argument> arguments = {};
  std::size_t optional = 0;  // of the last arguments
  Body body = Body::arguments;

  [[nodiscard]] constexpr std::size_t most() const {
    std::size_t bytes = 0;
    for (const Argument& argument : arguments) bytes += size_of(argument);
    return bytes;
  }
};

namespace {

constexpr Argument time_of_day[] = {{"second"}, {"minute"}, {"hour"},    {"unknown"},
                                    {"day"},    {"month"},  {"century"}, {"year"}};
constexpr Argument timer[] = {{"index"}, {"minute"}, {"hour"},    {"unknown"},
                              {"day"},   {"month"},  {"century"}, {"year"}};
constexpr Argument result[] = {{"result", Form::result}};
constexpr Argument network[] = {{"ssid"}};
constexpr Argument password[] = {{"password"}};
constexpr Argument firmware[] = {{"firmware"}};
constexpr Argument timer_index[] = {{"index"}};
constexpr Argument unknown[] = {{"unknown"}};
constexpr Argument kettle_status[] = {{"state", Form::kettle_state},
                                      {"temperature", Form::temperature},
                                      {"water_sensor", Form::sensor},
                                      {"unknown"}};
constexpr Argument heat[] = {{"temperature"}, {"keep_warm"}};
constexpr Argument heat_formula[] = {{"formula_temperature"}, {"keep_warm"}};
constexpr Argument set_kettle[] = {
    {"keep_warm"}, {"temperature"}, {"formula", Form::flag}, {"formula_temperature"}};
constexpr Argument kettle_settings[] = {{"temperature"}, {"keep_warm"}, {"formula_temperature"}};
constexpr Argument base[] = {{"base", Form::sensor}};
constexpr Argument coffee_status[] = {{"state", Form::coffee_state},
                                      {"water", Form::water},
                                      {"unknown"},
                                      {"strength", Form::strength},
                                      {"cups", Form::cups}};
constexpr Argument brew[] = {
    {"cups"}, {"strength", Form::strength}, {"hot_plate"}, {"grind", Form::grind}};
constexpr Argument strength[] = {{"strength", Form::strength}};
constexpr Argument cups[] = {{"cups"}};
constexpr Argument coffee_settings[] = {
    {"strength", Form::strength}, {"cups"}, {"grind", Form::grind}, {"hot_plate"}};
constexpr Argument hot_plate[] = {{"hot_plate"}};
constexpr Argument carafe[] = {{"carafe_required", Form::flag}};
constexpr Argument mode[] = {{"mode", Form::mode}};
constexpr Argument appliance[] = {{"appliance", Form::appliance}, {"version"}};

constexpr MessageKind kinds[] = {
    {0x02, "set time", time_of_day},
    {0x03, "result", result},
    {0x05, "set network", network, 0, Body::text},
    {0x07, "set password", password, 0, Body::text},
    {0x0c, "join network"},
    {0x0d, "scan networks"},
    {0x0e, "networks", {}, 0, Body::networks},
    {0x0f, "leave network"},
    {0x10, "reset settings"},
    {0x14, "kettle status", kettle_status},
    {0x15, "heat", heat},
    {0x16, "stop heating"},
    {0x19, "heat by formula", heat_formula},
    {0x1f, "set kettle settings", set_kettle},
    {0x20, "heat 20"},
    {0x21, "heat as set", heat, 2},
    {0x22, "heat 22"},
    {0x23, "heat 23"},
    {0x28, "get kettle history"},
    {0x29, "kettle history", {}, 0, Body::kettle_history},
    {0x2a, "set base", base},
    {0x2b, "get base"},
    {0x2c, "calibrate"},
    {0x2d, "base", base},
    {0x2e, "get kettle settings"},
    {0x2f, "kettle settings", kettle_settings},
    {0x32, "coffee status", coffee_status},
    {0x33, "brew", brew, 4},
    {0x34, "stop brewing"},
    {0x35, "set strength", strength},
    {0x36, "set cups", cups},
    {0x37, "brew as set"},
    {0x38, "set coffee settings", coffee_settings},
    {0x3c, "toggle grinder"},
    {0x3e, "hot plate on", hot_plate, 1},
    {0x40, "set timer", timer},
    {0x41, "get timers", timer_index, 1},
    {0x42, "timers", {}, 0, Body::timers},
    {0x43, "clear timer", timer_index},
    {0x46, "get coffee history"},
    {0x47, "coffee history", {}, 0, Body::coffee_history},
    {0x48, "get coffee settings"},
    {0x49, "coffee settings", coffee_settings},
    {0x4a, "hot plate off"},
    {0x4b, "set carafe required", carafe},
    {0x4c, "get carafe required"},
    {0x4d, "carafe required", carafe},
    {0x4e, "set mode", mode},
    {0x4f, "get mode"},
    {0x50, "mode", mode},
    {0x64, "get appliance"},
    {0x65, "appliance", appliance},
    {0x69, "command 69", unknown, 1},
    {0x6a, "get firmware"},
    {0x6b, "firmware", firmware, 0, Body::text},
    {0x6d, "update firmware"},
};

const MessageKind* find(std::uint8_t id) {
  const auto* const found = std::ranges::lower_bound(kinds, id, {}, &MessageKind::id);
  return found != std::end(kinds) && found->id == id ? found : nullptr;
}

/// Bytes of the arguments, told by the kind; nullopt: they do not fit it. `cut`: more bytes may.
std::optional<std::size_t> length_of(const MessageKind& kind, ByteView rest, bool& cut) {
  const auto ends = [&](std::size_t at) {
    cut |= at >= rest.size();
    return at < rest.size() && rest[at] == end_of_message;
  };
  switch (kind.body) {
    case Body::arguments:
      // An argument may have the value of the end, but none of those that may be missing has.
      for (std::size_t length = kind.most() - kind.optional; length <= kind.most(); ++length)
        if (ends(length)) return length;
      return std::nullopt;
    case Body::timers:
      for (std::size_t length = 0; length < max_message; length += timer_record) {
        if (ends(length)) return length;
        const std::size_t last = length + timer_record - 1;
        if (last < rest.size() && rest[last] != end_of_record) return std::nullopt;
        if (cut) return std::nullopt;
        cut = last >= rest.size();
      }
      return std::nullopt;
    case Body::kettle_history:
    case Body::coffee_history: {
      cut = rest.empty();
      const std::size_t length = cut ? 0 : 1 + std::size_t{rest[0]} * history_record;
      if (length == 0 || length > max_message) return std::nullopt;
      for (std::size_t at = history_record; at < length && at < rest.size(); at += history_record)
        if (rest[at] != end_of_record) return std::nullopt;
      if (ends(length)) return length;
      return std::nullopt;
    }
    default:
      return std::nullopt;  // texts go to their end, whatever it is
  }
}

template <std::size_t size>
void add_name(Message& message, Outlet& out, std::string_view path, std::uint8_t value,
              const std::string_view (&names)[size]) {
  if (value < size) return out.text(message, path, names[value], 1);
  out.integer(message, path, value, 1);
}

void add_result(Message& message, Outlet& out, std::string_view path, std::uint8_t value) {
  constexpr std::string_view names[] = {"success", "busy",      "no carafe", "no water",
                                        "failed",  "no carafe", "no water",  "too little water"};
  switch (value) {
    case 0x0d:
      return out.text(message, path, "timer error", 1);
    case 0x68:
      return out.text(message, path, "network error", 1);
    case 0x69:
      return out.text(message, path, "invalid command", 1);
    default:
      return add_name(message, out, path, value, names);
  }
}

constexpr std::string_view grinds[] = {"filter", "beans"};

void add_coffee_state(Message& message, Outlet& out, std::uint8_t bits) {
  const auto bit = [&](unsigned at) { return (bits >> at & 1) != 0; };
  add_flag(message, out, "carafe", bit(0), 1);
  out.text(message, "grind", grinds[bit(1) ? 1 : 0], 0);
  add_flag(message, out, "ready", bit(2));
  add_flag(message, out, "grinder", bit(3));
  add_flag(message, out, "heater", bit(4));
  add_flag(message, out, "working", bit(5));
  add_flag(message, out, "hot_plate", bit(6));
  add_flag(message, out, "timer", bit(7));
}

void add_argument(Message& message, Outlet& out, const Argument& argument, ByteView bytes) {
  const std::string_view path = argument.path;
  const std::uint8_t value = bytes[0];
  switch (argument.form) {
    case Form::number:
      return out.integer(message, path, value, 1);
    case Form::sensor:
      return out.integer(message, path, value << 8 | bytes[1], 2);
    case Form::flag:
      return add_flag(message, out, path, value != 0, 1);
    case Form::temperature:
      if (value != off_base) out.integer(message, path, value, 1);
      return add_flag(message, out, "on_base", value != off_base, value == off_base ? 1 : 0);
    case Form::strength:
      return add_name(message, out, path, value, {"weak", "medium", "strong"});
    case Form::grind:
      return add_name(message, out, path, value, grinds);
    case Form::mode:
      return add_name(message, out, path, value, {"carafe", "cup"});
    case Form::appliance:
      return add_name(message, out, path, value, {"0", "iKettle 2.0", "Smarter Coffee"});
    case Form::result:
      return add_result(message, out, path, value);
    case Form::kettle_state:
      return add_name(message, out, path, value,
                      {"ready", "heating", "keep warm", "finished", "cooling"});
    case Form::coffee_state:
      return add_coffee_state(message, out, value);
    case Form::water:
      add_name(message, out, "water_level", value & 0xf, {"empty", "low", "half", "full"});
      return add_flag(message, out, "enough_water", value >> 4 != 0);
    case Form::cups:
      out.integer(message, path, value & 0xf, 1);
      return out.integer(message, "cups_brewed", value >> 4);
  }
}

void add_arguments(Message& message, Outlet& out, std::span<const Argument> arguments,
                   ByteView bytes) {
  for (const Argument& argument : arguments) {
    if (bytes.size() < size_of(argument)) return;
    add_argument(message, out, argument, bytes);
    bytes = bytes.subspan(size_of(argument));
  }
}

/// `name,-56}` again and again; false: it is anything else.
bool add_networks(Message& message, Outlet& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('}');
    if (end == std::string_view::npos) return false;
    const std::string_view entry = text.substr(0, end);
    const std::size_t comma = entry.rfind(',');
    if (comma == std::string_view::npos) return false;
    out.text(message, "network", entry.substr(0, comma));
    out.text(message, "signal", entry.substr(comma + 1));
    text.remove_prefix(end + 1);
  }
  return true;
}

/// Of the 32 bytes of a record those whose meaning is known are fields; the others and the whole
/// are shown once more, as bytes that nobody could read.
void add_history(Message& message, Outlet& out, Body body, ByteView bytes) {
  out.integer(message, "records", bytes[0], 1);
  for (bytes = bytes.subspan(1); bytes.size() >= history_record;
       bytes = bytes.subspan(history_record)) {
    std::size_t known = 6;
    if (body == Body::kettle_history) {
      out.integer(message, "temperature", bytes[1], 1);
      out.integer(message, "keep_warm", bytes[2], 1);
      out.integer(message, "formula_temperature", bytes[3], 1);
      known += 3;
    }
    constexpr std::string_view paths[] = {"hour", "minute", "day", "month"};
    for (std::size_t i = 0; i < std::size(paths); ++i)
      out.integer(message, paths[i], bytes[6 + i], 1);
    out.integer(message, "year", 1980 + bytes[10], 1);
    add_flag(message, out, "success", bytes[11] != 0, 1);
    message.unexplained_bytes += history_record - known - 1;
    const Outlet::Inside counted(out);
    add_hex(message, out, "record", bytes.first(history_record - 1));
  }
}

}  // namespace

Frame read_frame(ByteView bytes) {
  Frame frame;
  frame.kind = find(bytes[0]);
  const ByteView rest = bytes.subspan(1);
  if (frame.kind != nullptr) {
    bool cut = false;
    if (const auto length = length_of(*frame.kind, rest, cut)) {
      frame = {Frame::State::whole, frame.kind, *length + 2, true};
      return frame;
    }
    if (cut && bytes.size() < max_message) {
      frame.state = Frame::State::cut;
      return frame;
    }
  }
  const ByteView within = rest.first(std::min(rest.size(), max_message));
  const auto end = std::ranges::find(within, end_of_message);
  if (end == within.end()) {
    frame.state = bytes.size() < max_message ? Frame::State::cut : Frame::State::bad;
    return frame;
  }
  frame.state = Frame::State::whole;
  frame.size = static_cast<std::size_t>(end - within.begin()) + 2;
  frame.fits = frame.kind != nullptr &&
               (frame.kind->body == Body::text || frame.kind->body == Body::networks);
  return frame;
}

bool speaks_for_itself(ByteView bytes) {
  const auto may = [&](std::size_t at, auto test) {
    return at >= bytes.size() || test(unsigned{bytes[at]});
  };
  const auto ends = [](unsigned value) { return value == end_of_message; };
  if (bytes.empty()) return false;
  switch (bytes[0]) {
    case 0x14:
      return bytes.size() <= 7 && may(1, [](unsigned state) { return state <= 4; }) &&
             may(2, [](unsigned degrees) { return degrees <= 100 || degrees == off_base; }) &&
             may(3, [](unsigned sensor) { return sensor < 16; }) && may(6, ends);
    case 0x32:
      return bytes.size() <= 7 &&
             may(2, [](unsigned water) { return (water & 0xf) <= 3 && water >> 4 <= 1; }) &&
             may(4, [](unsigned step) { return step <= 2; }) &&
             may(5,
                 [](unsigned both) {
                   return (both & 0xf) >= 1 && (both & 0xf) <= 12 && both >> 4 <= 12;
                 }) &&
             may(6, ends);
    case 0x65:
      return bytes.size() <= 4 && may(1, [](unsigned type) { return type == 1 || type == 2; }) &&
             may(3, ends);
    default:
      return false;
  }
}

void add_message(Message& message, Outlet& out, const Frame& frame, ByteView bytes) {
  const ByteView arguments = bytes.subspan(1, frame.size - 2);
  if (frame.kind == nullptr) {
    message.message += fmt::format("message {:02x}", bytes[0]);
    return add_unread(message, out, "arguments", arguments);
  }
  const MessageKind& kind = *frame.kind;
  message.message += kind.label;
  if (!frame.fits) {
    out.malformed(message, fmt::format("Smarter message {:02x} has other than its arguments at "
                                       "byte 1 of its {}",
                                       kind.id, frame.size));
    return add_unread(message, out, "arguments", arguments);
  }
  switch (kind.body) {
    case Body::arguments:
      return add_arguments(message, out, kind.arguments, arguments);
    case Body::text:
      if (!arguments.empty()) out.content(message, kind.arguments[0].path, arguments);
      return;
    case Body::networks: {
      const Outlet::Mark mark = Outlet::mark(message);
      if (add_networks(message, out, as_text(arguments))) return;
      Outlet::back_to(message, mark);
      return add_unread(message, out, "arguments", arguments);
    }
    case Body::timers:
      for (ByteView rest = arguments; !rest.empty(); rest = rest.subspan(timer_record))
        add_arguments(message, out, timer, rest.first(timer_record - 1));
      return;
    case Body::kettle_history:
    case Body::coffee_history:
      return add_history(message, out, kind.body, arguments);
  }
}

}  // namespace brewproof::decode::smarter
