// What `devices` prints: everything found, each as a line that may be pasted into a bench file.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "results/report.h"
#include "rig/command/station/boards.h"

namespace brewproof {

/// Ends in LF. Lines for a bench file are never wrapped; text from devices is made inert.
[[nodiscard]] std::string station_text(const std::vector<Board>& boards,
                                       const std::vector<FoundInterface>& interfaces,
                                       const TextStyle& style = {});

/// {"serial": [...], "usb": [...], "gpio": [...], "interfaces": [...]}; `bench` is the line.
[[nodiscard]] nlohmann::json station_json(const std::vector<Board>& boards,
                                          const std::vector<FoundInterface>& interfaces);

/// One board as `devices` prints it: where and what it is, and its line. Several lines, each with
/// LF.
[[nodiscard]] std::string board_text(const Board& board, const TextStyle& style = {});
[[nodiscard]] nlohmann::json board_json(const Board& board);
/// One device in a phrase: `1a86:7523 "USB Serial", no serial number, USB socket 1-1.4`.
[[nodiscard]] std::string board_phrase(const Board& board);
/// One interface in a phrase: "up, cable, 1000 Mbit/s, 02:42:ac:11:00:02, 192.0.2.7".
[[nodiscard]] std::string interface_phrase(const FoundInterface& interface);
/// "network: {capture: eth1}".
[[nodiscard]] std::string interface_line(const FoundInterface& interface);

}  // namespace brewproof
