#include "rig/model/spike.h"

#include "rig/model/destination_json.h"

namespace brewproof {

using nlohmann::json;

std::string_view spike_word(SpikeForm form) {
  switch (form) {
    case SpikeForm::immediate:
      return "immediate";
    case SpikeForm::delayed:
      return "delayed";
    case SpikeForm::batched:
      return "batched";
    case SpikeForm::sampled:
      return "sampled";
  }
  return "";
}

std::optional<SpikeForm> spike_of_word(std::string_view word) {
  for (const SpikeForm form : spike_forms)
    if (spike_word(form) == word) return form;
  return std::nullopt;
}

json spike_json(const SpikeRecovery& spike) {
  json like = nullptr;
  if (spike.like)
    like = {{"destination", destination_texts(spike.like->destination)},
            {"protocol", spike.like->protocol},
            {"message", spike.like->message}};
  return {{"event", spike.event},         {"form", spike_word(spike.form)},
          {"like", std::move(like)},      {"planted", spike.planted},
          {"recovered", spike.recovered}, {"covered", covered(spike)}};
}

std::optional<SpikeRecovery> read_spike(const json& from) {
  try {
    const auto form = spike_of_word(from.at("form").get<std::string>());
    if (!form) return std::nullopt;
    SpikeRecovery spike{from.at("event").get<std::string>(), *form, std::nullopt,
                        from.at("planted").get<int>(), from.at("recovered").get<int>()};
    if (const json& like = from.at("like"); !like.is_null()) {
      spike.like = {read_destination_texts(like.at("destination")),
                    like.at("protocol").get<std::string>(), like.at("message").get<std::string>()};
    }
    return spike;
  } catch (const json::exception&) {
    return std::nullopt;  // somebody's file, not a bug
  }
}

}  // namespace brewproof
