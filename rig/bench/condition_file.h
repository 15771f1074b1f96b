// Conditions on meters and inputs as bench files (`ready`) and procedure files (`confirm`) write
// them: `watts: {above: 500 W, within: 5 s}`, `cup: {is: on, within: 30 s}`; in a `confirm` also
// `scale: {rises_by: 30..60 g, within: 60 s}`.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rig/bench/bench_file.h"
#include "rig/yaml/node.h"

namespace brewproof {

/// A map of control to condition. Faults go to the node's document. With `controls`, each
/// condition must fit them; a procedure file is read without a bench.
[[nodiscard]] std::vector<Condition> read_conditions(
    const yaml::Node& node, const std::map<std::string, ControlConfig>* controls);

/// What is wrong with a condition on this bench: no such control, no such sensor, another unit; ""
/// = it fits.
[[nodiscard]] std::string misfit(const Condition& condition,
                                 const std::map<std::string, ControlConfig>& controls);

/// As a person reads it: "watts above 500 W within 5 s", "scale rises by 30..60 g within 60 s".
[[nodiscard]] std::string condition_text(const Condition& condition);

/// A counter's quantity: "count_espresso".
[[nodiscard]] bool is_count(std::string_view quantity);

/// The SI unit that a meter's quantity is read in: power W, current A, voltage V, frequency Hz,
/// energy J, mass kg, a counter's `count`; "" for an unknown quantity.
[[nodiscard]] std::string_view unit_of(std::string_view quantity);

/// "output", "input", "reader", "meter".
[[nodiscard]] std::string_view text_of(ControlConfig::Kind kind);

/// The names of the controls of one kind, sorted.
[[nodiscard]] std::vector<std::string> names_of(
    const std::map<std::string, ControlConfig>& controls, ControlConfig::Kind kind);

}  // namespace brewproof
