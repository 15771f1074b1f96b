// What findings say in words and figures, the same in every rendering. All of it is inert text
// (results/inert_text.h); none of it depends on locale, time zone or the present time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rig/model/finding.h"
#include "rig/model/list_text.h"

namespace brewproof {

/// "4.2e-8", "0.013", "1"
[[nodiscard]] std::string probability_text(double p);
/// "17 %", "0.4 %"
[[nodiscard]] std::string percent_text(double share);
/// "41 ms", "2.5 s", "40 min"
[[nodiscard]] std::string span_text(std::int64_t ns);
/// "within 100 ms", "from 100 ms to 200 ms"
[[nodiscard]] std::string window_text(const Window& window);
/// 81234 -> "81 234" (with thin, unbreakable spaces)
[[nodiscard]] std::string count_text(std::uint64_t count);
/// "2025-10-09 08:53:20 UTC"
[[nodiscard]] std::string utc_text(std::int64_t real_ns);
/// "api.kiosk.example:80", "203.0.113.10:80"; a look-up and other port-less things without ":0"
[[nodiscard]] std::string destination_text(const Destination& destination);
/// The same without who sends: "api.example:443"
[[nodiscard]] std::string host_text(const Destination& destination);
/// "the machine", "the payment terminal"
[[nodiscard]] std::string sender_text(const Destination& destination);
/// A capture file by its number, as findings.json names it; "capture 3" where there is none.
[[nodiscard]] std::string capture_name(const Findings& findings, std::uint32_t file);

/// "PUBLISH kiosk/{}/m where type=brew": the message, and which of its kind. Inert, at most
/// `longest` bytes each.
[[nodiscard]] std::string message_text(const Finding& finding, std::size_t longest);

/// What a field carries: a parameter, "count of brew", "sum of amount"; "" = nothing of ours.
/// Inert.
[[nodiscard]] std::string carried_word(const FieldFinding& field);
/// "1 more with each", "105 bytes more with each": of a running total.
[[nodiscard]] std::string added_text(const FieldFinding& field);

/// "identity (serial)", "payment", "phone": what a field is data of, and which identity; "" =
/// nothing is known. Inert.
[[nodiscard]] std::string meaning_text(const Meaning& meaning);
/// "identity (serial), time": what the fields of such a message are data of, each once, in name
/// order; "" = nothing is known.
[[nodiscard]] std::string told_text(const Findings& findings, const Background& background);

/// "3 x POST /v1/order to api.example:80: HTTP chunk size is bad, at byte 30": what decoding met in
/// messages of the machine, the commonest first. In remark_sentences.cpp.
[[nodiscard]] std::vector<std::string> remark_sentences(const Findings& findings);

/// "89..100 %": what a rate may be.
[[nodiscard]] std::string interval_text(const RateInterval& rate);
/// "of pay 3 of 32 acts and 0 of 32 shams were lost (p 0.24)": of events of which trials were lost.
/// In damage_sentences.cpp.
[[nodiscard]] std::vector<std::string> damage_sentences(const Findings& findings);

/// The parameters that the fields of a finding carry, each once, in name order.
[[nodiscard]] std::vector<std::string> carried_parameters(const Finding& finding);

/// What of an event was not seen, with its bound: the word "never" is not used.
[[nodiscard]] std::string none_sentence(const NoneSeen& none);
/// "sampled at 30 % (4 of 20 were found)", "delayed, as one more PUBLISH a/{}/hb to b.example:1883
/// (...)". In spike_sentences.cpp.
[[nodiscard]] std::string spike_text(const SpikeRecovery& spike);
/// What an event's "none seen" does not cover, as far as that was measured; "" = it was not.
[[nodiscard]] std::string not_covered_sentence(const NoneSeen& none);
/// "watched: ethernet; not watched: wifi (blocked)". "" where the run names no paths.
[[nodiscard]] std::string paths_sentence(const FindingsRun& run);
/// "run 7 of 9 with this procedure on this machine; of the others 6 completed, 2 were aborted". ""
/// where nobody kept count.
[[nodiscard]] std::string history_sentence(const FindingsRun& run);
/// "0 of 16 decline (p 4.2e-8), 16 of 16 sale (p 1)": the message after the acts of other events;
/// "" = there are none.
[[nodiscard]] std::string contrast_text(const Finding& finding);
/// "Acts: 32 commanded, 32 accepted, 16 reported by the device, 32 confirmed by a sensor, 32 booked
/// by the machine"; "" = nothing was done.
[[nodiscard]] std::string actuation_sentence(const FindingsRun& run);
/// "payment terminal replaced; its own emissions not tested", or that it is real and what it sends
/// told apart or not; "" = the bench file does not say.
[[nodiscard]] std::string payment_sentence(const FindingsRun& run);
/// "header:user-agent said kiosk/2.1.7, and kiosk/2.2.0 from 2026-11-28 14:02:11 UTC on"; "" = it
/// is one machine all along.
[[nodiscard]] std::string machine_sentence(const FindingsRun& run);
/// "The machine started anew during the run: 2026-11-28 14:02:11 UTC (POST /v1/devices)"; "" = it
/// did not, as far as is known.
[[nodiscard]] std::string restarts_sentence(const FindingsRun& run);
/// "Which machine, all along: service port EF532M V02.03, service (6 times)"; "" = nobody asked.
[[nodiscard]] std::string identity_sentence(const FindingsRun& run);
/// What the machine's books say, read in the run, and each reading that disagrees with the acts;
/// none where they were not read. In books_sentences.cpp.
[[nodiscard]] std::vector<std::string> books_sentences(const FindingsRun& run);
/// "1 stop for service, 4 min in all, 3 messages of the machine in it, told apart"; "" = none.
[[nodiscard]] std::string stops_sentence(const FindingsRun& run);
/// "Stop for service, 4 min: refill beans by Anna, espresso for no score; 3 messages of the
/// machine".
[[nodiscard]] std::string stop_sentence(const Stop& stop);
/// "the machine was used twice where no act was assigned (peak 1240 W): block 2 was lost; once it
/// rinsed or heated by itself"; "" = never.
[[nodiscard]] std::string unplanned_sentence(const FindingsRun& run);
/// "2 pauses, 4 min in all, 12 messages of the machine in them, told apart"; "" = none.
[[nodiscard]] std::string pauses_sentence(const FindingsRun& run);
/// "stopped after block 3 of 6: 12 cups saved. ...", with what that means for the numbers; "" = it
/// did not end early. In early_end_sentence.cpp.
[[nodiscard]] std::string early_end_sentence(const FindingsRun& run);
/// "TLS led through a proxy with a certificate of the bench; accepted for: ...; REFUSED by the
/// machine for: ..."; "" = the bench has no gateway.
[[nodiscard]] std::string gateway_sentence(const FindingsRun& run);
/// A line for each server: "api.example:443: 12 of 12 acts were followed by traffic where TLS was
/// opened and 4 of 4 where it was let be, ...". None where no block was let be.
[[nodiscard]] std::vector<std::string> interception_sentences(const FindingsRun& run);
/// A line for each claim of an earlier run that was asked again: "F1: pay sends POST /v1/order to
/// api.example:80: CONFIRMED, 8 of 8 acts and 0 of 8 shams ...".
[[nodiscard]] std::vector<std::string> confirmation_sentences(const Findings& findings);
/// A line for each difference from the earlier run: "RED: pay no longer sends POST /v1/order to
/// api.example:80 (F1 of that run), ...", "doubtful: ...". In regression_sentences.cpp.
[[nodiscard]] std::vector<std::string> regression_sentences(const Regression& regression);
[[nodiscard]] std::string red_line_sentence(const RedLine& line);
/// "every 60 s, 1.2 s more or less, 30 times"; "once": how often a kind of message came. In
/// soak_sentences.cpp.
[[nodiscard]] std::string recurrence_text(const Recurrence& kind);
/// "every 30 s, 0.2 s more or less, in 38 of 40 gaps", "after each connect: within 1 s in 7 of 7
/// connections": what explains messages that no event caused. In soak_sentences.cpp.
[[nodiscard]] std::string background_text(const BackgroundBytes& of);
/// "background: 62 s", "idle: 62 s", "jitter: 14 s": lines for a procedure's design. None where
/// nothing came often enough.
[[nodiscard]] std::vector<std::string> design_lines(const Soak& soak);
/// What the measurement leaves open; "" = nothing.
[[nodiscard]] std::string soak_limits(const Soak& soak);
/// "bench commissioned 2026-11-28 08:02:30 UTC by lab", "bench not commissioned: ..."; "" = the run
/// does not say.
[[nodiscard]] std::string commissioned_sentence(const FindingsRun& run);
/// "Second opinion: tshark 4.0.17 reads 2 of 310 messages otherwise (2 http requests); ...", or why
/// there is none; "" = not told. In opinion_sentences.cpp.
[[nodiscard]] std::string opinion_sentence(const Findings& findings);
/// "http requests, capture/0001.pcapng frame 12: GET /a here, GET /b there".
[[nodiscard]] std::string difference_sentence(const Findings& findings, const Opinion& opinion,
                                              const Difference& difference);
/// "TLS: 3 of 5 sessions were opened; 2 stay sealed (the key log has no secret of them); ..."; ""
/// where the captures hold no session and no key log was given. In tls_sentences.cpp.
[[nodiscard]] std::string tls_sentence(const Findings& findings);
/// A line for each destination and reason: "2 sessions with api.example:443 stay sealed: the key
/// log has no secret of them (capture/0001.pcapng frame 12, client random 5f3a...)". Where no key
/// log was given there is nothing to look into: none.
[[nodiscard]] std::vector<std::string> sealed_sentences(const Findings& findings);
/// What the captures leave in doubt, a line each: where the decoder died, which other addresses the
/// machine sent from. In capture_sentences.cpp.
[[nodiscard]] std::vector<std::string> capture_sentences(const Findings& findings);
/// Of an action log that was made elsewhere: how its clock was held against the captures', what is
/// odd about it. None for a run of ours. In log_sentences.cpp.
[[nodiscard]] std::vector<std::string> log_sentences(const Findings& findings);
/// "brew has no sham to compare it with (32 acts)", "of pay 2 acts and 2 shams are left: ...". In
/// log_sentences.cpp.
[[nodiscard]] std::string unprovable_sentence(const Unprovable& event);
/// Is its latency as wrong as two clocks are apart that nobody compared?
[[nodiscard]] bool latency_is_unchecked(const Finding& finding);
/// Why a session stays sealed: "gap" -> "bytes were never captured". The word itself where it is
/// not known.
[[nodiscard]] std::string why_sealed_sentence(const std::string& word);
/// What a reason code means: "unconfirmed" -> "acts were not confirmed ...". The code itself where
/// it is not known.
[[nodiscard]] std::string reason_sentence(const std::string& code);
/// All codes that have such a sentence, with it; results/reason-codes.md has the same.
using ReasonCode = std::pair<std::string_view, std::string_view>;
[[nodiscard]] std::span<const ReasonCode> reason_codes();
/// What a finding's grade means.
[[nodiscard]] std::string grade_sentence(const Finding& finding);

/// The whole result in one line.
struct Headline {
  enum class Tone { good, neutral, doubtful, bad };
  Tone tone = Tone::neutral;
  std::string word;  // "3 emissions proven", "none proven", "INCONCLUSIVE", "aborted"
  std::string text;
};
[[nodiscard]] Headline headline(const Findings& findings);

}  // namespace brewproof
