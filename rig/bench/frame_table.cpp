#include "rig/bench/frame_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "rig/bench/frame_table_file.h"
#include "rig/yaml/document.h"

namespace brewproof {
namespace {

using Kind = FrameItem::Kind;
using std::chrono::milliseconds;

constexpr int most_channels = 32;
constexpr int most_mask_channels = 8;
constexpr int most_ticks = 0xFFFF;
constexpr std::initializer_list<Kind> masks{Kind::bit, Kind::mask, Kind::off_mask};
constexpr std::initializer_list<Kind> checks{Kind::sum8, Kind::xor8, Kind::crc16};
constexpr std::initializer_list<Kind> reported{Kind::mask, Kind::off_mask, Kind::state,
                                               Kind::states};

int count(const FramePattern& pattern, std::initializer_list<Kind> kinds) {
  return static_cast<int>(std::ranges::count_if(pattern, [&](const FrameItem& item) {
    return std::ranges::find(kinds, item.kind) != kinds.end();
  }));
}

FramePattern read_frame(const yaml::Node& node) {
  const auto text = node.raw();
  if (!text) return {};
  auto pattern = parse_frame(*text);
  if (pattern) return std::move(*pattern);
  node.fault(fmt::format("{}: {}", node.name(), pattern.error()));
  return {};
}

// What each kind of frame may hold; `sends` beside literal bytes and checksums.
void check_exchange(const yaml::Node& node, const FrameExchange& exchange,
                    std::initializer_list<Kind> sends) {
  for (const FrameItem& item : exchange.send)
    if (item.kind != Kind::bytes && std::ranges::find(sends, item.kind) == sends.end() &&
        std::ranges::find(checks, item.kind) == checks.end())
      node.fault(fmt::format("{}: an item cannot stand in this frame: see the table's grammar",
                             node.name()));
  if (count(exchange.reply, {Kind::ticks}) != 0)
    node.fault(fmt::format("{}: {{ticks}} is no part of a reply", node.name()));
  const bool has_channel = std::ranges::find(sends, Kind::channel) != sends.end();
  if (!has_channel &&
      count(exchange.reply, {Kind::channel, Kind::digit, Kind::bit, Kind::state}) != 0)
    node.fault(fmt::format("{}: there is no channel here that a reply could name", node.name()));
  const int rests = count(exchange.reply, {Kind::rest});
  if (rests > 1 || (rests == 1 && exchange.reply.front().kind != Kind::rest) ||
      (rests == 1 && count(exchange.reply, checks) != 0))
    node.fault(
        fmt::format("{}: {{...}} stands at the beginning of a reply, and of one without a checksum",
                    node.name()));
}

std::optional<FrameExchange> read_exchange(const yaml::Node& node,
                                           std::initializer_list<Kind> sends) {
  if (!node) return std::nullopt;
  FrameExchange exchange;
  if (node.is_map()) {
    yaml::Map keys = node.map();
    exchange.send = read_frame(keys.required("send"));
    if (const yaml::Node reply = keys.optional("reply")) exchange.reply = read_frame(reply);
    if (std::ranges::find(sends, Kind::ticks) != sends.end())
      for (const char* key : {"step", "least", "most"}) (void)keys.optional(key);
    keys.close();
  } else {
    exchange.send = read_frame(node);
  }
  check_exchange(node, exchange, sends);
  return exchange;
}

void read_pulse(const yaml::Node& node, FrameTable& table) {
  if (!node) return;
  yaml::Map keys = node.map();
  table.pulses.step = keys.required("step").milliseconds();
  table.pulses.least = keys.required("least").milliseconds();
  table.pulses.most = keys.required("most").milliseconds();
  table.pulse = read_exchange(node, {Kind::channel, Kind::digit, Kind::bit, Kind::ticks});
  if (!node.is_map()) return;
  const auto& [least, most, step] = table.pulses;
  if (step <= milliseconds(0) || least < step || most < least || most / step > most_ticks)
    node.fault(
        fmt::format("{}: step, least and most do not go together: step <= least <= most, "
                    "and at most {} steps",
                    node.name(), most_ticks));
  else if (count(table.pulse->send, {Kind::ticks}) != 1)
    node.fault(fmt::format("{}: the frame needs {{ticks}} once", node.name()));
}

void check_whole(const yaml::Node& node, const FrameTable& table) {
  if (!node.is_map()) return;
  const auto fault = [&](std::string_view what) {
    node.fault(fmt::format("{}: {}", node.name().empty() ? "the table" : node.name(), what));
  };
  if (table.set_all.has_value() == table.switch_on.has_value() ||
      table.switch_on.has_value() != table.switch_off.has_value())
    fault("switch_on and switch_off, or set_all alone, say how to switch");
  if ((table.read_back == ReadBack::none) == table.query.has_value())
    fault("a query needs read_back: latch or pin, and those need a query");
  if (table.query && count(table.query->reply, reported) != 1)
    fault("the query's reply must hold {mask}, {~mask}, {off|on} or {each off|on} once");
  if (table.set_all && count(table.set_all->send, {Kind::mask, Kind::off_mask}) == 0)
    fault("set_all must hold {mask} or {~mask}");
  for (const auto* exchange :
       {&table.switch_on, &table.switch_off, &table.set_all, &table.query, &table.pulse})
    if (*exchange && table.channels > most_mask_channels &&
        count((*exchange)->send, masks) + count((*exchange)->reply, masks) != 0) {
      fault("bits and masks are one byte: at most 8 channels");
      break;
    }
}

}  // namespace

FrameTable read_frame_table(const yaml::Node& node, yaml::Map& keys) {
  FrameTable table;
  if (const yaml::Node summary = keys.optional("summary")) table.summary = summary.text();
  if (const yaml::Node source = keys.optional("source")) table.source = source.text();
  if (const yaml::Node baud = keys.optional("baud"))
    table.baud = static_cast<int>(baud.integer(300, 4'000'000));
  table.channels = static_cast<int>(keys.required("channels").integer(1, most_channels));
  const std::string read_back = keys.required("read_back").choice({"latch", "pin", "none"});
  table.read_back = read_back == "latch" ? ReadBack::latch
                    : read_back == "pin" ? ReadBack::pin
                                         : ReadBack::none;
  if (const yaml::Node pace = keys.optional("pace")) table.pace = pace.milliseconds();
  if (const yaml::Node within = keys.optional("within")) table.within = within.milliseconds();
  const std::initializer_list<Kind> of_a_channel{Kind::channel, Kind::digit, Kind::bit};
  table.init = read_exchange(keys.optional("init"), {});
  table.switch_on = read_exchange(keys.optional("switch_on"), of_a_channel);
  table.switch_off = read_exchange(keys.optional("switch_off"), of_a_channel);
  table.set_all = read_exchange(keys.optional("set_all"), {Kind::mask, Kind::off_mask});
  table.all_off = read_exchange(keys.optional("all_off"), {});
  table.query = read_exchange(keys.optional("query"), of_a_channel);
  read_pulse(keys.optional("pulse"), table);
  keys.close();
  check_whole(node, table);
  return table;
}

Result<FrameTable> parse_frame_table(std::string text, const std::string& path) {
  auto document = yaml::Document::parse(std::move(text), path);
  if (!document) return pass_on(std::move(document));
  yaml::Map top = yaml::top_map(*document, "frames");
  (void)top.required("summary");
  (void)top.required("source");
  return document->finish(read_frame_table(document->root(), top));
}

}  // namespace brewproof
