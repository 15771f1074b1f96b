// Which TLS sessions were opened, and why others stay sealed, in words.
#include <fmt/core.h>

#include <map>

#include "results/inert_text.h"
#include "results/sentences.h"

namespace brewproof {
namespace {

constexpr std::size_t shown_random = 16;  // enough to find its line in a key log

std::string sessions_text(std::uint64_t count) {
  return fmt::format("{} session{}", count_text(count), count == 1 ? "" : "s");
}

/// "2 stay sealed (1 in part)" without its number.
std::string stay_sealed_text(std::uint64_t sessions, std::uint64_t partly) {
  return fmt::format("stay{} sealed{}", sessions == 1 ? "s" : "",
                     partly == 0          ? std::string()
                     : partly == sessions ? std::string(" in part")
                                          : fmt::format(" ({} in part)", count_text(partly)));
}

std::string place_text(const Findings& findings, const SealedSession& session) {
  std::string text =
      fmt::format("{} frame {}", capture_name(findings, session.first.file), session.first.frame);
  if (!session.client_random.empty())
    text += ", client random " + inert(session.client_random, shown_random);
  return text;
}

std::string logs_text(const std::vector<KeyLogRead>& logs) {
  std::string text;
  for (const KeyLogRead& log : logs) {
    if (log.bad_lines != 0)
      text += fmt::format("; {} line{} of {} could not be read, the first at {}",
                          count_text(log.bad_lines), log.bad_lines == 1 ? "" : "s",
                          inert(log.file, 120), inert(log.fault, 200));
    if (log.unknown_labels != 0)
      text += fmt::format("; {} line{} of {} with unknown labels {} passed over",
                          count_text(log.unknown_labels), log.unknown_labels == 1 ? "" : "s",
                          inert(log.file, 120), log.unknown_labels == 1 ? "was" : "were");
  }
  return text;
}

}  // namespace

std::string why_sealed_sentence(const std::string& word) {
  static const std::map<std::string, const char*> known = {
      {"no-key-log", "no key log was given"},
      {"not-in-key-log", "no key log has their secrets"},
      {"secret-missing", "the key log lacks a secret that they need"},
      {"wrong-secret", "the secret in the key log does not open them, or records are damaged"},
      {"unsupported-suite", "what they are sealed with cannot be opened here"},
      {"handshake-missing", "their handshake was not captured"},
      {"gap", "bytes of them were never captured"},
      {"inside-tls", "they run inside another TLS session"},
      {"quic", "QUIC is not opened: only its Initial packets are read"},
      {"dtls", "DTLS is not opened: only its handshake is read"},
      {"tuya-no-key", "Tuya, and no local key was given (TUYA_LOCAL_KEY in a key log)"},
      {"tuya-wrong-key", "Tuya, and none of the local keys that were given opens them"}};
  const auto found = known.find(word);
  return found == known.end() ? inert(word, 60) : found->second;
}

std::string tls_sentence(const Findings& findings) {
  const TlsSessions& tls = findings.analysis.tls;
  std::uint64_t seen = 0, opened = 0, sealed = 0, partly = 0;
  std::map<std::string, std::uint64_t> by_reason;
  for (const auto& [peer, tally] : tls.by_peer) {
    seen += tally.seen;
    opened += tally.opened;
    for (const auto& [why, kind] : tally.sealed) {
      sealed += kind.sessions;
      partly += kind.partly;
      by_reason[why] += kind.sessions;
    }
  }
  if (seen == 0 && tls.key_logs.empty()) return "";
  if (seen == 0) return "TLS: the captures hold no session" + logs_text(tls.key_logs) + ".";
  std::string text = fmt::format("TLS: {} of {} opened", count_text(opened), sessions_text(seen));
  if (sealed != 0) {
    std::vector<std::string> reasons;
    for (const auto& [why, sessions] : by_reason)
      reasons.push_back(by_reason.size() == 1 ? why_sealed_sentence(why)
                                              : fmt::format("{}: {}", count_text(sessions),
                                                            why_sealed_sentence(why)));
    text += fmt::format("; {} {}: {}", count_text(sealed), stay_sealed_text(sealed, partly),
                        list_text(reasons));
  }
  return text + logs_text(tls.key_logs) + ".";
}

std::vector<std::string> sealed_sentences(const Findings& findings) {
  std::vector<std::string> lines;
  for (const auto& [peer, tally] : findings.analysis.tls.by_peer)
    for (const auto& [why, sealed] : tally.sealed) {
      if (why == "no-key-log") continue;
      std::string line =
          fmt::format("{} with {} {}: {}", sessions_text(sealed.sessions),
                      destination_text({peer.name, peer.address, peer.port}),
                      stay_sealed_text(sealed.sessions, sealed.partly), why_sealed_sentence(why));
      if (!sealed.some.empty())
        line += fmt::format(" ({}{})", sealed.sessions > 1 ? "the first: " : "",
                            place_text(findings, sealed.some.front()));
      lines.push_back(std::move(line));
    }
  return lines;
}

}  // namespace brewproof
