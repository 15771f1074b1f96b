// What became of synthetic emissions (`analyze --spike`), in words and as findings.json holds it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "rig/model/finding.h"

namespace brewproof {

inline constexpr int sampled_percent = 30;  // of the acts, by lot

inline constexpr SpikeForm spike_forms[] = {SpikeForm::immediate, SpikeForm::delayed,
                                            SpikeForm::batched, SpikeForm::sampled};

/// "immediate", "delayed", "batched", "sampled"
[[nodiscard]] std::string_view spike_word(SpikeForm form);
[[nodiscard]] std::optional<SpikeForm> spike_of_word(std::string_view word);

[[nodiscard]] nlohmann::json spike_json(const SpikeRecovery& spike);
/// nullopt where it is not in that form.
[[nodiscard]] std::optional<SpikeRecovery> read_spike(const nlohmann::json& json);

}  // namespace brewproof
