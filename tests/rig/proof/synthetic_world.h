// A small world for the attribution: trials dealt as the engine deals them, and the traffic of an
// imaginary machine, all from one seed. No file, no network, no clock.
#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rig/model/bytes.h"
#include "rig/model/generator.h"
#include "rig/proof/attribute.h"

namespace brewproof::synthetic {

inline constexpr std::int64_t ms = 1'000'000;
inline constexpr std::int64_t start = 1'760'000'000'000'000'000;

/// Puts another value into one field of it.
inline void set_value(KeptMessage& message, std::size_t field, std::string value) {
  Message other = message.whole();
  other.fields.at(field).value = std::move(value);
  message = other;
}

inline Field text(std::string path, std::string value) {
  return {std::move(path), std::move(value), FieldType::text};
}

class World {
 public:
  explicit World(std::uint64_t seed) : generator(seed) {
    input.design.seed = seed;
    input.design.draws = 999;
    input.design.windows = {{0, 100 * ms}, {0, 200 * ms}, {0, 350 * ms}};
    input.identities = {"KD00412", "02:c0:ff:ee:00:01"};
  }

  /// `blocks` blocks of `per_block` of each event and of each event's sham, shuffled.
  void deal(const std::vector<std::string>& events, int blocks = 4, int per_block = 4) {
    std::int64_t now = start + 2'000 * ms;
    for (int block = 1; block <= blocks; ++block) {
      std::vector<std::pair<std::string, bool>> slots;
      for (const std::string& event : events) {
        for (int i = 0; i < per_block; ++i) {
          slots.emplace_back(event, false);
          slots.emplace_back(event, true);
        }
      }
      generator.shuffle(std::span(slots));
      for (const auto& [event, sham] : slots) {
        now += static_cast<std::int64_t>(generator.below(400)) * ms;
        Trial trial;
        trial.trial = static_cast<int>(input.trials.size()) + 1;
        trial.block = block;
        trial.event = event;
        trial.sham = sham;
        trial.start_ns = now;
        trial.act_ns = now + 60 * ms;
        trial.end_ns = now + 410 * ms;
        trial.currency = "EUR";
        input.trials.push_back(trial);
        now += 450 * ms;
      }
    }
    end = now + 1'000 * ms;
    input.capture_end_ns = end;
    for (const std::string& event : events) input.design.events[event].sham = "host";
  }

  /// Both levels equally often over the acts, and over the shams.
  void deal_levels(const std::string& event, const std::string& name,
                   const std::vector<std::string>& levels) {
    ParameterDesign& design = input.design.events[event].parameters[name];
    for (const std::string& level : levels) design.levels.emplace_back(level);
    for (const bool sham : {false, true}) {
      std::vector<Trial*> of = trials_of(event, sham);
      std::vector<std::string> hand;
      hand.reserve(of.size());
      for (std::size_t i = 0; i < of.size(); ++i) hand.push_back(levels[i % levels.size()]);
      generator.shuffle(std::span(hand));
      for (std::size_t i = 0; i < of.size(); ++i) of[i]->params[name] = hand[i];
    }
  }

  /// Amounts 1.05 to 9.75 EUR in steps of 0.05, none twice.
  void deal_amounts(const std::string& event, const std::string& name) {
    ParameterDesign& design = input.design.events[event].parameters[name];
    design.unique = design.money = true;
    design.currency = "EUR";
    std::vector<std::int64_t> amounts;
    for (std::int64_t amount = 105; amount <= 975; amount += 5) amounts.push_back(amount);
    generator.shuffle(std::span(amounts));
    std::size_t next = 0;
    for (Trial& trial : input.trials) {
      if (trial.event == event) trial.params[name] = amounts[next++];
    }
  }

  /// Tokens of `bytes` bytes as hex, none twice.
  void deal_tokens(const std::string& event, const std::string& name, int bytes = 3) {
    input.design.events[event].parameters[name].unique = true;
    std::set<std::string> dealt;
    for (Trial& trial : input.trials) {
      if (trial.event != event) continue;
      std::string token;
      do token = hex(bytes);
      while (!dealt.insert(token).second);
      trial.params[name] = token;
    }
  }

  std::vector<Trial*> trials_of(const std::string& event, bool sham) {
    std::vector<Trial*> of;
    for (Trial& trial : input.trials) {
      if (trial.event == event && trial.sham == sham) of.push_back(&trial);
    }
    return of;
  }

  KeptMessage& send(std::int64_t time_ns, const std::string& host, std::uint16_t port,
                    const std::string& protocol, const std::string& message,
                    std::vector<Field> fields = {}, std::uint64_t flow = 0,
                    std::uint64_t size = 100) {
    Message m;
    m.time_ns = m.last_time_ns = time_ns;
    m.from_dut = true;
    const std::string address = "203.0.113." + std::to_string(host.size());
    m.peer = {host, port == 53 ? "10.77.0.1" : address, port};
    m.protocol = protocol;
    m.message = message;
    m.fields = std::move(fields);
    m.flow = flow != 0 ? flow : ++last_flow;
    m.size = size;
    m.first = m.last = {0, static_cast<std::uint64_t>(time_ns - start), ++last_frame};
    input.up_bytes += size + 66;
    input.messages.push_back(keeper.keep(m));
    return input.messages.back();
  }

  /// Background with a period and a jitter, over the whole capture.
  template <class Sender>
  void every(std::int64_t period, std::int64_t jitter, Sender sender) {
    for (std::int64_t t = start; t < end;) {
      sender(t);
      t += period + static_cast<std::int64_t>(generator.below(
                        static_cast<std::uint64_t>(std::max<std::int64_t>(1, jitter))));
    }
  }

  std::string hex(int bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (int i = 0; i < 2 * bytes; ++i) text += digits[generator.below(16)];
    return text;
  }
  std::int64_t within(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(generator.below(static_cast<std::uint64_t>(high - low)));
  }

  Generator generator;
  ProofInput input;
  MessageKeeper keeper;
  std::int64_t end = start;
  std::uint64_t last_flow = 100, last_frame = 0;
};

/// Heartbeat, config poll, NTP, MQTT chatter.
inline void add_background(World& world) {
  world.every(330 * ms, 60 * ms, [&](std::int64_t t) {
    world.send(
        t, "mqtt.kiosk.example", 1883, "mqtt", "PUBLISH kiosk/KD00412/hb",
        {text("topic:1", "KD00412"), text("payload|json:/up", std::to_string(t / 1'000'000'000))},
        1);
  });
  world.every(390 * ms, 100 * ms, [&](std::int64_t t) {
    world.send(t - 3 * ms, "", 53, "dns", "query A api.kiosk.example", {}, 0, 35);
    world.send(t, "api.kiosk.example", 80, "http", "GET /v1/config");
  });
  world.every(700 * ms, 300 * ms, [&](std::int64_t t) {
    world.send(t, "ntp.kiosk.example", 123, "ntp", "client", {}, 2, 48);
  });
  world.every(1'500 * ms, 400 * ms, [&](std::int64_t t) {
    world.send(t, "mqtt.kiosk.example", 1883, "mqtt", "PINGREQ", {}, 1, 2);
  });
}

inline void send_brew_telemetry(World& world, const Trial& trial, const std::string& drink,
                                const std::string& source) {
  const std::int64_t t = trial.origin_ns() + world.within(20 * ms, 90 * ms);
  world.send(
      t, "mqtt.kiosk.example", 1883, "mqtt", "PUBLISH kiosk/KD00412/brew",
      {text("topic:0", "kiosk"), text("topic:1", "KD00412"), text("topic:2", "brew"),
       text("payload|json:/drink", drink == "espresso" ? "1" : "2"),
       text("payload|json:/by", source), text("payload|json:/t", std::to_string(t / 1'000'000)),
       text("payload|json:/temp", std::to_string(900 + world.within(0, 30)))},
      1, 140);
}

/// The kiosk: brew(drink) sends telemetry, pay(method, amount, card, drink) a sale record and the
/// telemetry of the drink that is dispensed.
inline void kiosk(World& world) {
  world.deal({"brew", "pay"});
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  world.deal_levels("pay", "method", {"card", "app"});
  world.deal_levels("pay", "drink", {"espresso", "latte"});
  world.deal_amounts("pay", "amount");
  world.deal_tokens("pay", "card");
  add_background(world);
  int sale = 1040;
  for (const Trial& trial : world.input.trials) {
    if (trial.sham) continue;
    const std::string drink = std::get<std::string>(trial.params.at("drink"));
    send_brew_telemetry(world, trial, drink, trial.event == "pay" ? "sale" : "panel");
    if (trial.event != "pay") continue;
    const std::int64_t t = trial.origin_ns() + world.within(25 * ms, 80 * ms);
    const std::int64_t cents = std::get<std::int64_t>(trial.params.at("amount"));
    const std::string amount = std::to_string(cents / 100) + "." + std::to_string(cents / 10 % 10) +
                               std::to_string(cents % 10);
    world.send(t - 4 * ms, "", 53, "dns", "query A api.kiosk.example", {}, 0, 35);
    world.send(t, "api.kiosk.example", 80, "http", "POST /v1/order",
               {text("path:1", "order"), text("header:host", "api.kiosk.example"),
                text("body|json:/sn", "KD00412"), text("body|json:/seq", std::to_string(++sale)),
                text("body|json:/ts", std::to_string(t / 1'000'000'000)),
                text("body|json:/method", trial.params.at("method") == Value{"card"} ? "01" : "02"),
                text("body|json:/cents", std::to_string(cents)), text("body|json:/price", amount),
                text("body|json:/drink", drink),
                text("body|json:/card", std::get<std::string>(trial.params.at("card"))),
                text("body|json:/nonce", world.hex(8)), text("body|json:/site", "lobby")},
               0, 300);
  }
}

/// An unsigned integer of `width` bytes, as hex.
inline std::string number(std::uint64_t value, int width, bool little_endian) {
  std::string digits;
  for (int i = 0; i < width; ++i) {
    const int shift = 8 * (little_endian ? i : width - 1 - i);
    const auto byte = static_cast<std::uint8_t>(value >> shift);
    digits += to_hex(ByteView(&byte, 1));
  }
  return digits;
}

/// pay(method, amount, card) sends a struct: a header, the time (4), a count (8), the amount (12),
/// the method (16), the card (17) and noise.
inline void struct_kiosk(World& world) {
  world.deal({"pay"});
  world.deal_levels("pay", "method", {"card", "app"});
  world.deal_amounts("pay", "amount");
  world.deal_tokens("pay", "card");
  std::uint64_t sale = 0x0410;
  for (const Trial* trial : world.trials_of("pay", false)) {
    const std::int64_t t = trial->origin_ns() + world.within(25 * ms, 80 * ms);
    const std::int64_t cents = std::get<std::int64_t>(trial->params.at("amount"));
    const bool card = trial->params.at("method") == Value{"card"};
    const std::string record =
        "4b950103" + number(static_cast<std::uint64_t>(t) / 1'000'000'000, 4, false) +
        number(++sale, 2, true) + "0000" + number(static_cast<std::uint64_t>(cents), 4, true) +
        (card ? "c1" : "a4") + std::get<std::string>(trial->params.at("card")) + world.hex(9);
    world.send(t, "log.x.example", 5514, "udp", "datagram 29 B",
               {{"payload", record, FieldType::bytes}}, 3, 29);
  }
}

}  // namespace brewproof::synthetic
