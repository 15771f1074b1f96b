#include "rig/proof/spike.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>

#include "rig/model/generator.h"
#include "rig/model/spike.h"
#include "rig/model/terminal_flow.h"
#include "rig/proof/confirm.h"
#include "rig/proof/lots.h"
#include "rig/proof/workings.h"

namespace brewproof {
namespace {

constexpr const char* spike_host = "spike.invalid";  // RFC 2606: nobody's
constexpr std::size_t batches_without_blocks = 4;    // of a run that was one draw

/// [begin, end) after the last contact, never empty.
struct Delays {
  std::int64_t begin_ns = 0, end_ns = 1;
};

struct Lags {
  Delays prompt, late;
};

/// Within the window that ends first, and behind it within all of them; of a single window its
/// halves.
Lags lags_of(const std::vector<Window>& windows) {
  const Window first = *std::ranges::min_element(
      windows, {}, [](const Window& w) { return std::tuple(w.end_ns, w.begin_ns); });
  std::int64_t last_ns = first.end_ns;
  for (const Window& window : windows) last_ns = std::max(last_ns, window.end_ns);
  Lags lags{{first.begin_ns, first.end_ns}, {first.end_ns, last_ns}};
  if (first.end_ns == last_ns) {
    const std::int64_t middle = first.begin_ns + (first.end_ns - first.begin_ns) / 2;
    lags = {{first.begin_ns, middle}, {middle, first.end_ns}};
  }
  for (Delays* const delays : {&lags.prompt, &lags.late})
    delays->end_ns = std::max(delays->end_ns, delays->begin_ns + 1);
  return lags;
}

std::int64_t draw(const Delays& delays, Generator& lots) {
  return delays.begin_ns + static_cast<std::int64_t>(lots.below(
                               static_cast<std::uint64_t>(delays.end_ns - delays.begin_ns)));
}

/// The commonest message that the event was not found to send; nullptr: it sends all there is.
const Signature* commonest_other(const Workings& workings, std::size_t event) {
  std::vector<bool> claimed(workings.traffic.signatures.size());
  for (const Claim& claim : workings.claims)
    if (claim.test.event == event) claimed[node_of(claim, workings).signature] = true;
  for (const Carried& carried : workings.carried)
    if (carried.event == event) claimed[carried.signature] = true;
  const Signature* commonest = nullptr;
  for (std::size_t s = 0; s < claimed.size(); ++s) {
    const Signature& signature = workings.traffic.signatures[s];
    if (!claimed[s] &&
        (commonest == nullptr || signature.messages.size() > commonest->messages.size()))
      commonest = &signature;
  }
  return commonest;
}

/// One event's emissions on one run.
class Planter {
 public:
  Planter(const ProofInput& input, const Workings& workings, std::size_t event)
      : workings_(workings),
        event_(event),
        like_(commonest_other(workings, event)),
        lags_(lags_of(workings.windows)),
        capture_end_ns_(input.capture_end_ns),
        seed_(input.design.seed),
        copy_(input),
        own_messages_(input.messages.size()) {
    const Arms& arms = workings.lineup.arms[event];
    for (std::size_t p = 0; p < arms.trials.size(); ++p)
      if (has_bit(arms.acts, p)) acts_.push_back(input.trials[arms.trials[p]].origin_ns());
    std::ranges::sort(acts_);
    for (const KeptMessage& message : input.messages)
      last_flow_ = std::max(last_flow_, message.flow % first_terminal_flow);
    copy_.to_confirm.clear();
  }

  [[nodiscard]] const Signature* like() const { return like_; }

  /// Is it found in copy number `repetition`? `like`: nullptr, or like().
  bool finds(SpikeForm form, const Signature* like, int repetition) {
    Generator lots =
        redraw_generator(seed_, fmt::format("spike/{}/{}{}/{}", arms().event, spike_word(form),
                                            like == nullptr ? "" : "/like", repetition));
    copy_.messages.resize(own_messages_);
    if (form == SpikeForm::batched)
      plant_batches(lots);
    else
      plant_messages(form, like, lots);
    if (copy_.messages.size() == own_messages_) return false;
    // The rule that ended the run looked at other messages: what its bets earn, they earn of these.
    if (copy_.stopped) copy_.stopped = look_early(copy_);
    return found_in(work_out(copy_), like);
  }

 private:
  [[nodiscard]] const Arms& arms() const { return workings_.lineup.arms[event_]; }

  void plant(KeptMessage message, std::int64_t time_ns) {
    if (capture_end_ns_ != 0 && time_ns > capture_end_ns_) return;
    message.last_time_ns += time_ns - message.time_ns;
    message.time_ns = time_ns;
    copy_.messages.push_back(std::move(message));
  }

  void plant_messages(SpikeForm form, const Signature* like, Generator& lots) {
    for (const std::int64_t act : acts_) {
      if (form == SpikeForm::sampled && lots.below(100) >= sampled_percent) continue;
      const std::int64_t delay = draw(form == SpikeForm::delayed ? lags_.late : lags_.prompt, lots);
      plant(like == nullptr ? stranger() : last_of(*like, act + delay), act + delay);
    }
  }

  /// A timer that knows nothing of the acts sends what happened since it last did.
  void plant_batches(Generator& lots) {
    if (acts_.empty()) return;
    const std::size_t blocks = arms().strata.size();
    const auto batches = static_cast<std::int64_t>(blocks > 1 ? blocks : batches_without_blocks);
    const std::int64_t period = (acts_.back() - acts_.front()) / batches + 1;
    std::int64_t due = acts_.front() + draw({0, period}, lots);
    Message batch = stranger();
    const auto send = [&] {
      plant(batch, due);
      batch = stranger();
    };
    std::size_t records = 0;
    for (const std::int64_t act : acts_) {
      const std::int64_t happened = act + draw(lags_.prompt, lots);
      while (happened >= due) {
        if (records != 0) send();
        records = 0;
        due += period;
      }
      batch.fields.push_back({fmt::format("body|json:/records/{}/t", records++),
                              std::to_string(happened / 1'000'000), FieldType::integer});
      batch.size += 30;
    }
    send();
  }

  [[nodiscard]] Message stranger() {
    Message message;
    message.from_dut = true;
    message.peer = {spike_host, "192.0.2.1", 80};  // RFC 5737: nobody's
    message.flow = ++last_flow_;
    message.protocol = "http";
    message.message = "POST /spike";
    message.size = 200;
    return message;
  }

  /// The last that was met by then: what its fields count and tell is of that time.
  [[nodiscard]] KeptMessage last_of(const Signature& like, std::int64_t time_ns) const {
    const KeptMessage* last = nullptr;
    for (const std::size_t m : like.messages) {
      const KeptMessage* const message = workings_.traffic.messages[m];
      if (last != nullptr && message->time_ns > time_ns) break;
      last = message;
    }
    return *last;
  }

  [[nodiscard]] bool found_in(const Workings& again, const Signature* like) const {
    const auto planted = [&](std::size_t s) {
      const Signature& signature = again.traffic.signatures[s];
      if (like == nullptr) return signature.destination.name == spike_host;
      return signature.destination == like->destination && signature.protocol == like->protocol &&
             signature.tls == like->tls && same_template(signature.message, like->message);
    };
    return std::ranges::any_of(again.claims,
                               [&](const Claim& claim) {
                                 return claim.test.event == event_ &&
                                        planted(node_of(claim, again).signature);
                               }) ||
           std::ranges::any_of(again.carried, [&](const Carried& carried) {
             return carried.event == event_ && again.timed[event_] && planted(carried.signature);
           });
  }

  const Workings& workings_;
  std::size_t event_;
  const Signature* like_;
  Lags lags_;
  std::int64_t capture_end_ns_;
  std::uint64_t seed_;
  std::vector<std::int64_t> acts_;  // times of the last contacts
  ProofInput copy_;
  std::size_t own_messages_;  // the first of the copy are the run's own
  std::uint64_t last_flow_ = 0;
};

}  // namespace

std::vector<SpikeRecovery> measure_sensitivity(const ProofInput& input,
                                               const SpikeQuestion& question) {
  std::vector<SpikeRecovery> spikes;
  if (question.repetitions <= 0) return spikes;
  const Workings workings = work_out(input);
  std::vector<std::size_t> events;  // by spike
  for (std::size_t e = 0; e < workings.lineup.arms.size(); ++e) {
    const Arms& arms = workings.lineup.arms[e];
    if (arms.act_count == 0) continue;
    const Signature* const like = commonest_other(workings, e);
    for (const SpikeForm form : spike_forms) {
      events.push_back(e);
      spikes.push_back({arms.event, form, std::nullopt, question.repetitions, 0});
      if (like == nullptr || form == SpikeForm::batched) continue;
      events.push_back(e);
      spikes.push_back(spikes.back());
      spikes.back().like = {like->destination, like->protocol, like->message};
    }
  }
  const int all = static_cast<int>(spikes.size()) * question.repetitions;
  int done = 0;
  std::optional<Planter> planter;
  for (std::size_t i = 0; i < spikes.size(); ++i) {
    if (i == 0 || events[i] != events[i - 1]) planter.emplace(input, workings, events[i]);
    for (int r = 1; r <= question.repetitions; ++r) {
      if (planter->finds(spikes[i].form, spikes[i].like ? planter->like() : nullptr, r))
        ++spikes[i].recovered;
      if (question.progress) question.progress(++done, all);
    }
  }
  return spikes;
}

void limit_none_seen(std::vector<NoneSeen>& none, const std::vector<SpikeRecovery>& spikes) {
  if (spikes.empty()) return;
  for (NoneSeen& one : none) {
    std::vector<SpikeRecovery>& open = one.not_covered.emplace();
    for (const SpikeRecovery& spike : spikes)
      if (spike.event == one.event && !covered(spike)) open.push_back(spike);
  }
}

}  // namespace brewproof
