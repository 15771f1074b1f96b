// Captures and an action log that no run of ours made: two blocks of four acts and four shams, one
// each ten seconds, and a pcap of what the machine sent meanwhile.
#pragma once

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "rig/capture/sentinel_frame.h"
#include "tests/rig/capture/datagram.h"
#include "tests/rig/command/command_line.h"

namespace brewproof {

class FromElsewhere : public CommandLine {
 protected:
  static constexpr std::int64_t begin_s = 1'760'000'000;
  static constexpr std::string_view acts = "BSSBSBBSSBBSBSSB";  // B: brew, S: its sham

  struct Sent {
    std::int64_t at_ms = 0;  // after begin_s
    std::vector<std::uint8_t> frame;
  };
  static std::int64_t trial_s(int trial) { return begin_s + 10 * trial; }

  // One datagram a second, from the `from`th second to the `to`th.
  static std::vector<Sent> heartbeat(int from, int to) {
    std::vector<Sent> sent;
    for (int second = from; second <= to; ++second)
      sent.push_back({std::int64_t{1000} * second, {datagram.begin(), datagram.end()}});
    return sent;
  }
  // Another one, `after_ms` after each act.
  static std::vector<Sent> answers(std::int64_t after_ms) {
    std::vector<Sent> sent;
    for (int trial = 1; trial <= 16; ++trial) {
      if (acts[static_cast<std::size_t>(trial) - 1] != 'B') continue;
      Sent answer{10'000 * trial + after_ms, {datagram.begin(), datagram.end()}};
      answer.frame[36] ^= 1;  // another port
      sent.push_back(std::move(answer));
    }
    return sent;
  }
  // As a bench sends them; `ahead_ms`: its clock against the capture's. Without: of a version that
  // did not say when.
  static Sent sentinel(std::int64_t at_ms, std::optional<std::int64_t> ahead_ms) {
    Sent sent{at_ms, std::vector<std::uint8_t>(60)};
    sent.frame[12] = 0x88;
    sent.frame[13] = 0xb5;
    std::ranges::copy(sentinel_name, sent.frame.begin() + sentinel_name_at);
    if (!ahead_ms) return sent;
    const auto ns = static_cast<std::uint64_t>(begin_s * 1000 + at_ms + *ahead_ms) * 1'000'000;
    for (std::size_t i = 0; i < 8; ++i)
      sent.frame[sentinel_sent_at + i] = static_cast<std::uint8_t>(ns >> (56 - 8 * i));
    return sent;
  }

  void capture(std::vector<std::vector<Sent>> all) const {
    std::vector<Sent> sent;
    for (const auto& some : all) sent.insert(sent.end(), some.begin(), some.end());
    std::ranges::sort(sent, {}, &Sent::at_ms);
    std::ofstream out(place / "x.pcap", std::ios::binary);
    const auto word = [&out](std::uint64_t value) {
      const auto low = static_cast<std::uint32_t>(value);
      out.write(reinterpret_cast<const char*>(&low), 4);
    };
    for (const std::uint32_t header : {0xa1b2c3d4U, 0x00040002U, 0U, 0U, 65535U, 1U}) word(header);
    for (const Sent& one : sent) {
      word(static_cast<std::uint64_t>(begin_s + one.at_ms / 1000));
      word(static_cast<std::uint64_t>(one.at_ms % 1000 * 1000));
      word(one.frame.size());
      word(one.frame.size());
      out.write(reinterpret_cast<const char*>(one.frame.data()),
                static_cast<std::streamsize>(one.frame.size()));
    }
  }
  void capture(int from, int to) const { capture({heartbeat(from, to)}); }

  /// The line of one trial; `ahead_s`: of the log's clock, `unit_ns`: what its times count.
  static nlohmann::json trial_line(int trial, std::int64_t ahead_s = 0, std::int64_t unit_ns = 1) {
    const bool act = acts[static_cast<std::size_t>(trial) - 1] == 'B';
    nlohmann::json line = {{"trial", trial},
                           {"block", (trial + 7) / 8},
                           {"event", act ? "brew" : "sham"},
                           {"start_ns", (trial_s(trial) + ahead_s) * (1'000'000'000 / unit_ns)},
                           {"end_ns", (trial_s(trial) + ahead_s + 6) * (1'000'000'000 / unit_ns)},
                           {"params", nlohmann::json::object()},
                           {"status", "ok"}};
    if (!act) line["of"] = "brew";
    return line;
  }
  static std::vector<nlohmann::json> trial_lines(std::int64_t ahead_s = 0,
                                                 std::int64_t unit_ns = 1) {
    std::vector<nlohmann::json> lines;
    for (int trial = 1; trial <= 16; ++trial) lines.push_back(trial_line(trial, ahead_s, unit_ns));
    return lines;
  }
  void log_lines(const std::vector<nlohmann::json>& lines) const {
    std::ofstream out(place / "t.jsonl");
    for (const nlohmann::json& line : lines) out << line.dump() << "\n";
  }
  void log_trials(std::int64_t ahead_s = 0) const { log_lines(trial_lines(ahead_s)); }

  Child::Output analyze(const std::vector<std::string>& more = {},
                        const std::string& dut = "02:c0:ff:ee:00:01") const {
    std::vector<std::string> words = {"analyze", "x.pcap", "--trials", "t.jsonl",
                                      "--dut",   dut,      "--out",    "o"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  nlohmann::json findings() const {
    return nlohmann::json::parse(text_of((place / "o/findings.json").string()));
  }
  /// Without line breaks.
  static std::string told(const Child::Output& output) {
    return std::regex_replace(output.out, std::regex("\\s+"), " ");
  }
};

}  // namespace brewproof
