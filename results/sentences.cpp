#include "results/sentences.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "results/inert_text.h"
#include "results/report.h"

namespace brewproof {
namespace {

// " Example T1, serial T0001"; what the bench file does not say is left out.
std::string terminal_text(const std::string& terminal_json) {
  const nlohmann::json terminal = nlohmann::json::parse(terminal_json);
  std::string text;
  for (const char* key : {"maker", "model"})
    if (terminal.contains(key)) text += " " + inert(terminal[key].get<std::string>(), 60);
  if (terminal.contains("serial"))
    text += ", serial " + inert(terminal["serial"].get<std::string>(), 60);
  return text;
}

constexpr double significant = 0.01;  // a difference that interception makes

// Reason codes of design.md section 3 and of the analysis.
constexpr auto reasons = std::to_array<ReasonCode>(
    {{"capture-gap", "packets are missing, so what was not seen may have been sent"},
     {"clock-step", "the station's clock was stepped during the run"},
     {"unconfirmed", "acts were not confirmed: the machine may not have done what was asked"},
     {"not-tried", "the procedure never did it"},
     {"path-unobserved", "the machine has a network path that nobody watched"},
     {"unaccounted-vend",
      "the machine acted where the rig had not asked it to, or its books say so"},
     {"terminal-replaced", "the payment terminal was emulated, and its own emissions not tested"},
     {"books-unread", "the machine's books could not be read after the last acts"},
     {"unplanned-act", "somebody used the machine where no act was assigned"},
     {"not-quiet", "the machine went on talking where the procedure waits until it is quiet"},
     {"terminal-unidentified",
      "what the payment terminal sends cannot be told from the machine's: the bench file names "
      "neither its MAC nor its address"},
     {"payment-unstated",
      "the bench file does not say whether the payment terminal is real or emulated"},
     {"firmware-changed", "the machine's firmware changed during the run"},
     {"machine-restarted", "the machine started anew during the run"},
     {"identity-unread", "the machine did not tell again who it is"},
     {"no-power", "the machine drew no power"},
     {"cut-off", "the run was cut off before its end"},
     {"journal-damaged", "the journal is damaged from a certain line on"},
     {"capture-damaged", "a capture file is damaged and was read up to the damage"},
     {"decoder-died",
      "the decoder ended in the middle of the captures, and what it had not read is in no finding"},
     {"link-unread", "packets of a link type that is not read are in the captures"},
     {"messages-folded", "a flow has more messages than are told one by one"},
     {"byte-ledger", "the machine's bytes do not add up by class: a defect of this program"},
     {"capture-changed", "a capture file is not the one that was journalled"},
     {"capture-missing", "a capture file that was journalled is not there"},
     {"dut-not-seen", "no packet of the machine is in the capture"},
     {"dut-elsewhere",
      "the machine, named by an IP address, sent from others, too, or another one from its own"},
     {"rig-fault", "a device of the bench failed"},
     {"rig_fault", "the bench or this station failed before the end of the plan"},
     {"aborted", "a person stopped the run before the end of its plan"},
     {"partial", "the run was cut off before its end"},
     {"too-few-trials", "too few trials are left to prove anything"},
     {"too-few-draws", "too few draws of the lots to prove anything: raise design.draws"},
     {"no-trials", "no trial is left"},
     {"clock-unchecked",
      "nothing shows that log and captures have one clock, so latencies are off by as much as the "
      "clocks are, and what was not seen may have been sent"},
     {"log-elsewhere", "no trial of the log lies within the time of the captures"},
     {"stop-undecided",
      "the run was stopped as decided, and its captures do not show that everything was"},
     {"no-sham", "an event has no sham to compare it with"},
     {"interrupted", "a person stopped the run"},
     {"guardian-fired",
      "the guardian had to make the outputs safe (guardian.log in the run folder says why)"},
     {"guardian-lost", "the guardian ended, and the run was stopped for it"},
     {"emergency-stop", "a person cut all outputs at once"},
     {"reserve-exhausted", "damaged blocks could not be replaced from the reserve"},
     {"lost-trials",
      "the trials that the rig lost could have taken it back: it is to be confirmed"},
     {"second-opinion-differs", "a second decoder reads these messages otherwise"},
     {"one-opinion", "its content was read by the second decoder alone"},
     {"untouched", "the gateway left these blocks untouched, to see what interception changes"},
     {"tls-refused",
      "the machine refused the gateway's certificate, so the content stays sealed"}});

std::string trials_text(const Finding& finding, const Timing& timing) {
  const std::string event = inert(finding.event);
  std::string text =
      fmt::format("In {} of {} {} trials", timing.event_hits, timing.event_trials, event);
  if (finding.against.empty())
    text += " (no sham arm to compare with)";
  else
    text += fmt::format(", and in {} of {} sham {} trials,", timing.sham_hits, timing.sham_trials,
                        event);
  return text;
}

// What p is of, where the counts alone would not give it.
std::string counted_text(const Finding& finding, const Scored& counted) {
  if (counted.every > 1)
    return fmt::format(" {} of them came with {} number {} since the one before.", counted.count,
                       counted.all_events ? "act of whatever event" : inert(finding.event),
                       counted.every);
  return fmt::format(
      " The windows of neighbouring trials overlap: paired one to one, {} {} trials have a message "
      "of their own.",
      counted.count, inert(finding.event));
}

std::string content_text(const Finding& finding) {
  std::vector<std::string> carried;
  for (const std::string& parameter : carried_parameters(finding)) {
    int matched = 0, of = 0;
    for (const FieldFinding& field : finding.fields)
      if (carried_word(field) == parameter && field.matched >= matched) {
        matched = field.matched;
        of = field.of;
      }
    carried.push_back(of > 0 ? fmt::format("{} ({} of {})", parameter, matched, of) : parameter);
  }
  return list_text(carried);
}

// Of times in which nothing counts: pauses, stops.
template <class Time>
std::string told_apart(const std::vector<Time>& times) {
  std::int64_t ns = 0;
  std::uint64_t messages = 0;
  for (const Time& time : times) {
    ns += time.to_ns - time.from_ns;
    messages += time.messages;
  }
  return fmt::format("{} in all, {} message{} of the machine in {}, told apart", span_text(ns),
                     count_text(messages), messages == 1 ? "" : "s",
                     times.size() == 1 ? "it" : "them");
}

}  // namespace

std::string probability_text(double p) {
  if (!(p > 0)) return "0";
  if (p >= 0.01) return fmt::format("{:.2g}", p);
  std::string text = fmt::format("{:.1e}", p);
  const std::size_t e = text.find('e');
  std::size_t digit = e + 2;  // behind the sign
  while (digit + 1 < text.size() && text[digit] == '0') text.erase(digit, 1);
  return text;
}

std::string percent_text(double share) {
  const double percent = share * 100;
  return fmt::format("{:.{}f} %", percent, percent > 0 && percent < 1 ? 1 : 0);
}

std::string span_text(std::int64_t ns) {
  const double ms = static_cast<double>(ns) / 1e6;
  const double size = std::fabs(ms);
  if (size < 10 && ns % 1'000'000 != 0) return fmt::format("{:.1f} ms", ms);
  if (size < 1000) return fmt::format("{:.0f} ms", ms);
  if (size < 120'000) return fmt::format("{:.3g} s", ms / 1000);
  return fmt::format("{:.3g} min", ms / 60'000);
}

std::string window_text(const Window& window) {
  if (window.begin_ns == 0) return "within " + span_text(window.end_ns);
  return fmt::format("from {} to {}", span_text(window.begin_ns), span_text(window.end_ns));
}

std::string count_text(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3 && text.size() > 4; at -= 3)
    text.insert(at - 3, "\u202f");
  if (text.starts_with("\u202f")) text.erase(0, std::string_view("\u202f").size());
  return text;
}

std::string utc_text(std::int64_t real_ns) {
  using namespace std::chrono;
  const sys_seconds time(floor<seconds>(nanoseconds(real_ns)));
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string capture_name(const Findings& findings, std::uint32_t file) {
  const auto& captures = findings.run.captures;
  return file < captures.size() ? inert(captures[file].file) : fmt::format("capture {}", file);
}

std::string sender_text(const Destination& destination) {
  return destination.from_terminal ? "the payment terminal" : "the machine";
}

std::string host_text(const Destination& destination) {
  const std::string host = !destination.name.empty()      ? inert(destination.name)
                           : !destination.address.empty() ? inert(destination.address)
                                                          : "an unknown host";
  return destination.port == 0 ? host : fmt::format("{}:{}", host, destination.port);
}

std::string destination_text(const Destination& destination) {
  return host_text(destination) + (destination.from_terminal ? " (from the payment terminal)" : "");
}

std::string carried_word(const FieldFinding& field) {
  return field.kind == FieldKind::stimulus ? inert(field.parameter) : inert(field.carries);
}

std::string added_text(const FieldFinding& field) {
  const bool sum = field.carries.starts_with("sum");
  if (field.path == "size") return fmt::format("{:.4g} bytes more with each", field.each);
  return fmt::format("{:.4g} more with each{}", field.each, sum ? " unit" : "");
}

std::vector<std::string> carried_parameters(const Finding& finding) {
  std::set<std::string> names;
  for (const FieldFinding& field : finding.fields)
    if (const std::string word = carried_word(field); !word.empty()) names.insert(word);
  return {names.begin(), names.end()};
}

std::string message_text(const Finding& finding, std::size_t longest) {
  std::string text = inert(finding.message, longest);
  if (finding.node) text += " where " + inert(*finding.node, longest);
  return text;
}

std::string sentence(const Finding& finding) {
  const std::string message = message_text(finding, 200);
  const std::string destination = host_text(finding.destination);
  const std::string sender = sender_text(finding.destination);
  const std::string content = content_text(finding);
  std::string text;
  if (!finding.timing) {
    text = fmt::format("T{}'s message {} to {}, which comes anyway, ", sender.substr(1), message,
                       destination);
    return text + (content.empty() ? fmt::format("changed with {}.", inert(finding.event))
                                   : fmt::format("carried, of the {} trials, their {}.",
                                                 inert(finding.event), content));
  }
  const Timing& timing = *finding.timing;
  text = trials_text(finding, timing);
  text += fmt::format(" {} sent {} to {} {} of the act; {} {}.", sender, message, destination,
                      window_text(timing.window),
                      timing.e_value ? "bets on the lots ever earn as much by luck with a "
                                       "probability of at most"
                                     : "lots alone do this with probability",
                      probability_text(timing.p));
  if (timing.counted) text += counted_text(finding, *timing.counted);
  if (!content.empty())
    text += fmt::format(" The message carried what was drawn for its trial: {}.", content);
  return text;
}

std::string none_sentence(const NoneSeen& none) {
  std::string text = fmt::format(
      "In {} {} trials no message was proven to follow {} rather than its sham, up to {} after the "
      "act. A message that came in none of them comes in less than {} of such acts ({} "
      "confidence).",
      none.trials, inert(none.event), inert(none.event), span_text(none.horizon_ns),
      percent_text(none.upper_bound), percent_text(none.confidence));
  if (const std::string open = not_covered_sentence(none); !open.empty()) text += " " + open;
  for (const std::string& reason : none.reasons)
    text += " INCONCLUSIVE: " + reason_sentence(reason) + ".";
  return text;
}

std::string paths_sentence(const FindingsRun& run) {
  std::vector<std::string> watched, others;
  for (const auto& [path, state] : run.paths) {
    if (state == "captured")
      watched.push_back(inert(path));
    else
      others.push_back(fmt::format("{} ({})", inert(path), inert(state)));
  }
  std::string text;
  if (!watched.empty()) text = "watched: " + list_text(watched);
  if (!others.empty()) text += (text.empty() ? "" : "; ") + ("not watched: " + list_text(others));
  return text;
}

std::string history_sentence(const FindingsRun& run) {
  if (!run.history) return "";
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> fates = {
      {{"completed", "completed"},
       {"inconclusive", "INCONCLUSIVE"},
       {"aborted", "aborted"},
       {"partial", "cut off"},
       {"rig_fault", "ended by a fault of the rig"}}};
  std::string text = fmt::format("run {} of {} with this procedure on this machine",
                                 run.history->number, run.history->of);
  std::vector<std::string> others;
  for (const auto& [outcome, count] : run.history->became) {
    const auto known = std::ranges::find(fates, outcome, &decltype(fates)::value_type::first);
    others.push_back(
        fmt::format("{} {}", count, known == fates.end() ? inert(outcome, 40) : known->second));
  }
  if (!others.empty()) text += "; of the others: " + list_text(others);
  return text;
}

std::string actuation_sentence(const FindingsRun& run) {
  ActuationCount all;
  for (const ActuationCount& count : run.actuation) {
    if (count.arm.starts_with("sham of ")) continue;
    all.commanded += count.commanded;
    all.reported += count.reported;
    all.unreported += count.unreported;
    all.confirmed += count.confirmed;
    all.unconfirmed += count.unconfirmed;
    all.accepted += count.accepted;
    all.booked += count.booked;
    all.unbooked += count.unbooked;
  }
  if (all.commanded == 0) return "";
  std::string text = fmt::format("Acts: {} commanded", all.commanded);
  if (all.accepted > 0) text += fmt::format(", {} accepted", all.accepted);
  text += fmt::format(", {} reported by the device", all.reported);
  if (all.unreported > 0) text += fmt::format(" ({} have no read-back)", all.unreported);
  if (all.confirmed + all.unconfirmed == 0)
    text += ", no sensor asked";
  else
    text += fmt::format(", {} confirmed by a sensor", all.confirmed);
  if (all.unconfirmed > 0) text += fmt::format(" ({} not)", all.unconfirmed);
  if (all.booked + all.unbooked > 0) text += fmt::format(", {} booked by the machine", all.booked);
  if (all.unbooked > 0) text += fmt::format(" ({} not)", all.unbooked);
  return text;
}

std::string contrast_text(const Finding& finding) {
  std::vector<std::string> others;
  others.reserve(finding.contrasts.size());
  for (const Contrast& contrast : finding.contrasts)
    others.push_back(fmt::format("{} of {} {} (p {})", contrast.hits, contrast.trials,
                                 inert(contrast.event, 40), probability_text(contrast.p_adjusted)));
  return list_text(others);
}

std::string payment_sentence(const FindingsRun& run) {
  if (run.payment == "emulated") return "payment terminal replaced; its own emissions not tested";
  if (run.payment != "real") return "";
  if (run.terminal_json.empty())
    return "real payment terminal; what it sends cannot be told from the machine's";
  return "real payment terminal" + terminal_text(run.terminal_json) +
         "; what it sends is told apart";
}

std::string machine_sentence(const FindingsRun& run) {
  std::vector<std::string> changes;
  changes.reserve(run.machine_changes.size());
  for (const MachineChange& change : run.machine_changes)
    changes.push_back(fmt::format("{} said {}, and {} from {} on", inert(change.path, 80),
                                  inert(change.from, 60), inert(change.to, 60),
                                  utc_text(change.time_ns)));
  return changes.empty() ? "" : "The machine became another one: " + list_text(changes);
}

std::string restarts_sentence(const FindingsRun& run) {
  std::vector<std::string> starts;
  starts.reserve(run.restarts.size());
  for (const MachineRestart& restart : run.restarts)
    starts.push_back(fmt::format("{} ({})", utc_text(restart.time_ns), inert(restart.message, 80)));
  return starts.empty() ? "" : "The machine started anew during the run: " + list_text(starts);
}

std::string identity_sentence(const FindingsRun& run) {
  std::vector<std::string> told;
  told.reserve(run.identity_probes.size());
  for (const IdentityProbe& probe : run.identity_probes)
    told.push_back(fmt::format("{} {}{} ({})", inert(probe.probe, 40), inert(probe.says, 60),
                               probe.of.empty() ? "" : ", " + inert(probe.of, 60),
                               probe.times == 1 ? "once" : fmt::format("{} times", probe.times)));
  return told.empty() ? "" : "Which machine, all along: " + list_text(told);
}

std::string pauses_sentence(const FindingsRun& run) {
  if (run.pauses.empty()) return "";
  return fmt::format("{} pause{}, {}", run.pauses.size(), run.pauses.size() == 1 ? "" : "s",
                     told_apart(run.pauses));
}

std::string stops_sentence(const FindingsRun& run) {
  if (run.stops.empty()) return "";
  return fmt::format("{} stop{} for service, {}", run.stops.size(),
                     run.stops.size() == 1 ? "" : "s", told_apart(run.stops));
}

std::string stop_sentence(const Stop& stop) {
  std::string text = fmt::format("Stop for service, {}: {}", span_text(stop.to_ns - stop.from_ns),
                                 inert(list_text(stop.tasks), 200));
  if (!stop.operator_name.empty()) text += " by " + inert(stop.operator_name, 60);
  if (!stop.cups.empty())
    text += fmt::format(", {} for no score", inert(list_text(stop.cups), 100));
  return text + fmt::format("; {} message{} of the machine", count_text(stop.messages),
                            stop.messages == 1 ? "" : "s");
}

std::string unplanned_sentence(const FindingsRun& run) {
  const Unplanned* strongest = nullptr;
  std::size_t used = 0, by_itself = 0;
  std::vector<std::string> blocks;
  for (const Unplanned& act : run.unplanned) {
    if (act.by_itself) {
      ++by_itself;
      continue;
    }
    ++used;
    if (strongest == nullptr || act.peak > strongest->peak) strongest = &act;
    if (const std::string block = act.block ? std::to_string(*act.block) : "";
        !block.empty() && std::ranges::find(blocks, block) == blocks.end())
      blocks.push_back(block);
  }
  const auto times = [](std::size_t count) {
    return count == 1 ? std::string("once") : fmt::format("{} times", count);
  };
  std::string text;
  if (strongest != nullptr) {
    text = fmt::format("the machine was used {} where no act was assigned ({})", times(used),
                       strongest->unit.empty() ? inert(strongest->control, 60)
                                               : fmt::format("at most {:.0f} {}", strongest->peak,
                                                             inert(strongest->unit, 10)));
    if (!blocks.empty())
      text += fmt::format(": block{} {} {} lost", blocks.size() == 1 ? "" : "s", list_text(blocks),
                          blocks.size() == 1 ? "was" : "were");
  }
  if (by_itself > 0)
    text += fmt::format("{}it worked {} by itself, as the bench file describes it",
                        text.empty() ? "" : "; ", times(by_itself));
  return text;
}

std::string gateway_sentence(const FindingsRun& run) {
  if (!run.tls_gateway) return "";
  const TlsGateway& gateway = *run.tls_gateway;
  if (gateway.mode == "endpoint") return "TLS opened with the keys of the bench's own endpoints";
  if (gateway.mode != "intercept") return "TLS left as it is";
  std::map<std::string, std::vector<std::string>> by_treatment;
  for (const TlsDestination& each : gateway.destinations) {
    std::string place = inert(each.destination, 80);
    if (!each.reason.empty()) place += " (" + inert(each.reason, 120) + ")";
    by_treatment[each.treatment].push_back(std::move(place));
  }
  std::string text = "TLS led through a proxy with a certificate of the bench";
  const auto add = [&](const char* treatment, const char* words) {
    if (!by_treatment[treatment].empty())
      text += fmt::format("; {}: {}", words, list_text(by_treatment[treatment]));
  };
  add("opened", "accepted for");
  add("refused", "REFUSED by the machine for");
  add("passed", "let be");
  if (gateway.destinations.empty()) text += "; no connection came";
  if (!gateway.passive_blocks.empty()) {
    std::vector<std::string> blocks;
    blocks.reserve(gateway.passive_blocks.size());
    for (const int block : gateway.passive_blocks) blocks.push_back(std::to_string(block));
    text +=
        fmt::format("; block{} {} not touched", blocks.size() == 1 ? "" : "s", list_text(blocks));
  }
  return text;
}

std::vector<std::string> interception_sentences(const FindingsRun& run) {
  std::vector<std::string> lines;
  if (!run.tls_gateway) return lines;
  const auto a_block = [](const InterceptionSide& side) {
    return side.blocks == 0 ? 0.0 : static_cast<double>(side.connections) / side.blocks;
  };
  for (const InterceptionEffect& effect : run.tls_gateway->effects) {
    const InterceptionSide &touched = effect.touched, &untouched = effect.untouched;
    lines.push_back(fmt::format(
        "{}: {} of {} acts were followed by traffic where TLS was opened and {} of {} where it was "
        "let be, with {:.1f} and {:.1f} connections a block: {} (p {}, and the draw of {} in {} "
        "blocks can show {} at best)",
        inert(effect.destination, 80), touched.followed, touched.acts, untouched.followed,
        untouched.acts, a_block(touched), a_block(untouched),
        effect.p <= significant ? "INTERCEPTION CHANGES WHAT THE MACHINE DOES"
                                : "no difference shown",
        probability_text(effect.p), untouched.blocks, touched.blocks + untouched.blocks,
        probability_text(effect.least_p)));
  }
  return lines;
}

std::vector<std::string> confirmation_sentences(const Findings& findings) {
  std::vector<std::string> lines;
  for (const Confirmation& one : findings.confirmations) {
    const ClaimToConfirm& claim = one.claim;
    std::string text =
        fmt::format("{}: {} sends {}{} to {}: ", inert(claim.id, 16), inert(claim.event, 40),
                    inert(claim.message, 120), claim.node ? " where " + inert(*claim.node, 80) : "",
                    destination_text(claim.destination));
    text += one.verdict == "confirmed"       ? "CONFIRMED"
            : one.verdict == "not_confirmed" ? "NOT CONFIRMED"
                                             : "INCONCLUSIVE, " + reason_sentence(one.reason);
    if (one.timing)
      text +=
          fmt::format(", {} of {} acts and {} of {} shams {}, p {}, with Holm's rule {}",
                      one.timing->event_hits, one.timing->event_trials, one.timing->sham_hits,
                      one.timing->sham_trials, window_text(one.timing->window),
                      probability_text(one.timing->p), probability_text(one.timing->p_adjusted));
    lines.push_back(std::move(text));
  }
  return lines;
}

std::string commissioned_sentence(const FindingsRun& run) {
  if (!run.commissioned) return "";
  if (!run.commissioned->at_ns)
    return "bench not commissioned: " + inert(run.commissioned->by, 300);
  return fmt::format("bench commissioned {} by {}", utc_text(*run.commissioned->at_ns),
                     inert(run.commissioned->by, 60));
}

std::span<const ReasonCode> reason_codes() { return reasons; }

std::string reason_sentence(const std::string& code) {
  for (const auto& [known, meaning] : reasons)
    if (known == code) return std::string(meaning);
  return inert(code);
}

namespace {

bool told_by_length_alone(const Finding& finding) {
  bool told = false;
  for (const FieldFinding& field : finding.fields) {
    if (carried_word(field).empty()) continue;
    if (field.path != "size") return false;
    told = true;
  }
  return told;
}

}  // namespace

std::string grade_sentence(const Finding& finding) {
  switch (finding.grade) {
    case 'A':
      return "caused by the event, and its content was read";
    case 'B':
      if (told_by_length_alone(finding))
        return "caused by the event; its content is sealed, and its length alone tells " +
               list_text(carried_parameters(finding));
      if (!carried_parameters(finding).empty())
        return "caused by the event; what its content says is in doubt";
      return "caused by the event; its content is sealed or says nothing of it";
    default:
      return "a candidate or an association, not proven";
  }
}

namespace {

std::string outcome_word(const std::string& outcome) {
  if (outcome == "rig_fault") return "RIG FAULT";
  if (outcome == "aborted") return "STOPPED";
  if (outcome == "partial") return "PARTIAL";
  return inert(outcome);
}

}  // namespace

namespace {

// What the findings know more of than the code: which events, and how many trials.
std::vector<std::string> texts_of_reason(const Findings& findings, const std::string& code) {
  std::vector<std::string> texts;
  for (const Unprovable& event : findings.unprovable)
    if (event.reason == code) texts.push_back(unprovable_sentence(event));
  if (texts.empty()) texts.push_back(reason_sentence(code));
  return texts;
}

// Sentences with commas of their own.
std::string why_doubtful(const Findings& findings) {
  std::string why;
  for (const std::string& code : findings.run.reasons)
    for (const std::string& text : texts_of_reason(findings, code))
      why += (why.empty() ? "" : "; ") + text;
  return why;
}

}  // namespace

Headline headline(const Findings& findings) {
  const FindingsRun& run = findings.run;
  const std::string why = why_doubtful(findings);
  std::set<std::string> proven, without;
  for (const Finding& finding : findings.findings) proven.insert(inert(finding.event));
  for (const NoneSeen& none : findings.none) without.insert(inert(none.event));
  const std::size_t count = findings.findings.size();
  const std::string found =
      count == 0 ? "no emission proven"
                 : fmt::format("{} emission{} proven, of {}", count, count == 1 ? "" : "s",
                               list_text({proven.begin(), proven.end()}));
  if (run.outcome != "completed" && !run.outcome.empty())
    return {Headline::Tone::bad, outcome_word(run.outcome),
            (why.empty() ? "the run did not go to its end" : why) + "; " + found};
  if (!run.reasons.empty() || run.verdict == "INCONCLUSIVE")
    return {Headline::Tone::doubtful, "INCONCLUSIVE", why + "; " + found};
  if (count > 0) return {Headline::Tone::good, "PROVEN", found};
  if (findings.soak)
    return {Headline::Tone::neutral, "MEASURED",
            fmt::format("{} kinds of messages in {} without any act", findings.soak->kinds.size(),
                        span_text(findings.soak->lasted_ns))};
  return {Headline::Tone::neutral, "NONE PROVEN",
          without.empty() ? "no emission proven"
                          : "none seen of " + list_text({without.begin(), without.end()}) +
                                ", with the bounds below"};
}

}  // namespace brewproof
