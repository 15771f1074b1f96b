#include "rig/procedure/loop.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>

#include "rig/evidence/damage.h"
#include "rig/model/stop.h"
#include "rig/model/update_event.h"
#include "rig/procedure/act.h"
#include "rig/procedure/blocks.h"
#include "rig/procedure/bookkeeping.h"
#include "rig/procedure/capture_journal.h"
#include "rig/procedure/confirm_act.h"
#include "rig/procedure/confirmations.h"
#include "rig/procedure/identity_watch.h"
#include "rig/procedure/outage.h"
#include "rig/procedure/pause.h"
#include "rig/procedure/sampling.h"
#include "rig/procedure/service_stops.h"
#include "rig/procedure/unplanned.h"

namespace brewproof {
namespace {

constexpr std::int64_t watch_interval_ns = 100'000'000;  // a dead capture is noticed within 200 ms
constexpr std::int64_t soak_told_ns = 60'000'000'000;  // how often a run without acts shows itself
constexpr std::int64_t soak_nap_ns = 500'000'000;      // and looks whether it shall stop
constexpr int faults_in_a_row = 3;                     // then the bench, not the trial, is at fault

// One run's state. A class only so that the steps of a slot can be read one by one.
class Run {
 public:
  explicit Run(const Loop& loop)
      : loop_(loop),
        allowance_(loop.bench_file.limits,
                   loop.clock.now().raw_ns - (loop.resumed ? loop.resumed->elapsed_ns : 0)),
        wait_([this](std::int64_t raw_ns) { return wait_until(raw_ns); }),
        sampling_(loop.procedure, loop.bench_file, loop.bench, loop.clock, loop.sampled),
        measure_([this](const std::string& control) { return sampling_.measure(control); }),
        unplanned_(loop.procedure, loop.bench_file),
        service_({loop.plan, loop.bench_file, loop.bench, loop.journal, loop.clock, wait_,
                  loop.stop, allowance_, loop.attendant, loop.resumed,
                  [this] { unplanned_.act_begins(); },
                  [this](const EventSpec& event) { return act_out(event, {}, 0, false, {}); },
                  [this] { return wait_until_ready(); },
                  [this](const std::string& what) {
                    what_ = what;
                    show(Progress::Phase::service, nullptr);
                  }}),
        outage_(loop.network),
        books_(loop.bench_file, loop.books, loop.journal, loop.clock, wait_,
               asks_for_updates(loop.procedure.events)),
        identity_(loop.bench, loop.journal, loop.clock, asks_for_updates(loop.procedure.events)) {
    if (loop.attendant != nullptr)
      ask_ = [this](const OperatorStep& step, bool sham) { return ask_operator(step, sham); };
    if (loop.resumed == nullptr) return;
    trials_ = loop.resumed->trials;
    damage_ = loop.resumed->damage;
  }

  LoopResult go() {
    auto done = all_blocks();
    if (auto lifted = lift(); !lifted && done) done = pass_on(std::move(lifted));
    LoopResult result;
    result.outcome = "completed";
    if (!done) {
      result.fault = done.error();
      result.outcome = was_asked(done.error()) ? "aborted" : "rig_fault";
      if (emergency()) reasons_.emplace_back("emergency-stop");
      if (done.error().code == ErrorCode::unconfirmed) reasons_.emplace_back("unconfirmed");
    }
    apply_damage(trials_, damage_);
    result.reasons = std::move(reasons_);
    result.trials = std::move(trials_);
    result.early_end = std::move(early_end_);
    return result;
  }

 private:
  Result<void> all_blocks() {
    if (auto charged = charge_earlier_trials(); !charged) return charged;
    std::vector<Block> blocks = blocks_of(loop_.plan.slots);
    if (blocks.empty()) return soak();
    // Before the idle time: what a reading makes the machine send lies in no trial.
    if (auto read = books_.begin(); !read) return read;
    if (auto told = take(identity_.ask(IdentityWatch::When::start, 0)); !told) return told;
    show(Progress::Phase::idle, nullptr);
    // The first block's connections are made anew in the idle time, which is there anyway.
    const auto first =
        std::ranges::find_if(blocks, [this](const Block& block) { return !begun(block); });
    if (first != blocks.end())
      if (auto led = lead(first->front()->block); !led) return pass_on(std::move(led));
    if (auto idle = wait_idle(); !idle) return idle;

    const auto reserve = blocks_of(loop_.plan.reserve);
    total_ = static_cast<int>(loop_.plan.slots.size());
    blocks_ = static_cast<int>(blocks.size());
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      if (!begun(blocks[i])) {
        auto led = lead(blocks[i].front()->block);
        if (!led) return pass_on(std::move(led));
        if (*led)
          if (auto idle = wait_idle(); !idle) return idle;
        if (auto served = service_.before(blocks[i].front()->block); !served) return served;
        const std::int64_t begun_raw_ns = loop_.clock.now().raw_ns;
        const std::size_t first = trials_.size();
        if (auto done = one_block(blocks[i]); !done) return done;
        if (books_.after_each(BooksConfig::Every::block))
          if (auto held = take(books_.hold(std::span(trials_).subspan(first))); !held) return held;
        if (auto told = take(identity_.ask(IdentityWatch::When::block, blocks[i].front()->block));
            !told)
          return told;
        longest_block_ns_ = std::max(longest_block_ns_, loop_.clock.now().raw_ns - begun_raw_ns);
      }
      // The damage of a block is known once its last packets were written.
      if (auto known = settle(); !known) return known;
      if (i + 1 == blocks.size()) add_reserve(blocks, reserve);
      if (i + 1 == blocks.size() || begun(blocks[i + 1])) continue;
      auto ends = ends_before(blocks, i + 1);
      if (!ends) return pass_on(std::move(ends));
      if (*ends) break;
    }
    show(Progress::Phase::listen, nullptr);
    if (auto listened = wait_until(loop_.clock.now().raw_ns + listening_ns(loop_.plan)); !listened)
      return listened;
    const std::size_t earlier = loop_.resumed == nullptr ? 0 : loop_.resumed->trials.size();
    const bool by_run = books_.after_each(BooksConfig::Every::run);
    if (by_run || books_.owes())
      if (auto held =
              take(books_.hold(std::span(trials_).subspan(by_run ? earlier : trials_.size())));
          !held)
        return held;
    if (books_.owes()) doubt("books-unread");
    if (auto told = take(identity_.ask(IdentityWatch::When::end, 0)); !told) return told;
    return settle();
  }

  // Nothing is done to the machine: what it sends then is its own. Somebody who uses it meanwhile
  // spoils that.
  Result<void> soak() {
    if (auto ready = wait_until_ready(); !ready) return ready;
    const std::int64_t end = loop_.clock.now().raw_ns + loop_.plan.idle_ns;
    std::int64_t told = 0;
    for (std::int64_t now = loop_.clock.now().raw_ns; now < end; now = loop_.clock.now().raw_ns) {
      soak_left_ns_ = end - now;
      if (told == 0 || now - told >= soak_told_ns) {
        show(Progress::Phase::idle, nullptr);
        told = now;
      }
      if (loop_.stop.load() >= stop_after_trial && !emergency())
        return fail(ErrorCode::interrupted, "stopped on request, {} s before the end",
                    soak_left_ns_ / 1'000'000'000);
      if (auto waited = wait_until(std::min(end, now + soak_nap_ns)); !waited) return waited;
    }
    if (unplanned_.open())
      if (auto ready = wait_until_ready(); !ready) return ready;
    if (auto used = unplanned_in(0); !used) return pass_on(std::move(used));
    if (auto known = settle(); !known) return known;
    tell_damage();
    return {};
  }

  // A block for each that was damaged and has none yet.
  void add_reserve(std::vector<Block>& blocks, const std::vector<Block>& reserve) {
    for (int lost = damaged_blocks() - static_cast<int>(used_reserve_); lost > 0; --lost) {
      if (used_reserve_ == reserve.size()) return not_replaced();
      blocks.push_back(reserve[used_reserve_++]);
      total_ += static_cast<int>(blocks.back().size());
      ++blocks_;
    }
  }

  // The bounds first: a run that they end owes nothing to what was seen, so that its exact tests
  // stay valid.
  Result<bool> ends_before(const std::vector<Block>& blocks, std::size_t next) {
    const std::int64_t block_ns =
        std::max(longest_block_ns_ + listening_ns(loop_.plan), least_ns(blocks[next], loop_.plan));
    std::string reason = bound_passed(loop_.bounds, allowance_.cups() + cups_in(blocks[next]),
                                      loop_.clock.now().real_ns + block_ns);
    if (reason.empty()) {
      auto decided = is_decided();
      if (!decided) return decided;
      if (!*decided) return false;
      reason = "decided";
    }
    early_end_ =
        EarlyEnd{std::move(reason), static_cast<int>(next), static_cast<int>(blocks.size()), 0};
    for (std::size_t i = next; i < blocks.size(); ++i) early_end_->cups_saved += cups_in(blocks[i]);
    auto written =
        loop_.journal.append("early-end", early_end_json(*early_end_), Journal::Sync::yes);
    if (!written) return pass_on(std::move(written));
    return true;
  }

  // It takes its time, and the outputs are guarded meanwhile.
  Result<bool> is_decided() {
    if (!loop_.decided) return false;
    while (true) {
      if (const auto decided = loop_.decided()) return *decided;
      if (auto waited = wait_until(loop_.clock.now().raw_ns + nap_ns); !waited)
        return pass_on(std::move(waited));
    }
  }

  [[nodiscard]] std::int64_t cups_in(const Block& block) const {
    return cups_of(block, loop_.plan, loop_.procedure, loop_.bench_file);
  }

  // True: the machine's connections were led another way than before. Once a block.
  Result<bool> lead(int block) {
    if (!loop_.before_block || led_block_ == block) return false;
    led_block_ = block;
    return loop_.before_block(block);
  }

  Result<void> wait_idle() { return wait_until(loop_.clock.now().raw_ns + loop_.plan.idle_ns); }

  Result<void> one_block(const Block& slots) {
    for (const Slot* slot : slots) {
      if (auto rested = rest(); !rested) return rested;
      if (loop_.stop.load() >= stop_after_trial && !emergency())
        return fail(ErrorCode::interrupted, "stopped on request after {} trials", trials_.size());
      if (auto ready = wait_until_ready(); !ready) return ready;
      if (auto waited = wait_until(loop_.clock.now().raw_ns + slot->jitter_ns); !waited)
        return waited;
      if (unplanned_.open())
        if (auto ready = wait_until_ready(); !ready) return ready;
      // The rest of a block that is lost would brew for nothing.
      auto lost = unplanned_in(slot->block);
      if (!lost || *lost) return lost ? Result<void>() : pass_on(std::move(lost));
      show(Progress::Phase::trial, slot);
      if (auto done = one_trial(*slot); !done) return done;
      if (auto watched = watch(); !watched) return watched;
      if (trials_.back().status == TrialStatus::excluded) break;
    }
    if (unplanned_.open())
      if (auto ready = wait_until_ready(); !ready) return ready;
    auto lost = unplanned_in(slots.front()->block);
    return lost ? Result<void>() : pass_on(std::move(lost));
  }

  // True: the block is lost by what the machine did unasked.
  Result<bool> unplanned_in(int block) {
    return record_unplanned(unplanned_.take(), block, trials_, loop_.journal, damage_);
  }

  [[nodiscard]] bool paused() const { return loop_.pause != nullptr && loop_.pause->load(); }

  Result<void> rest() {
    if (!paused()) return {};
    return rest_while(*loop_.pause, loop_.stop, trials_.size(), loop_.journal, loop_.clock, wait_,
                      [this] { show(Progress::Phase::pause, nullptr); });
  }

  // A block of an interrupted run that was begun is over: whole, or lost.
  [[nodiscard]] bool begun(const Block& slots) const {
    return std::ranges::any_of(
        trials_, [&](const Trial& trial) { return trial.block == slots.front()->block; });
  }

  // What an interrupted run used up counts against the limits too, also where nobody knows whether
  // the act was done.
  Result<void> charge_earlier_trials() {
    for (const Trial& trial : trials_) {
      if (trial.sham) continue;
      const Use use =
          use_of(loop_.procedure.events.at(trial.event), trial.params, loop_.bench_file);
      if (auto allowed =
              allowance_.take(use.cups, use.payments, use.money_minor, loop_.clock.now().raw_ns);
          !allowed)
        return allowed;
    }
    if (loop_.resumed != nullptr)
      for (const auto& [block, served] : loop_.resumed->served)
        if (auto allowed = allowance_.take(std::ssize(served.cups), 0, 0, loop_.clock.now().raw_ns);
            !allowed)
          return allowed;
    return {};
  }

  Result<void> wait_until_ready() {
    auto ready = brewproof::wait_until_ready(loop_.bench_file, measure_, loop_.clock, wait_);
    if (!ready) return pass_on(std::move(ready));
    for (const auto& [name, control] : loop_.bench_file.controls) {
      if (control.kind != ControlConfig::Kind::reader) continue;
      auto state = loop_.bench.reader(name)->state();
      if (!state) return pass_on(std::move(state));
      if (*state == PaymentReader::State::enabled) continue;
      if (*state == PaymentReader::State::stray) unplanned_.stray_session(name, loop_.clock.now());
      if (auto closed = loop_.bench.reader(name)->deny(); !closed)
        return pass_on(std::move(closed));
    }
    if (loop_.payments != nullptr)
      for (const PaymentWord& word : loop_.payments->heard())
        if (word.kind == PaymentWord::Kind::begun)
          unplanned_.stray_session(std::string(real_terminal), loop_.clock.now());
    unplanned_.at_rest();
    return {};
  }

  Result<void> one_trial(const Slot& slot) {
    const EventSpec& event = loop_.procedure.events.at(slot.event);
    if (!slot.sham) {
      const Use use = use_of(event, slot.parameters, loop_.bench_file);
      if (auto allowed =
              allowance_.take(use.cups, use.payments, use.money_minor, loop_.clock.now().raw_ns);
          !allowed)
        return allowed;
    }
    if (auto written = write_intent(slot); !written) return written;

    Trial trial = trial_of(slot);
    trial.currency = currency_of(slot.event);

    auto bases = read_bases(event.confirm, measure_, loop_.clock, wait_);
    if (!bases) return after_fault(std::move(trial), bases.error());
    Sighting confirmed;
    auto act = act_out(event, slot.parameters, slot.trial, slot.sham,
                       [&](const Act& so_far) -> Result<void> {
                         trial.start_ns = so_far.start.real_ns;
                         set_contact(so_far, trial);
                         acting_ = false;  // the machine is touched no more
                         auto seen = confirm(event, *bases, so_far);
                         if (!seen) return pass_on(std::move(seen));
                         confirmed = std::move(*seen);
                         return {};
                       });
    if (!act) return after_fault(std::move(trial), act.error());
    trial.start_ns = act->start.real_ns;
    set_contact(*act, trial);
    trial.observed = act->observed;
    judge(slot, event, *act, confirmed, trial);
    if (auto written = write_outcome(event, trial, *act, confirmed); !written) return written;

    if (auto observed = wait_until(act->contact.raw_ns + event.observe.count()); !observed)
      return after_fault(std::move(trial), observed.error());
    trial.end_ns = loop_.clock.now().real_ns;
    if (auto lifted = lift(trial.trial); !lifted)
      return after_fault(std::move(trial), lifted.error());
    // It is asked nothing, not even for its books, before it has started anew.
    if (!slot.sham && cuts_power(event))
      if (auto ready = wait_until_ready(); !ready)
        return after_fault(std::move(trial), ready.error());
    bool known = !payment_unknown_;
    if (books_.after_each(BooksConfig::Every::trial)) {
      auto held = books_.hold(trial, seen(event, *act, confirmed));
      known = known || (held && held->known);
      if (auto taken = take(std::move(held)); !taken)
        return after_fault(std::move(trial), taken.error());
    }
    faults_ = trial.status == TrialStatus::excluded ? faults_ : 0;
    if (auto kept = keep(std::move(trial)); !kept) return kept;
    if (auto confirmed_so_far = still_confirmed(loop_.plan, trials_); !confirmed_so_far)
      return confirmed_so_far;
    if (!act->overcharged.empty())
      return fail(ErrorCode::interlock, "trial {}: the card paid {}: no further payment is made",
                  slot.trial, act->overcharged);
    if (!known)
      return fail(
          ErrorCode::unconfirmed,
          "trial {} approved a payment and the machine reported no result: nobody knows "
          "whether it was charged, so no further payment is made. Look at the machine; with "
          "`books: {{from: ..., every: trial}}` in the bench file its own books tell",
          slot.trial);
    payment_unknown_ = false;
    return wait_until(loop_.clock.now().raw_ns + loop_.plan.drain_ns);
  }

  // `trial` 0: a cup that counts for nothing.
  Result<Act> act_out(const EventSpec& event, const Parameters& parameters, int trial, bool sham,
                      const AfterContact& after) {
    acting_ = true;
    if (!sham) unplanned_.act_begins();
    const ActSetting setting{
        loop_.bench, loop_.bench_file, outage_,          loop_.clock,   wait_, measure_,
        ask_,        loop_.last_heard, payment_unknown_, loop_.payments};
    auto act = sham ? do_sham(event, parameters, setting, after)
                    : do_event(event, parameters, setting, after);
    acting_ = false;
    if (!sham) books_.acted(event, parameters, act ? &*act : nullptr, trial);
    return act;
  }

  // A person did it at some time between question and answer: nothing that it caused is earlier.
  static void set_contact(const Act& act, Trial& trial) {
    trial.act_ns = act.contact.real_ns;
    if (!act.asked) return;
    trial.act_ns = act.asked->real_ns;
    trial.start_uncertainty_ns = act.contact.real_ns - act.asked->real_ns;
  }

  Result<OperatorAnswer> ask_operator(const OperatorStep& step, bool sham) {
    auto answer = ask(*loop_.attendant, step, loop_.clock, wait_, [&] {
      what_ = asked_text(step, sham);
      show(Progress::Phase::ask, nullptr);
    });
    what_.clear();
    return answer;
  }

  // The sensor is read in sham slots too: same host work, and a brew seen there was not ours.
  Result<Sighting> confirm(const EventSpec& event, const Bases& bases, const Act& act) {
    if (event.confirm.empty() || !act.silent.empty()) return Sighting();
    return confirm_act(event.confirm, bases, measure_, loop_.clock, wait_, act.contact.raw_ns);
  }

  // Where the watch sees the machine, it also knows a rinse from a brew.
  void judge(const Slot& slot, const EventSpec& event, const Act& act, const Sighting& confirmed,
             Trial& trial) const {
    if (!act.doubt.empty()) {
      trial.status = TrialStatus::excluded;
      trial.reason = act.doubt;
    } else if (slot.sham && confirmed.met && !unplanned_.can_see(event)) {
      trial.status = TrialStatus::excluded;
      trial.reason = "unaccounted-vend";
    } else if (!slot.sham && !act.silent.empty()) {
      trial.status = TrialStatus::unconfirmed;
      trial.reason = act.silent;
    } else if (!slot.sham && !confirmed.why_not.empty()) {
      trial.status = TrialStatus::unconfirmed;
      trial.reason = confirmed.why_not;
    }
  }

  // Absent: no sensor was asked.
  static std::optional<bool> seen(const EventSpec& event, const Act& act,
                                  const Sighting& sighting) {
    if (event.confirm.empty() || !act.silent.empty()) return std::nullopt;
    return sighting.met.has_value();
  }

  template <class Held>  // of the books, of the machine's identity
  Result<void> take(Result<Held> held) {
    if (!held) return pass_on(std::move(held));
    damage_.insert(damage_.end(), held->damage.begin(), held->damage.end());
    for (const std::string& reason : held->doubts) doubt(reason);
    return {};
  }

  void doubt(const std::string& reason) {
    if (std::ranges::find(reasons_, reason) == reasons_.end()) reasons_.push_back(reason);
  }

  // A device failed in mid-trial. The trial is the rig's loss; a bench that goes on failing, an
  // unplugged device or a tripped interlock ends the run.
  Result<void> after_fault(Trial trial, const Error& error) {
    if (auto lifted = lift(trial.trial); !lifted) return lifted;
    const std::int64_t now = loop_.clock.now().real_ns;
    if (trial.start_ns == 0) trial.start_ns = now;
    trial.end_ns = now;
    trial.status = TrialStatus::excluded;
    trial.reason = was_asked(error) ? "interrupted" : "rig-fault";
    const nlohmann::json body = {{"trial", trial.trial}, {"fault", error.message}};
    if (auto written = loop_.journal.append("outcome", body, Journal::Sync::yes); !written)
      return written;
    if (auto kept = keep(std::move(trial)); !kept) return kept;
    const bool passing = error.code == ErrorCode::timeout || error.code == ErrorCode::protocol;
    if (!passing || ++faults_ >= faults_in_a_row) return tl::unexpected(error);
    if (payment_unknown_)
      return fail(ErrorCode::unconfirmed,
                  "{}. It broke off a payment: nobody knows whether the machine counted it, so no "
                  "further payment is made. Look at the machine",
                  error.message);
    if (auto safe = loop_.bench.make_safe(); !safe) return pass_on(std::move(safe));
    return {};
  }

  // What the event's steps blocked and did not unblock ends with its trial, on every way out.
  Result<void> lift(int trial = 0) {
    auto lifted = outage_.lift();
    if (!lifted) return pass_on(std::move(lifted));
    if (lifted->is_null()) return {};
    nlohmann::json body = {{"action", "unblock"}};
    body.update(*lifted);
    if (trial != 0) body["after_trial"] = trial;
    return loop_.journal.append("outcome", std::move(body), Journal::Sync::no);
  }

  Result<void> write_intent(const Slot& slot) {
    const nlohmann::json body = {
        {"trial", slot.trial}, {"block", slot.block}, {"event", slot.event}, {"sham", slot.sham}};
    return loop_.journal.append("intent", body, Journal::Sync::yes);
  }

  Result<void> write_outcome(const EventSpec& event, const Trial& trial, const Act& act,
                             const Sighting& confirmed) {
    nlohmann::json body = {{"trial", trial.trial},
                           {"start_ns", trial.start_ns},
                           {"act_ns", *trial.act_ns},
                           {"act_raw_ns", act.contact.raw_ns},
                           {"steps", act.steps}};
    const bool asked = !event.confirm.empty() && act.silent.empty();
    body["confirmed_ns"] =
        confirmed.met ? nlohmann::json(confirmed.met->end.real_ns) : nlohmann::json(nullptr);
    if (asked) body["confirmed"] = bracket_json(confirmed.met);
    if (!confirmed.rises.empty()) body["rises"] = rises_json(confirmed.rises);
    return loop_.journal.append("outcome", std::move(body), Journal::Sync::no);
  }

  Result<void> keep(Trial trial) {
    if (trial.status == TrialStatus::excluded)
      damage_.push_back({trial.reason, trial.start_ns, trial.end_ns});
    trials_.push_back(std::move(trial));
    return loop_.trial_ended(trials_.back());
  }

  // Damage is decided from the rig's data alone, before any packet of the DUT is decoded.
  Result<void> take(const CaptureReport& report) {
    for (const CaptureDamage& damage : report.damage)
      damage_.push_back({damage.reason, damage.from_real_ns, damage.to_real_ns});
    return journal_capture(loop_.journal, report);
  }

  // A capture process that died is noticed within the interval, also in the middle of a trial.
  Result<void> watch() {
    watched_raw_ns_ = loop_.clock.now().raw_ns;
    if (loop_.capture == nullptr) return {};
    auto report = loop_.capture->poll();
    if (!report) {
      // Nothing says which packets reached the disk since the last sentinel.
      damage_.push_back({"capture-gap", settled_real_ns_, loop_.clock.now().real_ns});
      reasons_.emplace_back("capture-gap");
      return pass_on(std::move(report));
    }
    return take(*report);
  }

  Result<void> settle() {
    if (loop_.capture == nullptr) return {};
    const std::int64_t before = loop_.clock.now().real_ns;
    if (auto seen = loop_.capture->sentinel(); !seen) {
      if (auto watched = watch(); !watched) return watched;
      return seen;
    }
    if (auto watched = watch(); !watched) return watched;
    settled_real_ns_ = before;
    return {};
  }

  // Damage that the reserve made good is told by the exclusions; what is left casts doubt.
  void not_replaced() {
    reasons_.emplace_back("reserve-exhausted");
    tell_damage();
  }

  void tell_damage() {
    for (const Damage& damage : damage_) doubt(damage.reason);
  }

  int damaged_blocks() {
    apply_damage(trials_, damage_);
    return static_cast<int>(lost_blocks(trials_).size());
  }

  Result<void> wait_until(std::int64_t raw_ns) {
    while (true) {
      if (emergency())
        return fail(ErrorCode::interlock, "emergency stop: every output is cut at once");
      if (loop_.stop.load() >= stop_now)
        return fail(ErrorCode::interrupted, "stopped at once on request");
      if (auto guarded = tend(); !guarded) return guarded;
      const std::int64_t now = loop_.clock.now().raw_ns;
      if (now >= raw_ns) return {};
      // A key shows its effect at once, not only with the next trial.
      if (loop_.progress && (shown_.stop != loop_.stop.load() || shown_.pause != paused()))
        show(shown_);
      // Not in the middle of an act: a slow meter would lengthen the press.
      if (!acting_) {
        unplanned_.look(measure_, now);
        sampling_.look(now);
      }
      if (now - watched_raw_ns_ > watch_interval_ns)
        if (auto watched = watch(); !watched) return watched;
      loop_.clock.sleep_until(std::min(raw_ns, now + nap_ns));
    }
  }

  [[nodiscard]] bool emergency() const { return loop_.stop.load() >= stop_in_emergency; }
  // A person wanted this end; nothing failed.
  [[nodiscard]] bool was_asked(const Error& error) const {
    return error.code == ErrorCode::interrupted || emergency();
  }

  Result<void> tend() {
    if (!loop_.tend) return {};
    auto guarded = loop_.tend();
    if (!guarded) doubt("guardian-lost");
    return guarded;
  }

  std::string currency_of(const std::string& event) const {
    for (const auto& [name, parameter] : loop_.plan.design.events.at(event).parameters)
      if (parameter.money) return parameter.currency;
    return "";
  }

  void show(Progress::Phase phase, const Slot* slot) {
    if (!loop_.progress) return;
    Progress progress;
    progress.phase = phase;
    progress.done = static_cast<int>(trials_.size());
    progress.total = total_;
    progress.blocks = blocks_;
    progress.slot = slot;
    progress.what = what_;
    progress.block = slot == nullptr ? 0 : slot->block;
    progress.cups = allowance_.cups();
    progress.payments = allowance_.payments();
    const std::int64_t now = loop_.clock.now().raw_ns;
    if (slot != nullptr && first_slot_raw_ns_ == 0) first_slot_raw_ns_ = now;
    const int earlier = loop_.resumed ? static_cast<int>(loop_.resumed->trials.size()) : 0;
    if (progress.done > earlier && first_slot_raw_ns_ != 0)
      progress.left_ns =
          (now - first_slot_raw_ns_) / (progress.done - earlier) * (total_ - progress.done);
    if (total_ == 0) progress.left_ns = soak_left_ns_;
    show(progress);
  }
  void show(Progress progress) {
    progress.stop = loop_.stop.load();
    progress.pause = paused();
    shown_ = progress;
    loop_.progress(progress);
  }

  const Loop& loop_;
  Allowance allowance_;
  Wait wait_;
  Sampling sampling_;
  Measure measure_;
  AskOperator ask_;  // empty: nobody is there
  UnplannedWatch unplanned_;
  Service service_;
  Outage outage_;
  Bookkeeping books_;
  IdentityWatch identity_;
  bool acting_ = false;
  bool payment_unknown_ = false;  // a payment was begun, and nobody knows how it ended
  std::string what_;              // a person is asked to do
  std::vector<Trial> trials_;
  std::vector<Damage> damage_;
  std::vector<std::string> reasons_;
  std::optional<int> led_block_;
  std::optional<EarlyEnd> early_end_;
  Progress shown_;
  int faults_ = 0, total_ = 0, blocks_ = 0;
  std::size_t used_reserve_ = 0;
  std::int64_t watched_raw_ns_ = 0, settled_real_ns_ = 0, first_slot_raw_ns_ = 0;
  std::int64_t longest_block_ns_ = 0, soak_left_ns_ = 0;
};

}  // namespace

LoopResult run_loop(const Loop& loop) { return Run(loop).go(); }

}  // namespace brewproof
