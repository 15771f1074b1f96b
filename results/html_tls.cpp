// The TLS sessions of the captures: opened or sealed, with whom, and why.
#include <fmt/core.h>

#include "results/html_parts.h"
#include "results/inert_text.h"
#include "results/sentences.h"

namespace brewproof {
namespace {

constexpr std::size_t shown_random = 16;  // enough to find its line in a key log

std::string where(const Findings& findings, const TlsSealed& sealed) {
  std::string out;
  for (const SealedSession& session : sealed.some) {
    out += fmt::format("{}{} frame {}", out.empty() ? "" : "<br>",
                       capture_code(findings, session.first.file), session.first.frame);
    if (!session.client_random.empty())
      out += ", client random " + code(session.client_random, shown_random);
  }
  if (sealed.sessions > sealed.some.size())
    out += fmt::format("<br>and {} more", count_text(sealed.sessions - sealed.some.size()));
  return out;
}

std::string rows_of(const Findings& findings, const Endpoint& peer, const TlsTally& tally) {
  const std::string begin =
      fmt::format("<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>",
                  inert_html(destination_text({peer.name, peer.address, peer.port}), 300),
                  count_text(tally.seen), count_text(tally.opened));
  if (tally.sealed.empty()) return begin + "<td class=\"n\">0</td><td></td><td></td></tr>\n";
  std::string out;
  for (const auto& [why, sealed] : tally.sealed)
    out += (out.empty() ? begin : std::string("<tr><td></td><td></td><td></td>")) +
           fmt::format("<td class=\"n\">{}{}</td><td>{}</td><td>{}</td></tr>\n",
                       count_text(sealed.sessions),
                       sealed.partly == 0 ? std::string()
                                          : fmt::format(" ({} in part)", count_text(sealed.partly)),
                       inert_html(why_sealed_sentence(why), 200), where(findings, sealed));
  return out;
}

}  // namespace

std::string tls_section(const Findings& findings) {
  const std::string sentence = tls_sentence(findings);
  if (sentence.empty()) return "";
  std::string out = section_head("tls", "TLS sessions", inert_html(sentence, 4000));
  if (findings.analysis.tls.by_peer.empty()) return out;
  out +=
      "<div class=\"card\"><div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th "
      "scope=\"col\">With</th><th scope=\"col\" class=\"n\">Seen</th><th scope=\"col\" "
      "class=\"n\">Opened</th><th scope=\"col\" class=\"n\">Sealed</th><th scope=\"col\">"
      "Because</th><th scope=\"col\">First sealed record</th></tr></thead><tbody>\n";
  for (const auto& [peer, tally] : findings.analysis.tls.by_peer)
    out += rows_of(findings, peer, tally);
  return out + "</tbody></table></div></div>\n";
}

}  // namespace brewproof
