// How sensitive the proof was on the run's own background.
#include <fmt/core.h>

#include "results/inert_text.h"
#include "results/sentences.h"
#include "rig/model/spike.h"

namespace brewproof {

std::string spike_text(const SpikeRecovery& spike) {
  std::string text(spike_word(spike.form));
  if (spike.form == SpikeForm::sampled) text += fmt::format(" at {} %", sampled_percent);
  if (spike.like)
    text += fmt::format(", as one more {} to {}", inert(spike.like->message, 80),
                        destination_text(spike.like->destination));
  return text + fmt::format(" ({} of {} were found)", spike.recovered, spike.planted);
}

std::string not_covered_sentence(const NoneSeen& none) {
  if (!none.not_covered) return "";
  if (none.not_covered->empty())
    return "Of emissions of every form that were added to copies of what the machine sent, nine in "
           "ten or more were found.";
  std::string forms;
  for (const SpikeRecovery& spike : *none.not_covered)
    forms += (forms.empty() ? "" : "; ") + spike_text(spike);
  return "It does not cover emissions of these forms, of which less than nine in ten were found "
         "when they were added to copies of what the machine sent: " +
         forms + ".";
}

}  // namespace brewproof
