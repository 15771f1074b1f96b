#include "rig/proof/regress.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "rig/proof/confirm.h"
#include "rig/proof/difference.h"
#include "rig/proof/size_class.h"
#include "rig/proof/template.h"

namespace brewproof {
namespace {

constexpr double questions_a_claim = 2;  // fewer acts, more shams

const Finding* finding_with(const Findings& findings, const std::string& id) {
  const auto found = std::ranges::find(findings.findings, id, &Finding::id);
  return found == findings.findings.end() ? nullptr : &*found;
}

double rate(const Tally& tally) {
  return tally.of == 0 ? 0 : static_cast<double>(tally.hits) / tally.of;
}

/// The p of the more surprising of the two questions, over all claims; 1: neither points that way.
double p_of_difference(const Timing& then, const Timing& now, std::size_t claims) {
  const Tally acts_then{then.event_hits, then.event_trials}, acts{now.event_hits, now.event_trials};
  const Tally shams_then{then.sham_hits, then.sham_trials}, shams{now.sham_hits, now.sham_trials};
  double p = 1;
  if (rate(acts) < rate(acts_then)) p = std::min(p, fisher(acts_then, acts).p.value_or(1));
  if (rate(shams) > rate(shams_then)) p = std::min(p, fisher(shams_then, shams).p.value_or(1));
  return std::min(1.0, p * questions_a_claim * static_cast<double>(claims));
}

std::optional<RedLine> line_of(const Confirmation& asked, const Findings& base,
                               std::size_t claims) {
  if (asked.verdict == "confirmed") return std::nullopt;
  const ClaimToConfirm& claim = asked.claim;
  RedLine line;
  line.what = "claim-gone";
  line.claim = claim.id;
  line.event = claim.event;
  line.destination = claim.destination;
  line.protocol = claim.protocol;
  line.tls = claim.tls;
  line.message = claim.message;
  line.doubt = asked.reason;
  const Finding* const then = finding_with(base, claim.id);
  if (!asked.timing || asked.verdict != "not_confirmed") return line;
  if (then == nullptr || !then->timing) {
    line.doubt = "no-counts";
    return line;
  }
  line.p_adjusted = p_of_difference(*then->timing, *asked.timing, claims);
  if (*line.p_adjusted > confirm_alpha) line.doubt = "no-difference-shown";
  return line;
}

/// Do two templates mean the same kind but for how large it is?
bool same_but_for_size(std::string_view a, std::string_view b) {
  return agree_by_segment(a, b, "/ ", [](char, std::string_view one, std::string_view other) {
    return one == "{}" || other == "{}" || (size_class(one) && size_class(other));
  });
}

bool same_way(const SentSignature& a, const SentSignature& b) {
  return a.protocol == b.protocol && a.tls == b.tls &&
         same_destination(a.destination, b.destination);
}

/// Of the same kind: one of the earlier run's, and where it tells a size within the sizes that it
/// had, or one class beside.
std::vector<const SentSignature*> known_kinds(const SentSignature& sent, const Findings& base) {
  std::vector<const SentSignature*> known;
  for (const SentSignature& one : base.signatures)
    if (same_way(one, sent) && same_template(one.message, sent.message)) known.push_back(&one);
  const auto size = size_of(sent.message);
  if (!known.empty() || !size) return known;
  std::optional<SizeClass> span;
  for (const SentSignature& one : base.signatures) {
    const auto had = size_of(one.message);
    if (!had || !same_way(one, sent) || !same_but_for_size(one.message, sent.message)) continue;
    known.push_back(&one);
    if (!span) span = *had;
    span = SizeClass{std::min(span->low, had->low), std::max(span->high, had->high)};
  }
  const std::uint64_t beside = size->high - size->low + 1;
  if (span && (size->high + beside < span->low || size->low > span->high + beside)) known.clear();
  return known;
}

bool was_opened(const SentSignature& sent, const Findings& base) {
  return std::ranges::any_of(base.signatures, [&](const SentSignature& one) {
    return one.tls && same_destination(one.destination, sent.destination);
  });
}

/// It asks for the address of somebody whom the earlier run spoke to, and had asked for before it
/// was captured, or as part of a conversation.
bool looks_up_known(const SentSignature& sent, const Findings& base) {
  return sent.protocol == "dns" && std::ranges::any_of(base.signatures, [&](const auto& one) {
           return one.protocol != "dns" && !one.destination.name.empty() &&
                  sent.message.starts_with("query ") &&
                  sent.message.ends_with(" " + one.destination.name);
         });
}

std::vector<std::string> new_fields(const SentSignature& sent,
                                    const std::vector<const SentSignature*>& known) {
  std::vector<std::string> fields;
  for (const std::string& field : sent.fields) {
    const bool had = std::ranges::any_of(known, [&](const SentSignature* one) {
      return one->fields_cut || std::ranges::find(one->fields, field) != one->fields.end();
    });
    if (!had) fields.push_back(field);
  }
  return fields;
}

std::optional<RedLine> line_of(const SentSignature& sent, const Findings& base) {
  RedLine line;
  line.destination = sent.destination;
  line.protocol = sent.protocol;
  line.tls = sent.tls;
  line.message = sent.message;
  line.count = sent.count;
  const auto known = known_kinds(sent, base);
  if (known.empty() && looks_up_known(sent, base)) return std::nullopt;
  if (known.empty()) {
    line.what = "new-message";
    const bool sealed = sent.sealed_bytes > 0 && sent.fields.empty();
    if (sealed && was_opened(sent, base)) line.doubt = "not-opened";
    return line;
  }
  line.what = "new-fields";
  line.fields = new_fields(sent, known);
  return line.fields.empty() ? std::nullopt : std::optional(std::move(line));
}

}  // namespace

Regression held_against(const Findings& base, const Findings& now) {
  Regression regression;
  regression.base = base.run.id;
  for (const Confirmation& asked : now.confirmations)
    if (auto line = line_of(asked, base, now.confirmations.size()))
      regression.lines.push_back(std::move(*line));
  for (const SentSignature& sent : now.signatures)
    if (auto line = line_of(sent, base)) regression.lines.push_back(std::move(*line));
  return regression;
}

bool same_red_line(const RedLine& a, const RedLine& b) {
  if (a.what != b.what || a.claim != b.claim) return false;
  if (!a.claim.empty()) return true;
  if (a.protocol != b.protocol || a.tls != b.tls ||
      !same_destination(a.destination, b.destination) || !same_but_for_size(a.message, b.message))
    return false;
  return a.what != "new-fields" || std::ranges::any_of(a.fields, [&](const std::string& field) {
           return std::ranges::find(b.fields, field) != b.fields.end();
         });
}

std::vector<RedLine> red_lines(const Regression& regression) {
  std::vector<RedLine> red;
  for (const RedLine& line : regression.lines)
    if (line.doubt.empty()) red.push_back(line);
  return red;
}

}  // namespace brewproof
